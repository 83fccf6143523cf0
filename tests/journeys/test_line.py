"""The whole line, as each role, with the real worker, beat and sweeper beside the pages.

Embedded by default; with DATABASE_URL and REDIS_URL set, on those servers.
"""

import datetime as dt

import pytest

from common import clock
from matching.models import Match
from mentorship import starter, starter_checks
from mentorship.actions import checks
from messaging.models import LocalMail
from referrals.models import Person
from referrals.starter import start_clinic as consent_texts
from tests import factories
from tests.journeys import line
from tests.journeys.people import link_in, mail_to

pytestmark = pytest.mark.browser


@pytest.fixture
def team(transactional_db):
    """A clinic with its starters and one mentor who fits."""
    team = factories.Team()
    consent_texts(team.clinic, None)
    starter.start_clinic(team.clinic, team.admin)
    starter_checks.start_clinic(team.clinic)
    team.mentor = factories.make_mentor(team)
    return team


def days_pass(match: Match, days: int) -> None:
    """Let an introduction be some days ago, and ask what that morning asks; the mentee minds no hour of the night."""
    awake = {"quiet_from": dt.time(0), "quiet_until": dt.time(0)}
    Person.objects.filter(pk=match.referral.mentee_id).update(**awake)
    Match.objects.filter(pk=match.pk).update(introduced_at=clock.now() - dt.timedelta(days=days))
    morning = clock.at_local(match.clinic.today - dt.timedelta(days=1), dt.time(10), match.clinic.time_zone)
    with clock.at(morning):
        checks.send_due(clock.now())


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_from_the_offer_to_a_follow_up_answer(team, stand, arrive, javascript):
    people = {"javascript": javascript, "by_page": True}
    nurse, coordinator = arrive(team.nurse, **people), arrive(team.coordinator, **people)
    mentor = arrive(team.mentor.person.user, phone=True, **people)
    clinician, admin = arrive(team.clinician, **people), arrive(team.admin, **people)
    mentee = arrive(phone=True, **people)

    referral = line.refer(nurse)
    line.triage(coordinator, referral)
    match = line.ask_mentor(coordinator, referral, team.mentor)
    assert mail_to(team.mentor.person.user.email).subject
    line.mentor_says_yes(mentor, match)
    line.mentee_says_yes(mentee, line.ask_mentee(coordinator, match))
    line.introduce(coordinator, match)
    line.log_talk(mentor, match)

    flag = line.raise_flag(mentor, match)
    assert "Urgent" in mail_to(team.clinician.email).subject
    line.answer_flag(clinician, flag)

    last = LocalMail.objects.order_by("-pk").values_list("pk", flat=True).first()
    days_pass(match, 11)
    line.answer_check(mentee, link_in(mail_to(line.MENTEE, last)))
    line.review(admin, flag)
    nurse.open("referrals:detail", referral.ref)
    nurse.sees("Samira Bensalem")
    nurse.sees_not("Fever")
