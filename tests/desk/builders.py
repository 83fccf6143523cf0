"""One thing of each kind that belongs on *Today*."""

import datetime as dt

from common import clock
from common.vocabulary import Channel
from matching.workflow import Status as MatchStatus
from mentorship.actions import planning
from mentorship.models import (
    Aftercare,
    Closing,
    ClosingAnswer,
    Contact,
    FlagCategory,
    FollowUpCheck,
    LadderRung,
    Question,
    RedFlag,
)
from messaging.models import Message
from messaging.models import Status as MessageStatus
from referrals.models import SelfReferral
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
    for n in range(2):
        tell(row, team.clinician, n)
    return row


def tell(flag, user, n=0, status=MessageStatus.SENT):
    """A message of an escalation to somebody, which went out unless told otherwise."""
    return Message.objects.create(
        key=f"flag.raised:{flag.ref}:{n}:user:{user.ref}", kind="flag.raised", delivery="at-least-once", clinic=flag.clinic,
        recipient=f"user:{user.ref}", subject=flag.ref, status=status,
        sent_at=clock.now() if status == MessageStatus.SENT else None,
    )  # fmt: skip


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
    return factories.make_referral(team, submitted_at=factories.days_ago(12))


def certificate_ends(team):
    mentor = factories.make_mentor(team)
    mentor.certificates.update(valid_until=team.clinic.today + 9 * DAY)
    return mentor


def died(team):
    match = factories.make_match(team, status=MatchStatus.ENDED, end_reason="died")
    return Aftercare.objects.create(match=match, kind=Aftercare.Kind.RING)


# Each with the heading it must appear under and a word of its row.
def asked_themselves(team):
    """Somebody asked for a mentor by the public page."""
    return SelfReferral.objects.create(
        clinic=team.clinic, first_name="Els", last_name="Maes", birth_year=1970, phone="+32470123456", relation="patient",
        consent_words="Yes.",
    )  # fmt: skip


def ended_early(team):
    """A pair that its mentor ended two days ago; the mentee waits for somebody else."""
    return factories.make_match(
        team, status=MatchStatus.ENDED, days_ago=20, end_reason="mentor", ended_at=clock.now() - 2 * DAY
    )


def ending_late(team):
    """A pair whose last talk is over, and which is still one."""
    match = factories.make_match(team, days_ago=60)
    Contact.objects.create(match=match, status="talked", happened_at=clock.now() - 2 * DAY, channel=Channel.PHONE,
                           logged_by=team.coordinator, logged_at=clock.now())  # fmt: skip
    row = planning.enrolment_of(match, by=team.coordinator)
    row.last_contact_on, row.bridge = team.clinic.today - DAY, "A group"
    row.closing_set_by, row.closing_set_at = team.coordinator, clock.now()
    row.save()
    return match


def to_ring(team):
    """A mentee who does not know where to turn after the ending."""
    match = factories.make_match(team, days_ago=60)
    Contact.objects.create(match=match, status="talked", happened_at=clock.now() - 2 * DAY, channel=Channel.PHONE,
                           logged_by=team.coordinator, logged_at=clock.now())  # fmt: skip
    row = planning.enrolment_of(match, by=team.coordinator)
    row.last_contact_on, row.bridge = team.clinic.today + 5 * DAY, "A group"
    row.closing_set_by, row.closing_set_at = team.coordinator, clock.now() - DAY
    row.save()
    return ClosingAnswer.objects.create(match=match, side="mentee", question="ahead", answer="no", by=team.coordinator)


def pause_over(team):
    """A pair whose pause did not end by itself."""
    return factories.make_match(
        team, status=MatchStatus.PAUSED, days_ago=40, paused_at=clock.now(), pause_until=team.clinic.today - 2 * DAY
    )


def to_debrief(team):
    """A mentor to talk with after an ending."""
    match = factories.make_match(team, status=MatchStatus.ENDED, days_ago=90)
    match.referral.status = ReferralStatus.CLOSED
    match.referral.close_reason = "finished"
    match.referral.save()
    return Closing.objects.create(
        match=match, made_by=team.coordinator, future="none", debrief_on=team.clinic.today - 3 * DAY
    )


EVERY = {
    "Flags not answered": (flag, "was told 2 times"),
    "Flags not resolved in time": (unresolved, "has it"),
    "1 message did not arrive": (undelivered, "Bram"),
    "They asked for a mentor themselves": (asked_themselves, "got in touch"),
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
    "Ended early": (ended_early, "keep their place in the line"),
    "Do not know where to turn yet": (to_ring, "Which other support"),
    "Endings to finish": (ending_late, "has passed"),
    "Pauses that should be over": (pause_over, "Paused until"),
    "Talks after an ending": (to_debrief, "3 days over"),
    "Looking after mentors": (certificate_ends, "In 9 days"),
    "After a death": (died, "Ring the one who stays behind"),
}
