"""Named questions about messages."""

from django.db import models

from clinics.roles import Perm, clinics_where


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return messages of the clinics whose outbox or programme the user looks after."""
        return self.filter(clinic__in=clinics_where(user, Perm.OUTBOX) | clinics_where(user, Perm.COORDINATE))

    def undelivered(self):
        """Return what did not or may not have arrived and nobody has dealt with."""
        return self.filter(status__in=["dead", "unknown"], settled_at=None)
