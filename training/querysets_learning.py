"""Named questions about who learns what, and how far they are."""

from django.db import models
from django.db.models import Count, F, Q

from clinics.roles import Perm, clinics_where


def _seen_by(user, to: str) -> Q:
    """Return the same sight as of a mentor's record, from a row that leads to the mentor."""
    return (
        Q(**{f"{to}person__clinic__in": clinics_where(user, Perm.MANAGE_MENTORS)})
        | Q(**{f"{to}supervisor": user, f"{to}person__clinic__in": clinics_where(user, Perm.ANSWER_QUESTIONS)})
        | _own(user, to)
    )


def _own(user, to: str) -> Q:
    return Q(**{f"{to}person__user": user, f"{to}person__clinic__in": clinics_where(user, Perm.MENTOR)})


class LearningQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the trainings of mentors whose record the user may see."""
        return self.filter(_seen_by(user, "mentor__"))


class ProgressQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the parts of mentors whose record the user may see."""
        return self.filter(_seen_by(user, "learning__mentor__"))

    def own(self, user):
        """Return the parts the user follows."""
        return self.filter(_own(user, "learning__mentor__"))

    def with_tries(self):
        """Count what was tried in this round: `used` tries, handed in or watched."""
        asked = Count("tries", filter=Q(tries__round=F("round"), tries__ended_at__isnull=False), distinct=True)
        seen = Count("observations", filter=Q(observations__round=F("round")), distinct=True)
        return self.annotate(used=asked + seen)

    def stuck(self):
        """Return the parts whose last attempt was not enough: somebody rings."""
        return self.with_tries().filter(passed_at=None, used__gte=F("module__attempts"))

    def to_read(self):
        """Return the parts where something written waits for a reader."""
        return self.filter(passed_at=None, written_at__isnull=False)


class AttemptQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the attempts of mentors whose record the user may see."""
        return self.filter(_seen_by(user, "progress__learning__mentor__"))

    def own(self, user):
        """Return the user's own attempts."""
        return self.filter(_own(user, "progress__learning__mentor__"))


def _planned_by(user, to: str) -> Q:
    clinics = clinics_where(user, Perm.MANAGE_MENTORS) | clinics_where(user, Perm.SETTINGS)
    return Q(**{f"{to}__in": clinics})


class CurriculumQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the versions of clinics where the user may change what is taught."""
        return self.filter(_planned_by(user, "clinic"))


class ModuleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the parts of versions of clinics where the user may change what is taught."""
        return self.filter(_planned_by(user, "curriculum__clinic"))
