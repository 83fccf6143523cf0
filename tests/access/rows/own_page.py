"""A mentee's own page: rows of the table and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mentorship.mentee_session import KIND
from tests.access.row import EVERYBODY, PROGRAMME, Row, always

NOT_THIS = always("405", f"{EVERYBODY} link")
NO_FLAG = always("404", "link")  # it is a mentor's flag, none of theirs
READ = {"get": "link", "post": NOT_THIS, "by": KIND, "gone": "410"}
WRITE = READ | {"post": "link"}
ROWS: dict[str, Row] = {
    "mentorship:own-page": Row(**WRITE),
    "mentorship:own-close": Row(get=NOT_THIS, post="link", by=KIND, gone="ok"),  # closing a closed page changes nothing
    "mentorship:own-choose": Row(get=NOT_THIS, post="link", by=KIND, gone="410"),
    "mentorship:own-another": Row(**WRITE),
    "mentorship:own-pause": Row(**WRITE),
    "mentorship:own-go-on": Row(get=NOT_THIS, post="link", by=KIND, gone="410"),
    "mentorship:own-stop": Row(**WRITE),
    "mentorship:own-consent": Row(kind="scope", get="link:ok/ok/ok", post="link:ok/ok/ok", by=KIND, gone="410"),
    "mentorship:own-worry": Row(**WRITE),
    "mentorship:own-worry-sent": Row(kind="flag", get=NO_FLAG, post=NO_FLAG, by=KIND, gone="410"),
    "mentorship:own-data": Row(**READ),
    "mentorship:own-data-file": Row(**READ),
    "mentorship:own-reminders": Row(**WRITE),
    "mentorship:own-page-send": Row(kind="referral", get=None, post=PROGRAMME),
    "mentorship:own-page-print": Row(kind="referral", get=None, post=PROGRAMME),
    "accounts:link-again": Row(get=None, post=EVERYBODY),  # the same answer for everybody
}
LINKS: dict[str, Callable[[Any], str]] = {
    KIND: lambda side: side.pair.referral.ref
}  # kind of one-time link: side -> the ref it is about


def objects(side) -> dict[str, object]:
    """Store what these addresses are about on one side of the world."""
    return {"scope": {"scope": "research"}}
