"""One thing of each kind that belongs on *Today*."""

import datetime as dt

from common import clock
from common.vocabulary import Channel
from matching.workflow import Status as MatchStatus
from mentorship.models import Aftercare, Contact, FlagCategory, FollowUpCheck, LadderRung, Question, RedFlag
from messaging.models import Message
from messaging.models import Status as MessageStatus
from referrals.workflow import Status as ReferralStatus
from tests import factories

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def flag(team, *, left=HOUR, **fields):
    category, _made = FlagCategory.objects.get_or_create(
        clinic=team.clinic, key="low-mood", defaults={"name": "Low mood", "severity": "S3"}
    )
    match = factories.make_match(team)
    deadline = clock.now() + left
    row = RedFlag.objects.create(
        clinic=team.clinic, category=category, referral=match.referral, match=match, source="home",
        raised_by=match.mentor.person.user, owner=team.clinician, answer_by=deadline, next_climb_at=deadline,
        **({"severity": "S3", "route": "clinical"} | fields),
    )  # fmt: skip
    row.rungs.create(position=1, user=team.clinician, who=LadderRung.Who.RESPONSIBLE, told_at=clock.now(), times_told=2)
    return row


def unresolved(team):
    past = clock.now() - HOUR
    return flag(
        team,
        left=-2 * HOUR,
        status="acknowledged",
        acknowledged_at=past,
        acknowledged_by=team.clinician,
        resolve_by=past,
    )


def undelivered(team, n=1):
    person = factories.make_person(team.clinic, first_name="Bram")
    return Message.objects.create(
        key=f"lost:{person.ref}", kind="check.ask", delivery="at-most-once", clinic=team.clinic,
        recipient=f"person:{person.ref}", subject="x", status=MessageStatus.DEAD, problem="No address.",
    )  # fmt: skip


def submitted(team):
    return factories.make_referral(team, status=ReferralStatus.SUBMITTED)


def silent(team):
    asked = clock.now() - 30 * HOUR
    return factories.make_match(team, status=MatchStatus.APPROVED, approved_at=asked, answer_by=asked + 48 * HOUR)


def to_ask(team):
    return factories.make_match(team, status=MatchStatus.ACCEPTED)


def wants_a_call(team):
    return factories.make_match(
        team,
        status=MatchStatus.ACCEPTED,
        mentee_asked_at=clock.now(),
        mentee_answer="call",
        mentee_answered_at=clock.now(),
    )


def to_introduce(team):
    return factories.make_match(
        team,
        status=MatchStatus.ACCEPTED,
        mentee_asked_at=clock.now(),
        mentee_answer="yes",
        mentee_answered_at=clock.now(),
    )


def no_talk(team):
    return factories.make_match(team, days_ago=5)


def two_misses(team):
    match = factories.make_match(team, days_ago=20)
    for days, status in ((15, "talked"), (6, "no-answer"), (2, "did-not-come")):
        Contact.objects.create(match=match, status=status, happened_at=clock.now() - days * DAY, channel=Channel.PHONE)
    return match


def talked(match):
    Contact.objects.create(match=match, status="talked", happened_at=match.introduced_at, channel=Channel.PHONE)
    return match


def worrying(team):
    match = talked(factories.make_match(team, days_ago=11))
    return FollowUpCheck.objects.create(
        match=match,
        day=10,
        to="mentee",
        due_on=team.clinic.today - DAY,
        answer="not-comfortable",
        answered_at=clock.now(),
    )


def unanswered(team):
    match = talked(factories.make_match(team, days_ago=20))
    return FollowUpCheck.objects.create(
        match=match, day=10, to="mentee", due_on=team.clinic.today - 10 * DAY, asked_at=clock.now() - 10 * DAY
    )


def question(team, **fields):
    match = talked(factories.make_match(team))
    values = {"topic": "dose", "asked_by": match.mentor.person.user, "routed_to": team.clinician}
    values |= {"due_at": clock.now() - HOUR, "asked_at": clock.now() - 3 * DAY}
    return Question.objects.create(referral=match.referral, match=match, **(values | fields))


def to_pass_on(team):
    return question(
        team, status="answered", answer="Yes.", how="call", answered_by=team.clinician, answered_at=clock.now()
    )


def refused(team):
    return factories.make_match(team, status=MatchStatus.DECLINED)


def waiting(team):
    return factories.make_referral(team, submitted_at=clock.now() - 12 * DAY)


def certificate_ends(team):
    mentor = factories.make_mentor(team)
    mentor.certificates.update(valid_until=team.clinic.today + 9 * DAY)
    return mentor


def died(team):
    match = factories.make_match(team, status=MatchStatus.ENDED, end_reason="died")
    return Aftercare.objects.create(match=match, kind=Aftercare.Kind.RING)


# Each with the heading it must appear under and a word of its row.
EVERY = {
    "Flags not answered": (flag, "was told 2 times"),
    "Flags not resolved in time": (unresolved, "has it"),
    "1 message did not arrive": (undelivered, "Bram"),
    "New referrals": (submitted, "Look at it"),
    "Mentors yet to answer": (silent, "Call Rita"),
    "Mentees to ask": (to_ask, "said yes and waits"),
    "Introductions to make": (to_introduce, "Introduce them"),
    "Introduced, no talk yet": (no_talk, "Nothing logged"),
    "Missed each other twice": (two_misses, "in a row"),
    "Something is not right": (worrying, "I am not comfortable with it"),
    "Follow-up questions without an answer": (unanswered, "right person"),
    "Questions without an answer": (question, "Call Piet"),
    "Answers to pass on by phone": (to_pass_on, "asks that somebody calls"),
    "Find another mentor": (refused, "said no"),
    "Waiting for a mentor": (waiting, "12 days"),
    "Looking after mentors": (certificate_ends, "In 9 days"),
    "After a death": (died, "Ring the one who stays behind"),
}
