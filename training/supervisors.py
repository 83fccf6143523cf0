"""Who may look after the mentors of a clinic: never the mentor themselves, and somebody who works there now."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Membership
from common.errors import Invalid
from training.models import Mentor
from training.rules_supervising import SUPERVISORS
from training.workflow import Status

AT_WORK = (Status.ACTIVE, Status.RESTING)


def fits(user: User | None, clinic) -> bool:
    """Tell whether somebody can look after mentors of a clinic: a clinician or coordinator with an open account."""
    if user is None or not user.is_active:
        return False
    return Membership.objects.live().filter(clinic=clinic, user=user, role__in=SUPERVISORS).exists()


def require(user: User, mentor: Mentor) -> None:
    """Raise Invalid (field "supervisor") unless the user can look after this mentor (Joo22 #46)."""
    if user.pk == mentor.person.user_id:
        raise Invalid(_("Nobody looks after themselves. Choose somebody else"), field="supervisor")
    if not fits(user, mentor.person.clinic_id):
        raise Invalid(_("Choose a clinician or coordinator who works at this clinic"), field="supervisor")


def without_anybody() -> Q:
    """Return the condition for mentors with nobody who looks after them: none named, or they left the clinic."""
    live = Membership.objects.filter(
        ended_at=None, user=OuterRef("supervisor"), clinic=OuterRef("person__clinic"), role__in=SUPERVISORS,
        user__is_active=True,
    )  # fmt: skip
    return Q(supervisor=None) | ~Exists(live)
