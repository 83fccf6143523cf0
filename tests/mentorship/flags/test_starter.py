"""What a new clinic starts with."""

import re

import pytest

from mentorship.ladder import TIMINGS
from mentorship.models import About, FlagCategory, FlagTiming, LadderRung
from mentorship.starter import WORRIES, start_clinic

SENTENCE = re.compile(r"[.?!](?=\s|$)")


@pytest.mark.parametrize("worry", WORRIES, ids=lambda w: w.key)
def test_guidance_is_at_most_four_sentences_and_worries_that_cannot_wait_have_numbers(worry):
    assert 1 <= len(SENTENCE.findall(" ".join(worry.guidance))) <= 4
    if worry.severity in ("S1", "S2"):
        assert worry.numbers
        assert any(n["number"] in ("112", "1733") for n in worry.numbers)


def test_what_waits_for_opening_hours_names_the_emergency_department_or_1733():
    for worry in WORRIES:
        if worry.severity == "S2":
            words = " ".join(worry.guidance)
            assert "1733" in words


def test_start_clinic_is_safe_to_repeat_and_keeps_what_was_changed(team):
    start_clinic(team.clinic, team.admin)
    FlagCategory.objects.filter(key="fever").update(name="Koorts", severity="S1")
    FlagTiming.objects.filter(severity="S1").update(answer_minutes=10)
    LadderRung.objects.filter(route="conduct", position=2).delete()
    start_clinic(team.clinic, team.admin)
    assert FlagCategory.objects.filter(clinic=team.clinic).count() == len(WORRIES)
    assert FlagCategory.objects.get(key="fever").name == "Koorts"
    assert FlagTiming.objects.get(severity="S1").answer_minutes == 10
    assert FlagTiming.objects.count() == len(TIMINGS) == 4
    assert LadderRung.objects.count() == 5


def test_conduct_is_about_a_mentor_or_the_team_and_nothing_else(team):
    start_clinic(team.clinic, team.admin)
    assert set(FlagCategory.objects.filter(route="conduct").values_list("about", flat=True)) == {"mentor", "staff"}
    assert not FlagCategory.objects.filter(route="clinical").exclude(about=About.PERSON).exists()


def test_out_of_my_depth_and_miracle_cures_are_thanked(team):
    start_clinic(team.clinic, team.admin)
    thanked = FlagCategory.objects.filter(thanks=True).values_list("key", flat=True)
    assert set(thanked) == {"out-of-depth", "miracle-cure"}
