"""What a pair's page shows of its plan: words, the picture's positions, the steps to a good ending. It only reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from common import clock, words
from matching.models import Match
from matching.workflow import Status as MatchStatus
from mentorship.models import Contact, Enrolment, FollowUpCheck
from mentorship.workflow import MISSED, UNRESOLVED, ContactStatus

LEFT, RIGHT = 150, 940  # the picture's lane, in its own units
MONTHS = 7  # more names than this would touch


def silent_first(rows):
    """Put the pairs without a talk first, the longest introduced on top."""
    talked = Contact.objects.filter(match=OuterRef("pk"), status=ContactStatus.TALKED)
    return rows.annotate(has_talked=Exists(talked)).order_by("has_talked", "introduced_at", "pk")


def with_talks(rows, now):
    """Add whether each pair talked, when last, and when next. For the rows of one page, in no order."""
    talks = Contact.objects.filter(match=OuterRef("pk"))
    last = talks.filter(status=ContactStatus.TALKED).order_by("-happened_at", "-pk")
    to_come = talks.filter(status=ContactStatus.PLANNED, planned_at__gt=now).order_by("planned_at", "pk")
    return (
        silent_first(rows)
        .order_by()
        .annotate(
            last_talk=Subquery(last.values("happened_at")[:1]), next_talk=Subquery(to_come.values("planned_at")[:1])
        )
    )


def moment_of(contact: Contact) -> dt.datetime:
    """Return when a contact was, or is planned."""
    return contact.happened_at or contact.planned_at or contact.created_at


def timeline(contacts: list[Contact]) -> list[Contact]:
    """Return the contacts in the order of their moments."""
    return sorted(contacts, key=lambda row: (moment_of(row), row.pk))


def lede(match: Match, contacts: list[Contact], now: dt.datetime) -> str:
    """Say how it goes in a sentence or two."""
    days = (now - match.introduced_at).days
    if match.status == MatchStatus.ENDED:
        return _("Ended: %(reason)s.") % {"reason": match.get_end_reason_display()}
    if match.status == MatchStatus.PAUSED:
        return _("Their talks are paused. Nothing is asked or sent meanwhile.")
    talks = sum(row.status == ContactStatus.TALKED for row in contacts)
    since = ngettext("Introduced %(n)d day ago.", "Introduced %(n)d days ago.", days) % {"n": days}
    if days == 0:
        since = _("Introduced today.")
    if not talks:
        return f"{since} {_('They have not talked yet.')}"
    return f"{since} {ngettext('They talked once.', 'They talked %(n)d times.', talks) % {'n': talks}}"


# The picture ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plot:
    """Positions of everything on a line of days. `words` says the same as the picture."""

    today: str
    months: list[tuple[str, str]]
    done: list[str]
    missed: list[str]
    to_come: list[str]
    answered: list[str]
    asked: list[str]
    words: str
    is_empty: bool = field(default=False)


def plot(match: Match, contacts: list[Contact], checks: list[FollowUpCheck], now: dt.datetime) -> Plot:
    """Return the picture of a pair's talks and questions from the introduction on."""
    tz = ZoneInfo(match.referral.clinic.time_zone)
    begun, today = match.introduced_at.astimezone(tz).date(), now.astimezone(tz).date()
    shown = [row for row in contacts if row.status != ContactStatus.CANCELLED]
    dated = [(row.status, moment_of(row).astimezone(tz).date()) for row in shown]
    live = [check for check in checks if check.cancelled_at is None]
    ends = max([today, *(day for _s, day in dated), *(check.due_on for check in live)])
    span = max((ends - begun).days, 14)

    def x(day: dt.date) -> str:
        return f"{LEFT + (RIGHT - LEFT) * min(max((day - begun).days, 0), span) / span:.1f}"

    def of(*statuses) -> list[str]:
        return [x(day) for status, day in dated if status in statuses]

    talked, missed, to_come = of(ContactStatus.TALKED), of(*MISSED), of(ContactStatus.PLANNED)
    return Plot(
        today=x(today), months=[(x(day), label) for day, label in _months(begun, ends)],
        done=talked, missed=missed, to_come=to_come,
        answered=[x(check.due_on) for check in live if check.answered_at],
        asked=[x(check.due_on) for check in live if not check.answered_at],
        words=_count_words(len(talked), len(missed), len(to_come)), is_empty=not dated,
    )  # fmt: skip


def _count_words(talked: int, missed: int, to_come: int) -> str:
    parts = [ngettext("%(n)d talk", "%(n)d talks", talked) % {"n": talked}]
    if missed:
        parts.append(ngettext("%(n)d did not happen", "%(n)d did not happen", missed) % {"n": missed})
    parts.append(ngettext("%(n)d to come", "%(n)d to come", to_come) % {"n": to_come})
    return ", ".join(parts) + "."


def _months(begun: dt.date, ends: dt.date) -> list[tuple[dt.date, str]]:
    """Return the first day with its date, and the first of each later month by name; fewer when there are many."""
    firsts, day = [], (begun.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    while day <= ends:
        firsts.append(day)
        day = (day + dt.timedelta(days=32)).replace(day=1)
    step = -(-len(firsts) // MONTHS) or 1
    far = [day for day in firsts[::step] if (day - begun).days * 8 > (ends - begun).days]
    return [(begun, date_format(begun, _("j F"))), *((day, date_format(day, "F")) for day in far)]


# A good ending ----------------------------------------------------------------------------


def closing_steps(match: Match, enrolment: Enrolment | None) -> list[dict]:
    """Return what a planned ending needs, each with its sign and words (Emb13 #82)."""
    tz = match.referral.clinic.time_zone
    bridge, last = (enrolment.bridge, enrolment.last_contact_on) if enrolment else ("", None)
    is_open = match.red_flags.filter(status__in=UNRESOLVED).exists()
    return [
        {
            "kind": "soon" if is_open else "ok", "title": _("No open flag"),
            "text": _("A flag is still open.") if is_open else _("Checked now."),
        },
        {
            "kind": "ok" if bridge else "soon", "title": _("Other support"),
            "text": bridge or _("Nothing written down yet. It comes before the last talk, not after."),
        },
        {
            "kind": "ok" if last else "soon", "title": _("Day of the last talk"),
            "text": words.day(last, today=clock.today(tz)) if last else _("Not chosen yet."),
        },
    ]  # fmt: skip


# Settings ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class SideChange:
    """What a change of days does for one side: days added, days dropped, pairs whose next question moves."""

    side: str
    added: str
    dropped: str
    pairs: int


def next_questions(
    clinic: Clinic, before: dict[str, list[int]], after: dict[str, list[int]], today: dt.date
) -> list[SideChange]:
    """Say what a change of days would do today; nothing for a side that stays."""
    zone = ZoneInfo(clinic.time_zone)
    begun = Match.objects.filter(referral__clinic=clinic, status=MatchStatus.INTRODUCED).order_by("pk")
    ages = [(today - at.astimezone(zone).date()).days for at in begun.values_list("introduced_at", flat=True)]
    return [
        SideChange(
            side,
            ", ".join(str(d) for d in after[side] if d not in before[side]),
            ", ".join(str(d) for d in before[side] if d not in after[side]),
            sum(_next(before[side], age) != _next(after[side], age) for age in ages),
        )
        for side in before
        if before[side] != after[side]
    ]


def _next(days: list[int], age: int) -> int | None:
    return min((day for day in days if day > age), default=None)
