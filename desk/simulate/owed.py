"""What a programme owed its people, worked out from the diary alone, in a second and simpler way than the product's.

Each function returns keys; the same keys are read from the product's tables in made.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from desk.simulate.diary import Diary, FlagLine, PairLine

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
NINE = dt.time(9)
FORGOTTEN_AFTER = 14  # days: what is older than this is let go
MINUTES = {"S1": (30, 15, 240), "S2": (120, 30, 1440)}  # until an answer, between rungs, until resolved
WORKING_DAYS = {"S3": (1, 1, 3), "S4": (5, 1, 10)}


def local(moment: dt.datetime, tz: str) -> dt.datetime:
    """Return a moment on the clocks of a time zone."""
    return moment.astimezone(ZoneInfo(tz))


# Plans ------------------------------------------------------------------------------------


def days_of(rule: Mapping[str, Any], duration: int | None) -> list[int]:
    """Return the days of a rule, day by day: each day is asked whether something falls on it."""
    if rule["type"] == "fixed":
        return [rule["day"]]
    if rule["type"] != "recurring":
        return []
    step, times, start = rule["every_days"][0], rule["times"], rule["start"]
    last = rule["until_day"]
    if last is None:
        last = start + step * (rule["count"] // times + 1) if rule["count"] is not None else (duration or 0)
    offsets = [i * step // times for i in range(times)]
    found = []
    for day in range(start, last + 1):
        found += [day] * offsets.count((day - start) % step)
    return found if rule["count"] is None else found[: rule["count"]]


def plans(diary: Diary, tz: str) -> set[tuple]:
    """Return (match, component, day, date, hour) of each talk a pair's format gives."""
    owed = set()
    for pair in diary.pairs.values():
        introduced = local(pair.introduced_at, tz)
        given = _given(pair, introduced.date())
        dates = {on for _component, _day, on in given}
        for component, day, on in given:
            moment = _moment(on, pair.hour, introduced, dates)
            if moment is not None:
                owed.add((pair.match, component, day, *moment))
    return owed


def _given(pair: PairLine, begun: dt.date) -> list[tuple[int, int, dt.date]]:
    """Return (component, day, date) as the format says, from the day of the introduction on."""
    return [
        (number, day, begun + day * DAY)
        for number, part in enumerate(pair.body["components"], start=1)
        if part["kind"] in ("one_to_one", "dyad") and not part["optional"]
        for rule in part["rules"]
        if rule.get("anchor") == "introduction"
        for day in days_of(rule, pair.body["duration_days"])
        if day >= 0
    ]


def _moment(on: dt.date, hour: dt.time, introduced: dt.datetime, dates: set[dt.date]) -> tuple[dt.date, dt.time] | None:
    """Return when a talk is held. On the day of the introduction the first hour that strikes after it, if the usual one
    has gone by; from eight in the evening tomorrow's, unless tomorrow has its own."""
    if on != introduced.date() or introduced.time() < hour:
        return on, hour
    strikes = next((dt.time(n) for n in range(1, 20) if dt.time(n) > introduced.time()), None)
    if strikes is not None:
        return on, strikes
    return None if on + DAY in dates else (on + DAY, hour)


# Checks -----------------------------------------------------------------------------------


def checks(diary: Diary, days: Mapping[str, Iterable[int]], tz: str, sides: Iterable[str] = ("mentee", "mentor")):
    """Return (match, day, side) of each question, morning by morning."""
    owed: set[tuple[int, int, str]] = set()
    for pair in diary.pairs.values():
        begun = local(pair.introduced_at, tz).date()
        for side in sides:
            last_asked = -1
            for morning in diary.mornings:
                age = (local(morning, tz).date() - begun).days
                if age < 0 or morning < pair.introduced_at:
                    continue
                askable = [d for d in days[side] if d <= age and _is_asked(pair, d, side, morning)]
                newest = max(askable, default=None)
                if newest is None or newest <= last_asked or age - newest > FORGOTTEN_AFTER:
                    continue
                owed.add((pair.match, newest, side))
                last_asked = newest
    return owed


def _is_asked(pair: PairLine, day: int, side: str, moment: dt.datetime) -> bool:
    if pair.consent_gone_at is not None and pair.consent_gone_at <= moment:
        return False
    state = pair.state_at(moment)
    if state == "ended":
        return pair.end_reason == "planned" and day == 180 and side == "mentee"
    return state == "introduced"


# Reminders of talks -----------------------------------------------------------------------


def soon(diary: Diary, tz: str) -> set[tuple]:
    """Return (talk, word, date, version) of each reminder of a talk: the day before, else on the day; once for each plan."""
    owed, told = set(), set()
    for pair, morning, on in _beats_of(diary, tz):
        nine = dt.datetime.combine(on, NINE, ZoneInfo(tz))
        for line in pair.talks.values():
            plan = line.plan_at(morning)
            if plan is None or plan[0] <= nine:
                continue
            day = local(plan[0], tz).date()
            if day in (on, on + DAY) and (line.ref, day, plan[1]) not in told:
                told.add((line.ref, day, plan[1]))
                owed.add((line.ref, "day" if day == on else "before", day, plan[1]))
    return owed


def unlogged(diary: Diary, tz: str, side: str) -> set[tuple]:
    """Return (talk, date) of each question how a talk went of which nobody noted anything for two days.

    A mentee who told of it already is not asked again.
    """
    owed = set()
    for pair, morning, on in _beats_of(diary, tz):
        gone = []
        for number, line in enumerate(pair.talks.values()):  # of two at one moment the one planned later counts
            plan = line.plan_at(morning)
            if plan and on - FORGOTTEN_AFTER * DAY <= local(plan[0], tz).date() <= on - 2 * DAY:
                gone.append((plan[0], number, line))
        if not gone:
            continue
        planned, _number, last = max(gone, key=lambda one: one[:2])
        if side == "mentee" and last.said_at is not None and last.said_at <= morning:
            continue
        since = [happened for noted, happened in pair.noted if noted <= morning]
        if not since or max(since) < planned - DAY:
            owed.add((last.ref, local(planned, tz).date()))
    return owed


def told_of(diary: Diary) -> set[str]:
    """Return the talks mentees told of and mentors did not note: their word counts, whatever comes after it."""
    talks = [line for pair in diary.pairs.values() for line in pair.talks.values()]
    return {line.ref for line in talks if line.said_at and (line.gone_at is None or line.is_off)}


def taken_off(diary: Diary) -> set[str]:
    """Return the talks that left the plan without a note: within a pause, after the last day of a closing, after the end."""
    return {line.ref for pair in diary.pairs.values() for line in pair.talks.values() if line.is_off}


def _beats_of(diary: Diary, tz: str) -> Iterator[tuple[PairLine, dt.datetime, dt.date]]:
    for pair in diary.pairs.values():
        end = pair.ended_at()
        for morning in diary.beats:
            if morning < pair.introduced_at or (end and morning >= end):
                continue
            gone = pair.consent_gone_at is not None and pair.consent_gone_at <= morning
            if pair.state_at(morning) == "introduced" and not gone:
                yield pair, morning, local(morning, tz).date()


# What a format asks, and groups ------------------------------------------------------------


def asked(diary: Diary, tz: str) -> set[tuple]:
    """Return (match, day, actor) of what the pairs' formats ask of people, the newest of each actor on each morning."""
    owed = set()
    for pair, _morning, on in _beats_of(diary, tz):
        age = (on - local(pair.introduced_at, tz).date()).days
        for actor in ("coordinator", "mentor", "mentee"):
            come = [
                entry["day"][0] for entry in pair.body["followups"]
                if entry["actor"] == actor and entry["day"][0] <= age <= entry["day"][1] + FORGOTTEN_AFTER
            ]  # fmt: skip
            if come:
                owed.add((pair.match, max(come), actor))
    return owed


def meetings(diary: Diary) -> set[tuple]:
    """Return (group, day, date) of each meeting the format of a group gives."""
    owed = set()
    for line in diary.groups.values():
        part = line.body["components"][line.component - 1]
        for rule in part["rules"]:
            if rule.get("anchor") == "introduction":
                for day in days_of(rule, line.body["duration_days"]):
                    owed.add((line.group, day, line.starts_on + day * DAY))
    return owed


def enrolled(diary: Diary, tz: str) -> set[tuple]:
    """Return (place, day) of each enrolment in a group: people follow its format from the day they signed up."""
    return {(pk, local(place.taken_at, tz).date()) for pk, place in diary.places.items()}


def group_reminders(diary: Diary, tz: str) -> set[tuple]:
    """Return (place, meeting) of each reminder, the morning before a meeting or on its day, to who has a place then."""
    owed = set()
    for place in diary.places.values():
        closed = diary.closed.get(place.referral)
        for ref, (made_at, planned) in diary.groups[place.group].sessions.items():
            for morning in diary.beats:
                ends = min((at for at in (place.gone_at, closed) if at), default=morning + DAY)
                days = (local(planned, tz).date() - local(morning, tz).date()).days
                is_near = days == 1 or (days == 0 and local(planned, tz).time() > NINE)
                if is_near and made_at <= morning and place.taken_at <= morning < ends:
                    owed.add((place.ref, ref))
    return owed


# Requests and papers ----------------------------------------------------------------------


def expiries(diary: Diary) -> set[int]:
    """Return the requests that nobody answered in time, as the first beat after their deadline finds them."""
    owed = set()
    for line in diary.requests:
        beat = next((tick for tick in diary.beats if tick >= line.answer_by), None)
        if beat is not None and (line.settled_at is None or line.settled_at >= beat):
            owed.add(line.match)
    return owed


def papers(diary: Diary, tz: str) -> set[tuple]:
    """Return (mentor, last day, days before) of each reminder that a certificate ends."""
    owed = set()
    for line in diary.papers.values():
        told: set[tuple] = set()
        for morning in diary.mornings:
            on = local(morning, tz).date()
            cover = _covered_until([span for span in line.spans if span[0] <= morning], on)
            if cover is None or cover < on:
                continue
            left = (cover - on).days
            nearest = next((days for days in (7, 30, 60) if left <= days), None)
            if nearest is not None and (cover, nearest) not in told:
                told.add((cover, nearest))
                owed.add((line.mentor, cover, nearest))
    return owed


def _covered_until(spans: list[tuple[dt.datetime, dt.date, dt.date]], on: dt.date) -> dt.date | None:
    """Return the last day of cover without a gap from the certificate that is valid on a day."""
    until = max((end for _at, begin, end in spans if begin <= on <= end), default=None)
    while until is not None:
        further = max((end for _at, begin, end in spans if begin <= until + DAY and end > until), default=None)
        if further is None:
            return until
        until = further
    return None


# The ladder -------------------------------------------------------------------------------


def climbs(diary: Diary, works: Works, until: dt.datetime) -> set[tuple]:
    """Return (flag, moment) of each rung a worry climbs, to the minute, up to the end of the play."""
    owed = set()
    for line in diary.flags:
        owed |= {(line.flag, moment.replace(second=0, microsecond=0)) for moment in _climbs_of(line, works, until)}
    return owed


def _climbs_of(line: FlagLine, works: Works, until: dt.datetime) -> Iterator[dt.datetime]:
    end = min(moment for moment in (line.resolved_at, until) if moment is not None)
    first_end = min(line.acknowledged_at or end, end)
    moment = works.answer_by(line.severity, line.raised_at)
    while moment < first_end:
        yield moment
        moment = works.again(line.severity, moment)
    if line.acknowledged_at is None:
        return
    moment = works.resolve_by(line.severity, line.acknowledged_at)
    while moment < end:
        yield moment
        moment = works.again(line.severity, moment)


class Works:
    """When a clinic works, told minute by minute and day by day."""

    def __init__(self, tz: str, opens: dt.time, closes: dt.time, holidays: Iterable[dt.date]):
        self.tz, self.opens, self.closes, self.holidays = ZoneInfo(tz), opens, closes, set(holidays)

    def is_day(self, day: dt.date) -> bool:
        return day.weekday() < 5 and day not in self.holidays

    def answer_by(self, severity: str, since: dt.datetime) -> dt.datetime:
        """Return until when a worry must be answered: level 2 counts the minutes at which the clinic works."""
        if severity == "S2":
            return self._open_minutes(since, MINUTES["S2"][0])
        return self._plain(severity, since, 0)

    def again(self, severity: str, since: dt.datetime) -> dt.datetime:
        return self._plain(severity, since, 1)

    def resolve_by(self, severity: str, since: dt.datetime) -> dt.datetime:
        return self._plain(severity, since, 2)

    def _plain(self, severity: str, since: dt.datetime, which: int) -> dt.datetime:
        if severity in MINUTES:
            return since + MINUTES[severity][which] * MINUTE
        return self._close_of(since, WORKING_DAYS[severity][which])

    def _close_of(self, since: dt.datetime, many: int) -> dt.datetime:
        day = since.astimezone(self.tz).date()
        while many:
            day += DAY
            many -= self.is_day(day)
        return dt.datetime.combine(day, self.closes, self.tz).astimezone(dt.UTC)

    def _open_minutes(self, since: dt.datetime, many: int) -> dt.datetime:
        moment = since
        while many > 0:
            there = moment.astimezone(self.tz)
            if self.is_day(there.date()) and self.opens <= there.time() < self.closes:
                moment, many = moment + MINUTE, many - 1
            else:  # to the next whole minute at which it may be open
                moment = (moment + MINUTE).replace(second=0, microsecond=0)
        return moment
