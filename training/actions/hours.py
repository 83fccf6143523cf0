"""Hours a mentor enters themselves."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Invalid
from training import rules_costs
from training.models import Mentor, OtherHours

DAY_MINUTES = 24 * 60


@transaction.atomic
def add_hours(*, mentor: int, by: User, on: dt.date, minutes: int, what: str, form_key: str = "") -> OtherHours:
    """Enter hours of one day; the same form again returns what it made. Raises Denied, Invalid (with the field)."""
    m = Mentor.objects.lock(mentor)
    rules_costs.claim.require(by, m)
    if form_key and (known := m.other_hours.filter(form_key=form_key).first()):
        return known
    rules_costs.check_day(m, on)
    if minutes < 1:
        raise Invalid(_("Write how long it took"), field="minutes")
    that_day = sum(m.other_hours.filter(on=on).values_list("minutes", flat=True))
    if that_day + minutes > DAY_MINUTES:
        raise Invalid(_("A day has 24 hours, with what you entered before"), field="hours")
    if not what.strip():
        raise Invalid(_("Say in a few words what you did"), field="what")
    return OtherHours.objects.create(mentor=m, on=on, minutes=minutes, what=what.strip(), form_key=form_key)


@transaction.atomic
def remove_hours(*, mentor: int, by: User, ref: str) -> None:
    """Take out hours that were entered by mistake. Again changes nothing. Raises Denied."""
    m = Mentor.objects.lock(mentor)
    rules_costs.claim.require(by, m)
    m.other_hours.filter(ref=ref).delete()
