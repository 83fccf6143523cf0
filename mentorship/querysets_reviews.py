"""Named questions about pairs that are looked at."""

from django.db import models
from django.db.models import F, Q

from clinics.roles import Perm, clinics_where


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return reviews of the clinics the user coordinates and of mentors they look after, never of their own pair.

        A supervisor sees those of the own clinic's mentees: who another clinic's mentee is stays there.
        """
        answering = clinics_where(user, Perm.ANSWER_QUESTIONS) | clinics_where(user, Perm.COORDINATE)
        supervised = Q(match__mentor__supervisor=user, clinic__in=answering)
        supervised &= Q(clinic=F("match__mentor__person__clinic"))
        seen = self.filter(Q(clinic__in=clinics_where(user, Perm.COORDINATE)) | supervised)
        own = self.model.objects.filter(
            Q(match__mentor__person__user=user) | Q(match__referral__mentee__user=user)
        ).values("pk")  # fmt: skip
        return seen.exclude(pk__in=own)

    def open(self):
        return self.filter(done_at=None)

    def lock(self, pk: int):
        """Return the review, locked until the transaction ends."""
        return self.select_for_update(of=("self",)).select_related("match__mentor__person", "clinic").get(pk=pk)
