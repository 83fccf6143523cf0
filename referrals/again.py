"""Whom to offer a mentor again: somebody known who entered a new phase since (VdE21: needs vary by phase).

Computed from what is stored: the history of phases, the referrals, and the offers, which answer the question once.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import User
from clinics.models import Clinic
from referrals.models import NEEDED_SCOPES, Consent, Offer, Person, PhaseChange, Referral, ReferralEvent
from referrals.workflow import Status

RUNNING = (Status.SUBMITTED, Status.RETURNED, Status.OPEN, Status.DEFERRED)


def to_offer(user: User, clinic: Clinic) -> QuerySet[Person]:
    """Return who entered a new phase and was not asked since, with `phase` and `phase_at`, the longest ago first.

    Left out: who has a referral under way, who took back a consent that was needed, who died, and whose phase
    changed while a referral was under way (it was part of that one). Any answer to an offer settles it.
    """
    return _changed(Person.objects.visible_to(user).filter(clinic=clinic)).order_by("phase_at", "pk")


def is_due(person: Person) -> bool:
    """Tell whether a new phase asks to offer this person a mentor again."""
    return _changed(Person.objects.filter(pk=person.pk)).exists()


def _changed(people: QuerySet[Person]) -> QuerySet[Person]:
    last = PhaseChange.objects.filter(patient__person=OuterRef("pk")).order_by("-at", "-pk")
    earlier = PhaseChange.objects.filter(patient__person=OuterRef("pk"), pk__lt=OuterRef("change"))
    theirs = Referral.objects.filter(mentee=OuterRef("pk"))
    closed = ReferralEvent.objects.filter(
        referral__mentee=OuterRef("pk"), to_status=Status.CLOSED, at__gte=OuterRef("phase_at")
    )
    rows = people.annotate(
        change=Subquery(last.values("pk")[:1]), phase=Subquery(last.values("phase")[:1]), phase_at=Subquery(last.values("at")[:1])
    ).filter(Exists(earlier))  # fmt: skip
    asked = Offer.objects.filter(person=OuterRef("pk"), at__gte=OuterRef("phase_at"))
    settled = (theirs.filter(status__in=RUNNING), theirs.filter(close_reason="died"), closed, asked, _took_back())
    return rows.filter(*(~Exists(reason) for reason in settled))


def _took_back() -> QuerySet[Consent]:
    """Return the needed consents somebody took back and has not given again since, here or with another referral."""
    since = Consent.objects.filter(
        referral__mentee=OuterRef("referral__mentee"), scope=OuterRef("scope"), given=True, withdrawn_at=None,
        at__gte=OuterRef("withdrawn_at"),
    )  # fmt: skip
    return Consent.objects.filter(
        ~Exists(since), referral__mentee=OuterRef("pk"), scope__in=NEEDED_SCOPES, given=True, withdrawn_at__isnull=False
    )
