"""Named questions about the words mentors sign, their certificates and their appeals."""

import datetime as dt

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from clinics.roles import Perm, clinics_where


def _seen_by(user) -> Q:
    """Return the condition for what belongs to a mentor: themselves, and who keeps their records."""
    return Q(mentor__person__clinic__in=clinics_where(user, Perm.MANAGE_MENTORS)) | Q(
        mentor__person__user=user, mentor__person__clinic__in=clinics_where(user, Perm.MENTOR)
    )


class AgreementTextQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the words of clinics where the user sets things, keeps the mentors' records or is a mentor."""
        clinics = {pk for perm in (Perm.SETTINGS, Perm.MANAGE_MENTORS, Perm.MENTOR) for pk in clinics_where(user, perm)}
        return self.filter(clinic__in=clinics)

    def of_clinic(self, clinic):
        return self.filter(clinic=clinic)

    def in_force(self, on: dt.date):
        """Return the words that count on a day: of each clinic and kind the newest version that has begun."""
        newest = self.model.objects.filter(clinic=OuterRef("clinic"), kind=OuterRef("kind"), in_force_from__lte=on)
        return self.filter(pk=Subquery(newest.order_by("-version").values("pk")[:1]))


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the user's own certificates, and those of clinics where they keep the mentors' records."""
        return self.filter(_seen_by(user))

    def standing(self):
        """Return those that were not taken back."""
        return self.filter(revoked_at=None)


class DecertificationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the user's own, and those of clinics where they keep the mentors' records or decide appeals."""
        return self.filter(_seen_by(user) | Q(mentor__person__clinic__in=clinics_where(user, Perm.OVERSEE)))


class AppealQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the user's own appeals, and those of clinics where they decide appeals."""
        return self.filter(
            Q(mentor__person__clinic__in=clinics_where(user, Perm.OVERSEE))
            | Q(mentor__person__user=user, mentor__person__clinic__in=clinics_where(user, Perm.MENTOR))
        )

    def of_clinic(self, clinic):
        return self.filter(mentor__person__clinic=clinic)

    def open(self):
        return self.filter(decided_at=None)
