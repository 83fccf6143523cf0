"""Talks as calendar files, which others may see: no names, no illness, no clinic. The rest is behind the link."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.models import User, hash_token
from common import clock
from matching.workflow import Status as MatchStatus
from mentorship.models import CalendarFeed, Contact, GroupSession
from mentorship.people import own_pairs
from mentorship.workflow import ContactStatus, SessionStatus

CONTENT_TYPE = "text/calendar; charset=utf-8"
BACK = dt.timedelta(days=30)
USUAL = 30  # minutes a talk takes up in a calendar where the format states nothing [D]


def find(token: str) -> CalendarFeed | None:
    """Return the feed of a token; None when unknown, taken back, or of an account that is closed."""
    rows = CalendarFeed.objects.select_related("user").filter(token_hash=hash_token(token), revoked_at=None)
    return rows.filter(user__is_active=True).first()


def open_feed(user: User) -> CalendarFeed | None:
    """Return the address of somebody's calendar that works now."""
    return CalendarFeed.objects.filter(user=user, revoked_at=None).first()


def feed_of(user: User) -> bytes:
    """Return the calendar of a mentor: talks of their present pairs, and meetings of groups they lead. Paused pairs rest."""
    with translation.override(user.language):
        calendar = _calendar()
        calendar.add("x-wr-calname", "Halfword")
        for talk in talks_of(user):
            page = reverse("mentorship:talks", args=[talk.match.ref])
            calendar.add_component(event_of(talk, page=page))
        for meeting in meetings_of(user):
            calendar.add_component(_meeting(meeting))
        return calendar.to_ical()


def talks_of(user: User):
    """Return the talks of a mentor's feed; one that was taken off the plan is gone."""
    pairs = own_pairs(user).filter(status=MatchStatus.INTRODUCED).order_by().values("pk")
    rows = Contact.objects.filter(match__in=pairs, planned_at__gte=clock.now() - BACK)
    return rows.exclude(status=ContactStatus.CANCELLED).select_related("match").order_by("planned_at", "pk")


def meetings_of(user: User):
    """Return the meetings of the groups a mentor leads or sits in."""
    rows = GroupSession.objects.visible_to(user).filter(
        group__mentors__person__user=user, group__cancelled_at=None, planned_at__gte=clock.now() - BACK
    )
    return rows.exclude(status=SessionStatus.CANCELLED).order_by("planned_at", "pk").distinct()


def one_talk(contact: Contact, *, page: str = "") -> bytes:
    """Return the file of a single talk; `page` is where the rest is read behind sign-in, empty for who comes by link."""
    calendar = _calendar()
    calendar.add("method", "PUBLISH")
    calendar.add_component(event_of(contact, page=page))
    return calendar.to_ical()


def event_of(contact: Contact, *, page: str) -> Event:
    """Return a talk as an event. It keeps its UID, and a change counts on, so that a calendar replaces what it had."""
    event = _event(contact, _("Halfword: a talk"), page, longest(contact.plan_minutes))
    event.add("status", "CANCELLED" if contact.status == ContactStatus.CANCELLED else "CONFIRMED")
    return event


def longest(minutes) -> int:
    """Return how many minutes to keep free: the most the format means, else the usual."""
    return (minutes[-1] if isinstance(minutes, list) else minutes) or USUAL


def _meeting(meeting: GroupSession) -> Event:
    event = _event(meeting, _("Halfword: a meeting"), reverse("mentorship:home"), meeting.minutes or USUAL)
    event.add("status", "CONFIRMED")
    return event


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Halfword//EN")
    calendar.add("version", "2.0")
    return calendar


def _event(row: Contact | GroupSession, title: str, page: str, minutes: int) -> Event:
    event, begins = Event(), row.planned_at.astimezone(dt.UTC)
    event.add("uid", f"{row.ref}@halfword")
    event.add("sequence", row.version)
    event.add("dtstamp", clock.now().astimezone(dt.UTC))
    event.add("dtstart", begins)
    event.add("dtend", begins + dt.timedelta(minutes=minutes))
    event.add("summary", title)
    event.add("class", "PRIVATE")
    if page:
        event.add("url", settings.SITE_URL + page)
        event.add("description", _("With whom: %(url)s") % {"url": settings.SITE_URL + page})
    return event
