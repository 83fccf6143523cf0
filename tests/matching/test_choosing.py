"""The mentee chooses between two or three people without names: what goes out, what comes back, what overtakes it."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import links
from accounts.models import OneTimeLink, User
from common import clock
from common.errors import Denied, Invalid, NotReady, WrongState
from matching import actions
from matching.errors import AlreadyMatched, DoesNotFit
from matching.models import Choice, Match
from matching.workflow import Status
from messaging import kinds
from messaging.models import Message
from referrals import actions as referral_actions
from referrals.models import Referral
from tests import factories

URL = reverse("matching:choose")
SECRETS = ("Zebedee", "Quillfeather", "Atlantis", "zebedee@", "+324801", "At Crab Shipping in Atlantis")


@pytest.fixture
def referral(team):
    return factories.make_referral(team)


@pytest.fixture
def three(team):
    """Three mentors who fit, the first one best."""
    return [
        factories.make_mentor(team),
        factories.make_mentor(team, topics=["work"], life_stage="retired"),
        factories.make_mentor(team, topics=["fatigue"], work="shop"),
    ]


@pytest.fixture
def choice(team, referral, three):
    return offer(referral, three, team.coordinator)


@pytest.fixture
def system(db):
    return User.objects.system()


def offer(referral, mentors, by):
    return actions.offer_choice(referral=referral.pk, mentors=[m.pk for m in mentors], by=by)


def message_of(choice):
    return Message.objects.get(kind="mentee.choose", subject=choice.ref)


def come(client, choice):
    """Follow the link of a mentee."""
    link, address = links.make("mentee.choose", choice.ref)
    return link, client.get(address, follow=True)


def key_of(choice, mentor):
    from matching.pages.choosing import key_of as key

    return key(choice, mentor)


# Offering


def test_offering_stores_who_and_when_and_one_message(team, referral, three):
    choice = offer(referral, three, team.coordinator)
    assert choice.sent_by == team.coordinator and choice.sent_at and choice.closed_at is None
    assert set(choice.mentors.all()) == set(three)
    assert message_of(choice).recipient == f"person:{referral.mentee.ref}"


def test_offering_the_same_again_changes_nothing(team, referral, three, choice):
    assert offer(referral, reversed(three), team.coordinator) == choice
    assert Choice.objects.count() == Message.objects.filter(kind="mentee.choose").count() == 1


def test_another_offer_waits_until_the_open_one_is_taken_back(team, referral, three, choice):
    with pytest.raises(WrongState, match="Take that back first"):
        offer(referral, three[:2], team.coordinator)
    actions.take_back_choice(choice=choice.pk, by=team.coordinator)
    assert offer(referral, three[:2], team.coordinator) != choice


@pytest.mark.parametrize("who", ["nurse", "clinician", "admin"])
def test_only_a_coordinator_of_the_clinic_offers(team, other_team, referral, three, who, system):
    for by in (getattr(team, who), other_team.coordinator, system):
        with pytest.raises(Denied):
            offer(referral, three, by)
    assert not Choice.objects.exists() and not Message.objects.exists()


@pytest.mark.parametrize("n", [0, 1, 4])
def test_two_or_three_and_not_another_number(team, referral, three, n):
    four = [*three, factories.make_mentor(team)]
    with pytest.raises(Invalid) as refusal:
        offer(referral, four[:n], team.coordinator)
    assert refusal.value.field == "mentors" and not Choice.objects.exists()


def test_one_mentor_twice_is_one(team, referral, three):
    with pytest.raises(Invalid):
        offer(referral, [three[0], three[0]], team.coordinator)


@pytest.mark.parametrize("status", ["submitted", "returned", "deferred", "closed"])
def test_only_for_an_open_referral(team, referral, three, status):
    Referral.objects.update(status=status)
    with pytest.raises(WrongState):
        offer(referral, three, team.coordinator)


def test_not_while_a_mentor_was_asked(team, referral, three):
    factories.make_match(team, referral=referral, status=Status.APPROVED)
    with pytest.raises(AlreadyMatched):
        offer(referral, three, team.coordinator)


def test_not_without_consent_or_a_verified_address_and_both_are_named(team, three):
    referral = factories.make_referral(team, consent=False)
    type(referral.mentee).objects.filter(pk=referral.mentee_id).update(email_verified_at=None)
    with pytest.raises(NotReady) as refusal:
        offer(referral, three, team.coordinator)
    assert len(refusal.value.missing) == 2 and "read back" in refusal.value.missing[1]


def test_a_mentor_who_does_not_fit_now_is_named_and_nothing_is_sent(team, referral, three):
    type(three[1]).objects.filter(pk=three[1].pk).update(places=0)
    with pytest.raises(DoesNotFit, match=three[1].person.first_name):
        offer(referral, three, team.coordinator)
    assert not Choice.objects.exists() and not Message.objects.exists()


# Choosing


def test_the_one_chosen_becomes_a_proposal_and_a_person_still_approves(team, choice, three, system):
    row = actions.choose(choice=choice.pk, by=system, answer="mentor", mentor=three[1].pk)
    match = row.match
    assert (match.mentor, match.status, match.proposed_by) == (three[1], Status.PROPOSED, system)
    assert match.rank > 1 and match.override_reason == "asked-for"
    assert row.closed_at and row.closed_by == system and row.chosen == three[1]
    actions.approve(match=match.pk, by=team.coordinator)
    choice.refresh_from_db()
    assert choice.closed_by == system


@pytest.mark.parametrize("answer", ["none", "you"])
def test_none_and_you_close_it_without_a_proposal(choice, system, answer):
    row = actions.choose(choice=choice.pk, by=system, answer=answer)
    assert row.answer == answer and row.closed_by == system and not Match.objects.exists()


def test_a_coordinator_writes_down_what_was_said(team, choice):
    row = actions.choose(choice=choice.pk, by=team.coordinator, answer="none")
    assert row.closed_by == team.coordinator and message_of(choice).status == "cancelled"


def test_the_same_answer_again_changes_nothing_and_another_is_too_late(team, choice, three, system):
    first = actions.choose(choice=choice.pk, by=system, answer="mentor", mentor=three[0].pk)
    again = actions.choose(choice=choice.pk, by=team.coordinator, answer="mentor", mentor=three[0].pk)
    assert (again.match, again.closed_by, again.closed_at) == (first.match, system, first.closed_at)
    for answer in ({"answer": "none"}, {"answer": "mentor", "mentor": three[1].pk}):
        with pytest.raises(WrongState):
            actions.choose(choice=choice.pk, by=system, **answer)
    assert Match.objects.count() == 1


def test_others_do_not_choose(team, other_team, choice):
    for by in (team.nurse, team.admin, other_team.coordinator):
        with pytest.raises(Denied):
            actions.choose(choice=choice.pk, by=by, answer="none")


def test_a_mentor_who_was_not_shown_or_a_strange_answer_is_refused(team, choice, system):
    stranger = factories.make_mentor(team)
    for answer in ({"answer": "mentor", "mentor": stranger.pk}, {"answer": "mentor"}, {"answer": "x" * 9000}):
        with pytest.raises(Invalid):
            actions.choose(choice=choice.pk, by=system, **answer)
    choice.refresh_from_db()
    assert choice.closed_at is None


def test_one_who_does_not_fit_any_more_is_kept_as_the_answer_without_a_proposal(choice, three, system):
    type(three[0]).objects.filter(pk=three[0].pk).update(places=0)
    row = actions.choose(choice=choice.pk, by=system, answer="mentor", mentor=three[0].pk)
    assert row.chosen == three[0] and row.match is None and row.closed_at and not Match.objects.exists()
    assert list(Choice.objects.to_act_on()) == [row]


def test_one_who_was_proposed_already_is_not_proposed_twice(team, referral, three, choice, system):
    match = actions.propose(referral=referral.pk, mentor=three[0].pk, by=team.coordinator)
    row = actions.choose(choice=choice.pk, by=system, answer="mentor", mentor=three[0].pk)
    assert row.match == match
    second = offer(referral, three[:2], team.coordinator)
    assert actions.choose(choice=second.pk, by=system, answer="mentor", mentor=three[0].pk).match == match
    choice.refresh_from_db()
    assert choice.match is None and list(Choice.objects.to_act_on()) == [second]


# Taken back, or overtaken


def test_taking_back_says_who_and_when_and_stops_the_message(team, choice):
    for _time in range(2):
        row = actions.take_back_choice(choice=choice.pk, by=team.coordinator)
    assert row.closed_by == team.coordinator and row.answer == "" and message_of(choice).status == "cancelled"


def test_an_answer_is_not_taken_back(team, choice, system):
    actions.choose(choice=choice.pk, by=system, answer="none")
    with pytest.raises(WrongState):
        actions.take_back_choice(choice=choice.pk, by=team.coordinator)


def test_others_do_not_take_back(team, other_team, choice, system):
    for by in (team.nurse, other_team.coordinator, system):
        with pytest.raises(Denied):
            actions.take_back_choice(choice=choice.pk, by=by)


def withdraw(team, referral, mentor):
    referral_actions.withdraw_consent(referral=referral.pk, scope="profile", how="in-person", by=team.nurse)


def close(team, referral, mentor):
    referral_actions.close(referral=referral.pk, by=team.coordinator, reason="wish")


def ask(team, referral, mentor):
    actions.ask_mentor(referral=referral.pk, mentor=mentor.pk, by=team.coordinator)


@pytest.mark.parametrize("overtaken", [withdraw, close, ask])
def test_what_overtakes_it_closes_it_and_the_link_says_so_kindly(
    client, team, referral, three, choice, system, overtaken
):
    _link, page = come(client, choice)
    assert "Who would you like to talk with?" in page.content.decode()
    overtaken(team, referral, three[0])
    choice.refresh_from_db()
    assert choice.closed_at and choice.closed_by and choice.answer == ""
    assert message_of(choice).status == "cancelled"
    for page in (client.get(URL), client.post(URL, {"pick": "none"}), come(Client(), choice)[1]):
        text = page.content.decode()
        assert page.status_code == 200 and "This question is not open any more" in text
        assert "A woman" not in text
    with pytest.raises(WrongState):
        actions.choose(choice=choice.pk, by=system, answer="none")


def test_the_message_asks_again_whether_it_is_true(team, referral, choice):
    kind, message = kinds.get("mentee.choose"), message_of(choice)
    assert kind.still_true(message)
    Referral.objects.update(status="deferred")
    assert not kind.still_true(message)
    Referral.objects.update(status="open")
    actions.take_back_choice(choice=choice.pk, by=team.coordinator)
    assert not kind.still_true(message)


def test_a_message_that_did_not_arrive_leads_to_the_page_with_the_number_to_ring(referral, choice):
    assert kinds.link(message_of(choice)) == find_url(referral)


def test_the_message_names_nobody_and_nothing(team, referral, choice):
    kind, message = kinds.get("mentee.choose"), message_of(choice)
    text = kind.render(message, kind.recipient(message))
    said = f"{text.subject} {text.body}".replace(referral.mentee.first_name, "")
    words = [team.clinic.name, "Rheumatology", "arthritis", "Rita", referral.mentee.last_name, "mentor", choice.ref]
    assert not [word for word in words if word.lower() in said.lower()]
    link = OneTimeLink.objects.get(kind="mentee.choose")
    assert 13 <= (link.expires_at - choice.sent_at).days <= 14


# The mentee's page


def test_profiles_hold_nothing_that_finds_anybody(client, team, referral):
    person = factories.make_person(
        team.clinic, first_name="Zebedee", last_name="Quillfeather", email="zebedee@example.org", phone="+32480123456",
        birth_year=1966, gender="man",
    )  # fmt: skip
    hidden = factories.make_mentor(
        team, person=person, area="gent", about_me="At Crab Shipping in Atlantis", work="shop"
    )
    choice = offer(referral, [hidden, factories.make_mentor(team)], team.coordinator)
    _link, page = come(client, choice)
    text = page.content.decode()
    assert "A man, about 60" in text and "in a shop, bar or kitchen" in text
    assert not [word for word in [*SECRETS, "Gent", "Ghent", hidden.ref, person.ref, team.clinic.name] if word in text]


def test_the_page_says_how_long_it_lives_and_whom_to_ring(client, team, choice):
    team.clinic.phone = "+3290000010"
    team.clinic.save()
    text = come(client, choice)[1].content.decode()
    assert "Your link works until" in text and "tel:+3290000010" in text and "You choose for me" in text


def test_the_order_is_not_the_order_of_the_ranking(team, referral, three):
    from matching.pages.choosing import profiles

    orders = set()
    for _round in range(12):
        choice = offer(referral, three, team.coordinator)
        orders.add(tuple(p.mentor for p in profiles(choice)))
        actions.take_back_choice(choice=choice.pk, by=team.coordinator)
    assert len(orders) > 1


def test_looking_uses_nothing_up_and_answering_does_once(client, choice, three):
    link, _page = come(client, choice)
    client.get(URL)
    link.refresh_from_db()
    assert link.used_at is None
    assert client.post(URL, {"pick": key_of(choice, three[1])}).url == URL
    link.refresh_from_db()
    assert link.used_at and Match.objects.get().mentor == three[1]
    text = client.get(URL).content.decode()
    assert "Thank you" in text and "A woman" not in text
    client.post(URL, {"pick": "none"})
    choice.refresh_from_db()
    assert choice.answer == "mentor" and Match.objects.count() == 1


def test_a_used_link_is_closed_for_any_other_browser(client, choice):
    other = Client()
    _link, address = links.make("mentee.choose", choice.ref)
    for browser in (client, other):
        browser.get(address, follow=True)
    client.post(URL, {"pick": "you"})
    assert other.post(URL, {"pick": "none"}).status_code == 404
    assert Client().get(URL).status_code == 404


@pytest.mark.parametrize("pick", ["", "x" * 10_000, "\x00", "😀", "mentor"])
def test_bad_answers_are_explained_and_use_nothing_up(client, choice, pick):
    link, _page = come(client, choice)
    page = client.post(URL, {"pick": pick})
    assert page.status_code == 200 and "error-summary" in page.content.decode()
    link.refresh_from_db()
    choice.refresh_from_db()
    assert link.used_at is None and choice.closed_at is None


# The coordinator's pages


def find_url(referral):
    return reverse("matching:find", args=[referral.ref])


@pytest.fixture
def coordinator(team, sign_in):
    return sign_in(team.coordinator)


def post_offer(client, referral, mentors):
    return client.post(reverse("matching:offer-choice", args=[referral.ref]), {"mentors": [m.ref for m in mentors]})


def test_the_page_offers_it_and_one_post_sends_it(coordinator, referral, three):
    page = coordinator.get(find_url(referral)).content.decode()
    name = referral.mentee.first_name
    assert page.count(f"Show this profile to {name}") == 3 and f"Let {name} choose" in page
    assert post_offer(coordinator, referral, three[:2]).url == find_url(referral)
    page = coordinator.get(find_url(referral)).content.decode()
    assert f"{name} can choose now" in page and "no answer yet" in page and "Show this profile" not in page


@pytest.mark.parametrize("n", [0, 1, 4])
def test_a_wrong_number_is_said_at_the_bar_and_every_tick_is_kept(coordinator, team, referral, three, n):
    four = [*three, factories.make_mentor(team)]
    page = post_offer(coordinator, referral, four[:n])
    text = page.content.decode()
    assert page.status_code == 200 and "Tick two or three mentors" in text and "<title>Error:" in text
    assert text.count(" checked>") == n and not Choice.objects.exists()


@pytest.mark.parametrize("bad", ["", "x" * 10_000, "\x00", "😀", "2345678923456789"])
def test_forged_profiles_are_no_server_error_and_change_nothing(coordinator, referral, three, bad):
    refs = {"mentors": [three[0].ref, bad]}
    page = coordinator.post(reverse("matching:offer-choice", args=[referral.ref]), refs)
    assert page.status_code == 200 and "does not fit any more" in page.content.decode()
    assert not Choice.objects.exists()


def test_another_clinics_choice_or_referral_is_not_found(coordinator, other_team, three):
    theirs = factories.make_referral(other_team)
    choice = Choice.objects.create(referral=theirs, sent_by=other_team.coordinator)
    assert post_offer(coordinator, theirs, three).status_code == 404
    for name in ("choice-heard", "choice-take-back"):
        assert coordinator.post(reverse(f"matching:{name}", args=[choice.ref])).status_code == 404


def test_without_a_verified_address_the_page_says_so_instead(coordinator, referral, three):
    type(referral.mentee).objects.filter(pk=referral.mentee_id).update(email_verified_at=None)
    page = coordinator.get(find_url(referral)).content.decode()
    assert "cannot choose by link" in page and "Show this profile" not in page
    page = post_offer(coordinator, referral, three)
    assert page.status_code == 200 and "cannot choose by link" in page.content.decode()
    assert not Choice.objects.exists()


def test_one_who_only_fits_when_something_is_given_up_has_no_box(coordinator, team, referral, three):
    evening = factories.make_mentor(team, languages=["fr"])
    page = coordinator.get(find_url(referral), {"relax": "language"}).content.decode()
    assert evening.ref in page and page.count("Show this profile") == 3 and "Not among the profiles" in page
    assert "does not fit any more" in post_offer(coordinator, referral, [three[0], evening]).content.decode()


def test_the_answer_is_written_down_and_leads_to_the_proposal(coordinator, team, choice, three):
    url = reverse("matching:choice-heard", args=[choice.ref])
    page = coordinator.post(url, {"heard-pick": "x" * 10_000})
    assert page.status_code == 200 and "error-summary" in page.content.decode()
    response = coordinator.post(url, {"heard-pick": three[1].ref}, follow=True)
    text = response.content.decode()
    assert "Chosen by the mentee" in text and Match.objects.get().mentor == three[1]
    choice.refresh_from_db()
    assert choice.closed_by == team.coordinator


@pytest.mark.parametrize(("answer", "said"), [("none", "wants none of these"), ("you", "leaves it to you")])
def test_what_came_back_stands_on_the_page(coordinator, choice, referral, system, answer, said):
    actions.choose(choice=choice.pk, by=system, answer=answer)
    page = coordinator.get(find_url(referral)).content.decode()
    assert said in page and "By link" in page and "Show this profile" in page


def test_who_was_chosen_and_does_not_fit_any_more_is_explained(coordinator, choice, referral, three, system):
    type(three[0]).objects.filter(pk=three[0].pk).update(places=0)
    actions.choose(choice=choice.pk, by=system, answer="mentor", mentor=three[0].pk)
    page = coordinator.get(find_url(referral)).content.decode()
    assert "does not fit any more, so nobody is proposed" in page


def test_a_stale_page_is_told_why_nothing_was_sent(coordinator, team, referral, three, choice):
    page = post_offer(coordinator, referral, three[:2]).content.decode()
    assert "Take that back first" in page and "can choose now" in page
    actions.ask_mentor(referral=referral.pk, mentor=three[0].pk, by=team.coordinator)
    page = post_offer(coordinator, referral, three[:2]).content.decode()
    assert "error-summary" in page and Choice.objects.count() == 1


def test_taking_back_from_the_page_makes_room_for_another(coordinator, choice, referral, system):
    url = reverse("matching:choice-take-back", args=[choice.ref])
    for _time in range(2):
        page = coordinator.post(url, follow=True).content.decode()
    assert "is taken back" in page and "Show this profile" in page
    Choice.objects.filter(pk=choice.pk).update(answer="none")
    assert "came in meanwhile" in coordinator.post(url, follow=True).content.decode()


def test_the_number_of_queries_does_not_grow(coordinator, team, referral):
    counts = []
    for n in (2, 20):
        Choice.objects.all().delete()
        offer(referral, [factories.make_mentor(team) for _n in range(n)][:3], team.coordinator)
        with CaptureQueriesContext(connection) as queries:
            assert "can choose now" in coordinator.get(find_url(referral)).content.decode()
        counts.append(len([q for q in queries if "SAVEPOINT" not in q["sql"]]))
    assert counts[0] == counts[1] <= 12, counts


@pytest.mark.parametrize(("answer", "words"), [("none", "Wanted none of these"), ("you", "Left the choice to us")])
def test_whoever_referred_reads_that_there_was_a_choice_and_not_between_whom(
    sign_in, team, choice, system, answer, words
):
    actions.choose(choice=choice.pk, by=system, answer=answer)
    page = sign_in(team.nurse).get(reverse("referrals:detail", args=[choice.referral.ref])).content.decode()
    assert "Was sent profiles without names" in page and words in page and "Rita" not in page


# Today


def today(client, team):
    client.force_login(team.coordinator)
    return client.get(reverse("desk:today")).content.decode()


def test_while_they_choose_nothing_needs_the_coordinator(client, team, choice):
    text = today(client, team)
    assert choice.referral.mentee.full_name not in text and "Nothing needs you now" in text


def test_after_a_week_without_an_answer_they_are_rung(client, team, choice):
    Choice.objects.update(sent_at=clock.now() - dt.timedelta(days=7, minutes=1))
    assert "has not answered" in today(client, team)


@pytest.mark.parametrize(
    ("answer", "words"),
    [("mentor", "who has not been asked yet"), ("none", "Wants none of the mentors"), ("you", "Leaves the choice to")],
)
def test_today_says_what_came_back_once_and_until_something_is_done(client, team, choice, three, system, answer, words):
    mentor = three[0].pk if answer == "mentor" else None
    row = actions.choose(choice=choice.pk, by=system, answer=answer, mentor=mentor)
    text = today(client, team)
    assert words in text and "Waiting for a mentor" not in text
    if row.match:
        assert reverse("matching:match", args=[row.match.ref]) in text
        actions.approve(match=row.match.pk, by=team.coordinator)
    else:
        actions.propose(
            referral=choice.referral_id, mentor=three[1].pk, by=team.coordinator, override_reason="know-both"
        )
    assert words not in today(client, team)


def test_today_says_that_the_one_chosen_does_not_fit_any_more(client, team, choice, three, system):
    type(three[0]).objects.filter(pk=three[0].pk).update(places=0)
    actions.choose(choice=choice.pk, by=system, answer="mentor", mentor=three[0].pk)
    assert "who does not fit any more" in today(client, team)


def test_a_choice_that_was_put_aside_leaves_today(client, team, choice, three, system):
    row = actions.choose(choice=choice.pk, by=system, answer="mentor", mentor=three[0].pk)
    actions.reject(match=row.match.pk, by=team.coordinator)
    text = today(client, team)
    assert "who has not been asked yet" not in text and "Waiting for a mentor" in text


def test_another_clinic_sees_nothing_of_it_today(client, team, other_team, choice, system):
    actions.choose(choice=choice.pk, by=system, answer="none")
    assert choice.referral.mentee.full_name not in today(client, other_team)
