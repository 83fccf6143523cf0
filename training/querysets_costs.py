"""Named questions about costs and hours."""

from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from clinics.roles import Perm, clinics_where
from training.workflow import ClaimStatus

LIVE = (ClaimStatus.SENT, ClaimStatus.APPROVED, ClaimStatus.EXPORTED)
PAID = (ClaimStatus.APPROVED, ClaimStatus.EXPORTED)


def _office(user) -> set[int]:
    """Return the clinics whose costs the user sees: coordinators and admins."""
    return clinics_where(user, Perm.MANAGE_MENTORS) | clinics_where(user, Perm.SETTINGS)


class CostYearQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the amounts of clinics whose costs the user sees."""
        return self.filter(clinic__in=_office(user))


class ExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the files of clinics where the user may make them: coordinators and admins."""
        return self.filter(clinic__in=_office(user))

    def with_sums(self):
        """Add `n`, how many claims, and `cents`, what they come to."""
        return self.annotate(n=models.Count("claims"), cents=Coalesce(Sum("claims__cents"), 0))


class ClaimQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return a mentor's own claims, and those of clinics where the user keeps the mentors' records."""
        return self.filter(
            Q(mentor__person__clinic__in=clinics_where(user, Perm.MANAGE_MENTORS))
            | Q(mentor__person__user=user, mentor__person__clinic__in=clinics_where(user, Perm.MENTOR))
        )

    def of_clinic(self, clinic):
        return self.filter(mentor__person__clinic=clinic)

    def live(self):
        """Return claims that count for the ceilings: sent, approved or with the finance office."""
        return self.filter(status__in=LIVE)

    def paid(self):
        """Return claims that are approved, or with the finance office."""
        return self.filter(status__in=PAID)

    def lock(self, pk: int):
        """Return the claim, locked until the transaction ends. Lock its mentor first."""
        return self.select_for_update(of=("self",)).select_related("mentor__person__clinic").get(pk=pk)

    def sums(self, on) -> dict[str, int]:
        """Return what these claims come to: `day` and `year` in cents at the flat rate, `km` in the year of a day.

        `real` counts real costs on that day, kilometres apart; one query.
        """
        flat, year = Q(kind="flat"), Q(on__year=on.year)
        found = self.filter(year).aggregate(
            day=Sum("cents", filter=flat & Q(on=on)), year=Sum("cents", filter=flat), km=Sum("km", filter=Q(kind="km")),
            real=models.Count("pk", filter=Q(on=on, kind__in=["fares", "phone"])),
        )  # fmt: skip
        return {name: value or 0 for name, value in found.items()}


class HoursQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return what a mentor entered themselves, and what those of clinics where the user keeps the records did."""
        return self.filter(
            Q(mentor__person__clinic__in=clinics_where(user, Perm.MANAGE_MENTORS))
            | Q(mentor__person__user=user, mentor__person__clinic__in=clinics_where(user, Perm.MENTOR))
        )
