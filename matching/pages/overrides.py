"""How often, and why, somebody else than the first in the order was asked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Mapping
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import BooleanField, Case, Count, Value, When
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from clinics.models import Clinic
from clinics.roles import Perm, can
from matching import facts
from matching.models import Match

FEWEST = 5  # a smaller number could point at somebody (evidence E)
PER_PAGE = 50
MONTHS = {"3": 3, "12": 12, "all": 0}  # periods: months counted, this one with them; 0 all
USUAL = "12"
Reason = Match.OverrideReason


def overrides_context(user: User, clinic: Clinic, period: str, page_number) -> dict:
    """Return the figures of a period, and for who may see the people each choice with its note. Three queries."""
    names = can(user, Perm.COORDINATE, clinic)
    asked = _asked(clinic, period)
    groups = _groups(asked, clinic)
    page = _page(asked, page_number) if names else None
    rows = [_row(match) for match in page.object_list] if page else []
    return {
        "clinic": clinic, "coordinates": names, "page_obj": page, "rows": rows, "lede": _lede(groups, names),
        "asked": sum(g["n"] for g in groups), "people": [row["match"].referral.mentee for row in rows],
        "tables": [_table(*part, names) for part in _parts(groups)],
    }  # fmt: skip


def _asked(clinic: Clinic, period: str):
    """Return the requests to mentors of a period, each with whether another than the first was asked."""
    rows = Match.objects.filter(referral__clinic=clinic, approved_at__isnull=False)
    if months := MONTHS.get(period, MONTHS[USUAL]):
        rows = rows.filter(approved_at__gte=_since(clinic, months))
    other = Case(When(rank__gt=1, then=Value(True)), default=Value(False), output_field=BooleanField())
    return rows.annotate(other=other)


def _since(clinic: Clinic, months: int) -> dt.datetime:
    """Return the first moment of the first of so many months, this one the last."""
    today = facts.today_of(clinic)
    month = today.year * 12 + today.month - months
    return dt.datetime(month // 12, month % 12 + 1, 1, tzinfo=ZoneInfo(str(clinic.time_zone)))


def _groups(asked, clinic: Clinic) -> list[dict]:
    """Return how many requests there were, by month, reason and version of the weights; one query."""
    month = TruncMonth("approved_at", tzinfo=ZoneInfo(str(clinic.time_zone)))
    rows = asked.order_by().annotate(month=month).values("month", "other", "override_reason", "policy__version")
    return list(rows.annotate(n=Count("pk")))


def _page(asked, page_number):
    rows = asked.filter(other=True).select_related("referral__mentee", "mentor__person", "proposed_by", "policy")
    return Paginator(rows.order_by("-approved_at", "-pk"), PER_PAGE).get_page(page_number)


def _row(match: Match) -> dict:
    return {
        "match": match,
        "reason": match.get_override_reason_display() or _("No reason kept"),
        "ordinal": _place(match.rank),
    }


def _place(rank: int) -> str:
    return _("number %(n)d in the order") % {"n": rank}


def _lede(groups: list[dict], names: bool) -> str:
    asked, other = sum(g["n"] for g in groups), sum(g["n"] for g in groups if g["other"])
    if not asked:
        return _("No mentor was asked in this time.")
    said = ngettext("A mentor was asked once.", "A mentor was asked %(n)d times.", asked) % {"n": asked}
    if not other:
        return f"{said} {_('It was the first in the order each time.')}"
    if other < FEWEST and not names:
        return f"{said} {_('It was not the first in the order fewer than 5 times.')}"
    form = ngettext("Once it was not the first in the order.", "%(n)d times it was not the first in the order.", other)
    return f"{said} {form % {'n': other}}"


# Tables -------------------------------------------------------------------------------------


def _parts(groups: list[dict]) -> list[tuple]:
    """Return each breakdown: its title, what a row is, all requests and those not of the first, by label in order."""
    months = sorted({g["month"] for g in groups}, reverse=True)
    versions = sorted({g["policy__version"] for g in groups}, reverse=True)
    labels = {**{m: date_format(m, "F Y") for m in months}, **{v: _("Version %(n)d") % {"n": v} for v in versions}}
    reasons = {value: str(label) for value, label in Reason.choices} | {"": _("No reason kept")}
    others = [g for g in groups if g["other"]]
    return [
        (_("By month"), _("Month"), {m: labels[m] for m in months}, _counts(groups, "month"), _counts(others, "month")),
        (_("By reason"), _("Reason"), reasons, None, _counts(others, "override_reason")),
        (
            _("By what counted in matching"), _("Numbers in force"), {v: labels[v] for v in versions},
            _counts(groups, "policy__version"), _counts(others, "policy__version"),
        ),
    ]  # fmt: skip


def _counts(groups: list[dict], key: str) -> Counter:
    found: Counter = Counter()
    for group in groups:
        found[group[key]] += group["n"]
    return found


def _table(title, what, labels: Mapping, asked: Counter | None, other: Counter, names: bool) -> dict:
    shown = {key: str(n) for key, n in other.items()} if names else hide_small(other)
    rows = [
        {"label": label, "asked": asked[key] if asked is not None else "", "other": shown.get(key, "0")}
        for key, label in labels.items()
        if asked is not None or other[key] or key
    ]
    return {"title": title, "what": what, "rows": rows, "with_asked": asked is not None}


def hide_small(counts: Mapping[Hashable, int]) -> dict[Hashable, str]:
    """Return counts as text, those under 5 hidden, and the next smallest too when one hidden could be worked out.

    Who knows the total could: when one alone is hidden, or when those hidden can only be one each.
    """
    left = sorted((n, str(key), key) for key, n in counts.items() if n)
    hidden = [row for row in left if row[0] < FEWEST]
    also = []
    for row in left[len(hidden) :]:
        gone = [*hidden, *also]
        if not gone or (len(gone) > 1 and sum(r[0] for r in gone) > len(gone)):
            break
        also.append(row)
    words = {key: str(n) for key, n in counts.items()}
    words |= {key: _("fewer than 5") for _n, _text, key in hidden}
    return words | {key: _("not shown") for _n, _text, key in also}
