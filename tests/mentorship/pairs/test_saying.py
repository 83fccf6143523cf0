"""Did you talk? A mentee's one tap, beside the mentor's note and never instead of it."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts import links
from accounts.models import User
from common import clock
from common.errors import Denied, Invalid, WrongState
from matching.workflow import Status as MatchStatus
from mentorship import plan, said, tries
from mentorship.actions import saying
from mentorship.actions.contacts import log_contact
from mentorship.models import Contact
from messaging import kinds, outbox
from messaging.models import Message
from referrals.models import Consent

DAY = dt.timedelta(days=1)


@pytest.fixture
def talk(match, now):
    """The last talk whose hour is past and that nobody noted."""
    Contact.objects.filter(planned_at__lte=now).delete()
    return Contact.objects.create(match=match, planned_at=now - 2 * DAY)


def say(talk, says, by=None):
    return saying.say_what_came(contact=talk.pk, by=by or User.objects.system(), says=says)


def log(match, mentor, outcome, when, key="a-key-of-mine", contact=None):
    return log_contact(match=match.pk, by=mentor, client_key=key, outcome=outcome, when=when, contact=contact)


# The action -------------------------------------------------------------------------------


def test_a_tap_is_kept_and_another_one_changes_it_with_a_history(talk):
    say(talk, "no-answer")
    say(talk, "no-answer")
    row = say(talk, "talked")
    assert (row.status, row.mentee_says, row.mentee_said_at) == ("planned", "talked", clock.now())
    assert [h.note for h in row.history.all()] == ["mentee:>no-answer", "mentee:no-answer>talked"]
    assert {h.by for h in row.history.all()} == {User.objects.system()}


def test_only_who_came_by_link_may_say_it(talk, mentor, team):
    for user in (mentor, team.coordinator, team.nurse):
        with pytest.raises(Denied):
            say(talk, "talked", by=user)


@pytest.mark.parametrize("says", ["planned", "did-not-come", "", "x" * 300])
def test_another_answer_is_refused_and_changes_nothing(talk, says):
    with pytest.raises(Invalid):
        say(talk, says)
    talk.refresh_from_db()
    assert (talk.mentee_says, talk.mentee_said_at) == ("", None)


def test_a_talk_to_come_a_cancelled_one_or_one_of_a_stopped_pair_takes_no_answer(match, talk, now):
    ahead = Contact.objects.create(match=match, planned_at=now + DAY)
    off = Contact.objects.create(match=match, planned_at=now - DAY, status="cancelled")
    for row in (ahead, off):
        with pytest.raises(WrongState):
            say(row, "talked")
    match.status = MatchStatus.PAUSED
    match.save()
    with pytest.raises(WrongState):
        say(talk, "talked")


def test_the_question_that_waits_is_cancelled_by_the_answer(match, talk):
    message = outbox.post("mentee.unlogged", talk.ref, clinic=match.clinic, to=match.referral.mentee)
    say(talk, "talked")
    message.refresh_from_db()
    assert message.status == "cancelled"


# What it counts for -----------------------------------------------------------------------


def test_yes_counts_as_talked_in_what_the_coordinator_sees(match, talk, team, client, now):
    assert not plan.with_talks(type(match).objects.filter(pk=match.pk), now).get().has_talked
    say(talk, "talked")
    found = plan.with_talks(type(match).objects.filter(pk=match.pk), now).get()
    assert (found.has_talked, found.last_talk) == (True, talk.planned_at)
    assert "once" in plan.lede(match, list(match.contacts.all()), now)
    client.force_login(team.coordinator)
    page = client.get(reverse("mentorship:pair", args=[match.ref])).content.decode()
    assert f"(says {match.referral.mentee.first_name})" in page
    assert "They talked" in page


def test_the_mentors_note_stands_over_the_mentees_word(match, talk, mentor):
    say(talk, "talked")
    log(match, mentor, "no-answer", talk.planned_at, contact=talk.pk)
    talk.refresh_from_db()
    assert (talk.status, talk.mentee_says, tries.outcome_of(talk)) == ("no-answer", "talked", "no-answer")


def test_the_mentees_later_word_does_not_touch_the_note(match, talk, mentor):
    log(match, mentor, "talked", talk.planned_at, contact=talk.pk)
    row = say(talk, "no-answer")
    assert (row.status, tries.outcome_of(row)) == ("talked", "talked")
    assert not Message.objects.filter(kind="contact.missed").exists()


@pytest.mark.parametrize("first", ["mentor", "mentee"])
def test_two_misses_by_either_count_are_told_once(match, talk, mentor, now, team, first):
    earlier = Contact.objects.create(match=match, planned_at=now - 6 * DAY)
    if first == "mentor":
        log(match, mentor, "no-answer", earlier.planned_at, contact=earlier.pk)
        say(talk, "no-answer")
    else:
        say(earlier, "no-answer")
        assert not Message.objects.filter(kind="contact.missed").exists()
        log(match, mentor, "no-answer", talk.planned_at, contact=talk.pk)
    [message] = Message.objects.filter(kind="contact.missed")
    assert message.recipient == f"user:{team.coordinator.ref}"
    text = kinds.get(message.kind).render(message, kinds.Recipient("Leen"))
    assert "nobody's fault" in text.body


def test_another_day_is_no_miss(match, talk, now):
    earlier = Contact.objects.create(match=match, planned_at=now - 6 * DAY)
    say(earlier, "no-answer")
    say(talk, "cancelled")
    assert not Message.objects.filter(kind="contact.missed").exists()


# By link ----------------------------------------------------------------------------------


@pytest.fixture
def by_link(client, talk):
    """A browser that came by the link."""
    _link, url = links.make("contact.said", talk.ref)
    client.get("/" + url.split("/", 3)[3])
    return client


PAGE = reverse("mentorship:said-link")


def test_one_tap_saves_and_a_second_one_changes_it(by_link, talk, mentor):
    page = by_link.get(PAGE)
    assert f"Did you and {mentor.first_name} talk?" in page.content.decode()
    assert not Contact.objects.get(pk=talk.pk).mentee_says  # a look stores nothing
    assert by_link.post(PAGE, {"says": "no-answer"}).status_code == 302
    assert "Saved, thank you" in by_link.get(PAGE).content.decode()
    by_link.post(PAGE, {"says": "talked"})
    assert Contact.objects.get(pk=talk.pk).mentee_says == "talked"


def test_a_wrong_answer_is_said_and_leaves_the_link_open(by_link, talk):
    page = by_link.post(PAGE, {"says": "maybe"})
    assert page.status_code == 200
    assert "Choose one of the answers below." in page.content.decode()
    by_link.post(PAGE, {"says": "talked"})
    assert Contact.objects.get(pk=talk.pk).mentee_says == "talked"


def test_another_browser_cannot_use_the_link_again(client, talk):
    from django.test import Client

    _link, url = links.make("contact.said", talk.ref)
    one, other = client, Client()
    for browser in (one, other):
        browser.get("/" + url.split("/", 3)[3])
    one.post(PAGE, {"says": "talked"})
    assert other.post(PAGE, {"says": "no-answer"}).status_code == 404
    assert Contact.objects.get(pk=talk.pk).mentee_says == "talked"


@pytest.mark.parametrize("change", ["paused", "withdrawn", "no link"])
def test_without_a_present_pair_the_link_no_longer_works(client, by_link, match, team, change):
    if change == "paused":
        match.status = MatchStatus.PAUSED
        match.save()
    elif change == "withdrawn":
        Consent.objects.filter(scope="contact").update(withdrawn_at=clock.now(), withdrawn_by=team.nurse)
    else:
        client.session.flush()
        client.cookies.clear()
    assert by_link.get(PAGE).status_code == 404


# On the mentee's own page -----------------------------------------------------------------


def own_page(client, referral):
    """Open the mentee's own page in this browser, as its welcome page does."""
    from django.contrib.sessions.backends.db import SessionStore

    link, _url = links.make("mentee.page", referral.ref)
    store = SessionStore()
    store[links.SESSION_KEY] = {"mentee.page": [link.pk, clock.now().timestamp()]}
    store.create()
    type(link).objects.filter(pk=link.pk).update(used_at=clock.now(), used_by_session=store.session_key)
    client.cookies["sessionid"] = store.session_key


def test_the_card_asks_about_the_last_talk_until_it_is_answered(match, talk, rf):
    card = said.card(match.referral, rf.get("/"))
    assert (card["contact"], card["template"]) == (talk, "mentorship/_said_card.html")
    say(talk, "talked")
    assert said.card(match.referral, rf.get("/")) is None


def test_the_card_shows_its_question(match, talk, rf):
    from django.template.loader import render_to_string

    request = rf.get("/")
    card = said.card(match.referral, request) | {"clinic": match.clinic}
    html = render_to_string(card["template"], card, request)
    assert reverse("mentorship:said", args=[talk.ref]) in html
    assert html.count('name="says"') == 3


def test_a_tap_on_the_own_page_is_stored_for_the_own_talk_only(match, talk, client, other_team, monkeypatch):
    from tests import factories

    monkeypatch.setattr(links, "page_of", lambda kind: "/my-page/")
    foreign = Contact.objects.create(match=factories.make_match(other_team), planned_at=clock.now() - DAY)
    own_page(client, match.referral)
    assert client.post(reverse("mentorship:said", args=[foreign.ref]), {"says": "talked"}).status_code == 404
    assert client.post(reverse("mentorship:said", args=[talk.ref]), {"says": "talked"}).status_code == 302
    assert Contact.objects.get(pk=talk.pk).mentee_says == "talked"
    assert Contact.objects.get(pk=foreign.pk).mentee_says == ""


def test_without_the_page_open_a_tap_stores_nothing(talk, client):
    assert client.post(reverse("mentorship:said", args=[talk.ref]), {"says": "talked"}).status_code == 404
    assert Contact.objects.get(pk=talk.pk).mentee_says == ""
