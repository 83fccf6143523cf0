"""Named questions about matches."""

from django.db import connections, models
from django.db.models import Exists, OuterRef, Q

from clinics.roles import Perm, clinics_where
from matching.workflow import LIVE, Status


class MatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return matches of clinics the user coordinates, and a mentor's own while they may see them.

        A mentor sees a request while asked and a pair while accepted, introduced or paused; nothing after
        the end, nothing once sight was taken away.
        """
        return self.filter(Q(referral__clinic__in=clinics_where(user, Perm.COORDINATE)) | self._of_mentor(user))

    def of_mentor(self, user):
        """Return what this user sees as a mentor: requests and present pairs."""
        return self.filter(self._of_mentor(user))

    def once_asked(self, user):
        """Return requests to this user as a mentor that are over, without having become a pair."""
        over = (Status.DECLINED, Status.EXPIRED, Status.CANCELLED, Status.REFUSED)
        clinics = clinics_where(user, Perm.MENTOR)
        return self.filter(mentor__person__user=user, mentor__person__clinic__in=clinics, status__in=over)

    @staticmethod
    def _of_mentor(user) -> Q:
        return Q(
            mentor__person__user=user,
            mentor__person__clinic__in=clinics_where(user, Perm.MENTOR),
            status__in=LIVE,
            sight_ended_at=None,
        )

    def live(self):
        return self.filter(status__in=LIVE)

    def pairs(self):
        """Return introduced and paused matches."""
        return self.filter(status__in=[Status.INTRODUCED, Status.PAUSED])

    def lock(self, pk: int):
        """Return the match with mentor, referral and match locked, in that order, until the transaction ends."""
        from referrals.models import Referral
        from training.models import Mentor

        if not connections[self.db].features.has_select_for_update:  # SQLite: the transaction has its one lock already
            return self.select_related("mentor__person__clinic", "referral").get(pk=pk)
        mentor_id, referral_id = self.values_list("mentor_id", "referral_id").get(pk=pk)
        mentor = Mentor.objects.lock(mentor_id)
        referral = Referral.objects.lock(referral_id)
        match = self.select_for_update().get(pk=pk)
        match.mentor, match.referral = mentor, referral
        return match


class ChoiceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return choices of clinics the user coordinates. A mentee comes by link."""
        return self.filter(referral__clinic__in=clinics_where(user, Perm.COORDINATE))

    def open(self):
        """Return those sent and not answered, taken back or overtaken."""
        return self.filter(closed_at=None)

    def newest(self):
        """Return the last one sent for each referral."""
        later = self.model.objects.filter(referral=OuterRef("referral"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later))

    def to_act_on(self):
        """Return the newest ones of people who wait and agree, unless something was done about the answer since."""
        from matching.models import Match
        from referrals.models import Referral

        own = Match.objects.filter(referral=OuterRef("referral"))
        agreed = Referral.objects.with_live_consent().filter(pk=OuterRef("referral"), status="open")
        rows = self.newest().filter(Exists(agreed), ~Exists(own.live()), Q(closed_at=None) | ~Q(answer=""))
        since = own.filter(proposed_at__gt=OuterRef("closed_at"))
        return rows.filter(~Exists(since), Q(match=None) | Q(match__status=Status.PROPOSED))

    def lock(self, pk: int):
        """Return the choice with its referral and itself locked, in that order, until the transaction ends."""
        from referrals.models import Referral

        referral = Referral.objects.lock(self.values_list("referral_id", flat=True).get(pk=pk))
        choice = self.select_for_update().get(pk=pk)
        choice.referral = referral
        return choice
