"""What this floor adds to the agenda of a supervision talk: how the mentor is, and a topic of their own."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from common import words
from training.agenda import Item
from training.models import Mentor, SupervisionPart, WellbeingCheck

W = WellbeingCheck
FIRST = 95  # how they are comes before everything else


def wellbeing(mentor: Mentor, since: dt.datetime, now: dt.datetime) -> list[Item]:
    """Return what a mentor's own answers ask to talk about: each thing once, with the days it was said."""
    rows = W.objects.filter(mentor=mentor, answered_at__gt=since, answered_at__lte=now).order_by("answered_at", "pk")
    said: dict[str, list[dt.datetime]] = {}
    for row in rows:
        for key in _hard(row):
            said.setdefault(key, []).append(row.answered_at)
    return [_item(key, days, mentor, now) for key, days in said.items()]


def _hard(row: WellbeingCheck) -> list[str]:
    found = []
    if row.drain in (W.Drain.BIT, W.Drain.VERY):
        found.append("drained")
    if row.sleep == W.Sleep.WORSE:
        found.append("sleep")
    if row.memories in (W.Memories.SOME, W.Memories.HARD):
        found.append("memories")
    if row.illness in (W.Illness.WORSE, W.Illness.FLARE):
        found.append("illness")
    if row.worth == W.Worth.NO:
        found.append("worth")
    return found


def _item(key: str, days: list[dt.datetime], mentor: Mentor, now: dt.datetime) -> Item:
    titles = {
        "drained": _("They feel drained after talks"), "sleep": _("They sleep worse since the talks"),
        "memories": _("Old memories came back"), "illness": _("Their own illness is worse"),
        "worth": _("They wonder whether it is worth it"),
    }  # fmt: skip
    zone = mentor.person.clinic.time_zone
    today = words.local(now, zone).date()
    when = words.listed([words.day(words.local(day, zone).date(), today=today, weekday=False) for day in days])
    text = _("They said so on %(days)s. Ask about this first.") % {"days": when}
    return Item(f"wellbeing-{key}", titles[key], text, FIRST + min(len(days) - 1, 4))


def topic(mentor: Mentor, since: dt.datetime, now: dt.datetime) -> list[Item]:
    """Return what the mentor wants to talk about themselves, for the talks from `since` on."""
    rows = SupervisionPart.objects.filter(mentor=mentor, talk__cancelled_at=None).exclude(topic="")
    rows = rows.filter(talk__planned_at__gte=since).exclude(talk__saved_at__lt=now)
    title = _("A topic of their own")
    return [
        Item(f"topic-{part.ref}", title, _("%(name)s wrote: “%(topic)s”") % {"name": mentor.person.first_name, "topic": part.topic}, 70)
        for part in rows.order_by("talk__planned_at", "pk")[:3]
    ]  # fmt: skip
