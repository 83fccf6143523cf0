"""What a form says about a training day, before it is one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class SessionData:
    """A day as a coordinator wrote it. `day`, `starts` and `ends` are as clocks at the clinic show them."""

    module: int
    trainer: int
    day: dt.date
    starts: dt.time
    ends: dt.time
    how: str
    places: int
    organisation: str = ""
    place: str = ""
    link: str = ""
