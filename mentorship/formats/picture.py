"""The calendar of a format as a picture: positions on a line of days, a lane for each part. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mentorship.formats import calendar, words

LEFT, RIGHT, TOP, LANE = 150, 925, 54, 40
SHORTEST = 7  # days shown at the least
LETTER = 7.4  # units a letter of a label needs
SHORT = {
    "one_to_one": gettext_lazy("Talks"), "dyad": gettext_lazy("Talks"), "group": gettext_lazy("Group"),
    "course": gettext_lazy("Course"), "forum_event": gettext_lazy("Meeting"),
}  # fmt: skip
# Days between two names under the picture, as many of that unit, for the unit.
STEPS = [
    (1, 1, "day"), (7, 1, "week"), (14, 2, "week"), (28, 4, "week"), (60.8, 2, "month"), (121.7, 4, "month"),
    (365, 12, "month"), (730, 24, "month"), (1460, 48, "month"),
]  # fmt: skip
MOST_NAMES = 7


@dataclass
class Lane:
    """One line of the picture: contacts at (x, label), or a bar of what is on demand."""

    y: float
    title: str
    optional: bool = False
    marks: list[tuple[str, str]] = field(default_factory=list)
    bar: str = ""


@dataclass
class Picture:
    """What the template draws; `words` says the same."""

    height: float
    bottom: float
    lanes: list[Lane]
    names: list[tuple[str, str]]
    asked: list[str]
    asked_y: float
    words: str

    @property
    def text_y(self) -> float:
        return self.bottom + 20


def picture(body: dict[str, Any]) -> Picture:
    """Return the picture of a format that can be followed. Other anchors than the introduction begin at its day 0."""
    first, last = _ends(body)

    def x(day: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (day - first) / (last - first), 1)

    lanes: list[Lane] = []
    for number, part in enumerate(body["components"], start=1):
        _draw(part, number, lanes, body["duration_days"], x)
    asked = [str(x(row["day"][0])) for row in body["followups"]]
    asked_y = TOP + LANE * len(lanes)
    bottom = asked_y + (LANE if asked else 0) - 18
    return Picture(
        height=bottom + 28, bottom=bottom, lanes=lanes, names=[(str(x(day)), name) for day, name in _names(first, last)],
        asked=asked, asked_y=asked_y, words=words.sentence(body),
    )  # fmt: skip


def _ends(body: dict[str, Any]) -> tuple[int, int]:
    found = [0, body["duration_days"] or 0, *(row["day"][0] for row in body["followups"])]
    for part in body["components"]:
        for rule in part["rules"]:
            days = list(calendar.days(rule, body["duration_days"]))
            found += [days[0], days[-1]] if days else []
    return min(found), max(*found, min(found) + SHORTEST)


def _draw(part: dict[str, Any], number: int, lanes: list[Lane], duration: int | None, x) -> None:
    """Add the lanes of one part: its dated contacts, then what is on demand."""
    title = f"{number}. {SHORT[part['kind']]}"
    dated = sorted(
        ((day, rule["minutes"]) for rule in part["rules"] for day in calendar.days(rule, duration)),
        key=lambda row: row[0],
    )
    if dated:
        lane = Lane(TOP + LANE * len(lanes), title, part["optional"])
        free = 0.0
        for day, minutes in dated:
            at, label = x(day), _label(minutes)
            half = LETTER * len(label) / 2
            if at - half >= free:
                free = at + half
            else:
                label = ""
            lane.marks.append((str(at), label))
        lanes.append(lane)
    if any(rule["type"] == "on_demand" for rule in part["rules"]):
        bar = _("when they like: how often is not stated")
        lanes.append(Lane(TOP + LANE * len(lanes), "" if dated else title, part["optional"], bar=bar))


def _label(minutes: int | list[int] | None) -> str:
    if minutes is None:
        return "?"
    number = f"{minutes[0]}–{minutes[1]}" if isinstance(minutes, list) else minutes
    return _("%(n)s min") % {"n": number}


def _names(first: int, last: int) -> list[tuple[float, str]]:
    """Return the days that are named under the picture: the day they meet, then each so many days, weeks or months."""
    step, number, unit = next((row for row in STEPS if (last - first) / row[0] <= MOST_NAMES), STEPS[-1])
    found = [(0.0, _("They meet"))]
    for n in range(1, int((last - 0) / step + 0.01) + 1):
        if n * step <= last:
            found.append((n * step, _named(n * number, unit)))
    return found


def _named(n: int, unit: str) -> str:
    if unit == "day":
        return _("Day %(n)d") % {"n": n}
    if unit == "week":
        return ngettext("%(n)d week", "%(n)d weeks", n) % {"n": n}
    return ngettext("%(n)d month", "%(n)d months", n) % {"n": n}


def rows(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the calendar as a list: (when, part), then what is asked."""
    found = [
        (words.rule_words(rule), f"{number}. {words.part_title(part)}")
        for number, part in enumerate(body["components"], start=1)
        for rule in part["rules"]
    ]
    return found + [(words.followup_words(row), _("Follow-up")) for row in body["followups"]]
