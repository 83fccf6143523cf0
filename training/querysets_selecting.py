"""Named questions about what is seen and asked before a decision about an applicant."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clinics.roles import Perm, clinics_where, memberships_of


def clinics_of(user) -> set[int]:
    """Return the pks of the clinics where somebody works or mentors now."""
    return {membership.clinic_id for membership in memberships_of(user)}


class PaperQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the papers of clinics where the user keeps the mentors' records, and their own."""
        return self.filter(
            Q(mentor__person__clinic__in=clinics_where(user, Perm.MANAGE_MENTORS))
            | Q(mentor__person__user=user, mentor__person__clinic__in=clinics_where(user, Perm.MENTOR))
        )

    def present(self):
        """Return the papers that were not taken out of the record."""
        return self.filter(removed_at=None)


class AskedQuerySet(models.QuerySet):
    """Ratings and statements: each is asked of one person, and nobody else's to open."""

    def visible_to(self, user):
        """Return what was asked of somebody, in the clinics where they work now; never about themselves."""
        who = {"rating": "assessor", "sponsorship": "sponsor"}[self.model._meta.model_name]
        rows = self.filter(**{who: user}, mentor__person__clinic__in=clinics_of(user))
        return rows.exclude(mentor__person__user=user)

    def open(self):
        """Return what was asked and not given yet."""
        when = {"rating": "saved_at", "sponsorship": "stated_at"}[self.model._meta.model_name]
        return self.filter(**{when: None})

    def lock(self, pk: int):
        """Return the row, locked until the transaction ends."""
        return self.select_for_update(of=("self",)).select_related("mentor__person__clinic").get(pk=pk)
