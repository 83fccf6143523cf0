"""The play: one clinic, its people, a clock that moves, and the rounds and the mail that follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from accounts.models import User
from common import clock
from common.errors import NotReady
from desk.demo import profiles
from desk.demo.cast import Cast, arrive, open_clinic
from desk.demo.people import LEIELAND, MENTEES, MENTORS, Somebody
from desk.demo.stage import DAY, HOUR, MINUTE, TZ, Stage
from desk.demo.study import recognise
from desk.simulate.diary import Diary, PaperLine
from mentorship.actions import climbing
from mentorship.formats.calendar import PAIR_KINDS
from mentorship.models import Format, Programme, RedFlag
from messaging import rounds
from training import actions as training
from training.actions.selecting_decision import accept_known
from training.models import Mentor

BEGINS = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)  # a Monday; both changeovers lie within the year
MONTH = dt.timedelta(days=30)
# When the rounds run, beside those of worries. People do things on whole minutes: what somebody does in the minute of a
# round would else come before it in the diary and after it in the play, or the other way round.
MORNING, EVENING = dt.time(9, 1, 30), dt.time(17, 30, 30)
END = dt.timedelta(seconds=30)  # the play ends between two minutes too
MOST_MENTEES = 6000  # beyond, nobody would have a phone number of their own


@dataclass
class Script:
    """What is played: how many mentees come over how many months, drawn from which seed, in which formats in turn."""

    mentees: int
    months: int
    seed: int
    formats: tuple[Format, ...] = ()


class Play(Stage):
    """A clinic on a moving clock. People do things on whole minutes, so that moments can be compared."""

    def __init__(self, script: Script):
        super().__init__(BEGINS + script.months * MONTH - END, script.seed)
        self.script, self.diary = script, Diary(BEGINS)
        self.cast: Cast
        self.looks: list[Callable] = []  # done after each beat

    def at(self, moment: dt.datetime, do: Callable, *args, **kwargs) -> None:
        """Plan a call on the next whole minute; never before what happens now."""
        whole = (
            moment if not (moment.second or moment.microsecond) else moment.replace(second=0, microsecond=0) + MINUTE
        )
        super().at(max(whole, BEGINS), do, *args, **kwargs)

    def hours(self, low: float, high: float) -> dt.timedelta:
        """Draw a length of time between so many hours."""
        return dt.timedelta(minutes=self.rng.randint(int(low * 60), int(high * 60)))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    # -- the clinic and its mentors

    def open(self) -> None:
        """Open the clinic, bring its mentors to work, and plan the beats of every day."""
        with clock.at(BEGINS - 30 * DAY):
            self.cast = open_clinic(self, LEIELAND)
            # The daily overview counts what is on Today: a third of the play's time, and nothing of it is counted here.
            User.objects.update(digest=False)
        for number in range(self.script.mentees // 3 + 6):
            with clock.at(BEGINS - 10 * DAY):
                self._mentor(number)
        day = BEGINS.astimezone(ZoneInfo(TZ)).date()
        while clock.at_local(day, MORNING, TZ) <= self.now:
            super().at(clock.at_local(day, MORNING, TZ), self._beat, MORNING)
            if day.weekday() == 0:  # running it again on the same day must add nothing
                super().at(clock.at_local(day, EVENING, TZ), self._beat, EVENING)
            day += DAY

    def format_of(self, number: int) -> Format | None:
        """Return the format a mentee follows, by their number; None for the clinic's own start."""
        return self.script.formats[number % len(self.script.formats)] if self.script.formats else None

    def follow(self, chosen: Format | None) -> None:
        """Let the next pair follow a format."""
        if chosen is not None:
            Programme.objects.update_or_create(clinic=self.cast.clinic, defaults={"pair_format": chosen})

    def _beat(self, hour: dt.time) -> None:
        """Run the rounds, as the tick of every minute does, and let people look at what was asked."""
        now = clock.now()
        self.diary.beats.append(now)
        if hour == MORNING:
            self.diary.mornings.append(now)
        self.diary.failed |= {(now, name) for name in rounds.run_due(now)}
        for look in self.looks:
            look()

    def _mentor(self, number: int) -> None:
        """Bring one mentor to work: known from before, trained elsewhere, with a paper that may end within the play."""
        by, person = self.cast.coordinator, somebody(number, MENTORS["leieland"], shift=31)
        data = profiles.mentor_data(self.rng, person, LEIELAND, number, self.cast.clinic.today)
        data.person["phone"] = profiles.phone(LEIELAND, 7000 + number)
        data.person["email"] = f"mentor{number}@leieland.example.org"
        data.profile.update(supervisor=self.cast.clinician, places=3, channels=["phone", "video"])
        data.profile["languages"] = sorted({*data.profile["languages"], "nl"})
        mentor = training.add_mentor(clinic=self.cast.clinic, by=by, data=data)
        arrive(mentor.person.user, phone=mentor.person.phone, language="en")
        mentor.person.email_verified_at = mentor.person.phone_verified_at = clock.now()
        mentor.person.save(update_fields=["email_verified_at", "phone_verified_at"])
        accept_known(mentor=mentor.pk, by=by, why="Known from the pilot; two people talked with them.")
        mentor.refresh_from_db()
        recognise(mentor, by)
        training.sign_code(mentor=mentor.pk, by=by)
        training.brief_on_secrecy(mentor=mentor.pk, by=by)
        training.record_checks(mentor=mentor.pk, by=by, valid_until=self.now.date() + 400 * DAY)
        training.meet_team(mentor=mentor.pk, by=by)
        self._certify(mentor, first=True)
        training.activate(mentor=mentor.pk, by=by)
        self.cast.mentors[number] = mentor

    def _certify(self, mentor: Mentor, *, first: bool = False) -> None:
        """Give a paper; every fourth of a first one ends within the play, and is renewed in time or not."""
        today = self.cast.clinic.today
        short = first and self.chance(0.25)
        until = today + self.rng.randint(120, 330) * DAY if short else today + 730 * DAY
        begins = today if first else today + DAY
        training.issue_certificate(
            mentor=mentor.pk, by=self.cast.coordinator, valid_from=begins, valid_until=until
        )  # fmt: skip
        line = self.diary.papers.setdefault(mentor.pk, PaperLine(mentor.ref))
        line.spans.append((clock.now(), begins, until))
        if short and self.chance(0.6):
            renewed = clock.at_local(until - self.rng.randint(3, 45) * DAY, dt.time(11), TZ)
            self.at(renewed, self._renew, mentor)

    def _renew(self, mentor: Mentor) -> None:
        """Renew a paper before its end, once what is asked of a renewal was learned."""
        recognise(mentor, self.cast.coordinator)
        try:
            self._certify(mentor)
        except NotReady:
            return self.diary.count("certificates not renewed")
        self.diary.count("certificates renewed")

    # -- worries

    def follow_clock(self, flag: int) -> None:
        """Let the ladder climb at the moments the product itself waits for, as its round of every ten seconds does."""
        row = RedFlag.objects.filter(pk=flag).exclude(status="resolved").first()
        if row is None:
            return
        if row.next_climb_at <= clock.now() or (row.half_time_at and row.half_time_at <= clock.now()):
            climbing.climb_due(clock.now())
            row.refresh_from_db()
        moments = [m for m in (row.half_time_at, row.next_climb_at) if m and m > clock.now()]
        if moments:
            self.at(min(moments), self.follow_clock, flag)


def has_pairs(chosen: Format | None) -> bool:
    """Tell whether people get a mentor in a format; else they only meet in groups."""
    return chosen is None or any(part["kind"] in PAIR_KINDS for part in chosen.body["components"])


def somebody(number: int, people: tuple[Somebody, ...] = MENTEES["leieland"], shift: int = 0) -> Somebody:
    """Return a person nobody else is: given and family names of different people of the demo, put together anew."""
    first = people[number % len(people)]
    names = MENTEES["leieland"] + MENTORS["leieland"] + MENTEES["senne"]
    last = names[(number * 7 + number // len(people) + shift) % len(names)]
    return Somebody(first.first_name, last.last_name, first.gender, 1950 + (number * 13) % 50, "nl")


__all__ = ["DAY", "HOUR", "MINUTE", "TZ", "Play", "Script", "somebody"]
