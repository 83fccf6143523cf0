"""Named questions about looking after mentors."""

from django.db import models
from django.db.models import Q

from clinics.roles import Perm, clinics_where


class CareTaskQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return tasks about mentors the user supervises, and those of clinics where they keep the records.

        Nobody sees a task about themselves: who looks after a mentor tells them.
        """
        if not user.is_active:
            return self.none()
        keeps = Q(mentor__person__clinic__in=clinics_where(user, Perm.MANAGE_MENTORS))
        answers = clinics_where(user, Perm.ANSWER_QUESTIONS)
        supervises = Q(mentor__supervisor=user, mentor__person__clinic__in=answers)
        return self.filter(keeps | supervises).exclude(mentor__person__user=user)

    def put_to(self, user):
        """Return tasks about mentors the user supervises, and those of clinics where they keep the records that nobody supervises."""
        theirs = Q(mentor__supervisor=user) | Q(mentor__supervisor=None)
        return self.visible_to(user).filter(theirs)

    def of_clinic(self, clinic):
        return self.filter(mentor__person__clinic=clinic)

    def open(self):
        return self.filter(done_at=None)

    def lock(self, pk: int):
        """Return the task with its mentor, the task locked until the transaction ends."""
        rows = self.select_for_update(of=("self",))
        return rows.select_related("mentor__person__clinic", "mentor__supervisor").get(pk=pk)


class WellbeingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return answers for the mentor and for their supervisor, nobody else."""
        answers = clinics_where(user, Perm.ANSWER_QUESTIONS) | clinics_where(user, Perm.MANAGE_MENTORS)
        mine = Q(mentor__person__user=user, mentor__person__clinic__in=clinics_where(user, Perm.MENTOR))
        return self.filter(mine | Q(mentor__supervisor=user, mentor__person__clinic__in=answers))

    def answered(self):
        return self.exclude(answered_at=None)

    def lock(self, pk: int):
        """Return the question, locked until the transaction ends."""
        return self.select_for_update(of=("self",)).select_related("mentor__person__clinic").get(pk=pk)
