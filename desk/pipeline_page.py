"""The page of the road of mentors: a sentence, a picture drawn here, and every number in a table."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from desk import pipeline
from desk.pipeline import BEFORE, FEWEST, STAGES, TITLES, WHY, Pipeline
from training import learning
from training.models import Decertification

WIDTH, WIDEST, ROW = 480, 420, 52  # of the picture, in its own units


def context(clinic: Clinic, year: int | None) -> dict:
    """Return everything the page shows."""
    found = pipeline.of(clinic, year)
    return {
        "year": year, "lede": lede(found, year), "bars": bars(found), "height": ROW * len(STAGES), "width": WIDTH,
        "stages": [(TITLES[stage], found.counts[stage]) for stage in STAGES], "after": after_a_year(found),
        "any": bool(found.counts["interested"]), "left": left(found),
        "where": [(BEFORE[stage], found.where[stage]) for stage in BEFORE if stage in found.where],
        "why": [(WHY[why], n) for why, n in found.why.items()],
        "reasons": [(Decertification.Reason(code).label, n) for code, n in found.reasons.items()],
        "modules": modules(clinic), "fewest": FEWEST,
    }  # fmt: skip


def lede(found: Pipeline, year: int | None) -> str:
    """Say the finding in one sentence."""
    n, matched = found.counts["interested"], found.counts["matched"]
    if not n:
        return (
            _("Nobody began on this road in %(year)d.") % {"year": year}
            if year
            else _("Nobody began on this road yet.")
        )
    text = ngettext(
        "Of %(n)d person who was interested, %(matched)d came to mentor somebody.",
        "Of %(n)d people who were interested, %(matched)d came to mentor somebody.",
        n,
    )
    return text % {"n": n, "matched": matched}


def left(found: Pipeline) -> str:
    """Say how many left, or that the number is too small to say."""
    if found.left is None:
        return _("Hidden: fewer than 5 people")
    if not found.left:
        return _("Nobody has left.")
    return ngettext("%(n)d person has left the road.", "%(n)d people have left the road.", found.left) % {
        "n": found.left
    }


def after_a_year(found: Pipeline) -> str:
    """Say for how many a year has passed since their first match, and how many of them go on."""
    if not found.a_year_ago:
        return _("For nobody a year has passed since their first match.")
    text = ngettext(
        "For %(n)d mentor a year has passed since the first match; %(still)d was active then.",
        "For %(n)d mentors a year has passed since the first match; %(still)d were active then.",
        found.a_year_ago,
    )
    return text % {"n": found.a_year_ago, "still": found.counts["year"]}


def bars(found: Pipeline) -> list[dict]:
    """Return the bars of the picture: where each stands, how wide it is and what it says."""
    most = max(found.counts.values()) or 1
    return [
        {
            "label": TITLES[stage], "n": found.counts[stage], "y": place * ROW + 20, "top": place * ROW + 28,
            "width": round(WIDEST * found.counts[stage] / most, 1), "end": round(WIDEST * found.counts[stage] / most, 1) + 8,
        }
        for place, stage in enumerate(STAGES)
    ]  # fmt: skip


def modules(clinic: Clinic) -> list[dict]:
    """Return for each part of the training how many passed the first time, beside the studies (Tang 2011: 75/75/63/75).

    A part fewer than FEWEST people tried is hidden.
    """
    curriculum = learning.published(clinic)
    tries = learning.first_try(clinic)
    rows = curriculum.modules.values_list("key", "title", "study") if curriculum else []
    return [
        {"title": title, "study": study, "here": _share(*tries.get(key, (0, 0)))}
        for key, title, study in rows
        if study is not None or key in tries
    ]


def _share(passed: int, tried: int) -> str:
    if not tried:
        return _("Nobody yet")
    if tried < FEWEST:
        return _("Hidden: fewer than 5 people")
    share = round(100 * passed / tried)
    return _("%(share)d %% of %(n)d people") % {"share": share, "n": tried}
