"""Named questions about who is on call."""

from __future__ import annotations

import datetime as dt

from django.db import models

from clinics.roles import Perm, clinics_where


class ShiftQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the shifts of the clinics in which the user answers flags."""
        return self.filter(clinic__in=clinics_where(user, Perm.ANSWER_FLAGS)) if user.is_active else self.none()

    def planned(self):
        return self.filter(status="planned")

    def between(self, start: dt.datetime, end: dt.datetime):
        """Return shifts that touch a stretch of time; the end belongs to nobody."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def at(self, moment: dt.datetime):
        """Return who is on call at a moment, the first one first."""
        return self.planned().filter(starts_at__lte=moment, ends_at__gt=moment).order_by("second", "pk")

    def lock(self, pk: int):
        """Return the shift, locked until the transaction ends. Lock its clinic first."""
        return self.select_for_update().get(pk=pk)
