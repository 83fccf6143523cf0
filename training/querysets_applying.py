"""Named questions about applications and letters."""

from django.db import models
from django.db.models import Q

from clinics.roles import Perm, clinics_where
from training.workflow import ApplicationStatus


class ApplicationQuerySet(models.QuerySet):
    def handled_by(self, user):
        """Return every application of the clinics where the user keeps the mentors' records, drafts too."""
        return self.filter(clinic__in=clinics_where(user, Perm.MANAGE_MENTORS))

    def visible_to(self, user):
        """Return what the user may open: not what is typed on the public page, and nothing that was erased."""
        unsent = Q(status=ApplicationStatus.DRAFT) & ~Q(source="nominated")
        return self.handled_by(user).exclude(unsent).filter(erased_at=None)

    def put_forward_by(self, user):
        """Return the applications this professional began by a nomination."""
        return self.filter(nominated_by=user, source="nominated")

    def of_clinic(self, clinic):
        return self.filter(clinic=clinic)

    def lock(self, pk: int):
        """Return the application, locked until the transaction ends."""
        return self.select_for_update(of=("self",)).select_related("clinic").get(pk=pk)


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the user's own letters, and those of clinics where they keep the mentors' records."""
        clinics = clinics_where(user, Perm.MANAGE_MENTORS)
        return self.filter(
            Q(mentor__person__user=user) | Q(mentor__person__clinic__in=clinics) | Q(application__clinic__in=clinics)
        )

    def with_reader(self):
        """Fetch with each letter whom it is for and who wrote it."""
        return self.select_related("by", "mentor__person__clinic", "mentor__person__user", "application__clinic")
