"""Named questions about goals and endings."""

import datetime as dt

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from clinics.roles import Perm, clinics_where
from matching.workflow import EndReason, Status

RING = ("ahead", "no")  # the closing question, and the answer to which somebody rings
A_WEEK = dt.timedelta(days=7)
NEVER = (EndReason.DIED, EndReason.CONSENT, EndReason.CONDUCT)  # after these nobody is invited


class GoalQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return goals of the clinics the user coordinates, and those of mentees they see as a mentor."""
        from matching.models import Match

        mine = Match.objects.of_mentor(user).pairs().order_by().values("referral")
        return self.filter(Q(referral__clinic__in=clinics_where(user, Perm.COORDINATE)) | Q(referral__in=mine))

    def kept(self):
        return self.filter(removed_at=None)

    def to_look_at(self):
        """Return those that nobody has looked back on yet."""
        return self.filter(removed_at=None, outcome="")


class ClosingAnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return answers at the endings of the clinics the user coordinates."""
        return self.filter(match__referral__clinic__in=clinics_where(user, Perm.COORDINATE))

    def to_ring(self, now):
        """Return who does not know where to turn yet, until the plan of the ending was looked at again since.

        After the end they stay for a week [D]: nothing can be planned any more, so somebody rings.
        """
        question, answer = RING
        rows = self.filter(side="mentee", question=question, answer=answer)
        live = Q(match__status__in=[Status.INTRODUCED, Status.PAUSED], match__enrolment__closing_set_at__lt=F("at"))
        return rows.filter(live | Q(match__status=Status.ENDED, match__end_reason="planned", at__gt=now - A_WEEK))


class ClosingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return endings of the clinics the user coordinates, of mentors they look after, and a mentor's own pairs."""
        return self.filter(
            Q(match__referral__clinic__in=clinics_where(user, Perm.COORDINATE))
            | self.looked_after_by(user)
            | Q(match__mentor__person__user=user, match__mentor__person__clinic__in=clinics_where(user, Perm.MENTOR))
        )

    @staticmethod
    def looked_after_by(user) -> Q:
        """Return the condition: their own clinic's coordinator, or their supervisor while they work there."""
        home = "match__mentor__person__clinic__in"
        return Q(**{home: clinics_where(user, Perm.COORDINATE)}) | Q(
            match__mentor__supervisor=user, **{home: clinics_where(user, Perm.ANSWER_QUESTIONS)}
        )

    def to_debrief(self, today):
        """Return endings after which nobody has talked with the mentor yet, though the day has come."""
        return self.filter(match__status=Status.ENDED, debrief_at=None, debrief_on__lte=today)

    def late(self, today):
        """Return endings whose last talk is over while the two are still a pair."""
        return self.filter(
            match__status__in=[Status.INTRODUCED, Status.PAUSED], match__enrolment__last_contact_on__lt=today
        )


def may_be_invited() -> Q:
    """Return the condition on referrals: open, or rounded off with the mentee's own yes to invitations now and then."""
    from mentorship.models import Closing

    said = Closing.objects.filter(mentee_alumni=True, match__status=Status.ENDED)
    said = said.exclude(match__end_reason__in=NEVER).exclude(match__referral__close_reason="died")
    return Q(status="open") | Q(status="closed", pk__in=said.values("match__referral"))


def alumni(*clinics):
    """Return endings of these clinics after which the mentee, or the mentor, agreed to be invited now and then.

    Who died or took back a consent is on no list; a mentee's yes counts with their live consent only.
    """
    from mentorship.models import Closing
    from referrals.models import Referral

    live = Referral.objects.with_live_consent().filter(pk=OuterRef("match__referral"))
    return (
        Closing.objects.filter(match__referral__clinic__in=clinics, match__status=Status.ENDED)
        .exclude(match__end_reason__in=NEVER)
        .exclude(match__referral__close_reason="died")
        .annotate(agrees=Exists(live))
        .filter(Q(mentee_alumni=True, agrees=True) | Q(mentor_alumni=True))
    )
