"""The clinic's own closing days, beside its public holidays. Deadlines that count working time pass over them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clinics import rules
from clinics.actions.settings import note_change
from clinics.models import Clinic, ClosingDay
from common import words
from common.errors import Invalid

DAY = dt.timedelta(days=1)
LONGEST = 31  # days closed in a row
MOST_LETTERS = 80
FURTHEST = dt.timedelta(days=2 * 366)


@transaction.atomic
def close_on(*, clinic: Clinic, by: User, first: dt.date, last: dt.date | None = None, reason: str) -> list[ClosingDay]:
    """Close the clinic on a day, or from the first to the last with both; a day that is closed already stays as it is.

    Counts from the next deadline on: those that run keep their moment. Raises Denied, Invalid (with the field): no
    reason, over already, too far ahead, the wrong way round, too long.
    """
    row = _lock(clinic, by)
    reason, last = reason.strip(), last or first
    if not reason:
        raise Invalid(_("Say why, for example: Team day"), field="reason")
    if len(reason) > MOST_LETTERS:
        raise Invalid(_("Make this shorter: at most 80 characters"), field="reason")
    if first < row.today:
        raise Invalid(_("That day is over. Choose today or a day to come"), field="first")
    if first > row.today + FURTHEST:
        raise Invalid(_("Choose a day within two years"), field="first")
    if last < first:
        raise Invalid(_("The last day must not come before the first"), field="last")
    if (last - first).days >= LONGEST:
        raise Invalid(_("Closed for at most 31 days in a row: somebody has to answer"), field="last")
    known = set(row.closing_days.filter(day__range=(first, last)).values_list("day", flat=True))
    days = [first + n * DAY for n in range((last - first).days + 1)]
    made = ClosingDay.objects.bulk_create(ClosingDay(clinic=row, day=d, reason=reason) for d in days if d not in known)
    _note(row, by, {_name(row, one.day): ["", reason] for one in made})
    return made


@transaction.atomic
def open_on(*, clinic: Clinic, by: User, day: dt.date) -> Clinic:
    """Take a closing day off. Again changes nothing. Raises Denied, Invalid (it is over: what was counted stays)."""
    row = _lock(clinic, by)
    found = row.closing_days.filter(day=day).first()
    if found is None:
        return row
    if day < row.today:
        raise Invalid(_("That day is over: what was counted with it stays."))
    found.delete()
    return _note(row, by, {_name(row, day): [found.reason, ""]})


def _lock(clinic: Clinic, by: User) -> Clinic:
    row = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    rules.closing_days.require(by, row)
    return row


def _name(clinic: Clinic, day: dt.date) -> str:
    return gettext("Closed on %(day)s") % {"day": words.day(day, today=clinic.today)}


def _note(clinic: Clinic, by: User, changes: dict[str, list]) -> Clinic:
    clinic.__dict__.pop("calendar", None)
    return note_change(clinic, "closing-days", changes, by)
