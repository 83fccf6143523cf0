"""Named questions about mentors."""

from django.db import models
from django.db.models import Q

from clinics.roles import Perm, clinics_where


class MentorQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return mentors of clinics where the user keeps their records, those they supervise, and themselves."""
        return self.filter(
            Q(person__clinic__in=clinics_where(user, Perm.MANAGE_MENTORS))
            | Q(supervisor=user, person__clinic__in=clinics_where(user, Perm.ANSWER_QUESTIONS))
            | Q(person__user=user, person__clinic__in=clinics_where(user, Perm.MENTOR))
        )

    def of_clinic(self, clinic):
        return self.filter(person__clinic=clinic)

    def shared(self):
        """Return mentors whom other clinics may ask: they and their own clinic both agree."""
        return self.filter(share_wish_on__isnull=False, shared_on__isnull=False)

    def open_to(self, clinic):
        """Return the mentors of a clinic and those other clinics share with it."""
        return self.filter(Q(person__clinic=clinic) | Q(share_wish_on__isnull=False, shared_on__isnull=False))

    def lock(self, pk: int):
        """Return the mentor, locked until the transaction ends."""
        return self.select_for_update(of=("self",)).select_related("person__clinic").get(pk=pk)
