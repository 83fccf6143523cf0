"""Named questions about clinics, memberships and the access log."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from clinics.roles import Perm, clinics_where, memberships_of
from common.models import REF_LENGTH


class ClinicQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the clinics the user holds any role in."""
        return self.filter(pk__in={m.clinic_id for m in memberships_of(user)})


class MembershipQuerySet(models.QuerySet):
    def live(self):
        return self.filter(ended_at=None)

    def visible_to(self, user):
        """Return the memberships of the clinics in which the user manages people."""
        return self.filter(clinic__in=clinics_where(user, Perm.MANAGE_PEOPLE))


class SettingChangeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return what was changed in the clinics whose settings the user looks after."""
        return self.filter(clinic__in=clinics_where(user, Perm.SETTINGS))


class AccessLogQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the log of the clinics whose log the user may read."""
        return self.filter(clinic__in=clinics_where(user, Perm.ACCESS_LOG))

    def about(self, ref: str):
        return self.filter(people__contains=f" {ref} ")

    def about_any(self, refs):
        """Return the looks at any of these people. A row about one person is compared as a whole, which costs little."""
        among = Q(pk__in=[])
        for ref in refs:
            among |= Q(people__contains=f" {ref} ")
        several = self.alias(length=Length("people"))
        return several.filter(Q(people__in=[f" {ref} " for ref in refs]) | (Q(length__gt=REF_LENGTH + 2) & among))
