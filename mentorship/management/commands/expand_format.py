"""Print the dated contacts a format gives."""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re

from django.core.management.base import BaseCommand, CommandError

from clinics.models import Clinic
from common import clock
from common.words import DEFAULT_TZ
from mentorship.formats import calendar, terms
from mentorship.management.typed import plain
from mentorship.models import Format

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Command(BaseCommand):
    help = "Print the dated contacts a format gives, in order. What people do whenever they like gives none."

    def add_arguments(self, parser):
        parser.add_argument("key", metavar="KEY", help="The key of a format, such as emb_brown.")
        parser.add_argument(
            "--start", metavar="DATE", help="The date days count from, as 2026-11-29. Without it, today."
        )
        parser.add_argument(
            "--anchor", metavar="NAME=DATE", action="append", default=[],
            help=f"Another date for one anchor: {', '.join(terms.ANCHORS)}.",
        )  # fmt: skip
        parser.add_argument(
            "--json", action="store_true", help="Print a JSON list: day, date, component, channel, minutes."
        )
        parser.add_argument("--format-version", type=int, metavar="N", help="A version. Without it, the newest.")
        parser.add_argument("--clinic", metavar="REF", help="A format of this clinic's own.")

    def handle(self, *args, key: str, start: str | None, anchor: list[str], clinic: str | None, **options):
        format = find(plain(key), plain(clinic), options["format_version"])
        begins = date(start) if start is not None else clock.today(DEFAULT_TZ)
        anchors = {**dict.fromkeys(terms.ANCHORS, begins), **dict(map(named_date, anchor))}
        try:
            rows = calendar.expand(format.body, anchors)
        except OverflowError as error:
            raise CommandError("The calendar ends before this format does. Choose an earlier date.") from error
        self.stdout.write(
            as_json(rows) if options["json"] else as_table(rows), ending="\n" if rows or options["json"] else ""
        )


def find(key: str, clinic: str | None, number: int | None) -> Format:
    """Return a version of a format. Raises CommandError, with the key that is most alike."""
    owner = Clinic.objects.filter(ref=clinic).first() if clinic is not None else None
    if clinic is not None and owner is None:
        raise CommandError("There is no clinic with this reference.")
    known = Format.objects.filter(clinic=owner)
    rows = known.filter(key=key).order_by("-number")
    if not rows:
        alike = difflib.get_close_matches(key, set(known.values_list("key", flat=True)), n=1)
        hint = f" Did you mean {alike[0]}?" if alike else ""
        raise CommandError(f"There is no format with the key {key!r}.{hint}")
    row = next((row for row in rows if number in (None, row.number)), None)
    if row is None:
        raise CommandError(f"The format {key} has no version {number}; its newest is {rows[0].number}.")
    return row


def date(written: str) -> dt.date:
    """Return a date as people type it. Raises CommandError."""
    try:
        if not DATE.fullmatch(written):
            raise ValueError
        return dt.date.fromisoformat(written)
    except ValueError:
        raise CommandError(f"{written!r} is not a date. Write year, month and day, such as 2026-11-29.") from None


def named_date(written: str) -> tuple[str, dt.date]:
    """Return an anchor and its date, from NAME=DATE. Raises CommandError."""
    name, _equals, day = written.partition("=")
    if name not in terms.ANCHORS:
        raise CommandError(f"{name!r} is no anchor. Anchors are {', '.join(terms.ANCHORS)}.")
    return name, date(day)


def as_json(rows: list[calendar.Dated]) -> str:
    """Write contacts as a JSON list."""
    found = [
        {
            "day": row.day, "date": row.date.isoformat(), "component": row.component, "channel": row.channel,
            "minutes": row.minutes,
        }
        for row in rows
    ]  # fmt: skip
    return json.dumps(found, indent=2)


def as_table(rows: list[calendar.Dated]) -> str:
    """Write contacts one on a line: date, day, component, channel, minutes."""
    return "\n".join(
        f"{row.date}  day {row.day:>4}  component {row.component}  {row.channel or 'not stated':<10}  {_minutes(row.minutes)}"
        for row in rows
    )


def _minutes(minutes: int | list[int] | None) -> str:
    if minutes is None:
        return "length not stated"
    return f"{minutes[0]}-{minutes[1]} minutes" if isinstance(minutes, list) else f"{minutes} minutes"
