"""Steps about worries: who raises them, who answers them, and who is on call."""

import datetime as dt
from unittest import mock

from matching.models import Match
from mentorship.actions import conduct, flag_handing, flags, rota
from mentorship.models import FlagCategory, RedFlag, Shift
from referrals.models import Referral
from tests.always import truths
from tests.always.steps import step
from tests.always.world import SECRET

OPEN = ("raised", "reopened", "acknowledged")


class Broken(Exception):
    """The database refused a message."""


class Worries:
    """Mixed into the machine."""

    # Raising ----------------------------------------------------------------------------

    def _worry(self, clinic, by, **more):
        """Return what raises a worry of this clinic; now and then with the key of another form."""
        worries = FlagCategory.objects.filter(clinic=clinic).order_by("pk")
        if self.draw.random() < 0.35:
            worries = worries.filter(route="conduct")
        key = self.last_key if self.last_key and self.astray(0.1) else self.key()
        self.last_key = key
        whom = {"about_user": self.draw.choice(self.world.people)} if self.draw.random() < 0.5 else {}
        return {
            "category": self.draw.choice(list(worries)), "by": by, "client_key": key, "details": SECRET, **whom, **more,
        }  # fmt: skip

    def _of_mentor(self):
        m = self.found(Match, *truths.PAIR)
        return self._worry(m.referral.clinic, self.who(m.mentor.person.user), match=m, source="home")

    def _raise(self, name, values):
        """Raise it, and now and then send the form once more."""
        flag = self.do(name, flags.raise_flag, **values)
        if flag is None:
            return
        self.tally[f"about_{flag.category.about}{'' if flag.match_id else '_no_pair'}", "done"] += 1
        if self.astray(0.3):
            again = self.do(f"{name}_again", flags.raise_flag, **values)
            assert again is None or again.pk == flag.pk, "sending it twice raised two flags"

    @step(*truths.PAIR, weight=2)
    def raise_flag(self):
        self._raise("raise_flag", self._of_mentor())

    @step(weight=2)
    def raise_as_mentee(self):
        """By link: about themselves, their mentor or somebody of the team, with the pair they have now, if any."""
        referral = truths.rows(Referral, pk=self.draw.choice(self.a_clinic().referrals)).get()
        match = truths.rows(Match, referral=referral, status__in=truths.LIVE).first()
        by = self.who(self.world.system)
        person = {"person": referral.mentee} if by.is_system else {}
        self._raise(
            "raise_as_mentee",
            self._worry(referral.clinic, by, referral=referral, match=match, source="page", **person),
        )

    @step(weight=2)
    def raise_as_staff(self):
        """About somebody who was referred, with or without their pair, or about nobody of the programme."""
        clinic = self.a_clinic()
        referral = truths.rows(Referral, pk=self.draw.choice(clinic.referrals)).get()
        match = truths.rows(Match, referral=referral, status__in=truths.LIVE).first()
        about = self.one_of({}, {"referral": referral}, {"referral": referral, "match": match})
        by = self.who(self.draw.choice(self.staff(clinic.team)))
        self._raise("raise_as_staff", self._worry(clinic.team.clinic, by, source="staff", **about))

    @step(weight=1)
    def raise_about_oneself(self):
        """A mentor about their own health, another mentor or the team: no pair belongs to it."""
        clinic = self.a_clinic()
        mentor = truths.rows(truths.Mentor, pk=self.draw.choice(clinic.mentors)).get()
        by = self.who(mentor.person.user)
        self._raise("raise_about_oneself", self._worry(clinic.team.clinic, by, source="home"))

    @step(*truths.PAIR, weight=1)
    def raise_broken(self):
        before, values = truths.rows(RedFlag).count(), self._of_mentor()
        with mock.patch("messaging.outbox.post", side_effect=Broken):
            try:
                self.do("raise_broken", flags.raise_flag, **values)
            except Broken:
                self.tally["raise_broken", "done"] += 1
                assert truths.rows(RedFlag).count() == before, "a flag without its messages was stored"

    @step(*OPEN, of="flag", weight=2)
    def flag_details(self):
        flag = self.found(RedFlag, *OPEN)
        if flag is not None:
            values = {"by": self.who(flag.raised_by), "person": flag.raised_by_person, "text": self.key(SECRET)}
            self.do("flag_details", flags.add_details, flag=flag.pk, **values)

    # Answering --------------------------------------------------------------------------

    def _answer(self, what, *statuses, **more):
        flag = self.found(RedFlag, *statuses)
        if flag is not None:
            self.do(f"flag_{what}", getattr(flags, what), flag=flag.pk, by=self.who(flag.owner), **more)

    @step("raised", "reopened", of="flag", weight=6)
    def flag_acknowledge(self):
        self._answer("acknowledge", "raised", "reopened")

    @step("acknowledged", of="flag", weight=5)
    def flag_resolve(self):
        self._answer("resolve", "acknowledged", outcome=self.one_of("no-action", "no-action", ""))

    @step("resolved", of="flag", weight=4)
    def flag_reopen(self):
        self._answer("reopen", "resolved", note=SECRET)

    @step(*OPEN, of="flag", weight=2)
    def flag_attempt(self):
        self._answer("attempt", *OPEN, kind=self.one_of("not-reached", "reached", "note"), text=SECRET)

    @step("acknowledged", of="flag", weight=5)
    def flag_hand_over(self):
        flag = self.found(RedFlag, "acknowledged")
        if flag is not None:
            team, by = self.team(flag), self.who(flag.acknowledged_by or flag.owner)
            to = self.who(self.one_of(team.coordinator, team.admin, *self.staff(team)))
            self.do("flag_hand_over", flag_handing.hand_over, flag=flag.pk, by=by, to=to)

    def _handed(self):
        return truths.rows(RedFlag, handed_to__isnull=False).order_by("pk").first()

    @step("handed", of="flag", weight=8)
    def flag_take_over(self):
        """Whoever was asked takes it, or somebody else does without being asked."""
        flag = self._handed() or self.found(RedFlag, "acknowledged")
        if flag is not None:
            by = self.who(flag.handed_to or flag.owner)
            take_over = self.one_of(True, False)
            row = self.do("flag_take_over", flags.acknowledge, flag=flag.pk, by=by, take_over=take_over)
            assert row is None or (row.acknowledged_by_id, row.owner_id) == (by.pk, by.pk), "taken, and not theirs"

    @step("handed", of="flag", weight=4)
    def flag_keep(self):
        flag = self._handed() or self.found(RedFlag, "acknowledged")
        if flag is not None:
            by = self.who(flag.acknowledged_by or flag.owner)
            self.do("flag_keep", flags.acknowledge, flag=flag.pk, by=by)

    @step("against", of="flag", weight=8)
    def give_back(self):
        """The worry about a mentor is settled: they see the pair again."""
        settled = truths.look(RedFlag, "id", where=truths.SETTLED_ABOUT_MENTOR)
        flag = truths.rows(RedFlag, pk=self.draw.choice(settled)[0]).get() if settled else self.found(RedFlag)
        if flag is not None:
            self.do("give_back", conduct.give_back, flag=flag.pk, by=self.who(self.team(flag).coordinator))

    @step("paused", weight=2)
    def go_on(self):
        m = self.found(Match, "paused")
        self.do("go_on", conduct.go_on, match=m.pk, by=self.who(self.team(m).coordinator))

    # Who is on call ---------------------------------------------------------------------

    @step(weight=3)
    def plan_shift(self):
        clinic = self.a_clinic().team
        day = self.now.date() + dt.timedelta(days=self.draw.randrange(3))
        when = self.one_of({"part": "day"}, {"part": "night"}, {"starts": dt.time(8), "ends": dt.time(8)})
        values = {
            "by": self.who(self.one_of(clinic.coordinator, clinic.admin)), "first_day": day, **when,
            "user": self.who(self.draw.choice(self.staff(clinic))), "second": self.draw.random() < 0.2,
            "weekdays": self.one_of((), (), range(7)),
        }  # fmt: skip
        self.do("plan_shift", rota.plan, clinic=clinic.clinic, **values)

    def _shift(self):
        there = truths.look(Shift, "id", where="status = 'planned'")
        return truths.rows(Shift, pk=self.draw.choice(there[-5:])[0]).get() if there else None

    @step("planned", of="shift", weight=2)
    def remove_shift(self):
        shift = self._shift()
        if shift is not None:
            self.do("remove_shift", rota.remove, shift=shift.pk, by=self.who(self.team(shift).coordinator))

    @step("planned", of="shift", weight=2)
    def pass_shift_on(self):
        """A colleague is asked to take a shift, and says yes, no, or nothing."""
        shift = self._shift()
        if shift is None:
            return
        to = self.who(self.draw.choice(self.staff(self.team(shift))))
        self.do("offer_shift", rota.offer, shift=shift.pk, by=self.who(shift.user), to=to)
        if self.draw.random() < 0.7:
            answer = self.one_of("accept", "decline")
            self.do(f"{answer}_shift", getattr(rota, answer), shift=shift.pk, by=self.who(to))
