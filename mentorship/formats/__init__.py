"""How a programme runs: formats as data, and the dates they give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from common.vocabulary import Channel, Slot

START = "halfword_start"  # what pairs follow where a clinic chose nothing else
# Library channel -> what a contact stores.
CHANNELS = {
    "tel": Channel.PHONE, "ivr": Channel.PHONE, "f2f": Channel.IN_PERSON, "video": Channel.VIDEO,
    "message": Channel.MESSAGES, "email": Channel.MESSAGES, "forum": Channel.MESSAGES,
}  # fmt: skip
EVENING = dt.time(19)
# A likely hour within the time both are free; people move it as they like (Joo22: easy rescheduling).
HOURS = {
    Slot.WEEKDAY_EVENING: EVENING, Slot.WEEKDAY_AFTERNOON: dt.time(14), Slot.WEEKDAY_MORNING: dt.time(10),
    Slot.WEEKEND_DAY: dt.time(11), Slot.WEEKEND_EVENING: EVENING,
}  # fmt: skip


def likely_hour(mine: Iterable[str], theirs: Iterable[str]) -> dt.time:
    """Return an hour at which both are likely to be free, else the mentee; the evening when nothing is said."""
    mine, theirs = set(mine), set(theirs)
    free = mine & theirs or mine or theirs
    return next((hour for slot, hour in HOURS.items() if slot in free), EVENING)
