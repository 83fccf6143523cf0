"""Named questions about the library of answers."""

from django.db import models

from clinics.roles import Perm, clinics_where


class ApprovedAnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the answers of clinics where the user answers questions or runs the programme."""
        mine = clinics_where(user, Perm.ANSWER_QUESTIONS) | clinics_where(user, Perm.COORDINATE)
        return self.filter(clinic__in=mine)

    def approved(self):
        return self.filter(approved_at__isnull=False, retired_at=None)

    def to_approve(self):
        return self.filter(approved_at=None, retired_at=None)

    def in_use(self, on):
        """Return approved answers whose day to look again has not come."""
        return self.approved().filter(review_on__gt=on)

    def to_look_at(self, on):
        """Return approved answers whose day to look again has come: not used until somebody did."""
        return self.approved().filter(review_on__lte=on)

    def retired(self):
        return self.filter(retired_at__isnull=False)
