"""What was agreed in a supervision talk: the notes, whether somebody new may come, and the next talk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common import clock, words
from common.errors import Invalid, NotReady, Stale, WrongState
from messaging import outbox
from training import rules_supervising as may
from training.actions.record import stored
from training.actions.supervising import DAY, REMINDER, open_talk, plan_talk
from training.care_rules import rules_of
from training.models import Mentor, SupervisionPart, SupervisionTalk
from training.supervisors import AT_WORK

REST = "supervision.rest"
LONGEST_NOTES = 3000
FARTHEST = dt.timedelta(days=366)


class New(models.TextChoices):
    """Whether a mentor may take somebody new, as agreed in the talk."""

    YES = "yes", gettext_lazy("Yes")
    LATER = "later", gettext_lazy("Not yet, from a date")
    REST = "rest", gettext_lazy("They would rather rest")


@dataclass(frozen=True)
class Agreed:
    """What a supervisor writes about one mentor of a talk."""

    came: bool = True
    talked: list[str] = field(default_factory=list)
    notes: str = ""
    new: str = ""
    new_from: dt.date | None = None


@transaction.atomic
def save_talk(
    *, talk: int, by: User, version: int, agreed: Mapping[str, Agreed], next_at: dt.datetime | None = None,
    next_where: str = "",
) -> SupervisionTalk:  # fmt: skip
    """Save what was agreed, by ref of each part; plan the next talk with the same people if there is a moment for it.

    Whoever came is looked after until held_on + supervision_days. The same words again change nothing. Raises Denied,
    WrongState (called off), Stale (saved meanwhile with other words), Invalid (fields "<ref>-notes", "<ref>-new",
    "<ref>-new_from", "next_day").
    """  # fmt: skip
    row = open_talk(talk, by, may.hold)
    parts = list(row.parts.select_related("mentor__person__clinic").order_by("pk"))
    if row.cancelled_at is not None:
        raise WrongState(_("This talk was called off. Plan another one."))
    if row.saved_at is not None:
        if all(_same(part, agreed.get(part.ref)) for part in parts):
            return row
        raise Stale(_("This talk was saved already. What you typed is still here."))
    if row.version != version:
        raise Stale()
    _check(row, parts, agreed, next_at)
    held_on = min(row.clinic.today, words.local(row.planned_at, row.clinic.time_zone).date())
    for part in parts:
        _keep(part, agreed[part.ref], held_on)
    came = any(agreed[part.ref].came for part in parts)
    row.held_on, row.saved_at = held_on if came else None, clock.now()
    row.version += 1
    row.save(update_fields=["held_on", "saved_at", "version"])
    _stop_reminding(parts)
    if next_at is not None:
        again = [part.mentor_id for part in parts if _still(part.mentor, by)]
        if again:
            plan_talk(mentors=again, by=by, planned_at=next_at, where=next_where, kind=row.kind)
    return row


def _still(mentor: Mentor, by: User) -> bool:
    return mentor.status in AT_WORK and mentor.supervisor_id == by.pk


def _same(part: SupervisionPart, said: Agreed | None) -> bool:
    return said is not None and (part.came, part.talked, part.notes) == (said.came, said.talked, said.notes.strip())


def _check(talk: SupervisionTalk, parts: list[SupervisionPart], agreed: Mapping[str, Agreed], next_at) -> None:
    missing = [part.mentor.person.first_name for part in parts if part.ref not in agreed]
    if missing:
        raise NotReady([_("Say how it went with %(name)s too.") % {"name": name} for name in missing])
    today = talk.clinic.today
    for part in parts:
        _check_part(part.ref, agreed[part.ref], today)
    if next_at is not None and next_at <= clock.now():
        raise Invalid(_("This moment is past. Choose a day and an hour to come"), field="next_day")


def _check_part(ref: str, said: Agreed, today: dt.date) -> None:
    if len(said.notes) > LONGEST_NOTES:
        raise Invalid(
            _("Make this shorter: at most %(most)d characters") % {"most": LONGEST_NOTES}, field=f"{ref}-notes"
        )
    if not said.came:
        return
    if said.new not in New.values:
        raise Invalid(_("Choose an answer"), field=f"{ref}-new")
    if said.new != New.LATER:
        return
    if said.new_from is None:
        raise Invalid(_("Say from which day they may take somebody new"), field=f"{ref}-new_from")
    if not today < said.new_from <= today + FARTHEST:
        raise Invalid(_("Choose a day to come, within a year"), field=f"{ref}-new_from")


def _keep(part: SupervisionPart, said: Agreed, held_on: dt.date) -> None:
    part.came, part.talked, part.notes, part.draft = said.came, list(said.talked), said.notes.strip(), {}
    part.save(update_fields=["came", "talked", "notes", "draft"])
    if not said.came:
        return
    mentor = part.mentor
    due = held_on + rules_of(mentor.person.clinic).supervision_days * DAY
    stored(mentor, supervise_by=max(due, mentor.supervise_by or due), new_from=_new_from(said, due))
    if said.new == New.REST and mentor.person.user is not None:
        outbox.post(REST, part.ref, clinic=mentor.person.clinic, to=mentor.person.user)


def _new_from(said: Agreed, due: dt.date) -> dt.date | None:
    """Return the first day somebody new may come; who would rather rest takes nobody before the next talk."""
    return {New.YES: None, New.LATER: said.new_from, New.REST: due}[New(said.new)]


def _stop_reminding(parts: list[SupervisionPart]) -> None:
    for part in parts:
        outbox.cancel(subject=part.ref, kind=REMINDER, why="The talk took place.")


@transaction.atomic
def keep_draft(*, talk: int, by: User, version: int, typed: Mapping[str, Mapping[str, Any]]) -> SupervisionTalk:
    """Keep what a supervisor typed so far, by ref of each part, exactly as typed. Raises Denied, WrongState, Stale."""
    row = open_talk(talk, by, may.hold)
    if row.saved_at is not None or row.cancelled_at is not None:
        raise WrongState()
    if row.version != version:
        raise Stale()
    for part in row.parts.all():
        part.draft = {key: str(value)[:LONGEST_NOTES] if isinstance(value, str) else value
                      for key, value in typed.get(part.ref, {}).items()}  # fmt: skip
        part.save(update_fields=["draft"])
    return row


__all__ = ["Agreed", "New", "keep_draft", "save_talk"]
