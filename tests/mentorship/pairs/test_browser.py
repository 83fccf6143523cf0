"""The log of a talk in a real browser: few taps, a lost connection, a session that ended."""

import datetime as dt
import json

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from accounts import links
from common import clock
from matching import actions as matching
from mentorship.models import Contact, FollowUpCheck
from mentorship.starter_checks import start_clinic
from referrals.models import Person
from tests import factories
from tests.browser import (  # noqa: F401
    axe_clean,
    browser_context_args,
    browser_type_launch_args,
    looks_right,
    no_sideways_scroll,
    sign_in_as,
    targets_44,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now():
    """These tests live in the real present: the browser has its own clock."""
    return clock.now()


@pytest.fixture
def phone(page, live_server, mentor):
    """A mentor's phone, signed in."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.set_default_timeout(10000)
    sign_in_as(page, live_server.url, mentor)
    page.goto(live_server.url + reverse("mentorship:home"))
    return page


def tap(page, words: str) -> None:
    """Tap what says these words, as soon as it is there: a tap before may still be leading to this page."""
    found = page.locator("summary").get_by_text(words, exact=True)
    for role in ("radio", "checkbox", "link", "button"):
        found = found.or_(page.get_by_role(role, name=words, exact=True))
    found.first.click()


def drafts(page) -> int:
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('halfword.talk.')).length")


def logged():
    return Contact.objects.exclude(client_key=None)


COUNT_TAPS = "addEventListener('click', (e) => e.isTrusted && e.detail && sessionStorage.setItem('taps', 1 + +sessionStorage.getItem('taps')), true)"


def test_the_usual_talk_takes_at_most_six_taps(phone, match):
    phone.add_init_script(COUNT_TAPS)  # counts what the hand does, on every page from the mentor's own on
    phone.reload()
    for words in ["Log a contact", "We talked", "30 min", "Tiredness and energy", "Work", "Save"]:
        tap(phone, words)
    expect(phone.get_by_text("Saved.")).to_be_visible()
    assert 0 < int(phone.evaluate("sessionStorage.getItem('taps')")) <= 6
    row = logged().get()
    assert (row.status, row.minutes, row.channel, sorted(row.topics)) == ("talked", 30, "phone", ["fatigue", "work"])
    assert drafts(phone) == 0


def test_a_lost_connection_keeps_the_talk_and_sends_it_once(phone, match, live_server):
    phone.goto(live_server.url + reverse("mentorship:log"))
    for words in ["We talked", "20 min"]:
        tap(phone, words)
    phone.context.set_offline(True)
    tap(phone, "Save")
    expect(phone.get_by_text("Not sent yet")).to_be_visible()
    assert logged().count() == 0
    assert drafts(phone) == 1
    phone.context.set_offline(False)
    expect(phone.get_by_text("Saved.")).to_be_visible(timeout=20000)
    assert logged().count() == 1
    assert drafts(phone) == 0


# Many phones wake no page by themselves when the line is back.
NO_SYNC = "Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync', { get() { throw new Error(); } })"


def test_an_answer_that_got_lost_is_no_second_talk(phone, match, live_server):
    phone.add_init_script(NO_SYNC)
    phone.goto(live_server.url + reverse("mentorship:log"))
    tap(phone, "We talked")
    lost = []

    def swallow(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())  # the server stored it; its answer never arrives
            route.abort()
        else:
            route.continue_()

    phone.route("**/log/", swallow)
    tap(phone, "Save")
    expect(phone.get_by_text("Not sent yet")).to_be_visible()
    assert logged().count() == 1
    tap(phone, "Save")
    expect(phone.get_by_text("Saved.")).to_be_visible()
    assert logged().count() == 1
    assert drafts(phone) == 0


def test_another_outcome_after_an_answer_that_got_lost_says_so_and_can_be_thrown_away(phone, match, live_server):
    phone.add_init_script(NO_SYNC)
    phone.goto(live_server.url + reverse("mentorship:log"))
    tap(phone, "We talked")
    lost = []

    def swallow(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    phone.route("**/log/", swallow)
    tap(phone, "Save")
    expect(phone.get_by_text("Not sent yet")).to_be_visible()
    tap(phone, "No answer")
    tap(phone, "Save")
    expect(phone.get_by_text("This talk was saved already as: We talked").first).to_be_visible()
    tap(phone, "Throw it away")
    phone.wait_for_url("**/me/")
    assert (logged().get().status, drafts(phone)) == ("talked", 0)


def test_after_a_new_sign_in_the_typed_talk_is_still_there(phone, match, mentor, live_server):
    phone.goto(live_server.url + reverse("mentorship:log"))
    tap(phone, "We talked")
    tap(phone, "Add a note or the next talk")
    phone.get_by_label("Note (optional)").fill("She likes the garden")
    Session.objects.all().delete()
    tap(phone, "Save")
    phone.wait_for_url("**/accounts/login/**")
    phone.locator("[name=login]").fill(mentor.email)
    phone.locator("[name=password]").fill(factories.PASSWORD)
    phone.locator("main form:has([name=login]) button[type=submit]").click()
    phone.wait_for_url("**/log/**")
    expect(phone.get_by_label("Note (optional)")).to_have_value("She likes the garden")
    tap(phone, "Save")
    expect(phone.get_by_text("Saved.")).to_be_visible()
    assert logged().get().note == "She likes the garden"


def test_a_draft_of_somebody_else_on_this_phone_is_not_shown(phone, match, live_server):
    phone.evaluate(
        "(draft) => localStorage.setItem('halfword.talk.somebody.key', draft)",
        json.dumps({"at": 9e15, "pending": True, "values": [["note", "secret"]]}),
    )
    phone.goto(live_server.url + reverse("mentorship:log"))
    assert "secret" not in phone.locator("#id_note").input_value()


def test_without_scripts_everything_is_there_and_saves(browser, match, mentor, live_server):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(10000)
    sign_in_as(page, live_server.url, mentor)
    page.goto(live_server.url + reverse("mentorship:log"))
    expect(page.get_by_label("Which day?")).to_be_visible()
    tap(page, "No answer")
    tap(page, "Save")
    expect(page.get_by_text("nobody's fault")).to_be_visible()
    context.close()


def test_only_what_belongs_to_the_answer_is_shown(phone, match, live_server):
    phone.goto(live_server.url + reverse("mentorship:log"))
    expect(phone.get_by_label("Which day?")).to_be_hidden()
    tap(phone, "Another day")
    expect(phone.get_by_label("Which day?")).to_be_visible()
    tap(phone, "No answer")
    expect(phone.get_by_text("About how long?")).to_be_hidden()


def test_a_subject_for_the_team_opens_the_place_to_write_the_question(phone, match, live_server):
    phone.goto(live_server.url + reverse("mentorship:log"))
    expect(phone.get_by_label("What would they like to know?")).to_be_hidden()
    tap(phone, "More subjects")
    tap(phone, "Dose, side effects, stopping")
    expect(phone.get_by_label("What would they like to know?")).to_be_visible()


def test_what_this_phone_kept_can_be_thrown_away(phone, match, live_server):
    phone.goto(live_server.url + reverse("mentorship:log"))
    tap(phone, "We talked")
    assert drafts(phone) == 1
    tap(phone, "Throw it away")
    phone.wait_for_url("**/me/")
    assert drafts(phone) == 0
    phone.goto(live_server.url + reverse("mentorship:log"))
    assert phone.locator("[name=outcome]:checked").count() == 0


def test_a_talk_kept_for_a_pair_that_has_ended_says_so_and_goes(phone, match, team, live_server):
    phone.goto(live_server.url + reverse("mentorship:log"))
    tap(phone, "We talked")
    phone.context.set_offline(True)
    tap(phone, "Save")
    expect(phone.get_by_text("Not sent yet")).to_be_visible()
    matching.end(match=match.pk, by=team.coordinator, reason="both", note="")
    phone.goto("about:blank")
    phone.context.set_offline(False)
    phone.goto(live_server.url + reverse("mentorship:home"))
    tap(phone, "Look at it")
    expect(phone.get_by_text("was never sent")).to_be_visible()
    tap(phone, "Throw it away")
    phone.wait_for_url("**/me/")
    expect(phone.get_by_text("A talk is not sent yet")).to_be_hidden()
    assert drafts(phone) == 0


def test_with_very_large_letters_no_word_leaves_its_box(phone, match, live_server):
    phone.set_viewport_size({"width": 195, "height": 422})  # 390 px at 200 %
    Person.objects.filter(pk=match.referral.mentee_id).update(first_name="Maximiliana-Alexandrina")
    for name in ("home", "log", "ask"):
        phone.goto(live_server.url + reverse(f"mentorship:{name}"))
        wide = "[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 90))"
        assert phone.evaluate(wide) == [], name
        outside = "[...document.querySelectorAll('.chip, .tile, .btn')].filter((e) => e.scrollWidth > e.clientWidth + 1).length"
        assert phone.evaluate(outside) == 0, name


def test_the_pages_of_a_pair_are_clean(page, live_server, team, match, mentor):
    start_clinic(team.clinic)
    check = FollowUpCheck.objects.create(match=match, day=10, to="mentor", due_on=team.clinic.today)
    planned = Contact.objects.planned().order_by("-planned_at")[0]
    url = live_server.url
    sign_in_as(page, url, mentor)
    for name, ref in (
        ("home", None),
        ("log", None),
        ("ask", None),
        ("plan", match.ref),
        ("move", planned.ref),
        ("check", check.ref),
    ):
        looks_right(page, url + reverse(f"mentorship:{name}", args=[ref] if ref else []))
    page.context.clear_cookies()
    sign_in_as(page, url, team.coordinator)
    for name, ref in (
        ("pairs", None),
        ("pair", match.ref),
        ("pause", match.ref),
        ("end", match.ref),
        ("check", check.ref),
    ):
        looks_right(page, url + reverse(f"mentorship:{name}", args=[ref] if ref else []))
    page.context.clear_cookies()
    sign_in_as(page, url, team.admin)
    looks_right(page, url + reverse("mentorship:check-days"), phone="dark")
    page.context.clear_cookies()
    from accounts import links

    FollowUpCheck.objects.filter(pk=check.pk).delete()
    check = FollowUpCheck.objects.create(match=match, day=10, to="mentee", due_on=team.clinic.today)
    link = links.make("check.answer", check.ref)[1].replace("http://127.0.0.1:8000", url)
    page.goto(link)
    page.get_by_text("I am not comfortable with it").click()
    looks_right(page, page.url)


def test_a_talk_logged_without_a_connection_from_an_opened_phone_goes_once_it_is_back(phone, match, live_server):
    phone.goto(live_server.url + reverse("mentorship:log"))
    phone.wait_for_function("async () => (await caches.match('/log/offline/')) !== undefined")
    kept = phone.evaluate(
        "async () => { const c = await caches.open('halfword-log');"
        " return (await c.keys()).map((r) => new URL(r.url).pathname) }"
    )
    assert all(path == "/log/offline/" or path.startswith("/static/") for path in kept)
    phone.context.set_offline(True)
    phone.goto(live_server.url + reverse("mentorship:log"))
    expect(phone.get_by_text("There is no connection now")).to_be_visible()
    assert match.referral.mentee.first_name not in phone.content()
    for words in ["We talked", "20 min", "Save"]:
        tap(phone, words)
    expect(phone.get_by_text("it will be sent when you are back on line")).to_be_visible()
    assert (logged().count(), drafts(phone)) == (0, 1)
    axe_clean(phone)
    targets_44(phone)
    no_sideways_scroll(phone)
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto("about:blank")
    phone.context.set_offline(False)
    phone.goto(live_server.url + reverse("mentorship:home"))
    expect(phone.get_by_text("Saved.")).to_be_visible()
    assert (logged().get().match, logged().get().minutes, drafts(phone)) == (match, 20, 0)
    phone.context.clear_cookies()
    phone.goto(live_server.url + reverse("account_login"))
    phone.wait_for_function("async () => !(await caches.has('halfword-log'))")
    assert phone.evaluate("Object.keys(localStorage).filter((n) => n.startsWith('halfword.people.')).length") == 0


def test_two_talks_noted_without_a_connection_are_two(phone, match, live_server):
    phone.goto(live_server.url + reverse("mentorship:log"))
    phone.wait_for_function("async () => (await caches.match('/log/offline/')) !== undefined")
    phone.context.set_offline(True)
    for minutes, waits in (("20 min", 1), ("30 min", 2)):
        phone.goto(live_server.url + reverse("mentorship:log"))
        expect(phone.get_by_text("There is no connection now")).to_be_visible()
        assert phone.locator("[name=outcome]:checked").count() == 0
        for words in ["We talked", minutes, "Save"]:
            tap(phone, words)
        expect(phone.get_by_text("it will be sent when you are back on line")).to_be_visible()
        assert (logged().count(), drafts(phone)) == (0, waits)
    phone.goto(live_server.url + reverse("mentorship:log"))
    expect(phone.get_by_text("What you noted before waits on this phone")).to_be_visible()
    axe_clean(phone)
    phone.goto("about:blank")
    phone.context.set_offline(False)
    phone.goto(live_server.url + reverse("mentorship:home"))
    expect(phone.get_by_text("Saved.")).to_be_visible()
    assert (sorted(logged().values_list("minutes", flat=True)), drafts(phone)) == ([20, 30], 0)


def test_a_number_in_a_note_is_pointed_out_before_it_is_saved(phone, match, live_server):
    phone.goto(live_server.url + reverse("mentorship:log"))
    tap(phone, "We talked")
    tap(phone, "Add a note or the next talk")
    phone.get_by_label("Note (optional)").fill("She asked to ring 0470 12 34 56")
    tap(phone, "Save")
    expect(phone.get_by_text("Nothing is saved yet")).to_be_visible()
    assert (logged().count(), drafts(phone)) == (0, 1)
    axe_clean(phone)
    targets_44(phone)
    no_sideways_scroll(phone)
    tap(phone, "Take it out and save")
    expect(phone.get_by_text("Saved.")).to_be_visible()
    assert (logged().get().note, drafts(phone)) == ("She asked to ring …", 0)


def test_a_mentee_says_by_one_tap_on_a_phone_that_they_talked(page, match, mentor, live_server):
    talk = Contact.objects.filter(match=match).earliest("planned_at")
    Contact.objects.filter(pk=talk.pk).update(planned_at=clock.now() - dt.timedelta(days=2))
    _link, url = links.make("contact.said", talk.ref)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + "/" + url.split("/", 3)[3])
    expect(page.get_by_text(f"Did you and {mentor.first_name} talk?").first).to_be_visible()
    said = page.get_by_role("button", name="Yes, we talked")
    assert said.bounding_box()["y"] + said.bounding_box()["height"] <= 844  # no scrolling to the answer
    said.click()
    expect(page.get_by_text("Saved, thank you")).to_be_visible()
    assert Contact.objects.get(pk=talk.pk).mentee_says == "talked"
    looks_right(page, page.url)
