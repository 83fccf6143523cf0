"""What the pages of people who ask for a mentor themselves show. Reads only."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from accounts.models import OneTimeLink, User
from clinics.models import Clinic
from clinics.roles import Perm, clinics_where, memberships_of
from referrals.models import SelfReferral, SelfReferralPage

KIND = "self-referral.status"


def clinic_of(ref: str) -> Clinic | None:
    """Return the clinic whose public page has this ref. What it shows is its name, phone and languages only."""
    return Clinic.objects.filter(ref=ref).first()


def page_of(clinic: Clinic) -> SelfReferralPage:
    """Return the clinic's page as it is set; closed, with our words, when nobody set it."""
    return SelfReferralPage.objects.filter(clinic=clinic).first() or SelfReferralPage(clinic=clinic)


def page_address(clinic: Clinic) -> str:
    """Return the whole address of a clinic's public page, as it is printed and scanned."""
    return settings.SITE_URL + reverse("referrals:ask", args=[clinic.ref])


def of_link(link: OneTimeLink | None) -> SelfReferral | None:
    """Return the wish a link is about; the link itself is the permission to see where it stands."""
    return SelfReferral.objects.select_related("clinic").filter(ref=link.subject).first() if link else None


def waiting(user: User, clinic: Clinic) -> list[SelfReferral]:
    """Return who waits for an answer at a clinic, the longest first, with who is completing it."""
    rows = SelfReferral.objects.visible_to(user).filter(clinic=clinic).waiting()
    return list(rows.select_related("clinic", "referral__created_by").order_by("asked_at", "pk")[:100])


def lately(user: User, clinic: Clinic) -> list[SelfReferral]:
    """Return the last ones that were answered or taken back."""
    rows = SelfReferral.objects.visible_to(user).filter(clinic=clinic).exclude(status="asked")
    return list(rows.order_by("-asked_at", "-pk")[:20])


def count(user: User, clinic: Clinic) -> int:
    """Return how many wait at a clinic."""
    return SelfReferral.objects.visible_to(user).filter(clinic=clinic).waiting().count()


def clinic_for_staff(request) -> Clinic:
    """Return the clinic a nurse or coordinator works for: that of the hat, else the first in which they may."""
    where = clinics_where(request.user, Perm.REFER) | clinics_where(request.user, Perm.COORDINATE)
    if request.clinic and request.clinic.pk in where:
        return request.clinic
    return next(m.clinic for m in memberships_of(request.user) if m.clinic_id in where)
