"""A criterion is declared once, and everything else follows from it."""

from pathlib import Path

from django.conf import settings

from common.vocabulary import Matters, Must
from matching import describing, starter
from matching.criteria import HARD, SOFT


def test_the_page_about_the_criteria_is_what_they_say():
    kept = (Path(settings.BASE_DIR) / "docs" / "criteria.md").read_text()
    assert kept == describing.page(), "Run: python manage.py describe_criteria > docs/criteria.md"


def test_every_soft_criterion_has_a_weight_to_begin_with_and_can_matter_most():
    keys = [soft.key for soft in SOFT]
    assert list(starter.WEIGHTS) == keys and sum(starter.WEIGHTS.values()) == 100
    assert set(Matters.values) - {""} == set(keys) - {"distance"}


def test_every_must_is_a_hard_criterion_that_can_be_given_up():
    by_must = {Must.LANGUAGE: "language", Must.GENDER: "gender", Must.CHANNEL: "channel", Must.AVAILABILITY: "when"}
    assert set(by_must) == set(Must.values)
    assert set(by_must.values()) <= {hard.key for hard in HARD if hard.relax}
