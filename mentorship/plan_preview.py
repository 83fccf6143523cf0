"""What a format would mean for a pair: its words, the days it would draw from now on, what stays and what goes. It only reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common import clock
from matching.models import Match
from mentorship import follows
from mentorship.actions import planning
from mentorship.formats import calendar, terms
from mentorship.models import Format
from mentorship.workflow import ContactStatus

SHOWN = 12  # days; the others are counted


@dataclass(frozen=True)
class Preview:
    """The words of a format; the first days it draws and how many more until when; what stays, what goes, what waits."""

    format: Format
    words: list[str]
    days: list[dt.datetime]
    more: int
    until: dt.datetime | None
    stays: int
    goes: int
    undated: list[str]


def preview(match: Match, format: Format) -> Preview:
    """Return what would happen if a pair followed this format from now on."""
    enrolment = planning.as_enrolled(match)
    rows = planning.to_draw(enrolment, match, format.body)
    given = follows.anchors(enrolment)
    planned = match.contacts.filter(status=ContactStatus.PLANNED, planned_at__gt=clock.now())
    return Preview(
        format=format, words=sentences(format), days=[at for _row, at in rows[:SHOWN]],
        more=max(len(rows) - SHOWN, 0), until=rows[-1][1] if len(rows) > SHOWN else None,
        stays=planned.filter(component=None).count(), goes=planned.exclude(component=None).count(),
        undated=[str(follows.ANCHORS[name]) for name in follows.needed(format) if name not in given],
    )  # fmt: skip


# Words ------------------------------------------------------------------------------------


def sentences(format: Format) -> list[str]:
    """Say what a format asks of the two of a pair, a sentence for each rule."""
    return [
        _sentence(rule, part) + (f" {_('For who likes it.')}" if part["optional"] else "")
        for part in format.body["components"]
        if part["kind"] in calendar.PAIR_KINDS
        for rule in part["rules"]
    ]


def _sentence(rule: dict, part: dict) -> str:
    how = ", ".join(filter(None, [_channel(rule, part), minutes(rule.get("minutes"))]))
    if rule["type"] == "fixed":
        return _("%(when)s: %(how)s.") % {"when": _day(rule), "how": how}
    if rule["type"] == "on_demand":
        return _("Whenever they both like: %(how)s.") % {"how": how}
    return _("%(often)s, %(first)s%(last)s: %(how)s.") % {
        "often": _often(rule), "first": _("from day %(n)s on") % {"n": rule["start"]}, "last": _last(rule), "how": how,
    }  # fmt: skip


def _day(rule: dict) -> str:
    anchor = terms.ANCHORS[rule["anchor"]]
    if rule["day"] < 0:
        return _("%(n)s days before %(anchor)s") % {"n": -rule["day"], "anchor": anchor}
    if rule["day"] == 0:
        return _("On %(anchor)s") % {"anchor": anchor}
    return _("%(n)s days after %(anchor)s") % {"n": rule["day"], "anchor": anchor}


def _often(rule: dict) -> str:
    least, most = rule["every_days"]
    step = str(least) if least == most else _("%(least)s to %(most)s") % {"least": least, "most": most}
    if rule["times"] == 1:
        return _("Every %(step)s days") % {"step": step}
    return _("%(times)s times every %(step)s days") % {"times": rule["times"], "step": step}


def _last(rule: dict) -> str:
    if rule["count"] is not None:
        return _(", %(n)s times in all") % {"n": rule["count"]}
    return _(", until day %(n)s") % {"n": rule["until_day"]} if rule["until_day"] is not None else ""


def _channel(rule: dict, part: dict) -> str:
    codes = [rule["channel"]] if rule.get("channel") else part["channels"]
    return _(" or ").join(str(terms.CHANNELS[code]) for code in codes)


def minutes(stated) -> str:
    """Say how long, as a format states it."""
    if stated is None:
        return _("how long is not stated")
    least, most = stated if isinstance(stated, list) else (stated, stated)
    if least == most:
        return _("%(n)s minutes") % {"n": least}
    return _("%(least)s to %(most)s minutes") % {"least": least, "most": most}
