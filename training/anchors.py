"""The sentences two people choose from when they rate an applicant (VdE21 #36), nearest first to last.

Words, not marks: the numbers only say which sentence. The functioning rule is disputed, so each clinic has its own (VdE21 #37).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from training.models.policy import FunctioningRule

ABOUT = ("communication", "insight", "functioning", "professionalism")
CANNOT_TELL = 4  # of functioning only
TITLES: dict[str, Any] = {
    "communication": _("How they listen and speak"),
    "insight": _("Insight into their own illness"),
    "functioning": _("Living with it now"),
    "professionalism": _("Keeping to the role"),
}
SENTENCES: dict[str, Sequence[Any]] = {
    "communication": (
        _("Fills each silence, or tells their own story first"),
        _("Listens, and gives advice when it gets hard"),
        _("Listens, asks open questions, and leaves room"),
        _("Gives words to what the other cannot say yet"),
    ),
    "insight": (
        _("Still in the middle of it"),
        _("Tells it, and is often overcome"),
        _("Tells it calmly, with the hard parts"),
        _("Tells it calmly, and sees that others differ"),
    ),
    "functioning": (
        _("In a flare now: ask again in three months"),
        _("Up and down, and manages"),
        _("Steady for a year or more"),
        _("I cannot tell"),
    ),
    "professionalism": (
        _("Would advise on medicines"),
        _("Not sure where the line is"),
        _("Knows the line, and asks when in doubt"),
        _("Keeps the line, kindly, also when pressed"),
    ),
}
RULES: dict[str, Any] = {
    FunctioningRule.NO_FLARE.value: _("This clinic’s rule: no flare at this moment."),
    FunctioningRule.MILD.value: _("This clinic’s rule: a mild or steady illness. Up and down does not fit yet."),
    FunctioningRule.HARD_THEN_GOOD.value: _(
        "This clinic’s rule: hard times behind them count for them, not against, when it goes well now."
    ),
}
UNFIT: dict[str, set[int]] = {
    FunctioningRule.NO_FLARE.value: {1},
    FunctioningRule.MILD.value: {1, 2},
    FunctioningRule.HARD_THEN_GOOD.value: {1},
}


def choices(about: str) -> list[tuple[int, Any]]:
    """Return the four sentences about one thing, numbered from 1."""
    return list(enumerate(SENTENCES[about], start=1))


def sentence(about: str, chosen: int | None) -> str:
    """Return the sentence somebody chose."""
    return str(SENTENCES[about][chosen - 1]) if chosen else ""


def differ(about: str, chosen: Sequence[int]) -> bool:
    """Tell whether people differ by more than one step; who cannot tell differs from nobody."""
    told = [n for n in chosen if not (about == "functioning" and n == CANNOT_TELL)]
    return bool(told) and max(told) - min(told) > 1


def fits_rule(rule: str, chosen: Sequence[int]) -> bool:
    """Tell whether what people saw of living with the illness fits the clinic's rule."""
    return not set(chosen) & UNFIT.get(rule, set())
