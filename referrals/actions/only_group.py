"""Whether somebody wants a group and no mentor."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import WrongState
from referrals import progress, rules
from referrals.models import Referral
from referrals.workflow import Status


@transaction.atomic
def set_only_group(*, referral: int, by: User, only: bool) -> Referral:
    """Take somebody off the waiting list for a mentor, since they want a group; or put them back. Again changes nothing.

    Raises Denied, WrongState (not open, or a mentor was asked or introduced already).
    """
    row = Referral.objects.lock(referral)
    rules.triage.require(by, row)
    if row.only_group == only:
        return row
    if row.status != Status.OPEN:
        raise WrongState(_("This referral is not open."))
    if only and (reason := progress.held(row)):
        raise WrongState(reason)
    row.only_group, row.changed_at, row.version = only, clock.now(), row.version + 1
    row.save(update_fields=["only_group", "changed_at", "version"])
    note = "a group, no mentor" if only else "a mentor after all"
    row.history.create(from_status=row.status, to_status=row.status, by=by, note=note, at=clock.now())
    return row
