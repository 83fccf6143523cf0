"""manage.py match_waiting_list: the same plan from a shell, by reference, changing nothing unless asked to."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from matching import actions
from matching.models import Match, PairDecision, Solution
from tests import factories
from tests.matching.test_solving import waits


def run(*args):
    out = StringIO()
    call_command("match_waiting_list", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def planned(team):
    """Two who may have the one place, and one whom nobody fits."""
    people = [waits(team, 9), waits(team, 2), waits(team, 20, languages=["tr"])]
    return people, factories.make_mentor(team, places=1)


def state():
    return [list(model.objects.order_by("pk").values()) for model in (Match, PairDecision, Solution)]


def test_it_prints_pairs_by_reference_and_the_totals_and_changes_nothing(team, planned):
    (first, _second, turkish), mentor = planned
    before = state()
    said = run("--clinic", team.clinic.ref, "--variant", "wait")
    assert "3 people wait, 1 mentors." in said and "1 matched" in said and "2 left, the longest waits 20 days" in said
    assert f"{first.ref} with {mentor.ref}:" in said and "Nothing was changed" in said
    assert f"{turkish.ref} left: no mentor fits (without language: 0 free, 1 with full ones)" in said
    assert state() == before


def test_no_name_and_nothing_clinical_is_printed(team, planned):
    people, mentor = planned
    for args in ([], ["--json"], ["--propose"]):
        said = run("--clinic", team.clinic.ref, *args)
        for person in [*(p.mentee for p in people), mentor.person]:
            assert person.first_name not in said and person.last_name not in said
        for word in ("rheumatoid", "methotrexate", '"ra"', "fatigue", team.clinic.name):
            assert word not in said


@pytest.mark.parametrize("variant", ["points", "fewest", "wait"])
def test_json_is_one_document_with_everything(team, planned, variant):
    found = json.loads(run("--clinic", team.clinic.ref, "--variant", variant, "--json"))
    assert found["variant"] == variant and found["people"] == 3 and found["matched"] == 1 and found["proven"]
    assert found["points"] == found["pairs"][0]["points"] and found["pairs"][0]["mentor"] == planned[1].ref
    assert {row["reason"] for row in found["left"]} >= {"nobody"} and len(found["left"]) == 2
    assert "proposed" not in found


def test_a_hold_that_does_not_fit_any_more_is_named(team, planned):
    (first, *_others), mentor = planned
    actions.hold(referral=first.pk, mentor=mentor.pk, by=team.coordinator)
    factories.make_match(team, mentor=mentor)
    assert f"does not fit: {first.ref} with {mentor.ref}" in run("--clinic", team.clinic.ref)


def test_propose_stores_proposals_that_hold_no_place_and_again_adds_none(team, planned):
    _people, mentor = planned
    for _time in range(2):
        said = run("--clinic", team.clinic.ref, "--propose")
        match = Match.objects.get()
        assert match.status == "proposed" and match.slot is None and match.proposed_by.is_system
        assert f"proposed {match.ref}" in said and "Nothing was changed" not in said
    assert match.mentor == mentor and not Solution.objects.exists()


def test_a_coordinator_signs_what_they_propose(team, planned):
    run("--clinic", team.clinic.ref, "--propose", "--by", team.coordinator.email.upper())
    assert Match.objects.get().proposed_by == team.coordinator


def test_the_rules_hold_for_who_proposes(team, other_team, planned):
    for user in (team.nurse, other_team.coordinator):
        assert "refused: Denied" in run("--clinic", team.clinic.ref, "--propose", "--by", user.email)
    assert not Match.objects.exists()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--clinic", "nowhere"], "no clinic with this reference"),
        (["--clinic", "OURS", "--variant", "best"], "invalid choice"),
        (["--clinic", "OURS", "--propose", "--by", "nobody@example.org"], "Nobody has an account"),
        (["--clinic", "OURS", "--by", "nobody@example.org"], "--propose"),
        ([], "--clinic"),
    ],
)
def test_what_makes_no_sense_ends_with_a_clear_error(team, args, says):
    with pytest.raises(CommandError, match=says):
        run(*[team.clinic.ref if arg == "OURS" else arg for arg in args])


def test_an_empty_list_is_fine(team):
    said = run("--clinic", team.clinic.ref)
    assert "0 people wait, 0 mentors." in said and "0 left." in said
