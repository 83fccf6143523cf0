"""Named questions about contacts, checks, questions and red flags."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from clinics.roles import Perm, clinics_where


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return contacts of matches the user sees: their clinic's, or their own pairs'."""
        from matching.models import Match

        return self.filter(match__in=Match.objects.visible_to(user).values("pk"))

    def planned(self):
        return self.filter(status="planned")

    def outcomes(self):
        """Return contacts that were tried: talked or missed. A cancelled one says nothing about either side."""
        return self.exclude(status__in=["planned", "cancelled"])

    def two_misses(self):
        """Return the last contact of each present pair whose last two tries were both missed (Emb13: it feels like rejection)."""
        from mentorship.workflow import MISSED

        tries = self.model.objects.outcomes().filter(match=OuterRef("match")).order_by("-happened_at", "-pk")
        return self.filter(
            match__status="introduced",
            pk=Subquery(tries.values("pk")[:1]),
            status__in=MISSED,
        ).alias(before=Subquery(tries.values("status")[1:2])).filter(before__in=MISSED)

    def lock(self, pk: int):
        """Return the contact, locked until the transaction ends. Lock its match first."""
        return self.select_for_update().get(pk=pk)


class AftercareQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return tasks of the clinics the user coordinates, and those put to them by name."""
        return self.filter(Q(match__referral__clinic__in=clinics_where(user, Perm.COORDINATE)) | Q(user=user))

    def open(self):
        return self.filter(done_at=None)


class CheckQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return checks of the clinics the user coordinates, and those put to them as a mentor."""
        from matching.models import Match

        return self.filter(
            Q(match__referral__clinic__in=clinics_where(user, Perm.COORDINATE))
            | Q(to="mentor", match__in=Match.objects.of_mentor(user).values("pk"))
        )

    def open(self):
        """Return checks that wait for an answer."""
        return self.filter(answered_at=None, cancelled_at=None, handled_at=None)

    def worrying(self):
        """Return answers that ask for somebody of the team and that nobody has dealt with."""
        from mentorship.checks import CALL_FOR_SOMEBODY

        return self.filter(answer__in=CALL_FOR_SOMEBODY, cancelled_at=None, handled_at=None)

    def unanswered(self, now):
        """Return checks of present pairs without an answer for five days or more [D], not dealt with."""
        from mentorship.checks import SILENCE

        return self.open().filter(asked_at__lte=now - SILENCE, match__status="introduced")

    def lock(self, pk: int):
        """Return the check, locked until the transaction ends."""
        return self.select_for_update().get(pk=pk)


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
