"""Where a mentor is in the training, as questions: complete or not, and what is still to do, in words."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from clinics.models import Clinic
from common import clock, words
from training import readiness
from training.models import Attempt, Curriculum, Learning, Mentor, ModuleProgress, Observation
from training.workflow import Status

FOLLOWING = (Status.IN_TRAINING, Status.READY, Status.ACTIVE, Status.RESTING)
REFRESH_BEFORE = dt.timedelta(days=90)  # refreshers open this long before a certificate ends [D]


def published(clinic: Clinic) -> Curriculum | None:
    """Return the version new people begin under; None where a clinic has none yet."""
    return clinic.curricula.filter(published_at__isnull=False).order_by("-version").first()


def current(mentor: Mentor, *, refresher: bool = False) -> Learning | None:
    """Return the training a mentor follows or followed last: the first one, or the refreshers."""
    return mentor.learnings.filter(is_refresher=refresher).select_related("curriculum").first()


def is_complete(mentor: Mentor) -> bool:
    """Tell whether every part of the first training is passed; False for who has not begun."""
    learning = current(mentor)
    return learning is not None and not _to_go(learning)


def missing_parts(mentor: Mentor) -> list[str]:
    """Return the parts of the first training that are still to pass, in words; empty when complete."""
    learning = current(mentor)
    if learning is None:
        return [_("the training has not begun")]
    return [_to_pass(progress) for progress in _to_go(learning)]


def refreshers_done(mentor: Mentor, since: dt.date | None = None) -> bool:
    """Tell whether the refreshers before a new certificate are all passed; see missing_refreshers."""
    return not missing_refreshers(mentor, since)


def missing_refreshers(mentor: Mentor, since: dt.date | None = None) -> list[str]:
    """Return the refreshers still to pass among those begun on a day or later, in words; none where none are taught.

    Without a day: since they opened for the certificate that ends now.
    """
    since = since or refreshers_open_on(mentor) or mentor.person.clinic.today
    start = clock.at_local(since, dt.time.min, mentor.person.clinic.time_zone)
    learning = mentor.learnings.filter(is_refresher=True, begun_at__gte=start).first()
    if learning is not None:
        return [_to_pass(progress) for progress in _to_go(learning)]
    curriculum = published(mentor.person.clinic)
    wanted = curriculum.modules.filter(is_refresher=True) if curriculum else []
    return [_("“%(part)s” is still to pass") % {"part": module.title} for module in wanted]


def refreshers_open_on(mentor: Mentor) -> dt.date | None:
    """Return the first day on which a mentor may begin the refreshers; None for who was never certified.

    90 days before the last certificate ends; for who has none left, from the day it was taken back.
    """
    certificates = readiness.certificates(mentor)
    if certificates:
        return max(c.valid_until for c in certificates) - REFRESH_BEFORE
    taken_back = mentor.certificates.aggregate(at=Max("revoked_at"))["at"]
    return words.local(taken_back, mentor.person.clinic.time_zone).date() if taken_back else None


def first_try(clinic: Clinic) -> dict[str, tuple[int, int]]:
    """Return how the first attempts went, by key of the module: (passed, tried), questions and role-plays together.

    Only the first training, the first round and people of this clinic; whoever learned it elsewhere is in neither.
    Beside the studies' 75/75/63/75 % (VdE21 simplifies Tang 2011: 63 % for active listening).
    """
    here = {
        "progress__learning__mentor__person__clinic": clinic, "progress__learning__is_refresher": False,
        "round": 1, "number": 1, "passed__isnull": False,
    }  # fmt: skip
    found: dict[str, tuple[int, int]] = {}
    for rows in (Attempt.objects.filter(**here), Observation.objects.filter(**here)):
        counted = rows.order_by().values_list("progress__module__key")
        for key, passed, tried in counted.annotate(n=Count("pk", filter=Q(passed=True)), of=Count("pk")):
            before = found.get(key, (0, 0))
            found[key] = (before[0] + passed, before[1] + tried)
    return found


def _to_go(learning: Learning) -> list[ModuleProgress]:
    return list(learning.progress.filter(passed_at=None).select_related("module"))


def _to_pass(progress: ModuleProgress) -> str:
    return _("“%(part)s” is still to pass") % {"part": progress.module.title}
