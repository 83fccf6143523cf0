"""How a programme runs: formats as data, and the dates they give. Pure; nothing here touches the database.

The keys and shape are those of the format library (evidence B), so that other formats can be added as data.
`day` counts from the rule's anchor; null means "not stated", never zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from common import clock
from common.vocabulary import Channel, Slot

START = "halfword-start"
# Library channel -> what a contact stores.
CHANNELS = {"tel": Channel.PHONE, "f2f": Channel.IN_PERSON, "video": Channel.VIDEO, "message": Channel.MESSAGES}
EVENING = dt.time(19)
# A likely hour within the time both are free; people move it as they like (Joo22: easy rescheduling).
HOURS = {
    Slot.WEEKDAY_EVENING: EVENING, Slot.WEEKDAY_AFTERNOON: dt.time(14), Slot.WEEKDAY_MORNING: dt.time(10),
    Slot.WEEKEND_DAY: dt.time(11), Slot.WEEKEND_EVENING: EVENING,
}  # fmt: skip


def _talk(day: int, minutes: int) -> dict[str, Any]:
    return {
        "type": "fixed", "anchor": "introduction", "day": day, "minutes": minutes, "channel": "tel", "location": None,
    }  # fmt: skip


# One talk rarely builds trust: at least three are planned (VdE21 #58); the days are our own proposal [D].
FORMATS: Mapping[tuple[str, int], Mapping[str, Any]] = {
    (START, 1): {
        "mode": "one_to_one",
        "mentee": ["patient", "caregiver"],
        "duration_days": 84,
        "matching": "coordinator",
        "components": [
            {
                "role": "supporter",
                "kind": "one_to_one",
                "channels": ["tel", "video", "f2f", "message"],
                "leader": "mentor",
                "size": None,
                "unit": "person",
                "moderator": None,
                "optional": False,
                "manualised": False,
                "rules": [_talk(2, 30), _talk(14, 45), _talk(28, 45), _talk(42, 45), _talk(56, 45)],
            }
        ],
        "transition": None,
        "followups": [],
    }
}


@dataclass(frozen=True)
class Planned:
    """One dated contact: the UTC moment, a channel code, minutes or None when not stated."""

    at: dt.datetime
    channel: str
    minutes: int | None


def get(key: str, version: int) -> Mapping[str, Any]:
    """Return a format. Raises KeyError for an unknown one."""
    return FORMATS[key, version]


def expand(format: Mapping[str, Any], start_date: dt.date, tz: str, *, hour: dt.time = EVENING) -> list[Planned]:
    """Return the dated contacts of a format from day 0, in order; `hour` is on the clinic's clocks.

    Rules on demand give no dates. Raises ValueError for a rule this version cannot date.
    """
    rules = [rule for part in format["components"] if not part["optional"] for rule in part["rules"]]
    return sorted((talk for rule in rules for talk in _dated(rule, start_date, tz, hour)), key=lambda talk: talk.at)


def _dated(rule: Mapping[str, Any], start: dt.date, tz: str, hour: dt.time) -> list[Planned]:
    if rule["type"] == "on_demand":
        return []
    if rule["type"] != "fixed" or rule["anchor"] != "introduction":
        raise ValueError(f"A rule of type {rule['type']} from {rule.get('anchor')} cannot be dated yet.")
    at = clock.at_local(start + dt.timedelta(days=rule["day"]), hour, tz)
    return [Planned(at, CHANNELS.get(rule["channel"] or "tel", Channel.PHONE), rule["minutes"])]


def likely_hour(mine: Iterable[str], theirs: Iterable[str]) -> dt.time:
    """Return an hour at which both are likely to be free, else the mentee; the evening when nothing is said."""
    mine, theirs = set(mine), set(theirs)
    free = mine & theirs or mine or theirs
    return next((hour for slot, hour in HOURS.items() if slot in free), EVENING)
