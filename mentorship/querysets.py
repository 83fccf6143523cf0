"""Named questions about contacts, checks, questions and red flags."""

from django.db import models
from django.db.models import Q

from clinics.roles import Perm, clinics_where


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return contacts of matches the user sees: their clinic's, or their own pairs'."""
        from matching.models import Match

        return self.filter(match__in=Match.objects.visible_to(user).values("pk"))


class CheckQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return checks of the clinics the user coordinates, and those put to them as a mentor."""
        from matching.models import Match

        return self.filter(
            Q(match__referral__clinic__in=clinics_where(user, Perm.COORDINATE))
            | Q(to="mentor", match__in=Match.objects.of_mentor(user).values("pk"))
        )


class QuestionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return questions routed to the user while they answer questions there, and their clinic's for coordinators."""
        return self.filter(
            Q(routed_to=user, referral__clinic__in=clinics_where(user, Perm.ANSWER_QUESTIONS))
            | Q(referral__clinic__in=clinics_where(user, Perm.COORDINATE))
        )


class FlagQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return flags on whose ladder the user stands, and the clinic's for admins and coordinators.

        Nobody ever sees a conduct flag about themselves.
        """
        seen = (
            Q(rungs__user=user, clinic__in=clinics_where(user, Perm.ANSWER_FLAGS))
            | Q(clinic__in=clinics_where(user, Perm.REVIEW_FLAGS))
            | Q(clinic__in=clinics_where(user, Perm.COORDINATE))
        )
        rows = self.filter(seen).distinct()
        return rows.exclude(about_user=user)

    def unresolved(self):
        return self.exclude(status="resolved")

    def lock(self, pk: int):
        """Return the flag, locked until the transaction ends."""
        return self.select_for_update().get(pk=pk)
