"""The meetings of a group as a calendar file, which others may see: no name, no place, no illness, no video link."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from common import clock
from mentorship.models import GroupSession, PeerGroup

CONTENT_TYPE = "text/calendar; charset=utf-8"
USUAL = 60  # minutes a meeting takes up where nothing is stated [D]


def meetings(group: PeerGroup) -> bytes:
    """Return the file of the meetings to come. Each keeps its UID, and a change counts on."""
    calendar = Calendar()
    calendar.add("prodid", "-//Halfword//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for row in group.sessions.planned().filter(planned_at__gte=clock.now()).order_by("planned_at", "pk"):
        calendar.add_component(_event(row))
    return calendar.to_ical()


def _event(row: GroupSession) -> Event:
    event, begins = Event(), row.planned_at.astimezone(dt.UTC)
    event.add("uid", f"{row.ref}@halfword")
    event.add("sequence", row.version)
    event.add("dtstamp", clock.now().astimezone(dt.UTC))
    event.add("dtstart", begins)
    event.add("dtend", begins + dt.timedelta(minutes=row.minutes or USUAL))
    event.add("summary", _("Halfword: a meeting"))
    event.add("class", "PRIVATE")
    event.add("status", "CONFIRMED")
    return event
