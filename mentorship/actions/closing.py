"""The verbs of an ending: early by anyone, without blame; planned, with its checklist (Emb13 #64, #82, #83)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts import links
from accounts.models import User
from common import clock
from common.errors import Invalid, NotReady, WrongState
from matching import actions as matching
from matching import guards
from matching.models import Match
from matching.workflow import EndReason, Status
from mentorship import closing_questions
from mentorship.models import Closing, ClosingAnswer, Goal
from mentorship.models.checks import Side
from mentorship.rules import closing as rules
from mentorship.rules import own_page as own_rules
from mentorship.rules.pairs import PRESENT
from messaging import outbox
from referrals import actions as referrals
from referrals.data import CloseReason, ConsentData
from referrals.models import Referral
from referrals.workflow import Status as ReferralStatus


class Wish(models.TextChoices):
    """What somebody would like after a pair has ended."""

    ANOTHER = "another", _("Another mentor")
    GROUP = "group", _("A group")
    NOTHING = "nothing", _("Nothing for now")


# Reasons each side may give; none is asked for (no blame).
ASK = "closing.answer"  # the kind of link by which a mentee answers the closing questions
DEBRIEF_AFTER = dt.timedelta(days=7)  # [D] when somebody talks with the mentor about it
AFTER_THE_END = dt.timedelta(days=30)  # [D] so long a mentee may still answer
NO_WORD = (EndReason.DIED, EndReason.CONSENT, EndReason.CONDUCT)  # after these nothing is sent to the other
SETTLED = (CloseReason.MOVED, CloseReason.TWICE, CloseReason.DIED)  # who these closed does not come back by themselves
REASONS = {
    Side.MENTEE: (EndReason.MENTEE, EndReason.FIT, EndReason.OUT_OF_TOUCH, EndReason.OTHER),
    Side.MENTOR: (EndReason.MENTOR, EndReason.FIT, EndReason.OUT_OF_TOUCH, EndReason.OTHER),
}


@transaction.atomic
def end_early(*, match: int, by: User, side: str, reason: str = "", wish: str = "", note: str = "") -> Match:
    """End a pair before its time, by either of the two. `by` is the system user for a mentee who came by link.

    Who wants another mentor keeps their place in the line: the referral stays open with its dates (Joo22 #30). Who wants
    nothing for now is taken off the list, and may come back any time. Again changes nothing.
    Raises Denied, WrongState, Invalid (side, reason, wish).
    """
    if side not in REASONS:
        raise Invalid(_("Choose who wants to stop"), field="side")
    reason = reason or REASONS[Side(side)][0]
    if reason not in REASONS[Side(side)]:
        raise Invalid(_("Choose why it ends"), field="reason")
    if wish and wish not in Wish.values:
        raise Invalid(_("Choose what comes next"), field="wish")
    before = Match.objects.lock(match).status
    row = matching.end(match=match, by=by, reason=reason, note=note)
    if side == Side.MENTEE and row.status == Status.ENDED:
        _follow(row.referral_id, wish, by)
    if before in PRESENT:
        _tell_the_other(row, side)
    return row


def _tell_the_other(match: Match, side: str) -> None:
    """Tell the one who did not end it, kindly and without a reason; who looks for somebody keeps the place in the line."""
    to = match.mentor.person.user if side == Side.MENTEE else match.referral.mentee
    outbox.post("pair.over", match.ref, clinic=match.referral.clinic, to=to)


@transaction.atomic
def end_for_team(*, match: int, by: User, reason: str, note: str = "", wish: str = "") -> Match:
    """End a pair as a coordinator: as planned with its checklist, which rounds off the referral too; else with what the
    mentee wishes next, where they said it. Again changes nothing. Raises Denied, WrongState, Invalid, NotReady.
    """
    if wish and wish not in Wish.values:
        raise Invalid(_("Choose what comes next"), field="wish")
    if reason == EndReason.PLANNED:
        return finish(match=match, by=by, note=note, wish=wish)
    before = Match.objects.lock(match).status
    row = matching.end(match=match, by=by, reason=reason, note=note)
    if before in PRESENT and reason not in NO_WORD and wish:
        _follow(row.referral_id, wish, by)
    if before in PRESENT and reason == EndReason.MENTOR:  # a hand-over too: they hear it kindly, and keep the place
        _tell_the_other(row, Side.MENTOR)
    return row


@transaction.atomic
def say_next(*, referral: int, by: User, wish: str) -> Referral:
    """Do what a mentee wishes after an ending they did not choose. Again changes nothing. Raises Denied, Invalid, WrongState."""
    row = Referral.objects.lock(referral)
    own_rules.speak.require(by, row)
    if wish not in Wish.values:
        raise Invalid(_("Choose what comes next"), field="wish")
    if row.matches.live().exists() or row.status != ReferralStatus.OPEN:
        raise WrongState(_("This has changed in the meantime."))
    last = row.matches.filter(status=Status.ENDED).order_by("-ended_at", "-pk").first()
    if last is not None:
        last.history.create(from_status=last.status, to_status=last.status, by=by, note=f"next:{wish}")
    if wish == Wish.ANOTHER and row.only_group:
        Referral.objects.filter(pk=referral).update(only_group=False)
    _follow(referral, wish, by)
    return row


@transaction.atomic
def come_back(*, referral: int, by: User, consent: ConsentData) -> Referral:
    """Open a closed referral again because its mentee would like a mentor: consent is asked anew, as on the first day.

    Again changes nothing. Raises Denied, WrongState, Invalid (consent_<scope>), NotReady.
    """
    row = Referral.objects.lock(referral)
    own_rules.speak.require(by, row)
    if row.status == ReferralStatus.CLOSED and row.close_reason in SETTLED:
        raise WrongState(_("Please ring the clinic: they look along with you."))
    return referrals.reopen(referral=referral, by=by, consent=consent)


def _follow(referral: int, wish: str, by: User) -> None:
    """Do what the mentee wishes next. Without a wish the referral waits for the coordinator to ask."""
    row = Referral.objects.lock(referral)
    if row.status != ReferralStatus.OPEN:
        return
    if wish == Wish.NOTHING:
        referrals.close(referral=referral, by=by, reason=CloseReason.WISH)
    elif wish == Wish.GROUP and not row.only_group:
        Referral.objects.filter(pk=referral).update(only_group=True)


# A planned ending -------------------------------------------------------------------------


def prepare(*, match: Match, by: User, future: str, debrief_on: dt.date | None, last: dt.date) -> Closing:
    """Set the checklist of a planned ending and ask both sides the closing questions, once. The match is locked.

    Raises Invalid (future, debrief_on).
    """
    if future not in Closing.Future.values:
        raise Invalid(_("Choose what contact there is after this"), field="future")
    on = debrief_on or last + DEBRIEF_AFTER
    if not last <= on <= last + dt.timedelta(days=92):
        raise Invalid(_("Choose a day after the last talk, within three months."), field="debrief_on")
    row, made = Closing.objects.get_or_create(match=match, defaults={"made_by": by})
    row.future, row.debrief_on = future, on
    row.save(update_fields=["future", "debrief_on"])
    if made:
        outbox.post("closing.ask", match.ref, clinic=match.referral.clinic, to=match.referral.mentee)
        outbox.post("closing.ask-mentor", match.ref, clinic=match.referral.clinic, to=match.mentor.person.user)
    return row


@transaction.atomic
def answer(
    *, match: int, by: User, side: str, answers: Mapping[str, str], comments: Mapping[str, str] | None = None,
    alumni: bool | None = None,
) -> Closing:  # fmt: skip
    """Store what one side answers to the closing questions; another answer replaces the first, none leaves it.

    `alumni`: whether they may be invited now and then; None where it was not asked or answered.
    Raises Denied, WrongState, Invalid (the code of a question, or comment-<code>).
    """
    m = Match.objects.lock(match)
    if side not in closing_questions.QUESTIONS:
        raise Invalid(_("Choose who answers"), field="side")
    (rules.answer_as_mentee if side == Side.MENTEE else rules.answer_as_mentor).require(by, m)
    row = Closing.objects.select_for_update().filter(match=m).first()
    if row is None or not may_answer(m, side):
        raise WrongState(_("This is no longer needed. Thank you all the same."))
    for question in closing_questions.QUESTIONS[side]:
        _store(m, by, side, question, answers.get(question.code, ""), (comments or {}).get(question.code, ""))
    if alumni is not None:
        setattr(row, f"{Side(side).value}_alumni", alumni)
        row.save(update_fields=[f"{Side(side).value}_alumni"])
    if not unanswered(m, side):
        kind, to = ("closing.ask", "mentee") if side == Side.MENTEE else ("closing.ask-mentor", "mentor")
        outbox.cancel(subject=m.ref, kind=kind, why=f"The {to} answered.")
    return row


def _store(match: Match, by: User, side: str, question, answer: str, comment: str) -> None:
    if not answer and not comment.strip():
        return
    if answer not in dict(question.answers):
        raise Invalid(_("Choose one of the answers below"), field=question.code)
    words = comment.strip()
    if len(words) > closing_questions.MOST_WORDS or "\x00" in words:
        raise Invalid(_("Make this shorter: at most 300 characters"), field=f"comment-{question.code}")
    values = {"answer": answer, "comment": words, "by": by, "at": clock.now()}
    known = ClosingAnswer.objects.filter(match=match, side=side, question=question.code).first()
    if known is None or (known.answer, known.comment) != (answer, words):
        ClosingAnswer.objects.update_or_create(match=match, side=side, question=question.code, defaults=values)


def may_answer(match: Match, side: str) -> bool:
    """Tell whether the questions are still open to a side: during the pair; for the mentee a while after it rounded off."""
    if match.status in PRESENT:
        return match.sight_ended_at is None or side == Side.MENTEE
    planned = match.status == Status.ENDED and match.end_reason == EndReason.PLANNED
    return bool(planned and side == Side.MENTEE and match.ended_at and clock.now() - match.ended_at < AFTER_THE_END)


def unanswered(match: Match, side: str) -> bool:
    """Tell whether a side has not answered every closing question."""
    given = ClosingAnswer.objects.filter(match=match, side=side).count()
    return given < len(closing_questions.QUESTIONS[side])


@transaction.atomic
def say_deleted(*, match: int, by: User) -> Closing:
    """Note that the mentor deleted the numbers and addresses. Again changes nothing. Raises Denied, WrongState."""
    m = Match.objects.lock(match)
    rules.say_deleted.require(by, m)
    row = Closing.objects.select_for_update().filter(match=m).first()
    if row is None:
        raise WrongState(_("No ending is planned yet."))
    if row.numbers_deleted_at is None:
        row.numbers_deleted_at = clock.now()
        row.save(update_fields=["numbers_deleted_at"])
    return row


def checklist_missing(match: Match) -> list:
    """Return in words what the checklist of a planned ending still lacks. Nothing before an ending is planned.

    The questions hold nobody up for ever: asked some days ago without an answer is enough [D].
    """
    row = Closing.objects.filter(match=match).first()
    if row is None:
        return []
    missing = []
    if Goal.objects.to_look_at().filter(referral=match.referral).exists():
        missing.append(_("The mentee's goals have not been looked at yet."))
    if not row.future:
        missing.append(_("What contact there is afterwards has not been agreed yet."))
    if row.numbers_deleted_at is None:
        missing.append(_("The mentor has not said yet that the numbers are deleted."))
    if row.debrief_on is None:
        missing.append(_("The day to talk with the mentor about it has not been chosen yet."))
    if ClosingAnswer.objects.filter(match=match).to_ring(clock.now()).exists():
        missing.append(_("The mentee does not know yet where to turn after this: ring them, then save the plan again."))
    if not has_waited(row):
        waits = {Side.MENTEE: _("The mentee was asked how it was, and may still answer."),
                 Side.MENTOR: _("The mentor was asked how it was, and may still answer.")}  # fmt: skip
        missing += [words for side, words in waits.items() if unanswered(match, side)]
    return missing


def has_waited(closing: Closing) -> bool:
    """Tell whether both were asked so long ago that no answer is an answer too."""
    return clock.now() - closing.made_at >= dt.timedelta(days=closing_questions.WAIT_DAYS)


@transaction.atomic
def finish(*, match: int, by: User, note: str = "", wish: str = "") -> Match:
    """End a pair as planned and round off its referral; whoever referred hears that it was, and nothing more.

    Who would like another mentor or a group stays on the list. Again changes nothing.
    Raises Denied, WrongState, NotReady (what the checklist lacks).
    """
    m = Match.objects.lock(match)
    rules.finish.require(by, m)
    if m.status == Status.ENDED:
        return m
    lacking = guards.missing(m)
    if lacking:
        raise NotReady(lacking)
    row = matching.end(match=match, by=by, reason=EndReason.PLANNED, note=note)
    if wish in (Wish.ANOTHER, Wish.GROUP):
        _follow(m.referral_id, wish, by)
        return row
    if m.referral.status == ReferralStatus.OPEN:
        referrals.close(referral=m.referral_id, by=by, reason=CloseReason.FINISHED)
        Closing.objects.filter(match=m).update(referrer_told_at=clock.now())
    return row


def after_the_end(*, match: Match, by: User) -> None:
    """Whatever ended: nobody is asked any more, and somebody talks with the mentor. Inside the transaction of the end.

    After a planned ending the mentee may still answer for a while; after a death nothing is asked or sent.
    """
    if match.end_reason != EndReason.PLANNED:
        links.end(ASK, match.ref)
        for kind in ("closing.ask", "closing.ask-mentor"):
            outbox.cancel(subject=match.ref, kind=kind, why="The pair has ended.")
    if by.is_system and match.end_reason in REASONS[Side.MENTEE]:  # they stopped everything on their own page
        _tell_the_other(match, Side.MENTEE)
    if match.end_reason in (EndReason.DIED, EndReason.CONDUCT):  # others look after them, as these ask
        Closing.objects.filter(match=match).update(debrief_on=None)
        return
    row, _made = Closing.objects.get_or_create(match=match, defaults={"made_by": by})
    if row.debrief_on is None or match.end_reason != EndReason.PLANNED:
        row.debrief_on = clock.today(match.referral.clinic.time_zone) + DEBRIEF_AFTER
        row.save(update_fields=["debrief_on"])


@transaction.atomic
def note_debrief(*, match: int, by: User) -> Closing:
    """Note that somebody talked with the mentor about the ending. Again changes nothing. Raises Denied, WrongState."""
    m = Match.objects.lock(match)
    rules.debrief.require(by, m)
    row = Closing.objects.select_for_update().filter(match=m).first()
    if row is None:
        raise WrongState()
    if row.debrief_at is None:
        row.debrief_at, row.debrief_by = clock.now(), by
        row.save(update_fields=["debrief_at", "debrief_by"])
    return row


# Invitations now and then -------------------------------------------------------------------


@transaction.atomic
def agree_to_invitations(*, referral: int, by: User, agrees: bool) -> int:
    """Store whether a mentee may be invited now and then, for every ending of theirs; return how many changed.

    The same again changes nothing. Raises Denied.
    """
    row = Referral.objects.lock(referral)
    own_rules.speak.require(by, row)
    rows = Closing.objects.filter(match__referral=row).exclude(mentee_alumni=agrees)
    return rows.update(mentee_alumni=agrees)


@transaction.atomic
def agree_as_mentor(*, by: User, agrees: bool) -> int:
    """Store whether somebody may be invited as a former mentor, for every ending of theirs; return how many changed."""
    rows = Closing.objects.select_for_update(of=("self",)).filter(match__mentor__person__user=by)
    found = list(rows.select_related("match__mentor__person").order_by("pk"))
    for row in found:
        rules.agree_as_mentor.require(by, row.match)
    return (
        Closing.objects.filter(pk__in=[row.pk for row in found])
        .exclude(mentor_alumni=agrees)
        .update(mentor_alumni=agrees)
    )
