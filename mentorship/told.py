"""Who was told of a flag by a message that went out, since it was raised or last opened again. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from common import clock, words
from mentorship.models import RedFlag
from mentorship.undelivered import ASKING, escalations_of
from messaging.models import Message
from messaging.workflow import Status

TELLING = (*ASKING, "flag.told")
ON_ITS_WAY = (Status.QUEUED, Status.SENDING)


@dataclass
class Told:
    """One person: when each posting to them went out first, by mail or as a text, and what is on its way still."""

    first_name: str
    sent: dict[str, dt.datetime] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)

    @property
    def times(self) -> int:
        return len(self.sent)

    @property
    def is_being_told(self) -> bool:
        """Tell whether no message went out to them yet, and one is about to."""
        return bool(self.waiting) and not self.sent


@dataclass(frozen=True)
class Telling:
    """What somebody who raised a flag reads of whom it reached: sentences; or that nobody could be told."""

    sentences: list[str]
    reached: bool
    lost: bool


def of(rows: Iterable[Message]) -> dict[str, dict[str, Told]]:
    """Return per flag's ref, and per recipient's label and ref, whom these escalations told."""
    found: dict[str, dict[str, Told]] = {}
    for row in sorted(rows, key=lambda row: row.pk):
        if row.kind not in TELLING or (row.since and row.created_at < row.since):
            continue
        told = found.setdefault(row.subject, {}).setdefault(row.recipient, Told(row.first_name or ""))
        if row.status == Status.SENT:
            told.sent[row.posting] = min(row.sent_at, told.sent.get(row.posting, row.sent_at))
        elif row.status in ON_ITS_WAY:
            told.waiting.add(row.posting)
    return found


def telling(flag: RedFlag) -> Telling:
    """Return whom a flag nobody has answered reached so far, and when, for whoever raised it. One query."""
    people = list(of(escalations_of([flag])).get(flag.ref, {}).values())
    names: dict[str, list[str]] = {}
    for person in sorted((p for p in people if p.sent), key=_first):
        names.setdefault(_told_when(_first(person), flag), []).append(person.first_name)
    sentences = [_("%(told)s: %(names)s.") % {"told": when, "names": _listed(found)} for when, found in names.items()]
    waiting = [person.first_name for person in people if person.is_being_told]
    if waiting:
        sentences.append(_("We are telling %(names)s.") % {"names": _listed(waiting)})
    return Telling(sentences, reached=bool(names), lost=not sentences)


def _first(person: Told) -> dt.datetime:
    return min(person.sent.values())


def _listed(names: list[str]) -> str:
    return words.listed(dict.fromkeys(names))


def _told_when(moment: dt.datetime, flag: RedFlag) -> str:
    zone, now = flag.clinic.time_zone, clock.now()
    time = {"time": words.until(moment, zone, now=now)}
    is_today = words.local(moment, zone).date() == words.local(now, zone).date()
    return _("Told at %(time)s") % time if is_today else _("Told %(time)s") % time
