"""Choosing a mentor: the talk, two ratings apart from each other, references, sponsor, papers, and who may."""

import datetime as dt

import pytest
from django.db import IntegrityError

from clinics.models import Membership
from clinics.roles import Role
from common.errors import Denied, Invalid, WrongState
from messaging.models import Message
from tests import factories
from tests.factories import DAY
from tests.training import selecting_world as world
from training import anchors, selection
from training.actions import selecting, selecting_papers
from training.models import AdmissionPolicy, Mentor, Paper, Rating, Sponsorship


@pytest.fixture
def applicant(team):
    return world.applicant(team)


def facts(mentor):
    return selection.Facts(Mentor.objects.get(pk=mentor.pk))


def keys_missing(mentor):
    return [item.key for item in selection.items(facts(mentor)) if not item.ok]


def test_everything_the_rules_ask_is_named_and_goes_one_by_one(team, applicant):
    everything = [
        "interview",
        "ratings",
        "references",
        "check",
        "sponsor",
        "insurance",
        "conflicts",
    ]
    assert keys_missing(applicant) == everything
    assert len(selection.missing(facts(applicant))) == len(everything)
    world.talk(team, applicant)
    assert keys_missing(applicant) == everything[1:]
    for rating in world.raters(team, applicant):
        world.rate(rating)
    world.references(team, applicant)
    world.sponsor(team, applicant)
    assert keys_missing(applicant) == ["check", "insurance", "conflicts"]
    world.paper(team, applicant)
    assert keys_missing(applicant) == ["insurance", "conflicts"]
    world.go_through(team, applicant)
    assert keys_missing(applicant) == []


def test_the_paper_of_a_check_is_asked_for_once_and_not_forgotten(team, applicant):
    assert "paper-background" not in [item.key for item in selection.items(facts(applicant))]
    Mentor.objects.filter(pk=applicant.pk).update(checks_valid_until=team.clinic.today)
    assert "paper-background" in keys_missing(applicant) and "check" not in keys_missing(applicant)


def test_a_talk_moves_an_applicant_on_once(team, applicant):
    for _again in range(2):
        world.talk(team, applicant)
    applicant.refresh_from_db()
    assert applicant.status == "interviewed" and applicant.interviews.count() == 1
    assert applicant.history.filter(to_status="interviewed").count() == 1


def test_the_first_step_pins_the_rules_of_the_day(team, applicant):
    world.talk(team, applicant)
    first = team.clinic.admission_policies.get()
    AdmissionPolicy.objects.create(
        clinic=team.clinic, version=2, in_force_from=team.clinic.today, needed=["interview"], published_by=team.admin
    )
    applicant.refresh_from_db()
    assert applicant.policy == first and "ratings" in keys_missing(applicant)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"on": dt.date(2999, 1, 1)}, "on"), ({"on": dt.date(1950, 1, 1)}, "on"), ({"channel": "pigeon"}, "channel")],
)
def test_a_talk_that_makes_no_sense_is_refused_at_its_field(team, applicant, changes, field):
    values = {"on": team.clinic.today, "channel": "phone"} | changes
    with pytest.raises(Invalid) as caught:
        selecting.record_interview(mentor=applicant.pk, by=team.coordinator, **values)
    assert caught.value.field == field and not applicant.interviews.exists()


def test_who_may_write_a_step_down_stands_in_the_rules(team, applicant):
    for by in (team.nurse, team.clinician, team.admin, team.trainer):
        with pytest.raises(Denied):
            selecting.record_interview(mentor=applicant.pk, by=by, on=team.clinic.today, channel="phone")
    team.clinic.admission_policies.update(who={"interview": ["nurse"]})
    selecting.record_interview(mentor=applicant.pk, by=team.nurse, on=team.clinic.today, channel="phone")
    with pytest.raises(Denied):
        selecting.record_interview(mentor=applicant.pk, by=team.coordinator, on=team.clinic.today, channel="phone")


def test_nobody_does_a_step_about_themselves(team, applicant):
    applicant.person.user = team.coordinator
    applicant.person.save()
    with pytest.raises(Denied):
        world.talk(team, applicant)
    with pytest.raises(Denied):
        selecting.ask_raters(mentor=applicant.pk, by=team.coordinator, assessors=[team.clinician.pk])
    assert not selection.visible_to(team.coordinator).filter(pk=applicant.pk).exists()


def test_two_are_asked_to_rate_once_each_and_told_by_message(team, applicant):
    for _again in range(2):
        world.raters(team, applicant)
    assert applicant.ratings.count() == 2
    told = Message.objects.filter(kind="rating.asked")
    assert [m.recipient for m in told] == [f"user:{team.clinician.ref}"]  # who asks need not be told


def test_who_does_not_work_here_or_has_no_such_role_cannot_be_asked(team, other_team, applicant):
    gone = factories.make_user(team.clinic, Role.CLINICIAN)
    Membership.objects.filter(user=gone).update(ended_at=team.clinic.created_at, ended_by=team.admin)
    for forged in (other_team.clinician.pk, team.admin.pk, team.trainer.pk, gone.pk, 10**6):
        with pytest.raises(Invalid):
            selecting.ask_raters(mentor=applicant.pk, by=team.coordinator, assessors=[forged])
    assert not applicant.ratings.exists()


def test_the_applicant_is_not_asked_to_rate_themselves(team, applicant):
    applicant.person.user = team.clinician
    applicant.person.save()
    with pytest.raises(Invalid):
        selecting.ask_raters(mentor=applicant.pk, by=team.coordinator, assessors=[team.clinician.pk])


def test_no_more_people_rate_than_the_rules_say(team, applicant):
    three = [team.coordinator.pk, team.clinician.pk, team.nurse.pk]
    with pytest.raises(Invalid, match="2 people rate"):
        selecting.ask_raters(mentor=applicant.pk, by=team.coordinator, assessors=three)


def test_somebody_who_cannot_rate_is_let_go_and_another_asked(team, applicant):
    _own, piets = world.raters(team, applicant)
    for _again in range(2):
        selecting.release_rater(rating=piets.pk, by=team.coordinator)
    selecting.ask_raters(mentor=applicant.pk, by=team.coordinator, assessors=[team.nurse.pk])
    assert {r.assessor for r in applicant.ratings.all()} == {team.coordinator, team.nurse}
    assert Message.objects.get(kind="rating.asked", subject=piets.ref).status == "cancelled"


def test_a_saved_rating_is_not_taken_away(team, applicant):
    _own, piets = world.raters(team, applicant)
    world.rate(piets)
    with pytest.raises(WrongState):
        selecting.release_rater(rating=piets.pk, by=team.coordinator)
    assert applicant.ratings.count() == 2


def test_nobody_sees_the_others_rating_before_saving_their_own(team, applicant):
    own, piets = world.raters(team, applicant)
    world.rate(piets, words="She told a neighbour which painkiller helped her.")
    assert selection.ratings_shown(team.coordinator, facts(applicant)) == []
    assert selection.ratings_shown(team.clinician, facts(applicant)) == [piets]
    world.rate(own)
    assert len(selection.ratings_shown(team.coordinator, facts(applicant))) == 2


def test_a_coordinator_who_does_not_rate_reads_when_all_have_saved(team, applicant):
    another = factories.make_user(team.clinic, Role.COORDINATOR)
    own, piets = world.raters(team, applicant)
    world.rate(piets)
    assert selection.ratings_shown(another, facts(applicant)) == []
    world.rate(own)
    assert len(selection.ratings_shown(another, facts(applicant))) == 2
    assert selection.ratings_shown(team.nurse, facts(applicant)) == []
    with pytest.raises(WrongState):  # who has read cannot rate
        selecting.ask_raters(mentor=applicant.pk, by=another, assessors=[another.pk])


def test_a_saved_rating_never_changes(team, applicant):
    own, _piets = world.raters(team, applicant)
    world.rate(own)
    world.rate(own)  # the same again is a double click
    with pytest.raises(WrongState):
        world.rate(own, communication=1)
    with pytest.raises(WrongState):
        selecting.keep_draft(rating=own.pk, by=own.assessor, answers={"insight": "1"})
    own.refresh_from_db()
    assert own.communication == 3 and own.draft == {}


@pytest.mark.parametrize("value", [0, 5, None, "3", True and 7])
def test_only_one_of_the_four_sentences_counts(team, applicant, value):
    own, _piets = world.raters(team, applicant)
    with pytest.raises(Invalid) as caught:
        world.rate(own, insight=value)
    assert caught.value.field == "insight"
    own.refresh_from_db()
    assert own.saved_at is None


def test_nobody_rates_for_somebody_else(team, applicant):
    own, _piets = world.raters(team, applicant)
    with pytest.raises(Denied):
        selecting.save_rating(rating=own.pk, by=team.clinician, answers=world.CHOSEN)
    Membership.objects.filter(user=team.coordinator).update(ended_at=team.clinic.created_at, ended_by=team.admin)
    gone = type(team.coordinator).objects.get(pk=team.coordinator.pk)
    with pytest.raises(Denied):
        selecting.save_rating(rating=own.pk, by=gone, answers=world.CHOSEN)


def test_the_database_keeps_no_half_rating(team, applicant):
    own, _piets = world.raters(team, applicant)
    with pytest.raises(IntegrityError):
        Rating.objects.filter(pk=own.pk).update(saved_at=team.clinic.created_at)


def test_two_people_differ_by_more_than_one_step_and_cannot_tell_is_no_difference():
    assert anchors.differ("professionalism", [4, 2])
    assert not anchors.differ("professionalism", [4, 3])
    assert not anchors.differ("functioning", [1, 4])
    assert anchors.differ("functioning", [1, 3])
    assert not anchors.differ("functioning", [4, 4])


@pytest.mark.parametrize(
    ("rule", "chosen", "fits"),
    [("no-flare", 1, False), ("no-flare", 2, True), ("mild", 2, False), ("mild", 3, True), ("hard-then-good", 2, True)],
)
def test_the_clinics_own_rule_says_what_fits(rule, chosen, fits):
    assert anchors.fits_rule(rule, [chosen]) is fits


def test_the_applicant_is_no_reference_of_their_own(team, applicant):
    with pytest.raises(Invalid) as caught:
        selecting_papers.add_reference(
            mentor=applicant.pk, by=team.coordinator, name=applicant.person.full_name, relation="Me"
        )
    assert caught.value.field == "name"


def test_a_reference_counts_once_rung_and_the_newer_words_count(team, applicant):
    row = selecting_papers.add_reference(mentor=applicant.pk, by=team.coordinator, name="Jan", relation="Choir")
    again = selecting_papers.add_reference(mentor=applicant.pk, by=team.coordinator, name="Jan", relation="Choir")
    assert row == again and "2 references" in " ".join(selection.missing(facts(applicant)))
    selecting_papers.ring_reference(reference=row.pk, by=team.coordinator, outcome="doubt", words="Hm")
    selecting_papers.ring_reference(reference=row.pk, by=team.coordinator, outcome="good", words="Yes")
    row.refresh_from_db()
    assert (row.outcome, row.words, row.rung_on) == ("good", "Yes", team.clinic.today)
    assert "One reference" in " ".join(selection.missing(facts(applicant)))


def test_a_sponsor_is_asked_once_gives_their_word_once_and_no_is_named(team, applicant):
    for _again in range(2):
        row = selecting_papers.ask_sponsor(mentor=applicant.pk, by=team.coordinator, sponsor=team.clinician.pk)
    assert Message.objects.filter(kind="sponsor.asked", subject=row.ref).count() == 1
    said = {"sponsorship": row.pk, "by": team.clinician, "known_years": 2, "vouches": False, "words": "Not yet"}
    for _again in range(2):
        selecting_papers.give_statement(**said)
    with pytest.raises(WrongState):
        selecting_papers.give_statement(**said | {"vouches": True})
    assert "Piet" in next(i.missing for i in selection.items(facts(applicant)) if i.key == "sponsor")
    world.talk(team, applicant)
    other = selecting_papers.ask_sponsor(mentor=applicant.pk, by=team.coordinator, sponsor=team.backup.pk)
    selecting_papers.give_statement(sponsorship=other.pk, by=team.backup, known_years=6, vouches=True)
    assert "sponsor" not in keys_missing(applicant)


@pytest.mark.parametrize("years", [-1, 81])
def test_a_sponsor_writes_a_number_of_years_that_makes_sense(team, applicant, years):
    row = selecting_papers.ask_sponsor(mentor=applicant.pk, by=team.coordinator, sponsor=team.clinician.pk)
    with pytest.raises(Invalid) as caught:
        selecting_papers.give_statement(sponsorship=row.pk, by=team.clinician, known_years=years, vouches=True)
    assert caught.value.field == "known_years"


def test_only_who_was_asked_gives_the_word_and_strangers_are_not_asked(team, other_team, applicant):
    row = selecting_papers.ask_sponsor(mentor=applicant.pk, by=team.coordinator, sponsor=team.clinician.pk)
    for by in (team.backup, team.coordinator, other_team.clinician):
        with pytest.raises(Denied):
            selecting_papers.give_statement(sponsorship=row.pk, by=by, known_years=1, vouches=True)
    for forged in (other_team.clinician.pk, team.admin.pk):
        with pytest.raises(Invalid):
            selecting_papers.ask_sponsor(mentor=applicant.pk, by=team.coordinator, sponsor=forged)
    assert Sponsorship.objects.count() == 1


def test_a_background_check_is_kept_with_its_last_day_and_a_newer_one_takes_its_place(team, applicant):
    first = world.paper(team, applicant)
    assert world.paper(team, applicant) == first  # sent twice
    newer = world.paper(
        team, applicant, file=world.pdf("newer.pdf", world.PDF + b"\n"), valid_until=team.clinic.today + 400 * DAY
    )
    applicant.refresh_from_db()
    assert applicant.checks_valid_until == newer.valid_until
    assert facts(applicant).paper("background") == newer and Paper.objects.count() == 2


@pytest.mark.parametrize(("days", "says"), [(None, "until when"), (-1, "past"), (49 * 31, "at most")])
def test_a_background_check_ends_on_a_day_the_rules_allow(team, applicant, days, says):
    until = team.clinic.today + days * DAY if days else None
    with pytest.raises(Invalid, match=says) as caught:
        world.paper(team, applicant, valid_until=until)
    assert caught.value.field == "valid_until" and not Paper.objects.exists()


def test_a_refused_file_changes_nothing(team, applicant):
    with pytest.raises(Invalid) as caught:
        world.paper(team, applicant, file=world.pdf("check.png"))
    applicant.refresh_from_db()
    assert caught.value.field == "file" and applicant.checks_valid_until is None and not Paper.objects.exists()


def test_a_paper_taken_out_stays_in_the_record(team, applicant):
    row = world.paper(team, applicant)
    for _again in range(2):
        selecting_papers.remove_paper(paper=row.pk, by=team.coordinator)
    row.refresh_from_db()
    assert row.removed_by == team.coordinator and "paper-background" in keys_missing(applicant)


def test_what_is_gone_through_can_be_answered_anew_and_not_yet_is_not_enough(team, applicant):
    answers = dict.fromkeys(selection.INSURANCE, "yes")
    selecting_papers.go_through(mentor=applicant.pk, by=team.coordinator, answers=answers | {"unemployed": "open"})
    assert "insurance" in keys_missing(applicant)
    selecting_papers.go_through(mentor=applicant.pk, by=team.coordinator, answers=answers | {"unemployed": "none"})
    assert "insurance" not in keys_missing(applicant) and applicant.selection_notes.count() == 5


@pytest.mark.parametrize("answers", [{"liability": "perhaps"}, {"salary": "yes"}])
def test_an_item_or_answer_that_is_none_is_refused(team, applicant, answers):
    with pytest.raises(Invalid):
        selecting_papers.go_through(mentor=applicant.pk, by=team.coordinator, answers=answers)


def test_after_a_decision_nothing_more_is_written_down(team, applicant):
    row = selecting_papers.ask_sponsor(mentor=applicant.pk, by=team.coordinator, sponsor=team.clinician.pk)
    own, _piets = world.raters(team, applicant)
    Mentor.objects.filter(pk=applicant.pk).update(status="declined")
    with pytest.raises(WrongState):
        world.talk(team, applicant)
    with pytest.raises(WrongState):
        world.rate(own)
    with pytest.raises(WrongState):
        selecting_papers.give_statement(sponsorship=row.pk, by=team.clinician, known_years=1, vouches=True)
