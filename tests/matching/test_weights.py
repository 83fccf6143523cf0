"""What counts in matching: versions of the weights, the comparison before saving, and trying without saving."""

import pytest
from django.urls import reverse

from clinics.models import AccessLog, SettingChange
from clinics.roles import Role
from common.errors import Denied, Invalid, Stale, WrongState
from matching import actions, comparing, criteria
from matching.actions import weighing
from matching.forms import weights as forms
from matching.models import Match, PairDecision, Policy
from tests import factories

URL = "/settings/matching/"
WEIGHTS = factories.WEIGHTS
OTHERS = WEIGHTS | {"work": 40, "age": 5}


def change(team, weights=OTHERS, *, by=None, version=1, note=""):
    return weighing.change_weights(
        clinic=team.clinic, weights=weights, by=by or team.coordinator, version=version, note=note
    )


def back(team, to_version, *, by=None, version=2):
    return weighing.go_back(clinic=team.clinic, to_version=to_version, by=by or team.coordinator, version=version)


def sent(team, weights=OTHERS, *, version=1, **more):
    """What the form sends: to look, or with save and the numbers compared to put in force."""
    numbers = {f"w_{key}": n for key, n in weights.items()}
    return numbers | {"version": version, "clinic": team.clinic.ref, "note": "", "back_to": ""} | more


def saved(team, weights=OTHERS, **more):
    compared = " ".join(f"{key}={n}" for key, n in weights.items())
    return sent(team, weights, save="yes", compared=compared, **more)


@pytest.fixture
def coordinator(team, sign_in):
    return sign_in(team.coordinator)


@pytest.fixture
def two(team):
    """One person, a mentor near in age and one with the same work, and a place with each."""
    near = factories.make_mentor(
        team, places=1, work="outdoors",
        person=factories.make_person(team.clinic, first_name="Near", last_name="Age", birth_year=1980),
    )  # fmt: skip
    alike = factories.make_mentor(
        team, places=1, work="office",
        person=factories.make_person(team.clinic, first_name="Same", last_name="Work", birth_year=1950),
    )  # fmt: skip
    referral = factories.make_referral(team, mentee=factories.make_person(team.clinic, birth_year=1980), work="office")
    return referral, near, alike


def only(**numbers):
    return dict.fromkeys(WEIGHTS, 0) | numbers


# Changing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["coordinator", "admin"])
def test_a_coordinator_or_an_admin_puts_new_weights_in_force_as_the_next_version(team, who):
    by = getattr(team, who)
    made = change(team, by=by, note="  Work matters here ")
    assert (made.version, made.by, made.note, made.back_to) == (2, by, "Work matters here", None)
    assert made.weights == OTHERS and Policy.objects.get(clinic=team.clinic, version=1).weights == WEIGHTS
    kept = SettingChange.objects.get(section="weights")
    assert kept.changes == {"Age": [10, 5], "Kind of work": [10, 40]} and kept.by == by


def test_weights_need_not_add_up_to_100_and_are_kept_as_typed(team):
    assert change(team, only(topics=3, age=1)).weights == only(topics=3, age=1)


@pytest.mark.parametrize("who", ["nurse", "clinician"])
def test_nobody_else_changes_them(team, who):
    with pytest.raises(Denied, match="Only a coordinator or an admin of this clinic"):
        change(team, by=getattr(team, who))
    assert Policy.objects.filter(clinic=team.clinic).count() == 1


def test_nobody_of_another_clinic_changes_them(team, other_team):
    for by in (other_team.coordinator, other_team.admin):
        with pytest.raises(Denied):
            change(team, by=by)


@pytest.mark.parametrize(
    ("weights", "words", "field"),
    [
        (dict.fromkeys(WEIGHTS, 0), "At least one of these must count", None),
        (WEIGHTS | {"age": -1}, "Write 0 or more", "age"),
        (WEIGHTS | {"age": 1001}, "Write 1000 at most", "age"),
        (WEIGHTS | {"age": 2.5}, "Write a whole number", "age"),
        (WEIGHTS | {"age": "10"}, "Write a whole number", "age"),
        (WEIGHTS | {"age": True}, "Write a whole number", "age"),
        (WEIGHTS | {"shoe size": 3}, "is called “shoe size”", None),
        ({key: n for key, n in WEIGHTS.items() if key != "age"}, "Write a number for “Age”", "age"),
        (WEIGHTS, "in force already", None),
    ],
)
def test_weights_that_make_no_sense_are_refused_with_the_reason(team, weights, words, field):
    with pytest.raises(Invalid, match=words) as refusal:
        change(team, weights)
    assert refusal.value.field == field
    assert Policy.objects.filter(clinic=team.clinic).count() == 1 and not SettingChange.objects.exists()


@pytest.mark.parametrize("note", ["x" * 301, "a\x00b"])
def test_a_note_that_cannot_be_kept_is_refused(team, note):
    with pytest.raises(Invalid, match="at most 300") as refusal:
        change(team, note=note)
    assert refusal.value.field == "note"


def test_a_change_over_an_older_version_is_refused(team):
    change(team, by=team.admin)
    with pytest.raises(Stale, match="Nothing of yours is lost"):
        change(team, only(topics=1))
    assert Policy.objects.filter(clinic=team.clinic).count() == 2


def test_the_same_change_sent_twice_is_one(team):
    assert change(team) == change(team)
    assert Policy.objects.filter(clinic=team.clinic).count() == 2 and SettingChange.objects.count() == 1


def test_the_next_ranking_uses_them_and_a_pair_made_before_keeps_its_points(team, two):
    referral, near, alike = two
    change(team, only(age=10))
    match = actions.propose(referral=referral.pk, mentor=near.pk, by=team.coordinator)
    change(team, only(work=10), version=2)
    match.refresh_from_db()
    assert (match.rank, match.points, match.policy.version) == (1, 100, 2)
    later = actions.propose(referral=referral.pk, mentor=alike.pk, by=team.coordinator)
    assert (later.rank, later.policy.version) == (1, 3)


# Going back ---------------------------------------------------------------------------------


def test_going_back_makes_a_new_version_with_the_old_weights(team):
    change(team)
    made = back(team, 1)
    assert (made.version, made.back_to, made.weights, made.by) == (3, 1, WEIGHTS, team.coordinator)
    assert back(team, 1) == made and Policy.objects.filter(clinic=team.clinic).count() == 3


def test_a_criterion_that_came_later_counts_nothing_after_going_back(team):
    Policy.objects.filter(clinic=team.clinic).update(weights={"topics": 60, "age": 40, "gone": 5})
    change(team)
    assert back(team, 1).weights == only(topics=60, age=40)


def test_going_back_to_nothing_or_to_the_same_is_refused(team, other_team):
    change(team)
    with pytest.raises(WrongState, match="There is no version 9"):
        back(team, 9)
    with pytest.raises(Invalid, match="in force already"):
        back(team, 2)
    with pytest.raises(Stale):
        back(team, 1, version=1)
    with pytest.raises(Denied):
        back(team, 1, by=other_team.coordinator)


# Comparing ----------------------------------------------------------------------------------


def test_the_comparison_says_who_would_get_whom_and_why(team, two):
    referral, near, alike = two
    change(team, only(age=10))
    found = comparing.compare(team.clinic, only(age=1, work=9))
    [swap] = found.swaps
    assert (swap.referral, swap.before.pk, swap.after.pk) == (referral, near.pk, alike.pk)
    assert "has the same kind of work" in swap.why and "which counts for more" in swap.why and "points" in swap.why
    assert (found.waiting, found.people, found.same, found.none, found.found, found.lost) == (1, 1, [], [], 0, 0)


def test_who_keeps_theirs_and_who_still_has_nobody_are_told_apart(team, two):
    """Two mentors for three people who could have one: who of them goes without may change with the weights."""
    referral, _near, _alike = two
    hopeless = factories.make_referral(team, languages=["tr"])
    crowded = [factories.make_referral(team, work="office") for _number in range(2)]
    found = comparing.compare(team.clinic, OTHERS)
    told = [swap.referral for swap in found.swaps] + found.same + found.none
    assert {one.pk for one in told} == {one.pk for one in [referral, hopeless, *crowded]} and len(told) == 4
    assert hopeless in found.none and found.hopeless == 1
    assert sum(swap.before is not None for swap in found.swaps) + len(found.same) == 2
    assert sum(swap.after is not None for swap in found.swaps) + len(found.same) == 2


def test_a_pair_on_hold_stays_whatever_the_weights(team, two):
    referral, near, _alike = two
    PairDecision.objects.create(referral=referral, mentor=near, decision="hold", by=team.coordinator)
    found = comparing.compare(team.clinic, only(work=1))
    assert found.same == [referral] and not found.swaps


def test_comparing_an_empty_waiting_list_is_fine(team):
    found = comparing.compare(team.clinic, OTHERS)
    assert (found.waiting, found.swaps, found.same, found.none) == (0, [], [], [])


def test_only_those_who_wait_longest_are_compared(team, two, monkeypatch, coordinator):
    factories.make_referral(team)
    monkeypatch.setattr(comparing, "MOST", 1)
    found = comparing.compare(team.clinic, only(work=1))
    assert (found.waiting, found.people) == (2, 1)
    page = coordinator.post(URL, sent(team)).content.decode()
    assert "2 people wait; only the 1 who wait longest were looked at." in page


# The page -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["coordinator", "admin"])
def test_the_page_shows_what_is_in_force_and_a_field_for_each_criterion(team, sign_in, who):
    page = sign_in(getattr(team, who)).get(reverse("matching:weights")).content.decode()
    assert all(f'name="w_{soft.key}"' in page and str(soft.label) in page for soft in criteria.SOFT)
    assert "Version 1 is in force" in page and "Show what would change" in page and "Use these from now on" not in page


@pytest.mark.parametrize("who", ["nurse", "clinician"])
def test_the_page_is_not_for_others(team, sign_in, who):
    assert sign_in(getattr(team, who)).get(URL).status_code == 403


def test_settings_lead_there(team, sign_in):
    assert URL in sign_in(team.admin).get(reverse("clinics:settings")).content.decode()


def test_a_new_criterion_brings_its_field_with_it(team, monkeypatch, coordinator):
    import dataclasses

    more = dataclasses.replace(criteria.SOFT[0], key="shoes", label="Shoes")
    for module in (forms, weighing):
        monkeypatch.setattr(module, "SOFT", (*criteria.SOFT, more))
    page = coordinator.get(URL).content.decode()
    assert 'name="w_shoes"' in page and "Shoes" in page


def test_looking_shows_who_changes_and_saves_nothing(team, two, coordinator):
    referral, _near, _alike = two
    change(team, only(age=10))
    answer = coordinator.post(URL, sent(team, only(work=10), version=2))
    page = answer.content.decode()
    assert "Same Work instead of Near Age." in page and referral.mentee.full_name in page
    assert "Changed: Age from 10 to 0; Kind of work from 0 to 10." in page and "Use these from now on" in page
    assert Policy.objects.filter(clinic=team.clinic).count() == 2 and not Match.objects.exists()
    look = AccessLog.objects.first()
    assert look.page == "what counts in matching" and referral.mentee.ref in look.people


def test_an_admin_sees_how_many_and_not_who(team, two, sign_in):
    referral, near, _alike = two
    change(team, only(age=10))
    page = sign_in(team.admin).post(URL, sent(team, only(work=10), version=2)).content.decode()
    assert "One person. Coordinators see who." in page
    assert referral.mentee.last_name not in page and near.person.full_name not in page and referral.ref not in page
    assert not AccessLog.objects.exists()


def test_what_was_compared_is_saved_with_the_reason(team, two, coordinator):
    answer = coordinator.post(URL, saved(team, note="Asked by the team"), follow=True)
    assert "Saved as version 2. It counts from now on." in answer.content.decode()
    made = Policy.objects.get(clinic=team.clinic, version=2)
    assert (made.weights, made.by, made.note) == (OTHERS, team.coordinator, "Asked by the team")
    assert "Asked by the team" in answer.content.decode()


def test_saving_twice_is_once(team, coordinator):
    for _again in range(2):
        assert coordinator.post(URL, saved(team)).status_code == 302
    assert Policy.objects.filter(clinic=team.clinic).count() == 2


def test_numbers_changed_after_looking_are_shown_before_they_are_saved(team, two, coordinator):
    answer = coordinator.post(URL, saved(team) | {"w_age": "7"})
    assert "nothing is saved yet" in answer.content.decode() and answer.context["form"]["compared"].value()
    assert Policy.objects.filter(clinic=team.clinic).count() == 1


def test_a_form_over_an_older_version_says_what_changed_and_keeps_what_was_typed(team, two, coordinator):
    change(team, OTHERS | {"topics": 31}, by=team.admin)
    answer = coordinator.post(URL, saved(team, note="mine"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "Meanwhile this was changed by someone else" in page
    assert answer.context["theirs"] == [("Topics", 31)] and team.admin.full_name in page
    assert 'value="mine"' in page and answer.context["form"]["version"].value() == 2
    assert coordinator.post(URL, saved(team, version=2)).status_code == 302
    assert Policy.objects.filter(clinic=team.clinic).count() == 3


def test_looking_over_an_older_version_says_so_too(team, coordinator):
    change(team, by=team.admin)
    answer = coordinator.post(URL, sent(team, WEIGHTS | {"age": 20}))
    assert answer.status_code == 200 and "Meanwhile this was changed" in answer.content.decode()


def test_back_to_these_shows_what_would_change_and_then_goes_back(team, two, coordinator):
    change(team)
    page = coordinator.get(URL).content.decode()
    assert page.count("Back to these") == 1 and 'name="back_to" value="1"' in page
    looked = coordinator.post(URL, sent(team, WEIGHTS, version=2, back_to=1))
    assert looked.context["comparison"] and looked.context["form"]["back_to"].value() == "1"
    coordinator.post(URL, saved(team, WEIGHTS, version=2, back_to=1))
    made = Policy.objects.get(clinic=team.clinic, version=3)
    assert (made.weights, made.back_to) == (WEIGHTS, 1)
    assert "Back to version 1." in coordinator.get(URL).content.decode()


def test_numbers_changed_on_the_way_back_are_a_change_of_their_own(team, coordinator):
    change(team)
    coordinator.post(URL, saved(team, WEIGHTS | {"age": 99}, version=2, back_to=1))
    assert Policy.objects.get(clinic=team.clinic, version=3).back_to is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Write a number for “Age”; 0 if it does not count"), ("ten", "Write a whole number"),
        ("-1", "Write 0 or more"), ("1001", "Write 1000 at most"), ("2.5", "Write a whole number"),
        ("9" * 10_000, "Write a"), ("🙂", "Write a whole number"), ("1\x00", "Write a whole number"),
    ],
)  # fmt: skip
def test_a_number_that_makes_no_sense_is_told_at_its_field_and_all_that_was_typed_stays(
    team, coordinator, typed, words
):
    answer = coordinator.post(URL, sent(team, note="why") | {"w_age": typed})
    page = answer.content.decode()
    assert answer.status_code == 200 and words in page and 'id="id_w_age_error"' in page
    assert 'value="40"' in page and 'value="why"' in page and answer.context["comparison"] is None
    assert Policy.objects.filter(clinic=team.clinic).count() == 1


def test_all_zero_and_the_same_again_are_told(team, coordinator):
    zero = coordinator.post(URL, sent(team, dict.fromkeys(WEIGHTS, 0))).content.decode()
    assert "At least one of these must count" in zero
    assert "These are the numbers in force already" in coordinator.post(URL, sent(team, WEIGHTS)).content.decode()


@pytest.mark.parametrize(
    "forged",
    [
        {"version": "x"}, {"version": ""}, {"version": "-5"}, {"version": "9" * 30}, {"back_to": "\x00"},
        {"back_to": "77"}, {"back_to": "9" * 400}, {"compared": "\x00"}, {"clinic": "\x00"}, {"note": "x" * 10_000},
        {"note": "\x00"}, {"clinic": "no-such-clinic"},
    ],
)  # fmt: skip
def test_forged_fields_change_nothing_and_break_nothing(team, coordinator, forged):
    answer = coordinator.post(URL, saved(team) | {"version": "0"} | forged)
    assert answer.status_code in (200, 409)
    assert Policy.objects.filter(clinic=team.clinic).count() == 1


def test_a_form_opened_for_another_clinic_is_not_saved_here(team, other_team, coordinator):
    answer = coordinator.post(URL, saved(team) | {"clinic": other_team.clinic.ref})
    assert "opened for another clinic" in answer.content.decode()
    assert Policy.objects.count() == 2 and answer.context["form"]["clinic"].value() == team.clinic.ref


def test_each_clinic_has_its_own(team, other_team, sign_in):
    change(team, note="Of the first")
    page = sign_in(other_team.coordinator).get(URL).content.decode()
    assert "Of the first" not in page and "Version 1 is in force" in page


def test_the_coordinator_of_one_clinic_who_is_admin_of_another_works_where_the_hat_is(team, other_team, sign_in):
    other_team.clinic.memberships.create(user=team.coordinator, role=Role.ADMIN)
    client = sign_in(team.coordinator)
    assert client.get(URL).context["clinic"] == team.clinic


@pytest.mark.parametrize("many", [2, 25])
def test_the_number_of_queries_does_not_grow(team, coordinator, many, django_assert_max_num_queries):
    for number in range(many):
        factories.make_referral(team)
        factories.make_mentor(team)
        change(team, WEIGHTS | {"age": 11 + number}, version=1 + number)
    with django_assert_max_num_queries(12):
        coordinator.get(URL)
    with django_assert_max_num_queries(20):  # a comparison lays out the whole list
        coordinator.post(URL, sent(team, only(work=1), version=1 + many))


# Trying on the page of one person -------------------------------------------------------------


def try_url(referral, **numbers):
    query = "&".join(f"w_{key}={n}" for key, n in numbers.items())
    return f"{reverse('matching:find', args=[referral.ref])}?{query}"


def order(answer):
    return [(row["c"].mentor.first_name, row["was"]) for row in answer.context["candidates"]]


def test_other_weights_show_another_order_and_save_nothing(team, two, coordinator):
    referral, _near, _alike = two
    change(team, only(age=10, work=1))
    usual = coordinator.get(try_url(referral))
    assert order(usual) == [("Near", ""), ("Same", "")] and "Ask Near" in usual.content.decode()
    tried = coordinator.get(try_url(referral, age=1, work=10))
    page = tried.content.decode()
    assert order(tried) == [("Same", 2), ("Near", 1)] and "was 2" in page
    assert "Only a try: nothing is saved" in page and "Age from 10 to 1; Kind of work from 1 to 10" in page
    assert "Ask Near" not in page and "Ask Same" not in page and "Show this profile" not in page
    assert Policy.objects.filter(clinic=team.clinic).count() == 2


def test_asking_from_a_tried_order_uses_the_weights_in_force(team, two, coordinator):
    referral, near, _alike = two
    change(team, only(age=10, work=1))
    coordinator.post(try_url(referral, age=1, work=10), {"mentor": near.ref})
    match = referral.matches.get()
    assert (match.rank, match.policy.version) == (1, 2)


def test_trying_the_weights_in_force_is_no_try(team, two, coordinator):
    answer = coordinator.get(try_url(two[0], **WEIGHTS))
    assert not answer.context["trying"]["is_on"] and "Ask " in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Write a number for “Age”; 0 if it does not count"), ("ten", "Write a whole number"), ("-1", "Write 0 or more"),
        ("1001", "Write 1000 at most"), ("9" * 5000, "Write a whole number"), ("%00", "Write a whole number"),
    ],
)  # fmt: skip
def test_a_try_that_makes_no_sense_is_told_at_its_field(team, two, coordinator, typed, words):
    answer = coordinator.get(try_url(two[0], age=typed, work=33))
    page = answer.content.decode()
    assert answer.status_code == 200 and words in page and 'id="id_w_age_error"' in page and 'value="33"' in page
    assert "Only a try" not in page and "Ask " in page and "A number to try needs another look" in page


def test_a_try_of_nothing_is_told(team, two, coordinator):
    page = coordinator.get(try_url(two[0], **dict.fromkeys(WEIGHTS, 0))).content.decode()
    assert "At least one of these must count" in page and "Only a try" not in page


def test_a_try_keeps_what_is_given_up(team, coordinator):
    referral = factories.make_referral(team, musts=["availability"], availability=["weekend-day"])
    for _number in range(2):
        factories.make_mentor(team, availability=["weekday-morning"])
    answer = coordinator.get(try_url(referral, age=99) + "&relax=when")
    page = answer.content.decode()
    assert answer.context["trying"]["is_on"] and '<input type="hidden" name="relax" value="when">' in page
    assert 'href="?relax=when"' in page


def test_a_try_takes_no_more_queries(team, two, coordinator, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):  # twelve, and the savepoint around the access log
        coordinator.get(try_url(two[0], age=77))
