"""How a person of the programme is reminded: their own wish, or written down for them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts import reminding
from accounts.models import User
from common.errors import Stale
from referrals import rules
from referrals.models import Person

FIELDS = ("quiet_from", "quiet_until", "reminders", "time_zone")


@transaction.atomic
def set_reminding(
    *,
    person: int,
    by: User,
    quiet_from: dt.time,
    quiet_until: dt.time,
    reminders: str,
    time_zone: str,
    version: int | None = None,
) -> Person:
    """Store when and how a person is reminded; the same again changes nothing.

    An empty time zone is the clinic's; the same two hours mean no quiet hours. The system user signs for somebody
    who came by link. `version` is the one a form showed. Raises Denied, Invalid (with the field), Stale.
    """
    row = Person.objects.select_for_update().get(pk=person)
    rules.look_after.require(by, row)
    reminding.check(
        quiet_from=quiet_from, quiet_until=quiet_until, reminders=reminders, time_zone=time_zone, may_be_empty=True
    )
    wanted = {"quiet_from": quiet_from, "quiet_until": quiet_until, "reminders": reminders, "time_zone": time_zone}
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return row
    if version is not None and version != row.version:
        raise Stale()
    for name, value in wanted.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*FIELDS, "version"])
    return row
