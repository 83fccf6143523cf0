"""Drafts: exactly what was typed, right or wrong, until it is sent, erased or two weeks old."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Invalid, WrongState
from common.models import new_ref
from referrals import rules
from referrals.duplicates import is_ref
from referrals.models import Offer, Referral
from referrals.workflow import Status

KEPT_FOR = dt.timedelta(days=14)
MOST = 200_000  # characters of a whole draft
VERSIONS = 5  # of one answer, when the form was open twice

Typed = Mapping[str, Sequence[str]]


@transaction.atomic
def save_draft(*, by: User, clinic: int, typed: Typed, draft: str = "", version: int | None = None) -> Referral:
    """Keep what was typed so far, under the ref `draft`; a ref not seen before begins a new draft.

    Nothing is judged and nothing lost: when the form was open twice (`version` is not the stored one), the
    text that came last counts and the other answers are kept beside it. Saving the same text again changes
    nothing. Raises Denied, Invalid (too long), WrongState (it was sent meanwhile, or the person said no).
    """
    rules.refer.require(by, Clinic.objects.get(pk=clinic))
    words = _storable(typed)
    row = _row(by, clinic, draft)
    rules.write_draft.require(by, row)
    if row.status != Status.DRAFT:
        raise WrongState(_("This referral was sent already. What you see here is an old copy of the form."))
    before = row.draft.get("typed", {})
    if words == before:
        return row
    other = row.draft.get("other", {})
    if version is not None and version != row.version:
        other = _beside(other, before, words)
    row.draft, row.changed_at = {"typed": words, "other": other}, clock.now()
    Referral.objects.filter(pk=row.pk).update(draft=row.draft, changed_at=row.changed_at, version=F("version") + 1)
    row.refresh_from_db(fields=["version"])
    return row


def _row(by: User, clinic: int, draft: str) -> Referral:
    """Return the locked draft of this ref, or a new one; a ref that is somebody else's is never taken over."""
    ref = draft if is_ref(draft) else new_ref()
    if Offer.objects.filter(ref=ref, answer=Offer.Answer.NO).exists():
        raise WrongState(_("They said no, so nothing of this form is kept."))
    row, _made = Referral.objects.get_or_create(ref=ref, defaults={"clinic_id": clinic, "created_by": by})
    return Referral.objects.lock(row.pk)


def _storable(typed: Typed) -> dict[str, list[str]]:
    """Return the answers as the database can hold them. Raises Invalid when there is far too much."""
    words = {
        str(name)[:60]: [str(value).replace("\x00", "\ufffd") for value in values] for name, values in typed.items()
    }
    if sum(len(value) for values in words.values() for value in values) > MOST:
        raise Invalid(_("This is too much text to keep. Make it shorter, then go on"))
    return words


def _beside(other: dict, before: Mapping, now: Mapping) -> dict:
    """Return the answers of the other copy that the newest one does not repeat, newest last."""
    kept = {name: list(values) for name, values in other.items()}
    for name, values in before.items():
        if any(values) and values != now.get(name) and values not in kept.get(name, []):
            kept[name] = [*kept.get(name, []), values][-VERSIONS:]
    return kept


@transaction.atomic
def erase_draft(*, by: User, clinic: int, draft: str) -> int:
    """Remove one's own draft with everything in it; return how many were removed. Safe to repeat."""
    rules.refer.require(by, Clinic.objects.get(pk=clinic))
    rows = Referral.objects.filter(ref=draft, created_by=by, status=Status.DRAFT)
    gone, _by_table = rows.delete()
    return int(bool(gone))


@transaction.atomic
def expire_drafts(*, now: dt.datetime) -> int:
    """Remove drafts nobody touched for two weeks; return how many. A job, so nobody signs it."""
    rows = Referral.objects.filter(status=Status.DRAFT, changed_at__lt=now - KEPT_FOR)
    pks = list(rows.select_for_update().values_list("pk", flat=True))
    Referral.objects.filter(pk__in=pks, status=Status.DRAFT).delete()
    return len(pks)
