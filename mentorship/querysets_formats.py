"""Named questions about formats."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from clinics.roles import Perm, clinics_where


class FormatQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the presets and the formats of the clinics whose programme the user runs."""
        return self.filter(Q(clinic=None) | Q(clinic__in=clinics_where(user, Perm.COORDINATE)))

    def presets(self):
        return self.filter(clinic=None)

    def of_clinic(self, clinic):
        """Return what a clinic may follow: its own formats and the presets."""
        return self.filter(Q(clinic=None) | Q(clinic=clinic))

    def newest(self):
        """Return the newest version of each format."""
        later = self.model.objects.filter(clinic=OuterRef("clinic"), key=OuterRef("key"), number__gt=OuterRef("number"))
        later_preset = self.model.objects.filter(clinic=None, key=OuterRef("key"), number__gt=OuterRef("number"))
        return self.exclude(Exists(later)).exclude(Q(clinic=None) & Exists(later_preset))

    def in_use(self):
        return self.filter(retired_at=None)
