"""Named questions about supervision talks and about concerns told in confidence."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from clinics.roles import Perm, clinics_where


def works_at(user) -> set[int]:
    """Return the clinics in which somebody may look after mentors: as a clinician or as a coordinator."""
    return clinics_where(user, Perm.ANSWER_QUESTIONS) | clinics_where(user, Perm.MANAGE_MENTORS)


class TalkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return talks the user holds, those of clinics whose mentors they keep, and those they are invited to.

        A talk says when and with whom. What was agreed stands in its parts, which fewer people read.
        """
        from training.models import SupervisionPart

        invited = SupervisionPart.objects.filter(
            talk=OuterRef("pk"), mentor__person__user=user, mentor__person__clinic__in=clinics_where(user, Perm.MENTOR)
        )
        return self.filter(
            Q(supervisor=user, clinic__in=works_at(user))
            | Q(clinic__in=clinics_where(user, Perm.MANAGE_MENTORS))
            | Exists(invited)
        )

    def to_come(self):
        """Return talks that were not held yet and not called off."""
        return self.filter(saved_at=None, cancelled_at=None)

    def lock(self, pk: int):
        """Return the talk, locked until the transaction ends. Lock its mentors first."""
        return self.select_for_update(of=("self",)).select_related("clinic", "supervisor").get(pk=pk)


class PartQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the parts, with their notes, for the mentor they are about and the supervisor of the talk: nobody else.

        Not the coordinator who is not the supervisor, not the admin, not a later supervisor.
        """
        return self.filter(
            Q(talk__supervisor=user, talk__clinic__in=works_at(user))
            | Q(mentor__person__user=user, mentor__person__clinic__in=clinics_where(user, Perm.MENTOR))
        )

    def held(self):
        """Return parts of talks that took place and to which the mentor came."""
        return self.filter(talk__held_on__isnull=False, came=True)

    def to_come(self):
        """Return parts of talks that were not held yet and not called off."""
        return self.filter(talk__saved_at=None, talk__cancelled_at=None)


class ConcernQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return concerns put to the user's role in their clinics. Nobody ever sees one about themselves (Joo22 #47)."""
        read = Q(to="coordinator", clinic__in=clinics_where(user, Perm.COORDINATE)) | Q(
            to="admin", clinic__in=clinics_where(user, Perm.OVERSEE)
        )
        about_me = Q(about_user=user) | Q(about_mentor__person__user=user)
        # written so that an empty "about" is not lost in a NOT
        mine = self.model.objects.filter(about_me).values("pk")
        return self.filter(read).exclude(pk__in=mine)

    def open(self):
        return self.exclude(status="closed")

    def lock(self, pk: int):
        """Return the concern, locked until the transaction ends."""
        return self.select_for_update(of=("self",)).select_related("clinic").get(pk=pk)
