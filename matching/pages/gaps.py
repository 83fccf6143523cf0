"""Whom to look for: what the waiting list says about the mentors who are not there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from common import words
from common.vocabulary import Language, Topic
from matching import archetypes
from matching.facts import today_of
from matching.gaps import FEWEST, HIDDEN
from matching.models import Match, Solution
from matching.workflow import LIVE
from referrals.labels import labels, small
from referrals.models import Referral
from training import readiness
from training.models import Mentor

IDLE_SHOWN = 8
NAMED = 3


def latest(clinic: Clinic) -> Solution | None:
    """Return the newest worked-out answer of a clinic that says whom to look for."""
    return Solution.objects.filter(clinic=clinic, state=Solution.State.DONE).order_by("-at", "-pk").first()


def context(user, clinic: Clinic) -> dict[str, Any]:
    """Return the page: kinds of mentor, one more place, who is idle, how long people wait. Fixed number of queries."""
    solution = latest(clinic)
    gaps = solution.gaps if solution else {}
    kinds, people = _kinds(user, clinic, gaps.get("kinds", []))
    return {
        "solution": solution, "kinds": kinds, "people": people, "places": _places(user, gaps.get("places", [])),
        "idle": idle(user, clinic), "waits": _waits(gaps.get("waits", {})), "lede": _lede(solution, kinds),
        "alone": gaps.get("alone", 0), "fewest": FEWEST, "capacity": archetypes.PLACES,
    }  # fmt: skip


def _kinds(user, clinic: Clinic, kept: list[dict]) -> tuple[list[dict], list]:
    """Return the kinds in words, with who waits longest for one, and the people named."""
    pks = {pk for row in kept for pk in row["people"]}
    waiting = Referral.objects.visible_to(user).filter(clinic=clinic, pk__in=pks, status="open")
    live = Match.objects.filter(referral=OuterRef("pk"), status__in=LIVE)
    rows = {r.pk: r for r in waiting.filter(~Exists(live)).select_related("mentee")}
    kinds, named = [], []
    for row in kept:
        people = sorted((rows[pk] for pk in row["people"] if pk in rows), key=lambda r: (r.submitted_at, r.pk))
        if people:
            kinds.append(_kind(row, people))
            named += [r.mentee for r in people[:NAMED]]
    return kinds, named


def _kind(row: dict, people: list[Referral]) -> dict:
    kind = archetypes.read(row)
    more = len(people) - NAMED
    return {
        "title": kind.says(), "could": row["could"], "takes": row["takes"],
        "first": [
            {"name": r.mentee.full_name, "since": r.submitted_at, "url": reverse("matching:find", args=[r.ref])}
            for r in people[:NAMED]
        ],
        "more": ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more} if more > 0 else "",
    }  # fmt: skip


def _lede(solution: Solution | None, kinds: list[dict]) -> str:
    if solution is None:
        return _("First work out the waiting list. Whom to look for follows from it.")
    if not kinds:
        return _("Everybody who waits can have a mentor now, or waits for a reason no new mentor would change.")
    form = ngettext(
        "Most needed: %(kind)s. They could take %(n)d person who waits.",
        "Most needed: %(kind)s. They could take %(n)d people who wait.", kinds[0]["takes"],
    )  # fmt: skip
    return form % {"kind": small(kinds[0]["title"]), "n": kinds[0]["takes"]}


def _places(user, kept: list[list[int]]) -> list[dict]:
    """Return what one more place with each mentor would add, in words."""
    mentors = Mentor.objects.visible_to(user).filter(pk__in=[pk for pk, _people, _points in kept])
    rows = {m.pk: m for m in mentors.select_related("person")}
    return [
        {"name": rows[pk].person.full_name, "url": reverse("training:mentor", args=[rows[pk].ref]), "text": _worth(n, points)}
        for pk, n, points in kept
        if pk in rows
    ]  # fmt: skip


def _worth(people: int, points: int) -> str:
    if people:
        return _("One more place would let somebody who waits have a mentor.")
    form = ngettext(
        "One more place would make the pairs fit better by %(n)d point.",
        "One more place would make the pairs fit better by %(n)d points.", points,
    )  # fmt: skip
    return form % {"n": points}


def idle(user, clinic: Clinic) -> list[dict]:
    """Return mentors who are ready and talk with nobody, idle longest first: unmatched volunteers leave (Joo22)."""
    today = today_of(clinic)
    live = Match.objects.filter(mentor=OuterRef("pk"), status__in=LIVE)
    ready = readiness.only_ready(Mentor.objects.visible_to(user).of_clinic(clinic), today)
    rows = ready.filter(~Exists(live), places__gt=0).annotate(last=Max("matches__ended_at")).select_related("person")
    found = sorted(((_since(m, clinic), m) for m in rows), key=lambda row: (row[0], row[1].pk))
    return [
        {
            "name": m.person.full_name, "url": reverse("training:mentor", args=[m.ref]),
            "text": _idle_words((today - since).days, m.last is not None),
        }
        for since, m in found[:IDLE_SHOWN]
    ]  # fmt: skip


def _since(mentor: Mentor, clinic: Clinic) -> dt.date:
    return words.local(mentor.last, clinic.time_zone).date() if mentor.last else mentor.vetted_on


def _idle_words(days: int, had_somebody: bool) -> str:
    if had_somebody:
        return ngettext("Nobody for %(n)d day.", "Nobody for %(n)d days.", days) % {"n": days}
    form = ngettext("Nobody yet, %(n)d day after the yes.", "Nobody yet, %(n)d days after the yes.", days)
    return form % {"n": days}


def _waits(kept: dict[str, list[list]]) -> list[dict]:
    """Return three tables of how long people wait; what could point at somebody is hidden."""
    titles = {"language": _("By language"), "age": _("By age"), "topic": _("By topic")}
    return [
        {"title": title, "id": key, "rows": [_wait_row(key, *row) for row in kept[key]]}
        for key, title in titles.items()
        if kept.get(key)
    ]


def _wait_row(key: str, code: str, people: int, days: int) -> dict:
    hidden = people == HIDDEN
    return {"label": _code_words(key, code), "people": None if hidden else people, "days": None if hidden else days}


def _code_words(key: str, code: str) -> str:
    if key == "age":
        low, high = code.split("-")
        return archetypes.age_words((int(low), int(high)))
    return labels(Language if key == "language" else Topic, [code]) or code
