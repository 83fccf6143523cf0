"""The verbs of follow-up checks: ask what is due, answer, handle, change the days."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clinics.models import Clinic, SettingChange
from common import clock
from common.errors import Invalid, Stale, WrongState
from common.vocabulary import Topic
from matching.models import Match
from matching.workflow import Status as MatchStatus
from mentorship import care, checks, reminders, reminders_formats, reminders_groups
from mentorship.actions.questions import ask_question
from mentorship.models import CheckDay, Contact, FollowUpCheck, Question
from mentorship.reminders import CheckDue
from mentorship.reminders_formats import AskedDue
from mentorship.reminders_talks import NoticeDue, reader_of
from mentorship.rules import pairs as rules
from mentorship.workflow import ContactStatus
from messaging import outbox

log = logging.getLogger(__name__)

LONGEST_DAY = 365


# Ask --------------------------------------------------------------------------------------


def send_due(now: dt.datetime) -> int:
    """Store what each clinic's morning asks for, from nine o'clock on its clocks; return how many rows.

    Safe to repeat and to run late. Each row is stored by itself: one that fails does not keep the others.
    """
    return sum(send_due_for(clinic, now) for clinic in Clinic.objects.order_by("pk"))


def send_due_for(clinic: Clinic, now: dt.datetime) -> int:
    """Store what one clinic's morning asks for; nothing before nine."""
    there = now.astimezone(ZoneInfo(clinic.time_zone))
    if there.time() < reminders.MORNING:
        return 0
    due = reminders.due(there.date(), clinic)
    checks_stored = sum(_alone(ask, row) for row in due.checks)
    notices_stored = sum(_alone(remind, row) for row in due.notices)
    asked = sum(_alone(ask_as_format, row) for row in due.asked)
    return checks_stored + notices_stored + asked + sum(_alone(reminders_groups.store, row) for row in due.groups)


def _alone(store, row) -> bool:
    try:
        return store(row)
    except DatabaseError:
        raise
    except Exception as error:
        log.error("A reminder could not be stored: %s", type(error).__name__)
        return False


@transaction.atomic
def ask(row: CheckDue) -> bool:
    """Store one check with its message; False when it is there already or no longer right."""
    match = Match.objects.lock(row.match_id)
    if not reminders.is_asked(match, row.day, row.to):
        return False
    to = match.referral.mentee if row.to == "mentee" else match.mentor.person.user
    if to is None:
        return False
    check, made = FollowUpCheck.objects.get_or_create(
        match=match, day=row.day, to=row.to, defaults={"due_on": row.due_on, "asked_at": clock.now()}
    )
    if made:
        outbox.post("check.ask", check.ref, clinic=match.referral.clinic, to=to)
    return made


@transaction.atomic
def remind(row: NoticeDue) -> bool:
    """Store one reminder of a talk; False when its reader has no account, or it is no longer right.

    Nothing is locked: whether the two still meet is asked once more when it is sent.
    """
    to = reader_of(row.talk, row.to)
    there = Contact.objects.filter(pk=row.talk.pk, status=ContactStatus.PLANNED, match__status=MatchStatus.INTRODUCED)
    if to is None or not there.exists():
        return False
    outbox.post(
        row.kind, row.talk.ref, clinic=row.talk.match.referral.clinic, to=to, key=row.key, data={"on": row.on.isoformat()},
        due_at=max(row.due_at, clock.now()) if row.due_at else None,
    )  # fmt: skip
    return True


@transaction.atomic
def ask_as_format(row: AskedDue) -> bool:
    """Store what a format asks: a check for the team to look after, else a reminder; False when no longer right."""
    match = Match.objects.lock(row.match_id)
    if match.status != MatchStatus.INTRODUCED:
        return False
    if row.to == checks.TEAM:
        _check, made = FollowUpCheck.objects.get_or_create(
            match=match, day=row.day, to=checks.TEAM,
            defaults={
                "due_on": row.due_on, "asked_at": clock.now(), "comment": row.words[:500], "more": {"until": row.until},
            },
        )  # fmt: skip
        return made
    to = match.mentor.person.user if row.to == checks.MENTOR else match.referral.mentee
    if to is None:
        return False
    outbox.post(
        reminders_formats.KIND, match.ref, clinic=match.referral.clinic, to=to, key=reminders_formats.key_of(row.day)
    )
    return True


# Answer -----------------------------------------------------------------------------------


@transaction.atomic
def answer_check(*, check: int, by: User, answer: str) -> FollowUpCheck:
    """Store one tap; another tap changes the answer, the same one changes nothing. Each is kept in the history.

    A mentee's answer is signed by the system user: the link says who it was. A changed answer that asks for
    somebody comes back to the coordinator. Raises Denied, WrongState (no longer asked), Invalid.
    """
    row = _lock(check)
    rules.answer_check.require(by, row)
    if row.cancelled_at:
        raise WrongState(_("This question is no longer needed. Thank you all the same."))
    found = checks.question(row.day, row.to).find(answer)
    if found is None:
        raise Invalid(_("Choose one of the answers below."), field="answer")
    if row.answer == answer:
        return row
    row.answers.create(from_answer=row.answer, to_answer=answer, by=by, at=clock.now())
    row.answer, row.answered_at = answer, clock.now()
    if found.calls:
        row.handled_at, row.handled_by = None, None
    row.save(update_fields=["answer", "answered_at", "handled_at", "handled_by"])
    outbox.cancel(subject=row.ref, kind="check.ask", why="It was answered.")
    return row


@transaction.atomic
def say_more(*, check: int, by: User, comment: str, more: Mapping[str, str] | None = None) -> FollowUpCheck:
    """Store the optional line to an answer, and the answers to what else was asked (pace, boundaries; evidence C).

    `more` holds answers by the code of their question; None leaves them as they are. A new answer that asks for
    somebody comes back to the coordinator. Raises Denied, WrongState (no answer yet, or no longer asked), Invalid.
    """
    row = _lock(check)
    rules.answer_check.require(by, row)
    if row.cancelled_at or not row.answered_at:
        raise WrongState(_("Choose an answer first."))
    comment = comment.strip()
    if len(comment) > 500:
        raise Invalid(_("Make this shorter: at most 500 characters."), field="comment")
    given = row.more if more is None else _checked_more(row, more)
    if (row.comment, row.more) == (comment, given):
        return row
    if any((code, answer) in checks.MORE_THAT_CALLS for code, answer in given.items() if row.more.get(code) != answer):
        row.handled_at, row.handled_by = None, None
    _keep_more(row, by, comment, given)
    told_of_money = given.get(checks.MONEY.code) == "yes" != row.more.get(checks.MONEY.code)
    row.comment, row.more = comment, given
    row.save(update_fields=["comment", "more", "handled_at", "handled_by"])
    if told_of_money:
        care.after_money_or_gift(row.match, row.ref)
    return row


@transaction.atomic
def ask_team(*, check: int, by: User, text: str = "") -> Question:
    """Turn a medical question that is still open into a question for the care team; the same again is one question.

    Raises Denied, WrongState (no answer yet, or no longer asked), Invalid (text), NotReady (nobody answers there).
    """
    row = _lock(check)
    rules.answer_check.require(by, row)
    if row.cancelled_at or not row.answered_at:
        raise WrongState(_("Choose an answer first."))
    return ask_question(referral=row.match.referral, by=by, topic=Topic.VISIT, text=text, match=row.match)


def _keep_more(row: FollowUpCheck, by: User, comment: str, given: Mapping[str, str]) -> None:
    """Write down each further answer that changes, and the line in their own words."""
    for code in sorted({*row.more, *given}):
        before, after = row.more.get(code, ""), given.get(code, "")
        if before != after:
            row.answers.create(question=code, from_answer=before, to_answer=after, by=by, at=clock.now())
    if row.comment != comment:
        row.answers.create(question="comment", said=comment, by=by, at=clock.now())


def _checked_more(row: FollowUpCheck, more: Mapping[str, str]) -> dict[str, str]:
    asked = {question.code: question for question in checks.question(row.day, row.to).more}
    given = {code: answer for code, answer in more.items() if answer}
    for code, answer in given.items():
        if code not in asked or asked[code].find(answer) is None:
            raise Invalid(_("Choose one of the answers below."), field=code)
    return given


@transaction.atomic
def handle_check(*, check: int, by: User, note: str = "") -> FollowUpCheck:
    """Note that the coordinator dealt with an answer or a silence; again changes nothing. Raises Denied, Invalid."""
    row = _lock(check)
    rules.handle_check.require(by, row)
    if len(note) > 300:
        raise Invalid(_("Make this shorter: at most 300 characters."), field="note")
    if row.handled_at is None:
        row.handled_at, row.handled_by, row.handled_note = clock.now(), by, note.strip()
        row.save(update_fields=["handled_at", "handled_by", "handled_note"])
    return row


def _lock(check: int) -> FollowUpCheck:
    match = Match.objects.lock(FollowUpCheck.objects.values_list("match_id", flat=True).get(pk=check))
    row = FollowUpCheck.objects.lock(check)
    row.match = match
    return row


# Settings ---------------------------------------------------------------------------------


def days_of(clinic: Clinic) -> dict[str, list[int]]:
    """Return the clinic's follow-up days per side, in order."""
    found: dict[str, list[int]] = {checks.MENTEE: [], checks.MENTOR: []}
    for day, to in CheckDay.objects.filter(clinic=clinic).order_by("day").values_list("day", "to"):
        found[to].append(day)
    return found


def check_days(days: Iterable[int], field: str) -> None:
    """Raise Invalid unless the days make sense: between 1 and a year, each once, two days apart at least."""
    days = list(days)
    if len(set(days)) != len(days):
        raise Invalid(_("Write each day once."), field=field)
    if any(not 1 <= day <= LONGEST_DAY for day in days):
        raise Invalid(_("Write days from 1 to 365 after the introduction."), field=field)
    ordered = sorted(days)
    if any(after - before < 2 for before, after in zip(ordered, ordered[1:], strict=False)):
        raise Invalid(_("Leave at least two days between two questions to the same person."), field=field)


@transaction.atomic
def change_days(
    *, clinic: int, by: User, mentee: Iterable[int], mentor: Iterable[int], before: dict[str, list[int]]
) -> bool:
    """Replace the follow-up days; `before` is what the form showed. False when nothing changes.

    Questions already asked stay. Raises Denied, Stale, Invalid (with the field).
    """
    row = Clinic.objects.select_for_update(no_key=True).get(pk=clinic)
    rules.change_days.require(by, row)
    after = {checks.MENTEE: sorted(mentee), checks.MENTOR: sorted(mentor)}
    now = days_of(row)
    if after == now:
        return False
    if before != now:
        raise Stale(_("Somebody changed these days while you were writing. Look at them again."))
    if not after[checks.MENTEE]:
        raise Invalid(_("Ask the mentee at least once: it is how somebody hears that all is not well."), field="mentee")
    for side, days in after.items():
        check_days(days, side)
    CheckDay.objects.filter(clinic=row).delete()
    CheckDay.objects.bulk_create(CheckDay(clinic=row, day=day, to=to) for to, days in after.items() for day in days)
    changes = {side: [_words(now[side]), _words(after[side])] for side in after if now[side] != after[side]}
    SettingChange.objects.create(clinic=row, section="checks", changes=changes, by=by)
    return True


def _words(days: list[int]) -> str:
    return ", ".join(map(str, days))
