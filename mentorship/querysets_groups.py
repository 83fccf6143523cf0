"""Named questions about groups, their meetings and places."""

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q

from clinics.roles import Perm, clinics_where
from common import clock

AFTERWARDS = dt.timedelta(days=14)  # [D] so long after the last meeting a mentor still sees a group they led


def _seen(user, prefix: str = "") -> Q:
    """Return the condition: groups of clinics they coordinate, and those they moderate or lead while they work there."""
    staff = clinics_where(user, Perm.ANSWER_QUESTIONS) | clinics_where(user, Perm.COORDINATE)
    led = Q(**{f"{prefix}moderator": user}) | Q(**{f"{prefix}leader": user})
    return Q(**{f"{prefix}clinic__in": clinics_where(user, Perm.COORDINATE)}) | (
        led & Q(**{f"{prefix}clinic__in": staff})
    )


def _led_by_mentor(user) -> Q:
    """Return the condition on groups: a mentor leads it, still is one, and it is not long over or cancelled."""
    from mentorship.models import GroupSession

    since = clock.now() - AFTERWARDS
    ahead = Exists(GroupSession.objects.filter(group=OuterRef("pk"), planned_at__gte=since))
    return (
        Q(mentors__person__user=user, mentors__status__in=["active", "resting"], cancelled_at=None)
        & Q(mentors__person__clinic__in=clinics_where(user, Perm.MENTOR))
        & (ahead | Q(starts_on__gte=since.date()))
    )


def seen_groups(user):
    """Return the groups somebody sees, by pk: for other querysets to look in."""
    from mentorship.models import PeerGroup

    return PeerGroup.objects.filter(_seen(user) | _led_by_mentor(user)).order_by().values("pk")


class PeerGroupQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return groups of the clinics the user coordinates, and those they moderate or lead."""
        return self.filter(pk__in=seen_groups(user))

    def going_on(self):
        return self.filter(cancelled_at=None)

    def not_over(self):
        """Return those with a meeting still to come, or none planned yet."""
        from mentorship.models import GroupSession

        planned = GroupSession.objects.filter(group=OuterRef("pk"), status="planned")
        later = planned.filter(planned_at__gte=clock.now())
        return self.going_on().filter(Exists(later) | ~Exists(GroupSession.objects.filter(group=OuterRef("pk"))))

    def lock(self, pk: int):
        """Return the group, locked until the transaction ends. Lock the referral first."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class GroupSessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return meetings of the groups the user sees, and those they moderate for once."""
        staff = clinics_where(user, Perm.ANSWER_QUESTIONS) | clinics_where(user, Perm.COORDINATE)
        return self.filter(Q(group__in=seen_groups(user)) | Q(moderator=user, group__clinic__in=staff))

    def planned(self):
        return self.filter(status="planned", group__cancelled_at=None)

    def lock(self, pk: int):
        """Return the meeting, locked until the transaction ends. Lock its group first."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class GroupPlaceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return places of the groups the user sees."""
        return self.filter(group__in=seen_groups(user))

    def signed_up(self):
        return self.filter(status="signed-up")

    def waiting(self):
        return self.filter(status="waiting").order_by("waiting_since", "pk")

    def offered(self, now):
        """Return those a free place is held for at this moment."""
        return self.filter(status="waiting", offered_until__gt=now)

    def lock(self, pk: int):
        """Return the place with its referral, its group and itself locked, in that order."""
        from referrals.models import Referral

        referral_id, group_id = self.values_list("referral_id", "group_id").get(pk=pk)
        referral = Referral.objects.lock(referral_id)
        group = self.model._meta.get_field("group").related_model.objects.lock(group_id)
        place = self.select_for_update(of=("self",)).get(pk=pk)
        place.referral, place.group = referral, group
        return place
