"""Groups, courses, panels and events in a play: made from the format, filled by link, held, and who came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from common import clock
from common.errors import Denied, Invalid, NotReady, WrongState
from common.vocabulary import Relation
from desk.demo.stage import DAY, TZ
from desk.simulate.diary import GroupLine, PlaceLine
from desk.simulate.play import Play
from mentorship import grouping
from mentorship.actions import groups, groups_places, groups_sessions
from mentorship.models import Format, GroupPlace, GroupSession, PeerGroup
from referrals import actions as referrals
from referrals.models import Referral
from training import readiness
from training.models import Mentor

REFUSED = (Denied, Invalid, NotReady, WrongState)
EVERY = 45  # days between two runs of a group
SIZE = 6
BY_HAND = 3  # meetings a coordinator adds where the format gives no dates


def plan(play: Play) -> None:
    """Plan runs of each group part of the formats people follow, one after another."""
    apart = max(EVERY, 12 * len(play.script.formats))  # many formats share the same people
    for turn, chosen in enumerate(play.script.formats):
        for number, part in grouping.components(chosen.body):
            day = play.diary.begins + (20 + 7 * turn % apart) * DAY
            while day < play.now - 20 * DAY:
                play.at(play.in_office(day), Gathering(play, chosen, number, part).make)
                day += apart * DAY


class Gathering:
    """One run of a group."""

    def __init__(self, play: Play, chosen: Format, component: int, part: Mapping[str, Any]):
        self.play, self.format, self.component, self.part, self.rng = play, chosen, component, part, play.rng
        self.group: PeerGroup
        self.line: GroupLine

    def make(self) -> None:
        """Make it, with who leads and a moderator; invite people two days later."""
        cast, today = self.play.cast, clock.today(TZ)
        hour = dt.time(18)
        data = groups.GroupData(
            name=f"Together {self.component}", starts_on=today + 16 * DAY, hour=hour, size_max=self._size(),
            unit=self.part["unit"], channel="in-person", place="Library, room 2", mentors=self._leaders(),
            leader=cast.clinician.pk if self.part["leader"] == "professional" else None, moderator=cast.backup.pk,
        )  # fmt: skip
        try:
            self.group = groups.make_group(
                clinic=cast.clinic.pk, format=self.format.pk, component=self.component,
                by=cast.coordinator, data=data,
            )  # fmt: skip
        except NotReady:
            return self.play.at(clock.now() + 3 * DAY, self.make)  # nobody can lead it now
        self.line = GroupLine(self.group.pk, data.starts_on, self.component, self.format.body, hour)
        self.play.diary.groups[self.group.pk] = self.line
        self.play.diary.count("groups made")
        if not self.group.sessions.exists():
            for week in range(BY_HAND):
                at = clock.at_local(data.starts_on + 7 * week * DAY, hour, TZ)
                groups_sessions.add_session(group=self.group.pk, by=cast.coordinator, at=at)
        for session in self.group.sessions.all():
            self.line.sessions[session.ref] = (clock.now(), session.planned_at)
            self.play.at(session.planned_at + self.play.hours(2, 30), self.mark, session.pk)
        self.play.at(self.play.in_office(clock.now() + 2 * DAY), self.invite)

    def _size(self) -> int:
        size = self.part["size"]
        return min(size[1], SIZE) if size else SIZE

    def _leaders(self) -> list[int]:
        """Return two mentors who are ready today, a relative among them."""
        rows = Mentor.objects.filter(person__clinic=self.play.cast.clinic, status="active").order_by("pk")
        ready = [m for m in readiness.with_facts(rows) if not readiness.missing(m, clock.today(TZ))]
        first = sorted(ready, key=lambda m: (Relation.CAREGIVER not in m.role_types, m.pk))
        return [m.pk for m in first[:2]]

    def invite(self) -> None:
        """Invite more people than there are places: some say no, some wait."""
        rows = (
            Referral.objects.filter(status="open").exclude(group_places__group=self.group).order_by("opened_at", "pk")
        )
        for referral in list(rows[: self._size() + 3]):
            try:
                place = groups_places.invite(group=self.group.pk, referral=referral.pk, by=self.play.cast.coordinator)
            except REFUSED:
                continue
            self.play.at(clock.now() + self.play.hours(3, 24 * 6), self.answer, place.pk)

    def answer(self, pk: int) -> None:
        """Say yes, wait where it is full, or no."""
        if self.play.chance(0.15):
            return self._try(groups_places.decline, place=pk)
        signed = self._try(groups_places.sign_up, place=pk, rules_agreed=True, companion="Alex")
        if signed is None:
            waits = self._try(groups_places.wait, place=pk)
            if waits is not None:
                self.play.diary.count("people who waited for a place")
                self.play.at(clock.now() + self.play.hours(24, 96), self.take_free, pk, 4)
            return
        self._signed(pk)

    def _try(self, do, **values):
        try:
            return do(by=self.play.system, **values)
        except REFUSED:
            return None

    def _signed(self, pk: int) -> None:
        row = GroupPlace.objects.get(pk=pk)
        if pk in self.play.diary.places:
            return
        self.play.diary.places[pk] = PlaceLine(row.ref, self.group.pk, row.referral_id, clock.now())
        self.play.diary.count("places taken")
        if self.play.chance(0.12):
            self.play.at(clock.now() + self.play.hours(24 * 2, 24 * 30), self.leave, pk)

    def take_free(self, pk: int, tries: int) -> None:
        """Look whether a place came free."""
        if GroupPlace.objects.get(pk=pk).status == "waiting":
            if self._try(groups_places.sign_up, place=pk, rules_agreed=True, companion="Alex") is not None:
                self.play.diary.count("free places passed on")
                return self._signed(pk)
            if tries:
                self.play.at(clock.now() + self.play.hours(24, 48), self.take_free, pk, tries - 1)

    def leave(self, pk: int) -> None:
        if self._try(groups_places.leave, place=pk) is not None:
            self.play.diary.places[pk].gone_at = clock.now()
            self.play.diary.count("places left")

    def mark(self, session: int) -> None:
        """Tick who came."""
        row = GroupSession.objects.get(pk=session)
        there = list(GroupPlace.objects.filter(pk__in=groups_sessions.listed(row)).order_by("pk"))
        came = {p.ref: self.rng.choice(["came"] * 6 + ["not", "said-no"]) for p in there}
        groups_sessions.mark_attendance(session=session, by=self.play.cast.coordinator, came=came)
        self.play.diary.count("meetings held")
        for place in there:
            self.play.diary.attendance.add((row.ref, place.ref, came[place.ref]))


def only_group(play: Play, referral: int) -> None:
    """Write down that somebody wants a group and no mentor."""
    referrals.set_only_group(referral=referral, by=play.cast.coordinator, only=True)
