"""What may harm when it waits: flags, messages that did not arrive, answers that worry, questions left open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common import words
from desk.today.rows import MOST, Action, Desk, Group, Row, call, first_of, group
from mentorship import told
from mentorship.models import Question, RedFlag
from mentorship.undelivered import escalations_of, not_reached
from mentorship.workflow import UNANSWERED, FlagStatus, QuestionStatus
from messaging.models import Message
from messaging.outbox import address
from referrals.models import Person


@dataclass(frozen=True)
class Undelivered:
    """Messages that did not arrive: how many, and to whom the first ones were, accounts or people of the programme."""

    count: int
    readers: list[User | Person]

    @property
    def names(self) -> list[str]:
        """Return their names, in order."""
        return [reader.full_name for reader in self.readers]

    @property
    def people(self) -> list[Person]:
        """Return those whose names are a look at somebody, for the access log."""
        return [reader for reader in self.readers if isinstance(reader, Person)]


def flags(desk: Desk) -> list[Group]:
    """Return the flags nobody has answered, and those answered but not resolved in time."""
    rows = (
        RedFlag.objects.visible_to(desk.user)
        .filter(clinic=desk.clinic)
        .filter(Q(status__in=UNANSWERED) | Q(status=FlagStatus.ACKNOWLEDGED, resolve_by__lte=desk.now))
        .select_related("referral__mentee", "raised_by", "owner", "acknowledged_by", "handed_to", "category")
        .prefetch_related("rungs__user")
        .order_by("answer_by", "pk")
    )
    found = list(rows)
    messages = escalations_of(found)
    lost, reached = not_reached(found, messages), told.of(messages)
    waiting = [
        unanswered_row(desk, flag, lost.get(flag.ref, []), reached.get(flag.ref, {}))
        for flag in found
        if flag.status in UNANSWERED
    ]
    late = sorted((f for f in found if f.status not in UNANSWERED), key=lambda flag: flag.resolve_by)
    url = reverse("mentorship:flags")
    hint = _("A clinician must answer before the time shown.") if waiting else ""
    return [
        group("flags", _("Flags not answered"), waiting, text=hint, urgent=True, icon="flag", all_url=url),
        group(
            "unresolved", _("Flags not resolved in time"), [unresolved_row(desk, flag) for flag in late],
            text=_("Somebody has them. Ask how it goes."), urgent=True, icon="flag", all_url=url,
        ),
    ]  # fmt: skip


def unanswered_row(desk: Desk, flag: RedFlag, lost: Sequence[User], reached: dict[str, told.Told]) -> Row:
    """Say who was told how often, and whom to ring: first of all whom no message reached.

    `reached` are those to whom messages went out or go out, by label and ref.
    """
    sent = {label: person.times for label, person in reached.items() if person.times}
    rungs = [rung for rung in flag.rungs.all() if rung.told_at and address(rung.user) in sent]
    last = max(rungs, key=lambda rung: rung.told_at) if rungs else None
    person = last.user if last else flag.owner
    url = reverse("mentorship:flag", args=[flag.ref])
    unreached = [user for user in lost if user.pk not in (desk.user.pk, flag.about_user_id)]
    if unreached:
        person, told_words = unreached[0], _("%(who)s could not be told by message: please phone.")
        told_words %= {"who": words.listed(user.full_name for user in unreached)}
    elif last:
        told_words = times_told(person, sent[address(person)])
    else:
        told_words = nobody_told(person, any(one.waiting for one in reached.values()))
    text = f"{raised(desk, flag)} {told_words}"
    action = Action(_("Answer it"), url) if person == desk.user else call(person.full_name, person.phone, url)
    return Row(whom(flag), url, text, action, deadline=flag.answer_by, urgent=True, people=about(flag))


def unresolved_row(desk: Desk, flag: RedFlag) -> Row:
    """Say who has it since when."""
    url, person = reverse("mentorship:flag", args=[flag.ref]), flag.acknowledged_by
    text = _("%(who)s has it: %(when)s.") % {"who": person, "when": desk.at(flag.acknowledged_at)}
    action = Action(_("Open"), url) if person == desk.user else call(person.full_name, person.phone, url)
    return Row(whom(flag), url, text, action, deadline=flag.resolve_by, urgent=True, people=about(flag))


def whom(flag: RedFlag) -> str:
    """Return who a flag is about, for the person who must chase it."""
    return str(flag.referral.mentee) if flag.referral_id else str(flag.category)


def about(flag: RedFlag) -> tuple:
    """Return whose name a row about a flag shows."""
    return (flag.referral.mentee,) if flag.referral_id else ()


def raised(desk: Desk, flag: RedFlag) -> str:
    """Say who raised it and when."""
    if flag.raised_by.is_system:
        return _("Raised by themselves: %(when)s.") % {"when": desk.at(flag.raised_at)}
    return _("Raised by %(who)s: %(when)s.") % {"who": flag.raised_by, "when": desk.at(flag.raised_at)}


def times_told(person: User, times: int) -> str:
    """Say how often a message to somebody went out."""
    if times == 1:
        return _("%(who)s was told and has not answered.") % {"who": person}
    return _("%(who)s was told %(n)d times and has not answered.") % {"who": person, "n": times}


def nobody_told(person: User, waiting: bool) -> str:
    """Say that no message has gone out, and whether one is about to."""
    if waiting:
        return _("No message has gone out yet: %(who)s is being told now.") % {"who": person}
    return _("No message has gone out.")


def undelivered(desk: Desk) -> Undelivered | None:
    """Return how many messages did not arrive and whom the first were meant for."""
    lost = Message.objects.filter(clinic=desk.clinic).undelivered().order_by()  # few, found by their own index
    rows = Message.objects.visible_to(desk.user).filter(pk__in=lost.values("pk")).order_by("-created_at", "-pk")
    found, count = first_of(rows)
    return Undelivered(count, readers_of([m.recipient for m in found[:3]])) if count else None


def readers_of(recipients: list[str]) -> list[User | Person]:
    """Return who is behind "user:ref" and "person:ref", in order, at most two queries."""
    known: dict[str, User | Person] = {}
    for model in (User, Person):
        label = model._meta.model_name
        refs = [r.partition(":")[2] for r in recipients if r.startswith(f"{label}:")]
        if refs:
            known |= {f"{label}:{obj.ref}": obj for obj in model._base_manager.filter(ref__in=refs)}
    return [known[r] for r in dict.fromkeys(recipients) if r in known]


def questions(desk: Desk) -> list[Group]:
    """Return questions for the care team past their day, and answers somebody has to pass on by phone."""
    rows = (
        Question.objects.visible_to(desk.user)
        .filter(referral__clinic=desk.clinic)
        .filter(Q(status=QuestionStatus.ASKED, due_at__lte=desk.now) | Q(status=QuestionStatus.ANSWERED, how="call"))
        .select_related("referral__mentee", "routed_to", "answered_by")
        .order_by("due_at", "pk")[:MOST]
    )
    found = list(rows)
    late = [question_row(desk, q) for q in found if q.status == QuestionStatus.ASKED]
    to_tell = [answer_row(desk, q) for q in found if q.status == QuestionStatus.ANSWERED]
    url = reverse("mentorship:questions")
    return [
        group("questions", _("Questions without an answer"), late, text=_("Past the day they were due."), all_url=url),
        group("answers", _("Answers to pass on by phone"), to_tell, text=_("The mentee waits for them."), all_url=url),
    ]


def question_row(desk: Desk, question: Question) -> Row:
    """Say whose question waits with whom."""
    mentee, person = question.referral.mentee, question.routed_to
    url = reverse("mentorship:question", args=[question.ref])
    text = _("Waits for %(who)s, who was to answer by %(date)s.") % {"who": person, "date": desk.until(question.due_at)}
    return Row(
        str(mentee), url, text, call(person.full_name, person.phone, url, _("about %(name)s") % {"name": mentee.first_name}),
        since=question.asked_at, people=(mentee,),
    )  # fmt: skip


def answer_row(desk: Desk, question: Question) -> Row:
    """Say whose answer is ready."""
    mentee = question.referral.mentee
    url = reverse("mentorship:question", args=[question.ref])
    text = _("%(who)s answered and asks that somebody calls.") % {"who": question.answered_by}
    return Row(
        str(mentee), url, text, Action(_("Open"), url, about=mentee.first_name),
        since=question.answered_at, people=(mentee,),
    )  # fmt: skip


def flag_lede(groups: list[Group], now: dt.datetime) -> str:
    """Say in one sentence how urgent the flags are; empty when none waits."""
    waiting = next(g for g in groups if g.id == "flags")
    if not waiting.total:
        return ""
    soonest = min(row.deadline for row in waiting.rows)
    length = words.length((soonest - now).total_seconds())
    if soonest >= now:
        form = ngettext(
            "One flag needs an answer in %(length)s.",
            "%(n)d flags need an answer, the first in %(length)s.", waiting.total,
        )  # fmt: skip
    else:
        form = ngettext(
            "One flag should have been answered %(length)s ago.",
            "%(n)d flags need an answer, the first is %(length)s late.", waiting.total,
        )  # fmt: skip
    return form % {"n": waiting.total, "length": length}
