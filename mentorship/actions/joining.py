"""Two equal ends may both note one talk: it stays one talk."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock
from common.errors import WrongState
from matching.models import Match
from mentorship.models import Contact, Side
from mentorship.workflow import ContactStatus, contact_workflow


def noted_by_mentee(match: Match, when: dt.datetime, contact: int | None) -> Contact | None:
    """Return the talk of that day, or the planned one, that the mentee noted and the mentor has not yet."""
    rows = match.contacts.filter(logged_side=Side.MENTEE, logged_by=User.objects.system())
    return _of_the_day(match, rows, when, contact)


def noted_by_mentor(match: Match, when: dt.datetime, contact: int | None) -> Contact | None:
    """Return the talk of that day, or the planned one, that the mentor or the team noted, or both."""
    rows = match.contacts.filter(logged_at__isnull=False).exclude(logged_by=User.objects.system())
    return _of_the_day(match, rows, when, contact)


def _of_the_day(match: Match, rows, when: dt.datetime, contact: int | None) -> Contact | None:
    tz = match.referral.clinic.time_zone
    day = when.astimezone(ZoneInfo(tz)).date()
    begins, ends = (clock.at_local(day + dt.timedelta(days=n), dt.time(0), tz) for n in (0, 1))
    same_day = rows.filter(happened_at__gte=begins, happened_at__lt=ends)
    found = same_day.order_by("happened_at", "pk").last()
    return (rows.filter(pk=contact).first() if contact else None) or found


def join(row: Contact, outcome: str, by: User, **facts: Any) -> Contact:
    """Add what the second one of the two says to a talk the first one noted.

    That they talked counts more than that one of them missed the other earlier that day. Raises WrongState when the
    second one did not see the talk the first one noted.
    """
    if row.status != outcome and outcome != ContactStatus.TALKED:
        raise WrongState(
            _(
                "This talk was noted already by the other one as: %(outcome)s. If that is not right, tell the coordinator."
            )
            % {"outcome": row.get_status_display()}
        )
    if row.status != outcome:
        contact_workflow.move(row, outcome, by=by, note="noted by both")
        _settle(row, by)
    else:
        row.history.create(from_status=outcome, to_status=outcome, by=by, note="noted by both", at=clock.now())
    if facts:
        Contact.objects.filter(pk=row.pk).update(**facts)
        row.refresh_from_db()
    return row


def _settle(row: Contact, by: User) -> None:
    from mentorship.actions.correcting import tell

    tell(row, row.status, by)
