"""Hard criteria given up after asking, pairs put aside, and mentors another clinic shares."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from common.errors import Invalid
from matching import actions, facts, pool, ranking
from matching.criteria import HARD, RELAXABLE
from matching.errors import DoesNotFit
from matching.models import PairDecision
from matching.workflow import Status
from referrals.models import Referral
from tests import factories
from training.models import Mentor


@pytest.fixture
def evening(team):
    """Return somebody who can only talk in the evening, by phone, with a woman."""
    return factories.make_referral(
        team, availability=["weekday-evening"], musts=["availability", "gender"], gender_wish="woman"
    )


@pytest.fixture
def daytime(team):
    return factories.make_mentor(team, availability=["weekday-morning"])


def found(referral, relaxed=()):
    row = facts.with_needs(Referral.objects.filter(pk=referral.pk)).get()
    return ranking.find(row, relaxed=relaxed)


def lend(mentor, team):
    """Share a mentor with other clinics: they and their own clinic agree."""
    mentor.share_wish_on = mentor.shared_on = team.clinic.today
    mentor.shared_by = team.coordinator
    mentor.save()
    return mentor


def test_the_order_in_which_criteria_may_be_given_up():
    assert [hard.key for hard in RELAXABLE] == ["when", "channel", "gender", "language", "clinic"]
    assert all(hard.opens for hard in RELAXABLE)


def test_what_a_mentor_and_the_law_ask_is_never_given_up():
    never = {hard.key for hard in HARD if not hard.relax}
    assert never == {"consent", "both", "role", "only", "topic", "ready"}


def test_giving_up_one_criterion_opens_just_the_mentors_it_kept_away(evening, daytime):
    assert not found(evening).candidates
    assert not found(evening, {"channel"}).candidates
    candidate = found(evening, {"when", "channel"}).candidates[0]
    assert candidate.mentor.pk == daytime.pk and candidate.relaxed == ("when",)


def test_a_proposal_keeps_what_was_given_up_and_nothing_more(team, evening, daytime):
    match = actions.ask_mentor(
        referral=evening.pk, mentor=daytime.pk, by=team.coordinator, relaxations=["channel", "when"], asked=True
    )
    assert match.relaxations == ["when"] and match.status == Status.APPROVED


def test_without_having_asked_nothing_is_given_up(team, evening, daytime):
    with pytest.raises(Invalid) as refusal:
        actions.propose(referral=evening.pk, mentor=daytime.pk, by=team.coordinator, relaxations=["when"])
    assert refusal.value.field == "asked" and not evening.matches.exists()


def test_who_fits_anyway_needs_no_asking(team, daytime):
    plain = factories.make_referral(team)
    match = actions.propose(referral=plain.pk, mentor=daytime.pk, by=team.coordinator, relaxations=["when"])
    assert match.relaxations == []


@pytest.mark.parametrize("what", [["consent"], ["ready"], ["topic"], ["free"], ["x" * 9000]])
def test_nothing_else_can_be_given_up(team, evening, daytime, what):
    with pytest.raises(Invalid):
        actions.propose(referral=evening.pk, mentor=daytime.pk, by=team.coordinator, relaxations=what, asked=True)


def test_approving_still_asks_what_was_not_given_up(team, evening, daytime):
    match = actions.propose(
        referral=evening.pk, mentor=daytime.pk, by=team.coordinator, relaxations=["when"], asked=True
    )
    daytime.languages = ["fr"]
    daytime.save()
    with pytest.raises(DoesNotFit):
        actions.approve(match=match.pk, by=team.coordinator)


def test_a_pair_put_aside_is_ruled_out_until_it_is_taken_back(team, daytime):
    referral = factories.make_referral(team)
    aside = PairDecision.objects.create(referral=referral, mentor=daytime, decision="exclude", by=team.coordinator)
    assert found(referral).ruled_out[0].why == "Put aside by a coordinator"
    with pytest.raises(DoesNotFit):
        actions.propose(referral=referral.pk, mentor=daytime.pk, by=team.coordinator)
    aside.delete()
    assert found(referral).candidates


def test_a_pair_on_hold_is_not_put_aside(team, daytime):
    referral = factories.make_referral(team)
    PairDecision.objects.create(referral=referral, mentor=daytime, decision="hold", by=team.coordinator)
    assert found(referral).candidates


# Clinics that share


def test_a_shared_mentor_comes_only_when_another_clinic_will_do(team, other_team):
    referral = factories.make_referral(team)
    lent = lend(factories.make_mentor(other_team, channels=["phone", "in-person"]), other_team)
    without = found(referral)
    assert not without.candidates and without.total == 0 and not without.ruled_out
    candidate = found(referral, {"clinic"}).candidates[0]
    assert candidate.mentor.pk == lent.pk and candidate.relaxed == ("clinic",)
    assert other_team.clinic.name in candidate.cautions[0]


def test_sharing_takes_a_yes_of_both(team, other_team):
    mentor = factories.make_mentor(other_team, share_wish_on=team.clinic.today)
    assert not pool.of_clinic(team.clinic, team.clinic.today)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mentor.objects.filter(pk=mentor.pk).update(
            share_wish_on=None, shared_on=team.clinic.today, shared_by=other_team.coordinator
        )
    lend(mentor, other_team)
    assert pool.of_clinic(team.clinic, team.clinic.today)


def test_a_shared_mentor_does_not_travel(team, other_team):
    referral = factories.make_referral(team, channels=["in-person"])
    lend(factories.make_mentor(other_team, channels=["phone", "in-person"]), other_team)
    assert not found(referral, {"clinic"}).candidates


def test_another_clinic_reads_how_long_a_mentor_is_valid_but_not_what_they_lack(team, other_team):
    mentor = lend(factories.make_mentor(other_team, checks_valid_until=team.clinic.today), other_team)
    brings = pool.of_clinic(team.clinic, team.clinic.today)[0]
    assert brings.valid_until == mentor.certificates.get().valid_until and not brings.ends_soon
    mentor.checks_valid_until = None
    mentor.save()
    assert pool.of_clinic(team.clinic, team.clinic.today)[0].missing == ("cannot take someone new now",)


# The page


def page_of(referral):
    return reverse("matching:find", args=[referral.ref])


def test_the_page_offers_the_smallest_change_first_with_how_many_it_opens(sign_in, team, evening, daytime):
    full = factories.make_mentor(team, availability=["weekday-morning"], places=1)
    factories.make_match(team, mentor=full)
    factories.make_mentor(team, availability=["weekday-morning"], channels=["video"])
    page = sign_in(team.coordinator).get(page_of(evening))
    offered = page.context["opening"]
    assert [(o.keys, o.free, o.with_full) for o in offered] == [(("when",), 1, 2), (("when", "channel"), 2, 3)]
    assert "Another time, if" in page.content.decode() and "?relax=when" in page.content.decode()


def test_asking_with_a_change_needs_the_tick_and_keeps_everything(sign_in, team, evening, daytime):
    client = sign_in(team.coordinator)
    sent = {"mentor": daytime.ref, "relax": ["when"]}
    page = client.post(page_of(evening), sent)
    assert "Ask first, and tick that you did" in page.content.decode() and not evening.matches.exists()
    assert page.context["relaxed"]
    assert client.post(page_of(evening), sent | {"asked": "on"}).status_code == 302
    match = evening.matches.get()
    assert match.relaxations == ["when"]
    shown = client.get(reverse("matching:match", args=[match.ref])).content.decode()
    assert "Given up, after asking:" in shown and "Weights: version 1" in shown


@pytest.mark.parametrize("relax", ["?relax=consent", "?relax=%00", "?relax=" + "x" * 5000, "?relax=when&relax=zzz"])
def test_nonsense_gives_nothing_up(sign_in, team, evening, relax):
    factories.make_mentor(team, code_signed_on=None)
    page = sign_in(team.coordinator).get(page_of(evening) + relax)
    assert page.status_code == 200 and not page.context["candidates"]


def test_a_forged_change_is_told_and_nobody_is_asked(sign_in, team, evening, daytime):
    sent = {"mentor": daytime.ref, "relax": ["consent"], "asked": "on"}
    page = sign_in(team.coordinator).post(page_of(evening), sent)
    assert page.status_code == 200 and not evening.matches.exists()


def test_a_shared_mentor_is_asked_without_a_way_to_their_record(sign_in, team, other_team):
    referral = factories.make_referral(team)
    lent = lend(factories.make_mentor(other_team), other_team)
    client = sign_in(team.coordinator)
    page = client.get(page_of(referral) + "?relax=clinic").content.decode()
    assert "Certificate valid until" in page and reverse("training:mentor", args=[lent.ref]) not in page
    client.post(page_of(referral), {"mentor": lent.ref, "relax": ["clinic"], "asked": "on"})
    match = referral.matches.get()
    assert match.relaxations == ["clinic"] and match.status == Status.APPROVED
    shown = client.get(reverse("matching:match", args=[match.ref])).content.decode()
    assert "is of another clinic" in shown and "Talks about" in shown
    assert reverse("training:mentor", args=[lent.ref]) not in shown
    assert client.get(reverse("training:mentor", args=[lent.ref])).status_code == 404


def test_a_mentor_nobody_shares_cannot_be_asked_from_elsewhere(sign_in, team, other_team):
    referral, alien = factories.make_referral(team), factories.make_mentor(other_team)
    sent = {"mentor": alien.ref, "relax": ["clinic"], "asked": "on"}
    assert sign_in(team.coordinator).post(page_of(referral), sent).status_code == 404


def test_an_introduction_names_no_paper_another_clinic_keeps(team, other_team):
    lent = lend(factories.make_mentor(other_team, checks_valid_until=None), other_team)
    match = factories.make_match(team, mentor=lent, status=Status.ACCEPTED)
    missing = " ".join(actions.missing_for_introduction(match))
    assert f"{lent.person.first_name}: cannot take someone new now." in missing and "check" not in missing


def test_a_shared_mentor_who_is_ruled_out_has_no_way_to_their_record(sign_in, team, other_team):
    referral = factories.make_referral(team)
    lent = lend(factories.make_mentor(other_team, languages=["pl"]), other_team)
    page = sign_in(team.coordinator).get(page_of(referral) + "?relax=clinic").content.decode()
    assert lent.person.full_name in page and reverse("training:mentor", args=[lent.ref]) not in page


def test_a_mentor_with_people_elsewhere_only_is_not_said_to_have_nobody(sign_in, team, other_team):
    lent = lend(factories.make_mentor(team), team)
    factories.make_match(other_team, mentor=lent, relaxations=["clinic"])
    page = sign_in(team.coordinator).get(reverse("training:mentor", args=[lent.ref])).content.decode()
    assert "Nobody now." not in page
