"""What *Today* is made of: groups of rows, one action a row. Pure data and words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet, Window
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from common import words

SHOWN = 10  # rows of a group; the rest stands behind "All ..."
MOST = 20 * SHOWN  # more than this and a list page is the right place


@dataclass(frozen=True)
class Desk:
    """Who looks, at which clinic's work, at which moment."""

    user: Any
    clinic: Clinic
    now: dt.datetime
    whole: str = ""  # the group shown with all its rows

    def most(self, id: str) -> int:
        """Return how many rows of a group are shown."""
        return MOST if id == self.whole else SHOWN

    def ahead(self, date: dt.date) -> tuple[str, str]:
        """Say in how many days, and on which date; or how long it is over."""
        today = words.local(self.now, self.clinic.time_zone).date()
        days, on = (date - today).days, words.day(date, today=today, weekday=False)
        if days == 0:
            return _("Today"), on
        form = (
            ngettext("In %(n)d day", "In %(n)d days", days)
            if days > 0
            else ngettext("%(n)d day over", "%(n)d days over", -days)
        )
        return form % {"n": abs(days)}, on

    def until(self, moment: dt.datetime) -> str:
        """Write a deadline out as it stands inside a sentence."""
        return words.until(moment, self.clinic.time_zone, now=self.now)

    def at(self, moment: dt.datetime) -> str:
        """Write a moment out the short way."""
        return words.recently(moment, self.clinic.time_zone, now=self.now)


@dataclass(frozen=True)
class Action:
    """The one step of a row: a verb and a name, and where it leads. `tel` is a number to ring."""

    words: str
    url: str = ""
    tel: str = ""
    about: str = ""  # for screen readers, where the same words stand on several rows


@dataclass(frozen=True)
class Row:
    """Somebody who needs something: since when or until when, who, what, and the one step.

    The names are those components/row.html asks for.
    """

    title: str
    url: str
    text: str
    step: Action
    since: dt.datetime | None = None
    deadline: dt.datetime | None = None
    when: str = ""
    when_more: str = ""
    urgent: bool = False
    people: tuple[Any, ...] = ()  # whose data the row shows, for the access log

    @property
    def action(self) -> str:
        return self.step.words

    @property
    def action_url(self) -> str:
        return self.step.url

    @property
    def action_tel(self) -> str:
        return self.step.tel

    @property
    def action_about(self) -> str:
        return self.step.about

    action_post = ""


@dataclass(frozen=True)
class Group:
    """Rows of one kind. `total` counts also those that are not shown. The names are those of components/group.html."""

    id: str
    title: str
    text: str = ""
    rows: list[Row] = field(default_factory=list)
    total: int = 0
    all_url: str = ""
    urgent: bool = False
    icon: str = ""

    @property
    def more_url(self) -> str:
        return self.all_url if self.total > len(self.rows) else ""

    @property
    def more(self) -> str:
        return _("All %(n)d") % {"n": self.total}


def group(id: str, title: str, rows: list[Row], *, total: int | None = None, most: int = SHOWN, **more) -> Group:
    """Make a group that shows the first rows and counts them all."""
    return Group(id, title, rows=rows[:most], total=len(rows) if total is None else total, **more)


def first_of(rows: QuerySet, most: int = SHOWN) -> tuple[list, int]:
    """Return the first rows of a queryset and how many there are in all, in one query."""
    found = list(rows.annotate(in_all=Window(Count("*")))[:most])
    return found, found[0].in_all if found else 0


def named(*paths: str) -> tuple[str, ...]:
    """Return what a row looks at of the people at these paths: it names them, and the access log says whom."""
    return tuple(f"{path}__{name}" for path in paths for name in ("ref", "clinic", "first_name", "last_name", "phone"))


def call(name: str, number, url: str, about: str = "") -> Action:
    """Return "Call Jef" with the number, or a way to the page where no number is known."""
    if number:
        return Action(_("Call %(name)s") % {"name": name}, tel=str(number), about=about)
    return Action(_("Open"), url, about=about or name)
