"""Named questions about words of thanks."""

from django.db import models

from clinics.roles import Perm, clinics_where


class ThanksQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return what a mentor may read: said to them, not taken back, of people who still agree to what they agreed to."""
        from referrals.models import Referral

        agreed = Referral.objects.with_live_consent().values("pk")
        return self.filter(
            match__mentor__person__user=user, match__mentor__person__clinic__in=clinics_where(user, Perm.MENTOR),
            match__referral__in=agreed, taken_back_at=None,
        ).exclude(match__end_reason="died")  # fmt: skip

    def lock(self, pk: int):
        """Return the thanks, locked until the transaction ends."""
        return self.select_for_update(of=("self",)).get(pk=pk)
