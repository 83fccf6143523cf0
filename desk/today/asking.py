"""People who asked for a mentor themselves and wait to hear from somebody."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from desk.today.rows import MOST, SHOWN, Action, Desk, Group, Row, group
from referrals.models import SelfReferral


def wishes(desk: Desk) -> Group:
    """Return who asked by the public page and nobody has answered, the longest first."""
    rows = SelfReferral.objects.visible_to(desk.user).filter(clinic=desk.clinic).waiting()
    found = list(
        rows.order_by("asked_at", "pk").only("ref", "first_name", "last_name", "asked_at", "referral_id")[:MOST]
    )
    return group(
        "wishes", _("They asked for a mentor themselves"), [_row(row) for row in found[:SHOWN]], total=len(found),
        text=_("A nurse rings them and completes the referral."), all_url=reverse("referrals:wishes"),
    )  # fmt: skip


def _row(row: SelfReferral) -> Row:
    url = reverse("referrals:wish", args=[row.ref])
    text = _("A nurse is completing it.") if row.referral_id else _("Nobody has got in touch with them yet.")
    return Row(row.full_name, url, text, Action(_("Open"), url, about=row.full_name), since=row.asked_at)
