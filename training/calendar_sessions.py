"""A training day as a file for somebody's own calendar, which others may see: no part, no illness, no video link."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from common import clock
from training.models import LiveSession
from training.sessions import names_illness

CONTENT_TYPE = "text/calendar; charset=utf-8"


def invitation(session: LiveSession, *, page: str) -> bytes:
    """Return the .ics file of a day, in UTC; `page` names the address where the rest is read behind sign-in.

    The same day keeps its UID, and a change counts on, so that a calendar replaces what it had.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Halfword//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_event(session, settings.SITE_URL + reverse(page)))
    return calendar.to_ical()


def _event(session: LiveSession, url: str) -> Event:
    event = Event()
    event.add("uid", f"{session.ref}@halfword")
    event.add("sequence", session.version)
    event.add("dtstamp", clock.now().astimezone(dt.UTC))
    event.add("dtstart", session.starts_at.astimezone(dt.UTC))
    event.add("dtend", session.ends_at.astimezone(dt.UTC))
    event.add("summary", _("A meeting in Halfword"))
    event.add("description", _("When and where: %(url)s") % {"url": url})
    event.add("status", "CANCELLED" if session.cancelled_at else "CONFIRMED")
    event.add("class", "PRIVATE")
    if session.how == LiveSession.How.IN_PERSON and not names_illness(session.place):
        event.add("location", session.place)
    return event
