"""What the pages about hours show."""

from __future__ import annotations

from django.utils.dates import MONTHS
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from common import words
from training import csv_files, hours
from training.models import Mentor


def own(mentor: Mentor, year: int) -> str:
    """Say in one sentence what a mentor gave in a year, kind by kind; no praise, no target."""
    given = hours.of(Mentor.objects.filter(pk=mentor.pk), year, mentor.person.clinic.time_zone)
    if not given.total:
        return _("For %(year)d nothing is noted yet.") % {"year": year}
    titles, by = hours.titles(), given.by(0)
    parts = [f"{hours.in_words(by[key])} ({titles[key].lower()})" for key in titles if by.get(key)]
    if len(parts) == 1:
        return _("%(year)d: %(parts)s.") % {"year": year, "parts": parts[0]}
    total = hours.in_words(given.total)
    return _("%(year)d: %(total)s in all. %(parts)s.") % {"year": year, "total": total, "parts": words.listed(parts)}


def programme(mentors, clinic: Clinic, year: int) -> dict:
    """Return the tables of a year: by month for the programme, and by mentor; a fixed number of queries."""
    given = hours.of(mentors, year, clinic.time_zone)
    titles, cells, months = hours.titles(), given.cells(), given.by(2)
    names = {m.pk: m for m in mentors.filter(pk__in=given.by(1)).select_related("person")}
    rows = [
        {
            "mentor": names[pk], "total": decimal(total),
            "cells": [(titles[key], decimal(cells.get((pk, key), 0))) for key in titles],
        }
        for pk, total in sorted(given.by(1).items(), key=lambda item: str(names[item[0]]))
    ]  # fmt: skip
    return {
        "year": year, "titles": list(titles.values()), "rows": rows, "total": given.total, "lede": lede(given, year),
        "months": [(name, decimal(months.get(number, 0))) for number, name in MONTHS.items()] if given.total else [],
        "sums": [(title, decimal(given.by(0).get(key, 0))) for key, title in titles.items()], "all": decimal(given.total),
    }  # fmt: skip


def lede(given: hours.Hours, year: int) -> str:
    """Say it in one sentence."""
    if not given.total:
        return _("No hours are noted for %(year)d.") % {"year": year}
    n = len(given.by(1))
    text = ngettext("%(n)d mentor gave %(total)s in %(year)d.", "%(n)d mentors gave %(total)s in %(year)d.", n)
    return text % {"n": n, "total": hours.in_words(given.total), "year": year}


def decimal(minutes: int) -> str:
    """Write minutes as hours with one figure after the point, as the reader's language does."""
    return number_format(minutes / 60, 1)


def table(mentors, clinic: Clinic, year: int, language: str) -> bytes:
    """Return the table for the funder: hours by mentor and month, with sums, to open in a spreadsheet."""
    given = hours.of(mentors, year, clinic.time_zone)
    names = {m.pk: m.person.full_name for m in mentors.filter(pk__in=given.by(1)).select_related("person")}
    found: dict[tuple[int, int], int] = {}
    for _kind, pk, month, minutes in given.rows:
        found[pk, month] = found.get((pk, month), 0) + minutes
    head = [_("Mentor"), *[str(name) for name in MONTHS.values()], _("Hours in %(year)d") % {"year": year}]
    rows = [
        [name, *[_cell(found.get((pk, month), 0), language) for month in MONTHS], _cell(given.by(1)[pk], language)]
        for pk, name in sorted(names.items(), key=lambda item: item[1])
    ]
    months = given.by(2)
    last = [_("All"), *[_cell(months.get(month, 0), language) for month in MONTHS], _cell(given.total, language)]
    return csv_files.written([head, *rows, last])


def _cell(minutes: int, language: str) -> str:
    return csv_files.amount(round(minutes * 100 / 60), language)


def entries(rows) -> list[dict]:
    """Return what a mentor entered, each with its length in words."""
    return [{"entry": row, "length": hours.in_words(row.minutes)} for row in rows]
