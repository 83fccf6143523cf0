"""Switching a clinic on, once somebody hears every worry to the end."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from clinics import rules, switching
from clinics.actions.settings import note_change
from clinics.models import Clinic
from common import clock
from common.errors import NotReady, Stale


@transaction.atomic
def switch_on(*, clinic: Clinic, by: User, version: int) -> Clinic:
    """Switch a clinic on: from here mentors are asked and introduced. Again changes nothing.

    The lock is the one under which roles end and ladders change, so nobody leaves between the check and the write.
    Raises Denied, Stale (somebody changed the settings since `version`), NotReady (one sentence per missing thing).
    """
    row = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    rules.switch_on.require(by, row)
    if row.is_on:
        return row
    if row.version != version:
        raise Stale()
    if lacking := switching.missing(row):
        raise NotReady([one.text for one in lacking])
    row.switched_on_at, row.switched_on_by = clock.now(), by
    return note_change(row, "switch-on", {gettext("The clinic"): [gettext("not switched on"), gettext("on")]}, by)
