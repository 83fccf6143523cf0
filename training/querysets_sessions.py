"""Named questions about training days, the seats at them, and for whom no day fits."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Count, F, Q

from clinics.roles import Perm, clinics_where

TEACHING = (Perm.TRAIN, Perm.MANAGE_MENTORS, Perm.ANSWER_QUESTIONS)  # who may be the trainer of a day


def teaches_in(user) -> set[int]:
    """Return the pks of the clinics in which the user may teach."""
    return {pk for perm in TEACHING for pk in clinics_where(user, perm)}


class SessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the days of clinics where the user keeps the mentors' records, and the days they teach."""
        kept = Q(clinic__in=clinics_where(user, Perm.MANAGE_MENTORS))
        return self.filter(kept | Q(trainer=user, clinic__in=teaches_in(user)))

    def taught_by(self, user):
        """Return the days the user teaches."""
        return self.filter(trainer=user, clinic__in=teaches_in(user))

    def attended_by(self, user):
        """Return the days at which the user has a place."""
        clinics = clinics_where(user, Perm.MENTOR)
        seats = Q(sign_ups__cancelled_at=None, sign_ups__mentor__person__user=user)
        return self.filter(seats, clinic__in=clinics).distinct()

    def of_clinic(self, clinic):
        return self.filter(clinic=clinic)

    def held(self):
        """Leave out what was cancelled."""
        return self.filter(cancelled_at=None)

    def to_come(self, now: dt.datetime):
        """Return the days that have not begun and are not cancelled."""
        return self.held().filter(starts_at__gt=now)

    def with_taken(self):
        """Count the places in use, as `taken`, and those nobody said of whether they came, as `unmarked`."""
        live = Q(sign_ups__cancelled_at=None, sign_ups__isnull=False)
        return self.annotate(
            taken=Count("sign_ups", filter=live), unmarked=Count("sign_ups", filter=live & Q(sign_ups__came=None))
        )

    def asking(self, now: dt.datetime, *, ahead: dt.timedelta):
        """Return days over of which nobody said who came, and days within `ahead` with nobody signed up."""
        rows = self.held().with_taken()
        return rows.filter(
            Q(ends_at__lt=now, unmarked__gt=0) | Q(starts_at__gt=now, starts_at__lte=now + ahead, taken=0)
        )

    def lock(self, pk: int):
        """Return the day, locked until the transaction ends."""
        return self.select_for_update(of=("self",)).select_related("clinic", "module", "trainer").get(pk=pk)


class SignUpQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the seats at days the user may see, and their own."""
        kept = Q(session__clinic__in=clinics_where(user, Perm.MANAGE_MENTORS))
        taught = Q(session__trainer=user, session__clinic__in=teaches_in(user))
        own = Q(mentor__person__user=user, mentor__person__clinic__in=clinics_where(user, Perm.MENTOR))
        return self.filter(kept | taught | own)

    def live(self):
        """Return the seats that are in use."""
        return self.filter(cancelled_at=None)

    def of(self, mentor):
        return self.filter(mentor=mentor)

    def to_come(self, now: dt.datetime):
        """Return the seats in use at days that are not over."""
        return self.live().filter(session__cancelled_at=None, session__ends_at__gt=now)

    def to_remind(self, now: dt.datetime, *, ahead: dt.timedelta):
        """Return the seats in use at days that begin within `ahead`, taken before the day changed to another one."""
        coming = self.live().filter(session__cancelled_at=None, session__starts_at__range=(now, now + ahead))
        return coming.filter(at__lt=F("session__starts_at") - dt.timedelta(hours=24))


class NoDayQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the answers "no day suits me" of clinics where the user keeps the mentors' records."""
        return self.filter(mentor__person__clinic__in=clinics_where(user, Perm.MANAGE_MENTORS))

    def open(self):
        """Return those nobody has spoken about yet."""
        return self.filter(settled_at=None)
