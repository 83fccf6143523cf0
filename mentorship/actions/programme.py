"""What a clinic chooses for the life of its matches. Every change is kept: who, when, from what to what."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.actions.settings import lock, note_change
from clinics.models import Clinic
from common.errors import Invalid
from mentorship.formats import words
from mentorship.models import Format, Programme

SECTION = "programme"


@transaction.atomic
def change_programme(
    *, clinic: Clinic, by: User, version: int, pair_format: str, needs_moderator: bool, digest_at: dt.time
) -> Clinic:
    """Store which format new pairs follow (its ref, empty for our own start), whether groups need a professional, and
    when the daily overview goes out.

    Raises Denied, Stale (the settings changed since `version`), Invalid (a format nobody could follow, with the field).
    """
    row = lock(clinic, by, version)
    programme, _made = Programme.objects.select_for_update(of=("self",)).get_or_create(clinic=row)
    chosen = _chosen(row, programme, pair_format)
    before = said(programme)
    programme.pair_format, programme.needs_moderator, programme.digest_at = chosen, needs_moderator, digest_at
    programme.save()
    after = said(programme)
    return note_change(row, SECTION, {k: [before[k], after[k]] for k in after if before[k] != after[k]}, by)


def said(programme: Programme) -> dict[str, Any]:
    """Return what is chosen, in words by label."""
    chosen = programme.pair_format
    name = _("%(name)s, version %(n)d") % {"name": chosen.name, "n": chosen.number} if chosen else _("Our own start")
    return {
        _("New pairs follow"): name,
        _("A group needs a professional moderator"): _("yes") if programme.needs_moderator else _("no"),
        _("The daily overview goes out at"): f"{programme.digest_at:%H:%M}",
    }


def _chosen(clinic: Clinic, programme: Programme, ref: str) -> Format | None:
    if not ref:
        return None
    row = Format.objects.of_clinic(clinic).filter(ref=ref).first()
    if row and row == programme.pair_format:
        return row  # kept, though there may be a newer one
    if row is None or row.retired_at or not words.has_pair(row.body):
        raise Invalid(
            _("Choose one in which two people talk with each other, and that is still in use"), field="pair_format"
        )
    return row
