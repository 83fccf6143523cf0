"""Opening hours as people write them: "08:30-12:00 and 13:00-17:00"."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

Spans = list[tuple[dt.time, dt.time]]
SPAN = re.compile(r"^(\d{1,2})(?:[:.hu](\d{2})?)?\s*(?:-|–|—|to|tot|à)\s*(\d{1,2})(?:[:.hu](\d{2})?)?$")
BETWEEN = re.compile(r"\s*(?:,|;|\band\b|\ben\b|\bet\b|&)\s*")
UNREADABLE = _("Write the hours as 08:30-17:00, or as 08:30-12:00 and 13:00-17:00")


def read(text: str) -> Spans:
    """Return the opening spans somebody wrote for a day; none for nothing written.

    Raises ValueError with a sentence when it cannot be read, ends before it begins, or overlaps.
    """
    text = text.strip().lower()
    spans = sorted(_read_span(part) for part in BETWEEN.split(text)) if text else []
    for (_start, end), (start, _end) in pairwise(spans):
        if start < end:
            raise ValueError(_("These hours overlap"))
    return spans


def _read_span(text: str) -> tuple[dt.time, dt.time]:
    match = SPAN.match(text.strip())
    if not match:
        raise ValueError(UNREADABLE)
    h1, m1, h2, m2 = (int(part or 0) for part in match.groups())
    try:
        opens, closes = dt.time(h1, m1), dt.time(h2, m2)
    except ValueError:
        raise ValueError(UNREADABLE) from None
    if opens >= closes:
        raise ValueError(_("The end must come after the beginning"))
    return opens, closes


def write(spans: Spans) -> str:
    """Write opening spans as `read` reads them."""
    return ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in spans)


def in_words(hours: dict[int, Spans]) -> dict[str, str]:
    """Return the hours of every weekday by its name."""
    return {str(name): write(sorted(hours.get(number, []))) for number, name in WEEKDAYS.items()}
