"""The verbs of an enrolment: begin its plan, follow another format, give a date the plan counts from, agree on relatives.

Every change is one row of its history: another format with the coordinator's own words, anything else with a code of
`mentorship/follows.py` in them. `seen` is how many changes the form showed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock
from common.errors import Invalid, Stale, WrongState
from common.vocabulary import Channel
from matching.models import Match
from mentorship import follows, formats, grouping
from mentorship.formats import calendar
from mentorship.models import Contact, ContactEvent, Enrolment, EnrolmentChange, Format, Programme
from mentorship.rules import plan as rules
from mentorship.rules.pairs import PRESENT
from mentorship.workflow import ContactStatus, contact_workflow
from messaging import outbox, quiet

WHY_LENGTH = 300
FAR_BACK, FAR_AHEAD = 20 * 366, 366  # days: what a plan may count from
BY_DAY = dt.time(8), dt.time(20)  # [D] when somebody may expect a talk that was planned the same day
Moments = list[tuple[calendar.Dated, dt.datetime]]


# Begin ------------------------------------------------------------------------------------


def begin_plan(*, match: Match, by: User) -> Enrolment:
    """Enrol an introduced match and store its planned contacts. Again returns what is there.

    Talks whose hour is already past are left out; one of the day of the introduction has an hour that is to come.
    Called inside the introduction's transaction.
    """
    known = Enrolment.objects.filter(match=match).first()
    if known:
        return known
    enrolment = enrolment_of(match, by=by)
    draw(enrolment, match, by=by)
    return enrolment


def enrolment_of(match: Match, *, by: User) -> Enrolment:
    """Return the enrolment of an introduced match; made without talks where there is none yet."""
    enrolment = as_enrolled(match)
    if enrolment.pk is None:
        enrolment.created_by = by
        enrolment.save()
    return enrolment


def as_enrolled(match: Match) -> Enrolment:
    """Return the enrolment of an introduced match, or how it would be; that one is not stored."""
    known = Enrolment.objects.select_related("format").filter(match=match).first()
    return known or Enrolment(
        match=match, referral=match.referral, format=format_of(match), starts_on=_day_0(match)
    )  # fmt: skip


def format_of(match: Match) -> Format:
    """Return the format a new pair follows: the one of the panel where they met, else the clinic's."""
    if format := grouping.format_of_chooser(match.referral_id):
        return format
    chosen = Programme.objects.filter(clinic=match.referral.clinic_id).select_related("pair_format").first()
    if chosen and chosen.pair_format:
        return chosen.pair_format
    return Format.objects.presets().filter(key=formats.START).order_by("-number")[0]


# Draw -------------------------------------------------------------------------------------


def draw(enrolment: Enrolment, match: Match, *, by: User) -> None:
    """Store the talks of a pair's plan that are still to come."""
    _store(enrolment, match, moments(enrolment, match), by)


def moments(enrolment: Enrolment, match: Match) -> Moments:
    """Return what the format gives for the two of a pair, each with its moment on the clinic's clocks.

    The day of a planned ending cuts it off.
    """
    return _moments(enrolment, match, enrolment.format.body, follows.anchors(enrolment))


def to_draw(enrolment: Enrolment, match: Match, body: dict) -> Moments:
    """Return what following a format from now on would draw: none in the past, none on a day with a talk that stays."""
    rows = _moments(enrolment, match, body, follows.anchors(enrolment))
    planned = _to_come(match).filter(component__isnull=False).values("pk")
    taken = _days_taken(match, match.contacts.exclude(pk__in=planned))
    return [(row, at) for row, at in rows if at > clock.now() and row.date not in taken]


def _moments(enrolment: Enrolment, match: Match, body: dict, anchors: dict[str, dt.date]) -> Moments:
    rows = [row for row in calendar.expand(body, anchors, optional=False) if row.kind in calendar.PAIR_KINDS]
    last = enrolment.last_contact_on
    return [(row, at) for row, at in _with_hours(rows, match) if last is None or row.date <= last]


def _with_hours(rows: list[calendar.Dated], match: Match) -> Moments:
    """Give each day its likely hour. Where that was past at the introduction, the talk of that day is at the next full
    hour, or in the evening the next day, unless the plan has a talk then."""
    tz = match.referral.clinic.time_zone
    hour = formats.likely_hour(match.referral.availability, match.mentor.availability)
    usual = [(row, clock.at_local(row.date, hour, tz)) for row in rows]
    first, begun = _day_0(match), match.introduced_at
    if begun is None or clock.at_local(first, hour, tz) > begun or all(row.date != first for row in rows):
        return usual
    soon, next_day = _next_full_hour(match), first + dt.timedelta(days=1)
    late = [row for row in rows if row.date == first]
    if soon is not None:
        moved = [(row, soon) for row in late]
    elif any(row.date == next_day for row in rows):
        moved = []
    else:
        moved = [(replace(row, date=next_day), clock.at_local(next_day, hour, tz)) for row in late]
    others = [(row, at) for row, at in usual if row.date != first]
    return sorted(moved + others, key=lambda one: (one[0].date, one[0].component, one[0].day))


def _day_0(match: Match) -> dt.date:
    return match.introduced_at.astimezone(ZoneInfo(match.referral.clinic.time_zone)).date()


def _next_full_hour(match: Match) -> dt.datetime | None:
    """Return the next full hour of the day of the introduction; None when it is no hour of the day for one of the two."""
    tz = match.referral.clinic.time_zone
    hour = match.introduced_at.astimezone(ZoneInfo(tz)).hour + 1
    if hour > 23:
        return None
    at = clock.at_local(_day_0(match), dt.time(hour), tz)
    account = match.mentor.person.user
    zones = {match.referral.mentee.time_zone or tz, account.time_zone if account else tz}
    by_day = all(BY_DAY[0] <= at.astimezone(quiet.zone(zone)).time() < BY_DAY[1] for zone in zones)
    return at if by_day else None


def _store(enrolment: Enrolment, match: Match, rows: Moments, by: User, kept: Collection[dt.date] = ()) -> None:
    """Store those to come, each with its history, but on days on which a talk stands already (`kept`)."""
    now = clock.now()
    contacts = Contact.objects.bulk_create(
        Contact(
            match=match, enrolment=enrolment, planned_at=at, channel=channel_of(row, match),
            component=row.component, plan_day=row.day, plan_minutes=row.minutes,
        )
        for row, at in rows if at > now and row.date not in kept
    )  # fmt: skip
    ContactEvent.objects.bulk_create(
        ContactEvent(contact=row, from_status="", to_status=row.status, by=by, at=now) for row in contacts
    )


def channel_of(row: calendar.Dated, match: Match) -> str:
    """Return how a talk of the plan is held: as the rule says, else as the mentee likes best."""
    wished = next((c for c in match.referral.channels if c in match.mentor.channels), Channel.PHONE)
    return formats.CHANNELS.get(row.channel or "", wished)


# Follow another format --------------------------------------------------------------------


@transaction.atomic
def change_format(*, match: int, by: User, format: int, why: str = "", seen: int | None = None) -> Enrolment:
    """Let a pair follow another format from the same day 0; the same one again changes nothing.

    What happened stays, and so do talks people added. Planned talks of the old plan that are still to come leave it
    with the messages about them, and those of the new one are drawn: none in the past, none on a day with a talk.
    Raises Denied, WrongState (the pair has ended), Invalid (no format for pairs of this clinic), Stale.
    """
    m = Match.objects.lock(match)
    rules.change_plan.require(by, m)
    _require_pair(m)
    enrolment = enrolment_of(m, by=by)
    if enrolment.format_id == format:
        return enrolment
    chosen = follows.choices(m.referral.clinic).filter(pk=format).first()
    if chosen is None or not follows.is_for_pairs(chosen):
        raise Invalid(_("Choose one of the ways to meet for two people."), field="format")
    require_seen(enrolment, seen)
    before, enrolment.format = enrolment.format, chosen
    enrolment.save(update_fields=["format"])
    drawn = to_draw(enrolment, m, chosen.body)
    _take_off(_to_come(m).filter(component__isnull=False), by)
    _store(enrolment, m, drawn, by)
    EnrolmentChange.objects.create(
        enrolment=enrolment, from_format=before, to_format=chosen, why=why.strip()[:WHY_LENGTH], by=by
    )
    return enrolment


def require_seen(enrolment: Enrolment, seen: int | None) -> None:
    """Raise Stale when somebody changed the plan after the form was shown."""
    if seen is not None and seen != enrolment.changes.count():
        raise Stale(_("Somebody changed the plan in the meantime. Look at it again below."))


def _require_pair(match: Match) -> None:
    if match.status not in PRESENT:
        raise WrongState(_("This pair has ended already."))


def _to_come(match: Match):
    return Contact.objects.planned().filter(match=match, planned_at__gt=clock.now())


def _take_off(rows, by: User) -> None:
    for row in rows:
        contact_workflow.move(row, ContactStatus.CANCELLED, by=by, note="plan")
        outbox.cancel(subject=row.ref, why="The plan was changed.")


def _days_taken(match: Match, rows) -> set[dt.date]:
    """Return the days on which one of these talks was, or stands on the plan."""
    tz = ZoneInfo(match.referral.clinic.time_zone)
    rows = rows.filter(status__in=[ContactStatus.TALKED, ContactStatus.PLANNED])
    found = rows.order_by().values_list("happened_at", "planned_at")
    return {(happened or planned).astimezone(tz).date() for happened, planned in found}


# Dates to count from ----------------------------------------------------------------------


@transaction.atomic
def set_anchor(*, match: int, by: User, anchor: str, day: dt.date | None, seen: int | None = None) -> Enrolment:
    """Give the date on which somebody leaves hospital, was told, or something changed; None takes it back.

    Only the talks that count from it are drawn anew: none in the past, none that was held already. The same date
    again changes nothing. Raises Denied, WrongState, Invalid, Stale.
    """
    m = Match.objects.lock(match)
    rules.change_plan.require(by, m)
    _require_pair(m)
    if anchor not in follows.ANCHORS:
        raise Invalid(_("Choose from the list."), field="anchor")
    enrolment = enrolment_of(m, by=by)
    before = follows.anchors(enrolment).get(anchor)
    if before == day:
        return enrolment
    _check_anchor(m, day)
    require_seen(enrolment, seen)
    _take_off(_counted_from(anchor, before, enrolment, m), by)
    kept = {name: value for name, value in enrolment.anchors.items() if name != anchor}
    enrolment.anchors = kept | ({anchor: day.isoformat()} if day else {})
    enrolment.save(update_fields=["anchors"])
    if day:
        _draw_from(anchor, day, enrolment, m, by)
    _note(enrolment, follows.code_of_anchor(anchor, day), by)
    return enrolment


def _check_anchor(match: Match, day: dt.date | None) -> None:
    today = clock.today(match.referral.clinic.time_zone)
    if day and not today - dt.timedelta(days=FAR_BACK) <= day <= today + dt.timedelta(days=FAR_AHEAD):
        raise Invalid(_("Choose a day in the last twenty years, or within a year from now."), field="day")


def _counted_from(anchor: str, day: dt.date | None, enrolment: Enrolment, match: Match) -> list[Contact]:
    """Return the talks to come that the plan counted from this date.

    Where a rule of another anchor gives the same number of days, only the one that stands on this date is meant.
    """
    if day is None:
        return []
    mine = _moments(enrolment, match, enrolment.format.body, {anchor: day})
    keys, moments_of_mine = {(row.component, row.day) for row, _at in mine}, {(row.component, at) for row, at in mine}
    theirs = _keys_of_others(anchor, enrolment, match)
    return [
        row for row in _to_come(match).filter(component__isnull=False)
        if (row.component, row.plan_day) in keys
        and ((row.component, row.plan_day) not in theirs or (row.component, row.planned_at) in moments_of_mine)
    ]  # fmt: skip


def _keys_of_others(anchor: str, enrolment: Enrolment, match: Match) -> Counter:
    """Count what the rules of the other anchors give, by part of the format and number of days."""
    others = {name: value for name, value in follows.anchors(enrolment).items() if name != anchor}
    rows = _moments(enrolment, match, enrolment.format.body, others)
    return Counter((row.component, row.day) for row, _at in rows)


def _draw_from(anchor: str, day: dt.date, enrolment: Enrolment, match: Match, by: User) -> None:
    """Store the talks of a new date but for those that stand already: held, still to be noted, or moved."""
    stands = enrolment.contacts.exclude(status=ContactStatus.CANCELLED).filter(component__isnull=False)
    left = Counter(stands.order_by().values_list("component", "plan_day"))
    left.subtract(_keys_of_others(anchor, enrolment, match))
    found: Moments = []
    for row, at in _moments(enrolment, match, enrolment.format.body, {anchor: day}):
        left[row.component, row.day] -= 1
        if left[row.component, row.day] < 0:
            found.append((row, at))
    _store(enrolment, match, found, by, _days_taken(match, match.contacts.all()))


def _note(enrolment: Enrolment, why: str, by: User) -> None:
    """Write into the history what changed while the format stayed."""
    EnrolmentChange.objects.create(
        enrolment=enrolment, from_format=enrolment.format, to_format=enrolment.format, why=why, by=by
    )


# Relatives --------------------------------------------------------------------------------


@transaction.atomic
def agree_relatives(*, match: int, by: User, agreed: bool) -> Enrolment:
    """Store that the mentee agrees that relatives join now and then, or takes it back (VdE21 #77).

    The mentee comes by link, signed by the system user; a coordinator may write down what they said. The same answer
    again changes nothing; talks that were noted stay as they were. Raises Denied, WrongState.
    """
    m = Match.objects.lock(match)
    rules.agree_relatives.require(by, m)
    _require_pair(m)
    enrolment = enrolment_of(m, by=by)
    if (enrolment.relatives_agreed_at is not None) == agreed:
        return enrolment
    enrolment.relatives_agreed_at = clock.now() if agreed else None
    enrolment.save(update_fields=["relatives_agreed_at"])
    _note(enrolment, follows.RELATIVES_YES if agreed else follows.RELATIVES_NO, by)
    return enrolment
