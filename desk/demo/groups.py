"""The groups of the demo: a course that is under way, and an evening to meet some mentors that is to come."""

from __future__ import annotations

import datetime as dt

from common import clock
from common.errors import Refused
from desk.demo.cast import Cast
from desk.demo.stage import DAY, HOUR, TZ, Stage
from mentorship.actions import groups, groups_places, groups_sessions
from mentorship.models import Format, GroupPlace, PeerGroup
from referrals.models import Referral
from training import readiness
from training.models import Mentor

ABOUT = "Six evenings with people who live with the same. Coffee is there; talking is not a must."
PANEL = "Three mentors tell their story. Afterwards you may say with whom you would like to talk, if with anybody."
PLACES, ASKED = 8, 9
COMES = ("came", "came", "came", "said-no", "came", "not")  # by turns


def add_groups(stage: Stage, cast: Cast) -> None:
    """Plan both: the course began sixteen days ago, the evening is in nine days."""
    course = Group(stage, cast, "emb_challenging_arthritis", "Evenings in the library", ABOUT)
    stage.at(stage.in_office(stage.days_ago(34, 10)), course.make, stage.now.date() - 16 * DAY)
    panel = Group(stage, cast, "vde_taster", "Meet some mentors", PANEL)
    stage.at(stage.in_office(stage.days_ago(6, 11)), panel.make, stage.now.date() + 9 * DAY)


class Group:
    """One group, from making it to ticking who came."""

    def __init__(self, stage: Stage, cast: Cast, key: str, name: str, about: str):
        self.stage, self.cast, self.key, self.name, self.about = stage, cast, key, name, about
        self.group: PeerGroup

    def make(self, starts_on: dt.date) -> None:
        """Make it with mentors who are ready that day, and ask people who look for somebody."""
        data = groups.GroupData(
            name=self.name, about=self.about, starts_on=starts_on, hour=dt.time(19), size_max=PLACES, minutes=120,
            place="Library, room 2", mentors=self.leaders(), moderator=self.cast.backup.pk,
            ground_rules="What is said here stays here.\nNot speaking is fine.\nNo advice on medicines or results.",
        )  # fmt: skip
        preset = Format.objects.presets().filter(key=self.key).latest("number")
        self.group = groups.make_group(
            clinic=self.cast.clinic.pk, format=preset.pk, component=1, by=self.cast.coordinator, data=data
        )
        self.stage.at(clock.now() + HOUR, self.ask)
        for session in self.group.sessions.all():
            self.stage.at(session.planned_at + 3 * HOUR, self.tick, session.pk)

    def leaders(self) -> list[int]:
        """Return three mentors who are ready today."""
        rows = readiness.with_facts(Mentor.objects.filter(person__clinic=self.cast.clinic, status="active"))
        today = clock.today(TZ)
        return [row.pk for row in rows.order_by("pk") if not readiness.missing(row, today)][:3]

    def ask(self) -> None:
        """Ask people by link: most say yes, some not this time, the last ones have not answered."""
        rows = Referral.objects.with_live_consent().filter(clinic=self.cast.clinic, status="open", relation="patient")
        for number, referral in enumerate(rows.order_by("opened_at", "pk")[:ASKED]):
            try:
                place = groups_places.invite(group=self.group.pk, referral=referral.pk, by=self.cast.coordinator)
            except Refused:
                continue
            if number < ASKED - 2:
                later = self.stage.later(clock.now(), 4 + number, 30 + number)
                self.stage.at(later, self.answer, place.pk, number % 4 != 3)

    def answer(self, place: int, comes: bool) -> None:
        """Take the place, or not this time; somebody who may not any more does neither."""
        try:
            if comes:
                groups_places.sign_up(place=place, by=self.stage.system, rules_agreed=True)
            else:
                groups_places.decline(place=place, by=self.stage.system)
        except Refused:
            return

    def tick(self, session: int) -> None:
        """Tick who came."""
        row = self.group.sessions.get(pk=session)
        there = GroupPlace.objects.filter(pk__in=groups_sessions.listed(row)).order_by("pk")
        came = {place.ref: COMES[(n + row.pk) % len(COMES)] for n, place in enumerate(there)}
        groups_sessions.mark_attendance(session=session, by=self.cast.coordinator, came=came)
