"""A match, lived on phones: introduced, moved, missed, logged without a line, asked about, not comfortable, another mentor, a good end."""

import datetime as dt

import pytest
from django.core import mail
from playwright.sync_api import expect

from accounts import links
from common import clock
from matching.models import Match
from matching.workflow import Status
from mentorship import checks, starter, starter_checks
from mentorship.actions import checks as asking
from mentorship.actions import closing
from mentorship.models import FollowUpCheck, Question
from messaging import delivery
from messaging.models import Message
from referrals.starter import start_clinic as consent_texts
from tests import factories
from tests.journeys.people import link_in

DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.browser


@pytest.fixture
def team(transactional_db):
    team = factories.Team()
    consent_texts(team.clinic, None)
    starter.start_clinic(team.clinic, team.admin)
    starter_checks.start_clinic(team.clinic)
    return team


def introduced(coordinator, team, **fields) -> Match:
    """The coordinator introduces two who both said yes."""
    match = factories.make_match(team, status=Status.ACCEPTED, mentee_answer="yes", **fields)
    now = clock.now()
    Match.objects.filter(pk=match.pk).update(
        mentee_answered_at=now, mentee_expectations_at=now, mentor_expectations_at=now, mentee_asked_at=now,
        mentee_shares_at=now, mentor_shares_at=now,
    )  # fmt: skip
    coordinator.open("matching:match", match.ref)
    coordinator.press("Introduce them")
    match.refresh_from_db()
    assert match.status == "introduced" and match.contacts.planned().count() == 5
    return match


def by_link(visitor, kind: str, subject: str) -> None:
    """Somebody follows a one-time link out of a mail."""
    _link, url = links.make(kind, subject)
    visitor.go(visitor.base + "/l/" + url.rstrip("/").rsplit("/", 1)[-1] + "/")


def asked_ten_days_later(match: Match) -> str:
    """Let the round of the tenth morning ask the mentee, and return the link in the mail they get."""
    later = clock.at_local(match.clinic.today + 10 * DAY, dt.time(10), match.clinic.time_zone)
    with clock.at(later):
        asking.send_due(later)
        check = FollowUpCheck.objects.get(match=match, to=checks.MENTEE)
        assert delivery.deliver(Message.objects.get(kind="check.ask", subject=check.ref).pk, later) == "sent"
    return link_in(mail.outbox[-1])


def end_as_planned(coordinator, match: Match) -> None:
    """The coordinator ends a pair by the form, as planned."""
    coordinator.open("mentorship:end", match.ref)
    coordinator.choose(reason="planned")
    coordinator.press("End the pair")


def test_a_match_is_lived_on_phones(team, arrive, live_server, settings):
    settings.SITE_URL = live_server.url
    coordinator, mentee = arrive(team.coordinator), arrive(phone=True)
    first_mentor = factories.make_mentor(team)
    mentor = arrive(first_mentor.person.user, phone=True)
    match = introduced(coordinator, team, mentor=first_mentor)
    name = match.referral.mentee.first_name

    # moved in one tap
    mentor.open("mentorship:talks", match.ref)
    before = match.contacts.planned().order_by("planned_at").first()
    with mentor.page.expect_event("load"):
        mentor.page.locator("button[name=at]").first.click()
    before.refresh_from_db()
    assert before.version == 2

    # missed, in neutral words
    mentor.open("mentorship:log-with", match.ref)
    mentor.choose(outcome="no-answer")
    mentor.press("Save")
    mentor.sees("nobody's fault")

    # logged without a line, sent once
    mentor.open("mentorship:log-with", match.ref)
    mentor.choose(outcome="talked", minutes="30")
    mentor.page.context.set_offline(True)
    mentor.page.get_by_role("button", name="Save", exact=True).click()
    expect(mentor.page.get_by_text("Not sent yet")).to_be_visible()
    mentor.page.context.set_offline(False)
    expect(mentor.page.get_by_text("Saved.")).to_be_visible(timeout=20000)
    assert match.contacts.filter(status="talked", minutes=30).count() == 1

    # a question for the team; a check that is not comfortable
    mentor.open("mentorship:ask-about", match.ref)
    mentor.choose(topic="dose")
    mentor.write(question="May it be taken with food?")
    with mentor.page.expect_event("load"):
        mentor.page.locator("main form button[type=submit]").last.click()
    assert Question.objects.filter(match=match, topic="dose", status="asked").exists()
    coordinator.open("desk:today")
    coordinator.sees_not(name)
    mentee.go(asked_ten_days_later(match))
    mentee.press("I am not comfortable with it")
    assert match.checks.get(answer=checks.NOT_COMFORTABLE).day == 10
    coordinator.open("desk:today")
    coordinator.sees(name)

    # another mentor: the place in the line stays
    by_link(mentee, "mentee.page", match.referral.ref)
    mentee.press("Open my page")
    mentee.open("mentorship:own-another")
    mentee.press("Yes, somebody else please")
    match.refresh_from_db()
    assert match.status == "ended" and match.referral.status == "open"
    second = introduced(coordinator, team, referral=match.referral)

    # a good end: the coordinator plans it, both answer, the coordinator ends it
    coordinator.open("mentorship:pair", second.ref)
    coordinator.write(bridge="The association's group", last_contact_on=second.clinic.today.isoformat())
    coordinator.choose(future="none")
    coordinator.press("Save the plan for the ending")
    coordinator.sees("The plan for the ending is saved.")
    end_as_planned(coordinator, second)
    coordinator.sees("A planned ending needs these first.", "The mentee was asked how it was, and may still answer.")
    second.refresh_from_db()
    assert second.status == "introduced"
    by_link(mentee, closing.ASK, second.ref)
    mentee.page.get_by_role("radio", name="Somewhat", exact=True).check()
    mentee.page.get_by_role("radio", name="Nearly", exact=True).check()
    mentee.press("Save")
    other = arrive(second.mentor.person.user, phone=True)
    other.open("mentorship:closing-own", second.ref)
    other.page.get_by_role("checkbox").first.check()
    other.choose(well="somewhat", again="soon")
    other.press("Save")
    coordinator.open("mentorship:pair", second.ref)
    coordinator.sees("The mentor says so.")
    end_as_planned(coordinator, second)
    second.refresh_from_db()
    second.referral.refresh_from_db()
    assert (second.status, second.end_reason, second.ended_by) == ("ended", "planned", team.coordinator)
    assert (second.referral.status, second.referral.close_reason) == ("closed", "finished")
    assert second.closing.referrer_told_at and not second.contacts.planned().exists()
    coordinator.open("mentorship:pair", second.ref)
    coordinator.sees("Ended: ")
    other.open("mentorship:home")
    other.sees_not(name)
