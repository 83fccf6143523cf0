"""What a format may look like: each key, what its value may be, and what must fit together.

The keys and shape are those of the format library. Null means "not stated"; 0 is a value. Nothing is expanded here: how
many contacts a rule gives is worked out, so that a million is refused as fast as ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mentorship.formats import calendar, terms

Path = tuple[str | int, ...]
FARTHEST = 3650  # days: ten years is a plan, more is a slip of the pen
LONGEST_TALK = 1440  # minutes
MOST_PARTS, MOST_RULES, MOST_FOLLOWUPS, MOST_PEOPLE = 20, 30, 30, 1000
LONGEST_WORDS = 200
GROUPS = ("group", "course", "forum_event")


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: the keys and places (from 0) that lead there."""

    path: Path
    words: str

    def __str__(self) -> str:
        return f"{place(self.path)}: {self.words}" if self.path else self.words


def place(path: Path) -> str:
    """Write a path as people count: "components 1, rules 2, every_days"."""
    found: list[str] = []
    for step in path:
        if isinstance(step, int) and found:
            found[-1] += f" {step + 1}"
        else:
            found.append(str(step))
    return ", ".join(found)


def problems(body: Any) -> list[Problem]:
    """Return everything that is wrong with a format, in its order; nothing for a format that can be followed."""
    shape = list(FORMAT(body, ()))
    return shape or list(_fits(body))


Found = Iterator[Problem]
Check = Callable[[Any, Path], Found]


# One value --------------------------------------------------------------------------------


def whole(least: int, most: int, too_low: Callable[[], str] | None = None) -> Check:
    """A whole number within bounds; true and false are none."""

    def check(value: Any, path: Path) -> Found:
        if type(value) is not int:
            yield Problem(path, _("a whole number is needed"))
        elif value < least:
            yield Problem(path, too_low() if too_low else _("at least %(n)d is needed") % {"n": least})
        elif value > most:
            yield Problem(path, _("at most %(n)d is possible") % {"n": most})

    return check


def one_of(known: Mapping[str, Any]) -> Check:
    """One of the words the library uses."""

    def check(value: Any, path: Path) -> Found:
        if not isinstance(value, str) or value not in known:
            yield Problem(path, _("one of these is needed: %(words)s") % {"words": ", ".join(known)})

    return check


def text(value: Any, path: Path) -> Found:
    """Some words on one line."""
    if not isinstance(value, str) or not value.strip():
        yield Problem(path, _("some words are needed, or null where nothing is stated"))
    elif len(value) > LONGEST_WORDS:
        yield Problem(path, _("at most %(n)d characters are possible") % {"n": LONGEST_WORDS})
    elif not value.isprintable():
        yield Problem(path, _("there is a character in this that cannot be stored"))


def yes_no(value: Any, path: Path) -> Found:
    """True or false."""
    if not isinstance(value, bool):
        yield Problem(path, _("true or false is needed"))


def maybe(check: Check) -> Check:
    """What need not be stated."""
    return lambda value, path: iter(()) if value is None else check(value, path)


def span(check: Check) -> Check:
    """Two numbers, the least and the most."""

    def pair(value: Any, path: Path) -> Found:
        if not isinstance(value, list) or len(value) != 2:
            yield Problem(path, _("two numbers are needed: the least and the most"))
            return
        wrong = next((problem for part in value for problem in check(part, path)), None)
        if wrong:
            yield wrong
        elif value[0] > value[1]:
            yield Problem(path, _("the first number must not be larger than the second"))

    return pair


def either(number: Check) -> Check:
    """A number, or the least and the most."""
    return lambda value, path: span(number)(value, path) if isinstance(value, list) else number(value, path)


# Several ----------------------------------------------------------------------------------


def several(check: Check, least: int, most: int) -> Check:
    """A list of so many."""

    def rows(value: Any, path: Path) -> Found:
        if not isinstance(value, list):
            yield Problem(path, _("a list is needed"))
        elif len(value) < least:
            yield Problem(path, _("at least %(n)d is needed") % {"n": least})
        elif len(value) > most:
            yield Problem(path, _("at most %(n)d are possible") % {"n": most})
        else:
            for number, row in enumerate(value):
                yield from check(row, (*path, number))

    return rows


def words_of(known: Mapping[str, Any]) -> Check:
    """A list of the library's words, none of them twice."""
    each = several(one_of(known), 1, len(known))

    def check(value: Any, path: Path) -> Found:
        wrong = next(each(value, path), None)
        if wrong:
            yield Problem(path, wrong.words)
        elif len(set(value)) < len(value):
            yield Problem(path, _("the same word stands twice"))

    return check


def record(**keys: Check) -> Check:
    """An object with exactly these keys."""

    def check(value: Any, path: Path) -> Found:
        if not isinstance(value, dict):
            yield Problem(path, _("an object with keys is needed"))
            return
        for key in getattr(value, "twice", ()):
            yield Problem((*path, shown(key)), _("this key stands twice"))
        for key in value:
            if key not in keys:
                yield Problem((*path, shown(key)), _("this key is not known here"))
        for key, inside in keys.items():
            if key in value:
                yield from inside(value[key], (*path, key))
            else:
                yield Problem((*path, key), _("this key is missing; write null where nothing is stated"))

    return check


def shown(key: Any) -> str:
    """Return a key somebody wrote, short and safe to print."""
    words = "".join(letter if letter.isprintable() else "?" for letter in str(key))
    return words[:60] + ("…" if len(words) > 60 else "")


# The format -------------------------------------------------------------------------------


def _least_step() -> str:
    return _("a step of at least 1 day")


def _before_they_meet() -> str:
    return _("no day before they are introduced; other anchors may have negative days")


DAY = whole(-FARTHEST, FARTHEST)
AHEAD = whole(0, FARTHEST)
MINUTES = maybe(either(whole(0, LONGEST_TALK)))
SHARED = {
    "type": one_of(terms.RULES), "anchor": one_of(terms.ANCHORS), "minutes": MINUTES,
    "channel": maybe(one_of(terms.CHANNELS)), "location": maybe(text),
}  # fmt: skip
RULES = {
    "fixed": record(**SHARED, day=DAY),
    "recurring": record(
        **SHARED, start=DAY, every_days=span(whole(1, FARTHEST, _least_step)), times=whole(1, FARTHEST),
        count=maybe(whole(1, 10**9)), until_day=maybe(DAY),
    ),
    "on_demand": record(type=one_of(terms.RULES), note=maybe(text)),
}  # fmt: skip


def rule(value: Any, path: Path) -> Found:
    """A schedule rule: on one day, again and again, or when they like."""
    kind = value.get("type") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind in RULES:
        yield from RULES[kind](value, path)
    elif isinstance(value, dict):
        yield from one_of(terms.RULES)(kind, (*path, "type"))
    else:
        yield Problem(path, _("an object with keys is needed"))


COMPONENT = record(
    role=maybe(one_of(terms.ROLES)), kind=one_of(terms.KINDS), channels=words_of(terms.CHANNELS),
    leader=maybe(one_of(terms.LEADERS)), size=maybe(span(whole(1, MOST_PEOPLE))), unit=maybe(one_of(terms.UNITS)),
    moderator=maybe(one_of(terms.MODERATORS)), optional=yes_no, manualised=maybe(yes_no),
    rules=several(rule, 1, MOST_RULES),
)  # fmt: skip
FOLLOWUP = record(day=span(AHEAD), actor=one_of(terms.ACTORS), action=text)
FORMAT = record(
    mode=one_of(terms.MODES), mentee=words_of(terms.MENTEES), duration_days=maybe(AHEAD),
    matching=maybe(one_of(terms.MATCHING)), components=several(COMPONENT, 1, MOST_PARTS), transition=maybe(text),
    followups=several(FOLLOWUP, 0, MOST_FOLLOWUPS),
)  # fmt: skip


# What must fit together -------------------------------------------------------------------


def _fits(body: dict[str, Any]) -> Found:
    yield from _mode_fits(body)
    yield from _transition_fits(body)
    total = 0
    for number, part in enumerate(body["components"]):
        for at, row in enumerate(part["rules"]):
            path: Path = ("components", number, "rules", at)
            wrong = list(_rule_fits(row, part, path))
            yield from wrong
            if wrong:
                continue
            total += calendar.how_many(row, body["duration_days"])
            if total > calendar.MOST:
                yield _too_many(row, path)
                return


def _too_many(row: dict[str, Any], path: Path) -> Problem:
    key = next((name for name in ("count", "until_day") if row.get(name) is not None), "type")
    return Problem((*path, key), _("more than %(n)d contacts in all; no plan can hold them") % {"n": calendar.MOST})


def _mode_fits(body: dict[str, Any]) -> Found:
    needed = [part["kind"] for part in body["components"] if not part["optional"]]
    kinds = needed or [part["kind"] for part in body["components"]]
    allowed = {"one_to_one": ("one_to_one",), "dyad_bidirectional": ("dyad",), "group": GROUPS}.get(body["mode"])
    if allowed and not all(kind in allowed for kind in kinds):
        yield Problem(
            ("mode",), _("this does not fit the components, unless they are optional: %(kinds)s")
            % {"kinds": ", ".join(dict.fromkeys(kinds))},
        )  # fmt: skip


def _transition_fits(body: dict[str, Any]) -> Found:
    wanted = body["transition"]
    known = [f"{terms.CHOOSE_AFTER}{number}" for number in range(1, len(body["components"]) + 1)]
    if wanted is not None and wanted not in known:
        yield Problem(("transition",), _("this names no component; possible are null, %(words)s") % {
            "words": ", ".join(known)
        })  # fmt: skip


def _rule_fits(row: dict[str, Any], part: dict[str, Any], path: Path) -> Found:
    if row["type"] == "on_demand":
        return
    if row["channel"] and not {row["channel"], "any"} & set(part["channels"]):
        yield Problem((*path, "channel"), _("this is none of the component’s channels"))
    begins = "day" if row["type"] == "fixed" else "start"
    if row["anchor"] == calendar.INTRODUCTION and row[begins] < 0:
        yield Problem((*path, begins), _before_they_meet())
    if row["type"] == "recurring":
        yield from _recurrence_fits(row, path)


def _recurrence_fits(row: dict[str, Any], path: Path) -> Found:
    if row["count"] is None and row["until_day"] is None:
        yield Problem((*path, "count"), _("this goes on without end; give a count, or an until_day"))
    if row["until_day"] is not None and row["until_day"] < row["start"]:
        yield Problem((*path, "until_day"), _("this ends before its start"))
    elif row["times"] > row["every_days"][0]:
        yield Problem((*path, "times"), _("more times than there are days in a step"))
    elif row["count"] is not None and row["count"] <= calendar.MOST and calendar.last_day(row) > FARTHEST:
        yield Problem((*path, "count"), _("this goes on past day %(n)d") % {"n": FARTHEST})
