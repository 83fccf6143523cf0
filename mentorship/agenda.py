"""What pairs add to the agenda of a supervision talk: contacts, misses, flags the mentor raised, endings, requests.

Never a worry about how the mentor behaves. Of a mentee only the given name is said, and not even that when the mentee
belongs to another clinic: who it is stays there.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import words
from matching.models import Match, MatchEvent
from matching.workflow import Status as MatchStatus
from mentorship.checks import CALL_FOR_SOMEBODY
from mentorship.lent import is_lent
from mentorship.models import Contact, FollowUpCheck, Question, RedFlag, Route
from mentorship.workflow import MISSED, ContactStatus
from training.agenda import Fact, Item
from training.models import Mentor

MOST = 10  # of one kind; more than that is one thing to talk about


def someone(match: Match) -> str:
    """Return how a mentee is called in supervision: by given name, or as somebody of another clinic."""
    if is_lent(match):
        return _("Somebody of %(clinic)s") % {"clinic": match.referral.clinic}
    return match.referral.mentee.first_name


def _people(match: Match) -> tuple[Any, ...]:
    return () if is_lent(match) else (match.referral.mentee,)


def _day(moment: dt.datetime, mentor: Mentor, now: dt.datetime) -> str:
    zone = mentor.person.clinic.time_zone
    return words.day(words.local(moment, zone).date(), today=words.local(now, zone).date(), weekday=False)


def _with(rows):
    return rows.select_related("match__referral__mentee", "match__referral__clinic", "match__mentor__person__clinic")


def flags(mentor: Mentor, since: dt.datetime, now: dt.datetime) -> list[Item]:
    """Return the worries this mentor raised about people they talk with: that it was, never what it was."""
    rows = RedFlag.objects.filter(
        match__mentor=mentor,
        raised_by=mentor.person.user_id,
        route=Route.CLINICAL,
        raised_at__gt=since,
        raised_at__lte=now,
    )
    rows = rows.exclude(about_user=mentor.person.user_id) if mentor.person.user_id else rows.none()
    return [
        Item(
            f"flag-{flag.ref}", _("%(who)s: a worry they told us") % {"who": someone(flag.match)},
            _("On %(day)s. How did it feel to tell it, and what stays with them?") % {"day": _day(flag.raised_at, mentor, now)},
            90, _people(flag.match),
        )
        for flag in _with(rows).order_by("raised_at", "pk")[:MOST]
    ]  # fmt: skip


def answers(mentor: Mentor, since: dt.datetime, now: dt.datetime) -> list[Item]:
    """Return the mentor's own follow-up answers that ask for somebody. What a mentee answered is not told here."""
    rows = FollowUpCheck.objects.filter(
        match__mentor=mentor, to="mentor", answer__in=CALL_FOR_SOMEBODY, answered_at__gt=since, answered_at__lte=now
    )
    return [
        Item(
            f"answer-{check.ref}", _("%(who)s: something is not right") % {"who": someone(check.match)},
            _("Their own answer of %(day)s. Ask what would help.") % {"day": _day(check.answered_at, mentor, now)},
            85, _people(check.match),
        )
        for check in _with(rows).order_by("answered_at", "pk")[:MOST]
    ]  # fmt: skip


def misses(mentor: Mentor, since: dt.datetime, now: dt.datetime) -> list[Item]:
    """Return with whom talks did not happen, once for each person (Emb13 #81: a miss feels like rejection)."""
    rows = Contact.objects.filter(
        match__mentor=mentor, status__in=MISSED, happened_at__gt=since, happened_at__lte=now
    ).order_by("happened_at", "pk")  # fmt: skip
    found: dict[int, list[Contact]] = {}
    for contact in _with(rows):
        found.setdefault(contact.match_id, []).append(contact)
    return [_missed(group) for group in found.values()]


def _missed(group: list[Contact]) -> Item:
    match, n = group[0].match, len(group)
    title = ngettext(
        "%(who)s: a talk did not happen", "%(who)s: %(n)d talks did not happen", n
    ) % {"who": someone(match), "n": n}  # fmt: skip
    text = _("Nobody's fault. How was that for them?")
    return Item(f"misses-{match.ref}", title, text, 60 + min(n, 5) * 4, _people(match))


def endings(mentor: Mentor, since: dt.datetime, now: dt.datetime) -> list[Item]:
    """Return pairs that ended since, and those whose last talk is planned."""
    rows = mentor.matches.select_related("referral__mentee", "referral__clinic", "mentor__person__clinic")
    ended = rows.filter(status=MatchStatus.ENDED, ended_at__gt=since, ended_at__lte=now).exclude(end_reason="conduct")
    last = rows.pairs().filter(enrolment__last_contact_on__isnull=False)
    found = [
        Item(f"ended-{m.ref}", _("%(who)s: it ended") % {"who": someone(m)},
             _("On %(day)s. What did it mean to them?") % {"day": _day(m.ended_at, mentor, now)}, 75, _people(m))
        for m in ended.order_by("ended_at", "pk")[:MOST]
    ]  # fmt: skip
    return found + [
        Item(f"rounding-{m.ref}", _("Rounding off with %(who)s") % {"who": someone(m)},
             _("A last talk is planned. Are they ready to let go?"), 65, _people(m))
        for m in last.order_by("pk")[:MOST]
    ]  # fmt: skip


def declined(mentor: Mentor, since: dt.datetime, now: dt.datetime) -> list[Item]:
    """Return that they said no to requests, which is fine; once, however many."""
    n = MatchEvent.objects.filter(
        match__mentor=mentor, to_status=MatchStatus.DECLINED, at__gt=since, at__lte=now
    ).count()  # fmt: skip
    if not n:
        return []
    title = ngettext("They said no to a request", "They said no to %(n)d requests", n) % {"n": n}
    return [Item("declined", title, _("Saying no is fine. Would they like a rest, or other people?"), 55)]


def facts(mentor: Mentor, since: dt.datetime, now: dt.datetime) -> list[Fact]:
    """Return what happened, in counts: talks, what did not happen, questions, worries told; three queries."""
    talks = Contact.objects.filter(match__mentor=mentor, happened_at__gt=since, happened_at__lte=now).aggregate(
        talked=Count("pk", filter=Q(status=ContactStatus.TALKED)),
        people=Count("match", filter=Q(status=ContactStatus.TALKED), distinct=True),
        missed=Count("pk", filter=Q(status__in=MISSED)),
    )  # fmt: skip
    own = {"asked_by": mentor.person.user_id, "asked_at__gt": since, "asked_at__lte": now}
    asked = Question.objects.filter(match__mentor=mentor, **own).count()
    told = RedFlag.objects.filter(
        match__mentor=mentor,
        raised_by=mentor.person.user_id,
        route=Route.CLINICAL,
        raised_at__gt=since,
        raised_at__lte=now,
    ).count()
    people = ngettext("%(n)d, with %(people)d person", "%(n)d, with %(people)d people", talks["people"])
    return [
        Fact(_("Talks"), people % {"n": talks["talked"], "people": talks["people"]} if talks["talked"] else _("None")),
        Fact(_("Not happened"), talks["missed"] or _("None")),
        Fact(_("Questions passed on"), asked or _("None")), Fact(_("Flags they raised"), told or _("None")),
    ]  # fmt: skip


def connect() -> None:
    """Add these to the agenda of every talk."""
    from training import agenda

    for make in (flags, answers, misses, endings, declined):
        agenda.register(make)
    agenda.register_facts(facts)
