"""What a pair's page shows of its plan: words, the picture's positions, the steps to a good ending. It only reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from common import clock, words
from matching.models import Match
from matching.workflow import Status as MatchStatus
from mentorship import closing_questions, tries
from mentorship.actions import closing as ending
from mentorship.models import Closing, Contact, Enrolment, FollowUpCheck, Goal, Side
from mentorship.tries import moment_of
from mentorship.workflow import MISSED, UNRESOLVED, ContactStatus

LEFT, RIGHT = 150, 940  # the picture's lane, in its own units
MONTHS = 7  # more names than this would touch


def silent_first(rows):
    """Put the pairs without a talk first, the longest introduced on top."""
    talked = Contact.objects.filter(tries.TALKED, match=OuterRef("pk"))
    return rows.annotate(has_talked=Exists(talked)).order_by("has_talked", "introduced_at", "pk")


def with_talks(rows, now):
    """Add whether each pair talked, when last, and when next. For the rows of one page, in no order.

    Where the mentor noted nothing, the mentee's word counts.
    """
    talks = Contact.objects.filter(match=OuterRef("pk"))
    last = talks.filter(tries.TALKED).annotate(moment=Coalesce("happened_at", "planned_at")).order_by("-moment", "-pk")
    to_come = talks.filter(status=ContactStatus.PLANNED, planned_at__gt=now).order_by("planned_at", "pk")
    return (
        silent_first(rows)
        .order_by()
        .annotate(last_talk=Subquery(last.values("moment")[:1]), next_talk=Subquery(to_come.values("planned_at")[:1]))
    )


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
    talks = sum(tries.outcome_of(row) == ContactStatus.TALKED for row in contacts)
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
    extra: list[str]  # beside the plan, whatever came of them
    answered: list[str]
    asked: list[str]
    words: str
    is_empty: bool = field(default=False)


def plot(match: Match, contacts: list[Contact], checks: list[FollowUpCheck], now: dt.datetime) -> Plot:
    """Return the picture of a pair's talks and questions from the introduction on."""
    tz = ZoneInfo(match.referral.clinic.time_zone)
    begun, today = match.introduced_at.astimezone(tz).date(), now.astimezone(tz).date()
    shown = [row for row in contacts if tries.outcome_of(row) != ContactStatus.CANCELLED]
    dated = [(tries.outcome_of(row), moment_of(row).astimezone(tz).date()) for row in shown]
    open_ones = [row for row in shown if tries.outcome_of(row) == ContactStatus.PLANNED]
    gone_by = sum(moment_of(row) <= now for row in open_ones)
    beside = [moment_of(row).astimezone(tz).date() for row in shown if row.component is None]
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
        done=talked, missed=missed, to_come=to_come, extra=[x(day) for day in beside],
        answered=[x(check.due_on) for check in live if check.answered_at],
        asked=[x(check.due_on) for check in live if not check.answered_at],
        words=_count_words(len(talked), len(missed), gone_by, len(open_ones) - gone_by, len(beside)),
        is_empty=not dated,
    )  # fmt: skip


def _count_words(talked: int, missed: int, gone_by: int, to_come: int, beside: int) -> str:
    parts = [ngettext("%(n)d talk", "%(n)d talks", talked) % {"n": talked}]
    if missed:
        parts.append(ngettext("%(n)d did not happen", "%(n)d did not happen", missed) % {"n": missed})
    if gone_by:
        parts.append(ngettext("%(n)d not noted yet", "%(n)d not noted yet", gone_by) % {"n": gone_by})
    parts.append(ngettext("%(n)d to come", "%(n)d to come", to_come) % {"n": to_come})
    if beside:
        parts.append(ngettext("%(n)d of them beside the plan", "%(n)d of them beside the plan", beside) % {"n": beside})
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


def closing_steps(match: Match, enrolment: Enrolment | None, closing: Closing | None = None) -> list[dict]:
    """Return what a planned ending needs, each with its sign and words (Emb13 #64, #82, #83)."""
    tz = match.referral.clinic.time_zone
    bridge, last = (enrolment.bridge, enrolment.last_contact_on) if enrolment else ("", None)
    is_open = match.red_flags.filter(status__in=UNRESOLVED).exists()
    steps = [
        _step(not is_open, _("No open flag"), _("Checked now."), _("A flag is still open.")),
        _step(bool(bridge), _("Other support"), bridge, _("Nothing written down yet. It comes before the last talk, not after.")),
        _step(bool(last), _("Day of the last talk"), last and words.day(last, today=clock.today(tz)), _("Not chosen yet.")),
    ]  # fmt: skip
    return steps + _checklist(match, closing) if closing and closing.future else steps


def _step(is_done: bool, title: str, done: str, missing: str, url: str = "") -> dict:
    step = {"kind": "ok" if is_done else "soon", "title": title, "text": done if is_done else missing}
    return step if is_done or not url else step | {"url": url, "action": _("Note it")}


def _checklist(match: Match, closing: Closing) -> list[dict]:
    """Return the steps that came with the plan of an ending."""
    today = clock.today(match.referral.clinic.time_zone)
    noted = reverse("mentorship:closing-noted", args=[match.ref])
    goals = list(Goal.objects.kept().filter(referral=match.referral))
    open_goals = [goal for goal in goals if not goal.outcome]
    debrief = words.day(closing.debrief_on, today=today) if closing.debrief_on else ""
    return [
        _step(
            not open_goals, _("Goals looked at"), _("There are none.") if not goals else _("All of them."),
            ngettext("%(n)d is still to be looked at.", "%(n)d are still to be looked at.", len(open_goals)) % {"n": len(open_goals)},
            noted,
        ),
        _step(True, _("Contact after this"), closing.get_future_display(), ""),
        _step(
            closing.numbers_deleted_at is not None, _("Numbers deleted"), _("The mentor says so."),
            _("The mentor has not said so yet."), noted,
        ),
        *_answers(match, closing),
        _step(bool(debrief), _("Talk with the mentor"), debrief, _("No day chosen yet.")),
        {"kind": "ok", "title": _("Whoever referred them"), "text": _("Hears at the end that it was rounded off, and nothing more.")},
    ]  # fmt: skip


def _answers(match: Match, closing: Closing) -> list[dict]:
    """Return what each side answered to the two closing questions; asked some days ago without an answer is enough."""
    given: dict[str, list[str]] = {Side.MENTEE: [], Side.MENTOR: []}
    for row in match.closing_answers.all():
        asked = closing_questions.question(row.side, row.question)
        if asked:
            said = f"{asked.words} {asked.label(row.answer)}."
            given[row.side].append(f"{said} “{row.comment}”" if row.comment else said)
    steps = []
    for side, title in ((Side.MENTEE, _("How it was for the mentee")), (Side.MENTOR, _("How it was for the mentor"))):
        is_over = ending.has_waited(closing)
        done = " ".join(given[side]) or _("Asked, no answer. That is fine.")
        is_done = len(given[side]) == len(closing_questions.QUESTIONS[side]) or is_over
        steps.append(_step(is_done, title, done, " ".join(given[side]) or _("Asked, no answer yet.")))
    return steps


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
