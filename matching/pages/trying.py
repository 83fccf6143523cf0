"""Other weights on the page of one person: the order they would give, shown and never saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from matching import engine, ranking
from matching.actions import weighing
from matching.criteria import SOFT
from matching.forms.weights import PREFIX, Numbers
from matching.pages.weights import changes
from matching.ranking import Field


@dataclass(frozen=True)
class Trial:
    """What to show: people laid out under the weights tried, or those in force when nothing is tried."""

    laid: Field
    form: Numbers
    is_on: bool
    places: Mapping[int, int]  # place of each mentor (pk) under the weights in force


def trial(laid: Field, query: QueryDict) -> Trial:
    """Read the weights to try from `w_topics` and the like; one that is not there counts as it does now."""
    now = weighing.numbers_of(laid.policy)
    given = {name: query[name] for soft in SOFT if (name := f"{PREFIX}{soft.key}") in query}
    form = Numbers({f"{PREFIX}{key}": n for key, n in now.items()} | given if given else None, now=now)
    if not form.is_bound or not form.is_valid() or form.numbers == now:
        return Trial(laid, form, False, {})
    order = engine.rank(laid.problem, 0, len(laid.brings)).mentors.tolist()
    places = {laid.brings[column].pk: place for place, column in enumerate(order, start=1)}
    return Trial(ranking.with_weights(laid, form.numbers), form, True, places)


def part(tried: Trial, context: dict[str, Any], relaxed) -> dict[str, Any]:
    """Return what the page shows of a trial, and what it takes away: nobody is asked from an order that is not in force."""
    for row in context["candidates"]:
        place = tried.places.get(row["c"].mentor.pk, row["c"].rank)
        row["was"] = place if place != row["c"].rank else ""
    trying = {
        "form": tried.form, "rows": tried.form.rows(), "is_on": tried.is_on, "relaxed": list(relaxed),
        "changed": changes(tried.form.now, tried.form.numbers),
    }  # fmt: skip
    if not tried.is_on:
        return {"trying": trying}
    choosing = replace(context["choosing"], may_offer=False, unreachable=False)
    return {"trying": trying, "may_ask": False, "choosing": choosing}
