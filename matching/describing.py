"""The criteria as a page for people: written from their declarations, so that it cannot lag behind them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation

from matching.criteria import CONFLICT, FREE, HARD, SOFT, Brings, Hard, Needs
from matching.starter import WEIGHTS

HEAD = """# What is compared

Written by `manage.py describe_criteria` from `matching/criteria/`; do not edit by hand.
A criterion is one entry there: its name, its table, its sentences. The score, the explanation, the settings page and
this page follow from it. Soft criteria give whole points that sum to 100 for each mentee; what matters most to them
counts one and a half times, and what they did not say counts nothing. No validated weights exist: they are a clinic's
own, with versions.
"""


def page() -> str:
    """Return the page in Markdown, in English whatever the reader's language."""
    with translation.override("en"):
        return "\n".join([HEAD, *_hard(), "", *_soft()]) + "\n"


def _hard() -> Iterator[str]:
    yield "## Must hold\n"
    yield "| criterion | key | may be given up, after asking |"
    yield "|---|---|---|"
    for hard in (*HARD, FREE, CONFLICT):
        yield f"| {hard.label} | `{hard.key}` | {_given_up(hard)} |"


def _given_up(hard: Hard) -> str:
    if not hard.relax:
        return "never"
    said = hard.opens(Needs(pk=0, first_name="the mentee"), Brings(pk=0))
    return f"{hard.relax}. {said}"


def _soft() -> Iterator[str]:
    yield "## Makes one fit better than another\n"
    yield "| criterion | key | weight to begin with | compared |"
    yield "|---|---|---|---|"
    for soft in SOFT:
        yield f"| {soft.label} | `{soft.key}` | {WEIGHTS[soft.key]} | {len(soft.columns)} answers |"
