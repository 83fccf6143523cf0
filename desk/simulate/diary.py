"""What people did in a play, as they did it: the facts from which it is worked out what the programme had to do.

Nothing here is read back from the product's tables: an error there must show as a difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class TalkLine:
    """One talk of a plan: the moments it was planned for, each from when on, and when it was noted or left the plan."""

    ref: str
    planned: list[tuple[dt.datetime, dt.datetime, int]] = field(
        default_factory=list
    )  # (written at, planned for, version)
    gone_at: dt.datetime | None = None
    is_off: bool = False  # it left the plan without a note
    said_at: dt.datetime | None = None  # when the mentee told that they talked

    def plan_at(self, moment: dt.datetime) -> tuple[dt.datetime, int] | None:
        """Return for when it was planned at a moment, with its version; None when not on the plan."""
        if self.gone_at is not None and self.gone_at <= moment:
            return None
        known = [(at, version) for written, at, version in self.planned if written <= moment]
        return known[-1] if known else None


@dataclass
class PairLine:
    """One pair: when it began, the format, what became of it when, its talks."""

    match: int
    introduced_at: dt.datetime
    body: Mapping[str, Any]
    hour: dt.time
    states: list[tuple[dt.datetime, str]] = field(default_factory=list)
    consent_gone_at: dt.datetime | None = None
    end_reason: str = ""
    talks: dict[int, TalkLine] = field(default_factory=dict)
    noted: list[tuple[dt.datetime, dt.datetime]] = field(default_factory=list)  # (noted at, happened at)

    def state_at(self, moment: dt.datetime) -> str:
        """Return introduced, paused or ended."""
        known = [state for at, state in self.states if at <= moment]
        return known[-1] if known else ""

    def ended_at(self) -> dt.datetime | None:
        return next((at for at, state in self.states if state == "ended"), None)

    def stood_still_since(self, moment: dt.datetime) -> dt.datetime:
        """Return since when nobody meets: in a pause since its beginning, else from this moment on."""
        known = [(at, state) for at, state in self.states if at <= moment]
        return known[-1][0] if known and known[-1][1] == "paused" else moment

    def drop_talks(self, at: dt.datetime, chosen) -> None:
        """Take talks off the plan: those still on it whose planned moment is chosen."""
        for line in self.talks.values():
            plan = line.plan_at(at)
            if plan and chosen(plan[0]):
                line.gone_at, line.is_off = at, True


@dataclass
class RequestLine:
    """One request to a mentor: until when they had time, and what they said."""

    match: int
    answer_by: dt.datetime
    settled_at: dt.datetime | None = None  # answered, or taken back


@dataclass
class FlagLine:
    """One worry: how urgent, its people in order, when raised, answered and resolved."""

    flag: int
    severity: str
    raised_at: dt.datetime
    acknowledged_at: dt.datetime | None = None
    resolved_at: dt.datetime | None = None


@dataclass
class PaperLine:
    """One certificate of a mentor: the last day of cover, and from when that was known."""

    mentor: str
    spans: list[tuple[dt.datetime, dt.date, dt.date]] = field(default_factory=list)  # (issued at, from, until)


@dataclass
class GroupLine:
    """One run of a group: its first day, the part of the format, and for when each meeting was planned, from when on."""

    group: int
    starts_on: dt.date
    component: int
    body: Mapping[str, Any]
    hour: dt.time
    sessions: dict[str, tuple[dt.datetime, dt.datetime]] = field(default_factory=dict)


@dataclass
class PlaceLine:
    """One place somebody took in a group, from when until when."""

    ref: str
    group: int
    referral: int
    taken_at: dt.datetime
    gone_at: dt.datetime | None = None


@dataclass
class Diary:
    """Everything that was done, and at which mornings the reminders ran."""

    begins: dt.datetime
    mornings: list[dt.datetime] = field(default_factory=list)
    beats: list[dt.datetime] = field(default_factory=list)  # every moment at which the rounds of an hour or less ran
    pairs: dict[int, PairLine] = field(default_factory=dict)
    requests: list[RequestLine] = field(default_factory=list)
    flags: list[FlagLine] = field(default_factory=list)
    papers: dict[int, PaperLine] = field(default_factory=dict)
    groups: dict[int, GroupLine] = field(default_factory=dict)
    places: dict[int, PlaceLine] = field(default_factory=dict)
    attendance: set[tuple] = field(default_factory=set)
    closed: dict[int, dt.datetime] = field(default_factory=dict)  # referrals that closed or whose consent went
    failed: set[tuple] = field(default_factory=set)  # (moment, round)
    happened: dict[str, int] = field(default_factory=dict)  # what people did, counted

    def count(self, what: str) -> None:
        self.happened[what] = self.happened.get(what, 0) + 1
