"""Who of the care team answers questions about what."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.actions.settings import lock, note_change
from clinics.models import Clinic, Membership
from clinics.roles import PERMISSIONS, Perm
from common.errors import Invalid, NotReady
from common.vocabulary import Topic
from mentorship.models import QuestionRoute
from referrals.models import Referral

ANSWERERS = [role for role, perms in PERMISSIONS.items() if Perm.ANSWER_QUESTIONS in perms]


def answerers(clinic: Clinic) -> list[User]:
    """Return who answers questions at a clinic today, in the order they came."""
    rows = Membership.objects.live().filter(clinic=clinic, role__in=ANSWERERS, user__is_active=True)
    return list(dict.fromkeys(row.user for row in rows.select_related("user").order_by("since", "pk")))


def route(referral: Referral, topic: str) -> User:
    """Return who answers a question about this topic: who is named for it, else the responsible clinician, the
    clinic's default one, or whoever answers. Somebody who left is passed over. Raises NotReady when nobody answers.
    """
    people = {user.pk: user for user in answerers(referral.clinic)}
    named = QuestionRoute.objects.filter(clinic=referral.clinic_id, topic=topic).values_list("user_id", flat=True)
    for wanted in (*named, referral.clinician_id, referral.clinic.default_clinician_id, *people):
        if wanted in people:
            return people[wanted]
    raise NotReady([_("Nobody at the clinic answers questions now. Ring the clinic instead.")])


@transaction.atomic
def change_routes(*, clinic: Clinic, by: User, version: int, routes: Mapping[str, User | None]) -> Clinic:
    """Say who answers questions about which topics; None leaves a topic to the responsible clinician.

    Counts from the next question on; topics not named here stay as they are. Raises Denied, Stale, Invalid (the
    field is the topic): no such topic, somebody who does not answer questions at this clinic.
    """
    row = lock(clinic, by, version)
    people = answerers(row)
    for topic, user in routes.items():
        if topic not in Topic.values:
            raise Invalid(_("Choose one of the answers below"), field=topic)
        if user is not None and user not in people:
            raise Invalid(_("Choose a colleague who answers questions here."), field=topic)
    present = {r.topic: r for r in QuestionRoute.objects.filter(clinic=row).select_related("user")}
    changes = {}
    for topic, user in routes.items():
        before = present[topic].user if topic in present else None
        if before != user:
            _name(row, topic, user)
            changes[str(Topic(topic).label)] = [str(before or ""), str(user or "")]
    return note_change(row, "question-routes", changes, by)


def _name(clinic: Clinic, topic: str, user: User | None) -> None:
    if user is None:
        QuestionRoute.objects.filter(clinic=clinic, topic=topic).delete()
    else:
        QuestionRoute.objects.update_or_create(clinic=clinic, topic=topic, defaults={"user": user})
