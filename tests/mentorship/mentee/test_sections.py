"""Each part of a mentee's own page: what it shows, what it does, and that it does it once."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from clinics.models import AccessLog
from common import clock
from matching.models import Choice, Match
from mentorship import mentee_cards
from mentorship.actions import own_page as actions
from mentorship.models import FlagCategory, RedFlag
from messaging.models import Message
from referrals import actions as referrals
from referrals.models import ConsentText, Person, Referral
from tests import factories
from tests.mentorship.mentee.conftest import NOW, open_page, text

HOME = reverse("mentorship:own-page")
DAY = dt.timedelta(days=1)


def url(name: str, *args) -> str:
    return reverse(f"mentorship:own-{name}", args=args)


def home(browser) -> str:
    answer = browser.get(HOME)
    assert answer.status_code == 200
    return text(answer)


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


# My mentor --------------------------------------------------------------------------------


def test_it_shows_the_mentors_first_name_and_what_was_agreed_and_nothing_else_of_them(mine, pair):
    shown, mentor = home(mine), pair.mentor.person

    assert f"{mentor.first_name}, my mentor" in shown
    assert "By phone" in shown and "About every" in shown
    assert "You can stop or ask for someone else at any time." in shown
    for private in (mentor.last_name, mentor.email, str(mentor.birth_year), str(mentor.ref)):
        assert private not in shown


def test_it_shows_nothing_of_another_mentee_or_of_flags(mine, team, pair):
    other = factories.make_match(team, days_ago=5)
    shown = home(mine)

    assert other.referral.mentee.first_name not in shown and other.referral.ref not in shown


def test_somebody_who_waits_reads_that_we_look_for_a_mentor(team):
    shown = home(open_page(factories.make_referral(team)))

    assert "We look for a mentor for you." in shown and "Another mentor" not in shown


def test_the_cards_of_the_other_parts_stand_on_the_page(mine, referral, monkeypatch):
    monkeypatch.setattr(mentee_cards, "_cards", [])
    mentee_cards.register(
        5, lambda row, request: {"template": "components/empty.html", "text": f"A card for {row.mentee.first_name}"}
    )
    mentee_cards.register(6, lambda row, request: None)

    assert f"A card for {referral.mentee.first_name}" in home(mine)


def test_as_many_queries_for_many_talks_as_for_few(mine, pair, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(mentee_cards, "_cards", [])
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    pair.contacts.exclude(pk__in=list(pair.contacts.planned().values_list("pk", flat=True)[:1])).delete()
    with CaptureQueriesContext(connection) as few:
        home(mine)
    for day in range(1, 21):
        pair.contacts.create(planned_at=NOW + day * DAY)
    with django_assert_num_queries(len(few)):
        home(mine)


# Choosing ---------------------------------------------------------------------------------


def test_an_open_choice_leads_to_its_page_in_this_browser(team, client):
    referral = factories.make_referral(team)
    choice = Choice.objects.create(referral=referral, sent_by=team.coordinator)
    choice.mentors.set([factories.make_mentor(team), factories.make_mentor(team)])
    browser = open_page(referral)
    assert "Choose who you talk with" in home(browser)

    answer = browser.post(url("choose"))
    assert answer.url == reverse("matching:choose")
    assert "Who would you like to talk with?" in text(browser.get(answer.url))
    assert client.get(answer.url).status_code == 404  # another browser


def test_a_choice_that_was_taken_back_meanwhile_leads_nowhere(mine):
    answer = mine.post(url("choose"), follow=True)

    assert "This has changed in the meantime." in text(answer)


# Another mentor ---------------------------------------------------------------------------


def test_another_mentor_ends_the_pair_keeps_the_wait_and_tells_the_coordinator(mine, pair, referral, team):
    opened = referral.opened_at
    assert "It is nobody" in text(mine.get(HOME)) and f"I stay with {pair.mentor.person.first_name}" in text(
        mine.get(url("another"))
    )
    for _ in range(2):  # a double click
        assert mine.post(url("another"), {"pair": pair.ref, "why": "moment"}).url == HOME

    ended, row = fresh(pair), fresh(referral)
    assert (ended.status, ended.end_reason, ended.ended_by.is_system) == ("ended", "fit", True)
    assert (row.status, row.opened_at) == ("open", opened)
    assert ended.history.last().note != ""
    assert [m.recipient for m in Message.objects.filter(kind="page.said")] == [f"user:{team.coordinator.ref}"]


def test_a_reason_is_not_needed_and_a_made_up_one_is_refused(mine, pair):
    assert "Choose one of the answers below" in text(mine.post(url("another"), {"pair": pair.ref, "why": "made-up"}))
    assert fresh(pair).status == "introduced"
    mine.post(url("another"), {"pair": pair.ref})
    assert fresh(pair).status == "ended"


def test_an_old_tab_ends_no_pair_that_came_after_it(mine, pair, team, referral):
    mine.post(url("another"), {"pair": pair.ref})
    newer = factories.make_match(team, referral=fresh(referral))

    answer = mine.post(url("another"), {"pair": pair.ref}, follow=True)
    assert "This has changed in the meantime." in text(answer) and fresh(newer).status == "introduced"


# Pause ------------------------------------------------------------------------------------


def test_a_pause_until_a_day_and_going_on_earlier(mine, pair):
    until = (NOW + 12 * DAY).date()
    for _ in range(2):
        mine.post(url("pause"), {"pair": pair.ref, "until": until.isoformat()})
    assert (fresh(pair).status, fresh(pair).pause_until) == ("paused", until)
    shown = home(mine)
    assert "Your talks are paused until" in shown and "Go on now" in shown

    mine.post(url("go-on"), {"pair": pair.ref})
    assert fresh(pair).status == "introduced"


@pytest.mark.parametrize("until", ["", "yesterday", "2026-11-01", "2031-01-01", "31/02/2027"])
def test_a_day_that_makes_no_sense_is_said_at_the_field_with_what_was_typed(mine, pair, until):
    answer = mine.post(url("pause"), {"pair": pair.ref, "until": until})

    assert answer.status_code == 200 and 'aria-invalid="true"' in text(answer)
    assert f'value="{until}"' in text(answer) or not until
    assert fresh(pair).status == "introduced"


def test_what_the_team_paused_is_not_gone_on_with_here(mine, pair, team):
    from matching import actions as matching

    matching.pause(match=pair.pk, by=team.coordinator)
    shown = home(mine)
    assert "Your talks are paused." in shown and "Go on now" not in shown
    mine.post(url("go-on"), {"pair": pair.ref})
    assert fresh(pair).status == "paused"


# Stop -------------------------------------------------------------------------------------


def test_stopping_asks_once_more_then_stops_everything_and_the_page_stays(mine, pair, referral, team):
    asked = text(mine.get(url("stop")))
    assert "You need not say why. Your care stays the same." in asked and fresh(referral).status == "open"
    for _ in range(2):
        assert mine.post(url("stop")).url == HOME

    assert (fresh(referral).status, fresh(referral).close_reason) == ("closed", "wish")
    assert (fresh(pair).status, fresh(pair).end_reason) == ("ended", "mentee")
    assert not pair.contacts.planned().filter(planned_at__gt=clock.now()).exists()
    assert Message.objects.filter(kind="page.said").count() == 1
    shown = home(mine)
    assert "What I agreed to" in shown and "All my data" in shown and "Another mentor" not in shown


# Consents ---------------------------------------------------------------------------------


def test_the_words_as_agreed_with_their_version_and_day(mine, referral):
    consent = referral.consents.get(scope="research")
    newer = ConsentText.objects.create(
        clinic=referral.clinic, scope="research", language="nl", version=2, text="Newer words"
    )
    shown = text(mine.get(url("consent", "research")))

    assert consent.text.text in shown and "Version 1" in shown and newer.text not in shown


def test_one_is_taken_back_and_given_again_and_the_others_stay(mine, referral):
    for _ in range(2):
        mine.post(url("consent", "research"), {"do": "withdraw"})
    stands = {row.scope for row in referral.consents.filter(given=True, withdrawn_at=None)}
    assert stands == {"profile", "contact", "evaluation"}
    withdrawn = referral.consents.get(scope="research")
    assert (withdrawn.withdrawn_how, withdrawn.withdrawn_by.is_system) == ("link", True)

    page = text(mine.get(url("consent", "research")))
    read = re.search(r'name="text" value="(\d+)"', page)[1]
    for _ in range(2):
        mine.post(url("consent", "research"), {"do": "give", "text": read})
    again = referral.consents.get(scope="research", withdrawn_at=None)
    assert (again.given, again.how, again.text_id) == (True, "link", int(read))


def test_taking_back_a_needed_one_says_what_happens_then_ends_the_pair_and_its_messages(mine, pair, referral):
    said = text(mine.get(url("consent", "contact")))
    assert f"your talks with {pair.mentor.person.first_name} end" in said

    mine.post(url("consent", "contact"), {"do": "withdraw"})
    assert (fresh(pair).status, fresh(pair).end_reason) == ("ended", "consent")
    assert not Message.objects.filter(recipient=f"person:{referral.mentee.ref}", status="queued").exists()
    shown = home(mine)
    assert "Taken back on" in shown and "You do not talk with a mentor now." in shown


@pytest.mark.parametrize("sent", [{}, {"do": "x"}, {"do": "give", "text": "9" * 40}, {"do": "give", "text": "²"}])
def test_odd_answers_change_nothing_that_was_agreed(mine, referral, sent):
    before = list(referral.consents.values_list("scope", "given", "withdrawn_at"))

    assert mine.post(url("consent", "research"), sent).status_code == 302
    assert list(referral.consents.values_list("scope", "given", "withdrawn_at")) == before


def test_words_of_another_clinic_are_not_agreed_to(mine, referral, other_team):
    mine.post(url("consent", "research"), {"do": "withdraw"})
    foreign = ConsentText.objects.filter(clinic=other_team.clinic, scope="research").first()
    answer = mine.post(url("consent", "research"), {"do": "give", "text": foreign.pk}, follow=True)

    assert "not of this clinic" in text(answer)
    assert not referral.consents.filter(scope="research", withdrawn_at=None).exists()


def test_there_is_no_other_scope(mine):
    assert mine.get(url("consent", "everything")).status_code == 404


# Worries ----------------------------------------------------------------------------------


def test_a_worry_is_stored_as_the_mentees_own_with_guidance_and_numbers(mine, pair, referral):
    category = FlagCategory.objects.filter(clinic=referral.clinic, severity="S2", route="clinical").first()
    for _ in range(2):
        answer = mine.post(url("worry"), {"category": category.ref, "key": "k" * 36})

    flag = RedFlag.objects.get()
    assert (flag.raised_by.is_system, flag.raised_by_person, flag.source) == (True, referral.mentee, "page")
    assert (flag.referral, flag.match) == (referral, pair)
    guidance = text(mine.get(answer.url))
    assert "Do this now" in guidance and "tel:" in guidance
    mine.post(answer.url, {"details": "It began last night"})
    assert "It began last night" in fresh(flag).details


def test_a_worry_without_a_mentor_is_raised_too(team):
    referral = factories.make_referral(team)
    category = FlagCategory.objects.filter(clinic=team.clinic, route="clinical").first()
    open_page(referral).post(url("worry"), {"category": category.ref, "key": "k" * 36})

    assert (RedFlag.objects.get().referral, RedFlag.objects.get().match) == (referral, None)


def test_flags_of_others_are_not_there(mine, pair, team):
    category = FlagCategory.objects.filter(clinic=team.clinic, route="clinical").first()
    from mentorship.actions.flags import raise_flag

    flag = raise_flag(category=category, by=pair.mentor.person.user, match=pair, source="home")
    assert mine.get(url("worry-sent", flag.ref)).status_code == 404


def test_a_page_open_for_too_long_shows_the_numbers_and_stores_nothing(mine, referral):
    category = FlagCategory.objects.filter(clinic=referral.clinic).first()
    with clock.at(NOW + dt.timedelta(minutes=31)):
        answer = mine.post(url("worry"), {"category": category.ref, "key": "k" * 36})

    assert answer.status_code == 410 and "tel:112" in text(answer) and not RedFlag.objects.exists()


# Reminders --------------------------------------------------------------------------------


def answers(person: Person, **changes) -> dict:
    row = fresh(person)
    values = {
        "version": row.version, "reminders": row.reminders, "quiet_from": "21:00", "quiet_until": "08:00",
        "language": row.language, "time_zone": row.time_zone,
    }  # fmt: skip
    return values | changes


def test_reminders_hours_language_and_clock_are_saved(mine, referral):
    said = answers(referral.mentee, reminders="none", quiet_from="20:00", language="fr", time_zone="Asia/Tokyo")
    assert mine.post(url("reminders"), said).url == HOME

    row = fresh(referral.mentee)
    assert (row.reminders, row.quiet_from, row.language, row.time_zone) == ("none", dt.time(20), "fr", "Asia/Tokyo")


def test_a_form_of_before_somebody_changed_it_changes_nothing(mine, referral):
    old = answers(referral.mentee, language="fr", reminders="none")
    Person.objects.update(version=99)
    answer = mine.post(url("reminders"), old, follow=True)

    assert "This has changed in the meantime." in text(answer)
    assert (fresh(referral.mentee).reminders, fresh(referral.mentee).language) == ("email", "nl")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("quiet_from", "25:00"),
        ("reminders", "pigeon"),
        ("language", "xx"),
        ("time_zone", "Mars/Base"),
        ("version", "x"),
    ],
)
def test_an_answer_that_makes_no_sense_changes_nothing(mine, referral, name, value):
    answer = mine.post(
        url("reminders"),
        answers(referral.mentee, reminders="none", **{name: value} if name != "reminders" else {}) | {name: value},
    )

    assert answer.status_code == 200 and fresh(referral.mentee).reminders == "email"


# The link, for coordinators ---------------------------------------------------------------


def links_sent():
    return Message.objects.filter(kind="mentee.page")


def test_a_coordinator_sends_the_link_once_for_a_double_click(team, referral, sign_in):
    browser = sign_in(team.coordinator)
    send = reverse("mentorship:own-page-send", args=[referral.ref])
    assert "No link was sent yet." in text(browser.get(reverse("referrals:detail", args=[referral.ref])))
    for _ in range(2):
        browser.post(send, {"after": ""})
    links_sent().update(status="sent", sent_at=NOW)
    browser.post(send, {"after": ""})  # the page of before it went out
    assert links_sent().count() == 1
    assert "Link last sent" in text(browser.get(reverse("referrals:detail", args=[referral.ref])))

    browser.post(send, {"after": links_sent().get().ref})
    assert links_sent().count() == 2


def test_from_the_pair_it_comes_back_to_the_pair(team, pair, sign_in):
    browser = sign_in(team.coordinator)
    assert "The own page of" in text(browser.get(reverse("mentorship:pair", args=[pair.ref])))
    answer = browser.post(
        reverse("mentorship:own-page-send", args=[pair.referral.ref]), {"after": "", "pair": pair.ref}
    )

    assert answer.url == reverse("mentorship:pair", args=[pair.ref])


def test_without_a_verified_address_it_is_printed_once_and_closes_the_ones_before(team, referral, sign_in, client):
    Person.objects.filter(pk=referral.mentee_id).update(email_verified_at=None)
    browser = sign_in(team.coordinator)
    browser.post(reverse("mentorship:own-page-send", args=[referral.ref]), {"after": ""})
    assert not links_sent().exists()

    addresses = [
        re.search(r"/l/([\w-]+)/", text(browser.post(reverse("mentorship:own-page-print", args=[referral.ref]))))[1]
        for _ in range(2)
    ]
    assert client.get(f"/l/{addresses[0]}/").status_code == 404
    assert client.get(f"/l/{addresses[1]}/").url == HOME
    assert AccessLog.objects.filter(page="link to their own page, by hand", by=team.coordinator).count() == 2


def test_a_nurse_neither_sees_nor_sends_it(team, referral, sign_in):
    browser = sign_in(team.nurse)

    assert "The own page of" not in text(browser.get(reverse("referrals:detail", args=[referral.ref])))
    assert browser.post(reverse("mentorship:own-page-send", args=[referral.ref])).status_code == 403


def test_the_message_names_nobody_else_and_nothing_clinical(team, referral):
    from messaging import kinds

    message = actions.send_link(referral=referral.pk, by=team.coordinator)
    kind = kinds.get("mentee.page")
    sent = kind.render(message, kind.recipient(message))

    assert kind.still_true(message) and "/l/" in sent.body
    for private in (referral.clinic.name, referral.mentee.last_name, "rheum", "arthritis", "Rita"):
        assert private not in sent.body + sent.subject


def test_it_is_sent_by_itself_at_the_introduction(team):
    from matching import actions as matching

    match = factories.make_match(team, status="accepted")
    Match.objects.filter(pk=match.pk).update(
        mentee_answer="yes", mentor_expectations_at=NOW, mentee_expectations_at=NOW, mentee_asked_at=NOW
    )
    for _ in range(2):
        matching.introduce(match=match.pk, by=team.coordinator)

    assert [m.subject for m in links_sent()] == [match.referral.ref]


def test_a_link_that_is_no_longer_right_does_not_go_out(team, referral, system):
    from messaging import kinds

    message = actions.send_link(referral=referral.pk, by=team.coordinator)
    referrals.withdraw_consent(referral=referral.pk, scope="profile", by=system, how="link")

    assert not kinds.get("mentee.page").still_true(message) and fresh(message).status == "cancelled"
    assert Referral.objects.count() == 1
