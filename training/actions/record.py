"""What the verbs of a mentor's record share: open it under a lock, store values, look at days."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Invalid
from common.rules import Rule
from training import rules
from training.models import Mentor

LONGEST = dt.timedelta(days=4 * 366)  # a later last day is a slip of the pen


def opened(mentor: int, by: User, rule: Rule = rules.decide) -> Mentor:
    """Return the mentor, locked, when the rule lets the user. Raises Denied."""
    m = Mentor.objects.lock(mentor)
    rule.require(by, m)
    return m


def stored(mentor: Mentor, **values) -> Mentor:
    """Store the values and count the change."""
    for name, value in values.items():
        setattr(mentor, name, value)
    mentor.version += 1
    mentor.save(update_fields=[*values, "version"])
    return mentor


def noted(mentor: Mentor, by: User, note: str) -> None:
    """Write something in the history that does not change the status."""
    mentor.history.create(from_status=mentor.status, to_status=mentor.status, by=by, note=note)


def past(day: dt.date | None, mentor: Mentor, field: str = "on") -> dt.date:
    """Return a day on which something happened, today when none is given. Raises Invalid."""
    today = mentor.person.clinic.today
    day = day or today
    if day > today:
        raise Invalid(_("This day is still to come. Choose today or a day before"), field=field)
    if day.year < mentor.person.birth_year:
        raise Invalid(_("This is before they were born. Choose another day"), field=field)
    return day


def to_come(day: dt.date, mentor: Mentor, field: str) -> dt.date:
    """Return a last day that is not past and not too far. Raises Invalid."""
    today = mentor.person.clinic.today
    if day < today:
        raise Invalid(_("This day is past. Choose a day to come"), field=field)
    if day > today + LONGEST:
        raise Invalid(_("Choose a day within four years"), field=field)
    return day
