"""What came of the talks of a pair by either count: the mentor's own note, else what the mentee said when asked.

The mentee's word never replaces a note; it only stands where there is none. It only reads.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from matching.models import Match
from mentorship.models import Contact
from mentorship.workflow import MISSED, ContactStatus

SAID_TALKED = Q(status=ContactStatus.PLANNED, mentee_says=ContactStatus.TALKED)
TALKED = Q(status=ContactStatus.TALKED) | SAID_TALKED
SAID_TRIED = Q(status=ContactStatus.PLANNED, mentee_says__in=[ContactStatus.TALKED, *MISSED])


def outcome_of(contact: Contact) -> str:
    """Return what came of a contact: as noted, else as the mentee says; "planned" while nobody said anything."""
    if contact.status == ContactStatus.PLANNED and contact.mentee_says:
        return contact.mentee_says
    return contact.status


def moment_of(contact: Contact) -> dt.datetime:
    """Return when a contact was, or was planned."""
    return contact.happened_at or contact.planned_at or contact.created_at


def last_tries(match: Match, most: int = 3) -> list[Contact]:
    """Return the last talks that were tried, newest first, by either count. One query."""
    tried = Q(pk__in=Contact.objects.outcomes().filter(match=match).order_by().values("pk")) | SAID_TRIED
    rows = sorted(match.contacts.filter(tried), key=lambda row: (moment_of(row), row.pk), reverse=True)
    return rows[:most]


def missed(rows: list[Contact]) -> list[bool]:
    """Tell of each try whether it did not happen."""
    return [outcome_of(row) in MISSED for row in rows]
