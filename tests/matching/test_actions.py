"""The verbs of a match: allowed, each refusal, wrong state, repeated, with history, all or nothing."""

import datetime as dt

import pytest

from accounts.models import OneTimeLink, User
from clinics.models import Membership
from clinics.roles import Role
from common import clock
from common.errors import Denied, Invalid, NotReady, WrongState
from matching import actions, guards, signals
from matching.errors import AlreadyMatched, DoesNotFit, NoPlace
from matching.models import Match
from matching.workflow import EndReason, Status
from messaging import outbox
from messaging.models import Message
from referrals import signals as referral_signals
from referrals.models import Consent
from tests import factories
from tests.factories import DAY
from training import actions as training
from training.models import Mentor


@pytest.fixture
def referral(team):
    return factories.make_referral(team)


@pytest.fixture
def mentor(team):
    return factories.make_mentor(team)


@pytest.fixture
def proposed(team, referral, mentor):
    return actions.propose(referral=referral.pk, mentor=mentor.pk, by=team.coordinator)


def in_status(team, status, **fields):
    return factories.make_match(team, status=status, **fields)


def road(match):
    return list(match.history.values_list("to_status", flat=True))


def queued(kind, subject):
    return Message.objects.filter(kind=kind, subject=subject, status="queued").count()


def withdraw(referral):
    Consent.objects.filter(referral=referral, scope="profile").update(
        withdrawn_at=clock.now(), withdrawn_by=User.objects.system()
    )


# Propose


def test_a_proposal_keeps_its_points_and_reasons_and_holds_nothing(proposed):
    assert proposed.status == Status.PROPOSED and proposed.slot is None
    assert proposed.points == sum(points for points, _most in proposed.contributions.values())
    assert sum(most for _points, most in proposed.contributions.values()) == 100
    assert (proposed.rank, proposed.policy.version) == (1, 1)
    assert road(proposed) == ["proposed"]


def test_proposing_twice_is_one_proposal(team, proposed):
    again = actions.propose(referral=proposed.referral_id, mentor=proposed.mentor_id, by=team.coordinator)
    assert again == proposed and Match.objects.count() == 1


def test_another_than_the_first_asks_why_and_keeps_it(team, referral, mentor):
    second = factories.make_mentor(team, topics=["eating"], phases=[], treatments=[], life_stage="retired", work="home")
    ask = {"referral": referral.pk, "mentor": second.pk, "by": team.coordinator}
    for reason, note, field in (("", "", "override_reason"), ("xx", "", "override_reason"), ("other", " ", "override_note"),
                                ("other", "x" * 301, "override_note")):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            actions.propose(**ask, override_reason=reason, override_note=note)
        assert refusal.value.field == field
    made = actions.propose(**ask, override_reason="know-both", override_note=" They met at the choir. ")
    assert (made.rank, made.override_reason, made.override_note) == (2, "know-both", "They met at the choir.")


def test_a_mentor_who_does_not_fit_is_refused_with_the_reason(team, referral):
    other = factories.make_mentor(team, languages=["tr"])
    with pytest.raises(DoesNotFit) as refusal:
        actions.propose(referral=referral.pk, mentor=other.pk, by=team.coordinator)
    assert "Dutch" in refusal.value.missing[0]


def test_a_mentor_of_another_clinic_is_not_proposed(team, other_team, referral):
    stranger = factories.make_mentor(other_team)
    with pytest.raises(DoesNotFit):
        actions.propose(referral=referral.pk, mentor=stranger.pk, by=team.coordinator)


def test_only_an_open_referral_without_a_mentor_gets_proposals(team, mentor):
    closed = factories.make_referral(team, status="closed")
    with pytest.raises(WrongState):
        actions.propose(referral=closed.pk, mentor=mentor.pk, by=team.coordinator)
    live = in_status(team, Status.APPROVED)
    with pytest.raises(AlreadyMatched):
        actions.propose(referral=live.referral_id, mentor=mentor.pk, by=team.coordinator)


# Approve


def test_approving_takes_the_lowest_place_asks_the_mentor_and_starts_the_clock(team, proposed):
    approved = actions.approve(match=proposed.pk, by=team.coordinator)
    assert (approved.status, approved.slot) == (Status.APPROVED, 1)
    assert approved.answer_by - approved.approved_at == dt.timedelta(hours=team.clinic.mentor_answer_hours)
    assert queued("mentor.asked", proposed.ref) == 1
    assert road(proposed) == ["proposed", "approved"]


def test_approving_twice_changes_nothing(team, proposed):
    for _again in range(2):
        actions.approve(match=proposed.pk, by=team.coordinator)
    assert road(proposed) == ["proposed", "approved"] and queued("mentor.asked", proposed.ref) == 1


def test_a_freed_place_is_the_lowest_again(team, mentor):
    first, second = (factories.make_match(team, mentor=mentor, status=Status.INTRODUCED) for _n in range(2))
    actions.end(match=first.pk, by=team.coordinator, reason=EndReason.BOTH)
    third = actions.ask_mentor(referral=factories.make_referral(team).pk, mentor=mentor.pk, by=team.coordinator)
    assert third.slot == 1 and second.slot == 2


def test_the_last_place_taken_meanwhile_is_refused_and_nothing_changes(team, mentor):
    Mentor.objects.update(places=1)
    one, two = (factories.make_referral(team) for _n in range(2))
    early = actions.propose(referral=one.pk, mentor=mentor.pk, by=team.coordinator)
    actions.ask_mentor(referral=two.pk, mentor=mentor.pk, by=team.coordinator)
    with pytest.raises(NoPlace):
        actions.approve(match=early.pk, by=team.coordinator)
    early.refresh_from_db()
    assert early.status == Status.PROPOSED and queued("mentor.asked", early.ref) == 0


def test_a_second_live_match_for_one_person_is_refused(team, referral, proposed):
    other = factories.make_mentor(team)
    actions.propose(referral=referral.pk, mentor=other.pk, by=team.coordinator, override_reason="know-both")
    actions.approve(match=proposed.pk, by=team.coordinator)
    with pytest.raises(AlreadyMatched):
        actions.approve(match=Match.objects.get(mentor=other).pk, by=team.coordinator)


@pytest.mark.parametrize("change", ["consent", "certificate", "rest", "language", "places", "closed"])
def test_what_changed_since_the_proposal_is_asked_again(team, proposed, change):
    mentor, today = proposed.mentor, team.clinic.today
    if change == "consent":
        withdraw(proposed.referral)
    elif change == "certificate":
        mentor.certificates.update(valid_from=today - 9 * DAY, valid_until=today - DAY)
    elif change == "rest":
        training.rest(mentor=mentor.pk, by=mentor.person.user, from_=today)
    elif change == "closed":
        type(proposed.referral).objects.update(status="closed")
    else:
        Mentor.objects.update(**{"language": {"languages": ["fr"]}, "places": {"places": 0}}[change])
    with pytest.raises((NotReady, WrongState)):
        actions.approve(match=proposed.pk, by=team.coordinator)
    assert road(proposed) == ["proposed"]


def test_nobody_approves_a_match_of_their_own(team, proposed):
    Membership.objects.create(clinic=team.clinic, user=proposed.mentor.person.user, role=Role.COORDINATOR)
    with pytest.raises(Denied):
        actions.approve(match=proposed.pk, by=proposed.mentor.person.user)


def test_one_click_proposes_and_asks_or_does_neither(team, referral, mentor, monkeypatch):
    monkeypatch.setattr(outbox, "post", broken)
    with pytest.raises(RuntimeError):
        actions.ask_mentor(referral=referral.pk, mentor=mentor.pk, by=team.coordinator)
    assert not Match.objects.exists()
    monkeypatch.undo()
    for _again in range(2):
        actions.ask_mentor(referral=referral.pk, mentor=mentor.pk, by=team.coordinator)
    assert Match.objects.get().status == Status.APPROVED


def broken(*args, **kwargs):
    raise RuntimeError("The message could not be written.")


def test_a_rejected_proposal_stays_rejected(team, proposed):
    for _again in range(2):
        actions.reject(match=proposed.pk, by=team.coordinator, note="They know each other")
    assert road(proposed) == ["proposed", "rejected"]
    with pytest.raises(WrongState):
        actions.approve(match=proposed.pk, by=team.coordinator)


# The mentor answers


def test_a_mentor_says_yes_with_what_to_expect_read(team):
    match = in_status(team, Status.APPROVED)
    user = match.mentor.person.user
    with pytest.raises(Invalid):
        actions.accept(match=match.pk, by=user, expectations=False)
    for _again in range(2):
        match = actions.accept(match=match.pk, by=user, expectations=True)
    assert match.accepted_at and match.mentor_expectations_at
    assert road(match) == ["approved", "accepted"]


def test_a_mentor_says_not_this_time_and_the_place_and_the_person_are_free(team):
    match = in_status(team, Status.APPROVED)
    for _again in range(2):
        actions.decline(match=match.pk, by=match.mentor.person.user)
    match.refresh_from_db()
    assert (match.status, match.slot) == (Status.DECLINED, None)
    assert road(match) == ["approved", "declined"]


def test_who_said_not_this_time_is_not_brought_again_for_the_same_person(team):
    match = in_status(team, Status.APPROVED)
    actions.decline(match=match.pk, by=match.mentor.person.user)
    with pytest.raises(DoesNotFit):
        actions.propose(referral=match.referral_id, mentor=match.mentor_id, by=team.coordinator)


@pytest.mark.parametrize("name", ["accept", "decline"])
def test_only_the_mentor_who_was_asked_answers(team, mentor, name):
    match = in_status(team, Status.APPROVED)
    more = {"expectations": True} if name == "accept" else {}
    for by in (team.coordinator, mentor.person.user, team.nurse):
        with pytest.raises(Denied):
            getattr(actions, name)(match=match.pk, by=by, **more)


def test_an_answer_that_comes_too_late_is_refused(team):
    match = in_status(team, Status.EXPIRED)
    with pytest.raises(Denied):
        actions.accept(match=match.pk, by=match.mentor.person.user, expectations=True)


def test_silence_expires_once_and_the_person_waits_again(team):
    match = in_status(team, Status.APPROVED)
    assert actions.expire_unanswered(match.answer_by - dt.timedelta(seconds=1)) == 0
    assert [actions.expire_unanswered(match.answer_by) for _again in range(2)] == [1, 0]
    match.refresh_from_db()
    assert (match.status, match.slot, match.history.last().by.is_system) == (Status.EXPIRED, None, True)
    assert actions.propose(referral=match.referral_id, mentor=match.mentor_id, by=team.coordinator)


# The mentee answers


def test_the_mentee_is_asked_once_a_day_by_a_link_to_a_verified_address(team):
    match = in_status(team, Status.ACCEPTED)
    for _again in range(2):
        actions.ask_mentee(match=match.pk, by=team.coordinator)
    assert queued("mentee.ask", match.ref) == 1
    with clock.at(clock.now() + DAY):
        actions.ask_mentee(match=match.pk, by=team.coordinator)
    assert queued("mentee.ask", match.ref) == 2


def test_without_a_verified_address_or_consent_nobody_is_written_to(team):
    match = in_status(team, Status.ACCEPTED)
    withdraw(match.referral)
    person = match.referral.mentee
    person.email_verified_at = None
    person.save()
    with pytest.raises(NotReady) as refusal:
        actions.ask_mentee(match=match.pk, by=team.coordinator)
    assert len(refusal.value.missing) == 2 and queued("mentee.ask", match.ref) == 0


@pytest.mark.parametrize("status", [Status.APPROVED, Status.INTRODUCED, Status.ENDED])
def test_a_mentee_is_asked_only_between_the_mentors_yes_and_the_introduction(team, status):
    match = in_status(team, status)
    with pytest.raises(WrongState):
        actions.ask_mentee(match=match.pk, by=team.coordinator)
    if status != Status.APPROVED:
        with pytest.raises(WrongState):
            actions.mentee_answer(match=match.pk, by=team.coordinator, answer="yes")


def test_a_yes_by_link_needs_what_to_expect_and_a_yes_by_phone_may_follow(team):
    match, system = in_status(team, Status.ACCEPTED), User.objects.system()
    with pytest.raises(Invalid):
        actions.mentee_answer(match=match.pk, by=system, answer="yes")
    actions.mentee_answer(match=match.pk, by=team.coordinator, answer="yes")
    for _again in range(2):
        match = actions.acknowledge_expectations(match=match.pk, by=team.coordinator)
    assert (match.mentee_answer, match.mentee_answer_by) == ("yes", team.coordinator)


def test_no_is_stored_frees_the_place_and_closes_the_link(team):
    match = in_status(team, Status.ACCEPTED)
    OneTimeLink.objects.create(token_hash="x", kind="mentee.ask", subject=match.ref, expires_at=clock.now() + DAY)
    for _again in range(2):
        actions.mentee_answer(match=match.pk, by=User.objects.system(), answer="no")
    match.refresh_from_db()
    assert (match.status, match.slot, match.mentee_answer) == (Status.REFUSED, None, "no")
    assert OneTimeLink.objects.get().revoked_at


def test_call_me_can_become_yes_and_yes_can_become_no_until_the_introduction(team):
    match = in_status(team, Status.ACCEPTED)
    for answer in ("call", "yes", "no"):
        match = actions.mentee_answer(match=match.pk, by=team.coordinator, answer=answer, expectations=True)
        assert match.mentee_answer == answer
    assert match.status == Status.REFUSED


@pytest.mark.parametrize("answer", ["", "maybe"])
def test_an_answer_that_is_none_is_refused(team, answer):
    with pytest.raises(Invalid):
        actions.mentee_answer(match=in_status(team, Status.ACCEPTED).pk, by=team.coordinator, answer=answer)


# Introduce


def ready_pair(team, **fields):
    now = clock.now()
    values = {
        "mentee_answer": "yes",
        "mentee_answered_at": now,
        "mentor_expectations_at": now,
        "mentee_expectations_at": now,
    }
    return in_status(team, Status.ACCEPTED, **(values | fields))


def test_an_introduction_is_day_zero_and_tells_both(team):
    heard = []
    listen = lambda sender, match, by, **kwargs: heard.append(match.pk)  # noqa: E731
    signals.introduced.connect(listen)
    match = ready_pair(team)
    for _again in range(2):
        match = actions.introduce(match=match.pk, by=team.coordinator)
    signals.introduced.disconnect(listen)
    assert (match.status, match.introduced_by, heard) == (Status.INTRODUCED, team.coordinator, [match.pk])
    assert queued("match.introduced", match.ref) == 2
    assert road(match) == ["accepted", "introduced"]


@pytest.mark.parametrize("lacking", ["yes", "mentor read", "mentee read", "consent", "ready", "account", "referral"])
def test_no_introduction_without_every_yes_consent_and_a_mentor_ready_that_day(team, lacking):
    fields = {"yes": {"mentee_answer": "call"}, "mentor read": {"mentor_expectations_at": None},
              "mentee read": {"mentee_expectations_at": None}}  # fmt: skip
    match = ready_pair(team, **fields.get(lacking, {}))
    if lacking == "consent":
        withdraw(match.referral)
    elif lacking == "ready":
        Mentor.objects.update(code_signed_on=None)
    elif lacking == "account":
        User.objects.filter(pk=match.mentor.person.user_id).update(is_active=False)
    elif lacking == "referral":
        type(match.referral).objects.update(status="returned")
    with pytest.raises(NotReady) as refusal:
        actions.introduce(match=match.pk, by=team.coordinator)
    assert len(refusal.value.missing) == 1
    match.refresh_from_db()
    assert match.status == Status.ACCEPTED


def test_an_introduction_is_undone_when_its_messages_cannot_be_written(team, monkeypatch):
    match = ready_pair(team)
    monkeypatch.setattr(outbox, "post", broken)
    with pytest.raises(RuntimeError):
        actions.introduce(match=match.pk, by=team.coordinator)
    match.refresh_from_db()
    assert (match.status, match.introduced_at) == (Status.ACCEPTED, None)
    assert road(match) == ["accepted"]


# Stopping


@pytest.mark.parametrize("status", [Status.PROPOSED, Status.APPROVED, Status.ACCEPTED])
def test_cancelling_before_the_introduction_frees_everything(team, status):
    match = in_status(team, status)
    outbox.post("mentor.asked", match.ref, clinic=team.clinic, to=match.mentor.person.user)
    for _again in range(2):
        actions.cancel(match=match.pk, by=team.coordinator, reason="The mentee moved")
    match.refresh_from_db()
    assert (match.status, match.slot, queued("mentor.asked", match.ref)) == (Status.CANCELLED, None, 0)


def test_a_pair_is_ended_not_cancelled(team):
    with pytest.raises(WrongState):
        actions.cancel(match=in_status(team, Status.INTRODUCED).pk, by=team.coordinator)
    with pytest.raises(WrongState):
        actions.end(match=in_status(team, Status.ACCEPTED).pk, by=team.coordinator, reason=EndReason.BOTH)


def test_pause_and_resume(team):
    match = in_status(team, Status.INTRODUCED)
    for _again in range(2):
        actions.pause(match=match.pk, by=team.coordinator, reason="Holiday")
    for _again in range(2):
        actions.resume(match=match.pk, by=team.coordinator)
    assert road(match) == ["introduced", "paused", "introduced"]


def test_only_a_paused_pair_resumes_so_that_nobody_gets_round_the_introduction(team):
    match = factories.make_match(team, status=Status.ACCEPTED)
    with pytest.raises(WrongState):
        actions.resume(match=match.pk, by=team.coordinator)
    match.refresh_from_db()
    assert match.status == Status.ACCEPTED


def test_a_pair_does_not_resume_without_consent_or_while_access_is_ended(team):
    match = in_status(team, Status.INTRODUCED)
    actions.pause(match=match.pk, by=team.coordinator)
    for _again in range(2):
        actions.take_sight(match=match.pk, by=User.objects.system())
    withdraw(match.referral)
    with pytest.raises(NotReady) as refusal:
        actions.resume(match=match.pk, by=team.coordinator)
    assert len(refusal.value.missing) == 2


def test_taking_sight_hides_the_pair_from_its_mentor_at_once(team):
    match = in_status(team, Status.INTRODUCED)
    user = match.mentor.person.user
    assert match in Match.objects.visible_to(user)
    actions.take_sight(match=match.pk, by=team.coordinator)
    assert match not in Match.objects.visible_to(user)
    for _again in range(2):
        actions.give_sight(match=match.pk, by=team.coordinator)
    assert match in Match.objects.visible_to(user)


def test_ending_needs_a_reason_and_ends_the_mentors_sight(team):
    match = in_status(team, Status.INTRODUCED)
    user = match.mentor.person.user
    with pytest.raises(Invalid):
        actions.end(match=match.pk, by=team.coordinator, reason="tired")
    for _again in range(2):
        match = actions.end(match=match.pk, by=team.coordinator, reason=EndReason.FIT, note="No blame")
    assert (match.status, match.slot, match.ended_by) == (Status.ENDED, None, team.coordinator)
    assert match not in Match.objects.visible_to(user) and road(match) == ["introduced", "ended"]


def test_a_planned_ending_waits_for_its_guards_and_any_other_does_not(team, monkeypatch):
    monkeypatch.setattr(guards, "_guards", [lambda match: ["There is an open flag."]])
    match = in_status(team, Status.INTRODUCED)
    with pytest.raises(NotReady):
        actions.end(match=match.pk, by=team.coordinator, reason=EndReason.PLANNED)
    assert actions.end(match=match.pk, by=team.coordinator, reason=EndReason.MENTEE).status == Status.ENDED


STAFF = {
    "approve": Status.PROPOSED, "reject": Status.PROPOSED, "ask_mentee": Status.ACCEPTED, "introduce": Status.ACCEPTED,
    "acknowledge_expectations": Status.ACCEPTED, "cancel": Status.APPROVED, "pause": Status.INTRODUCED,
    "resume": Status.PAUSED, "take_sight": Status.INTRODUCED, "give_sight": Status.INTRODUCED,
}  # fmt: skip


@pytest.mark.parametrize("name", STAFF)
def test_only_coordinators_of_the_clinic_run_a_match(team, other_team, name):
    match = in_status(team, STAFF[name])
    for by in (team.nurse, team.clinician, team.admin, match.mentor.person.user, other_team.coordinator):
        with pytest.raises(Denied):
            getattr(actions, name)(match=match.pk, by=by)
    with pytest.raises(Denied):
        actions.end(match=match.pk, by=other_team.coordinator, reason=EndReason.BOTH)


# News from below


@pytest.mark.parametrize("status", [Status.PROPOSED, Status.APPROVED, Status.ACCEPTED])
def test_withdrawn_consent_cancels_before_the_introduction(team, status):
    match = in_status(team, status)
    OneTimeLink.objects.create(token_hash="x", kind="mentee.ask", subject=match.ref, expires_at=clock.now() + DAY)
    outbox.post("mentor.asked", match.ref, clinic=team.clinic, to=match.mentor.person.user)
    referral_signals.consent_withdrawn.send(type(match.referral), referral=match.referral, by=team.nurse)
    match.refresh_from_db()
    assert (match.status, match.slot, match.history.last().by) == (Status.CANCELLED, None, team.nurse)
    assert OneTimeLink.objects.get().revoked_at and queued("mentor.asked", match.ref) == 0


@pytest.mark.parametrize("status", [Status.INTRODUCED, Status.PAUSED])
def test_withdrawn_consent_ends_a_pair(team, status):
    match = in_status(team, status)
    referral_signals.consent_withdrawn.send(type(match.referral), referral=match.referral, by=team.nurse)
    match.refresh_from_db()
    assert (match.status, match.end_reason, match.ended_by) == (Status.ENDED, EndReason.CONSENT, team.nurse)


@pytest.mark.parametrize(
    ("reason", "ends"), [("died", EndReason.DIED), ("wish", EndReason.MENTEE), ("moved", EndReason.OTHER)]
)
def test_a_closed_referral_takes_its_pair_along(team, reason, ends):
    pair, asked = in_status(team, Status.INTRODUCED), in_status(team, Status.APPROVED)
    for match in (pair, asked):
        referral_signals.referral_closed.send(
            type(match.referral), referral=match.referral, by=team.coordinator, reason=reason
        )
        match.refresh_from_db()
    assert (pair.end_reason, asked.status) == (ends, Status.CANCELLED)


def test_a_mentor_who_stops_leaves_no_request_behind_and_one_decertified_sees_nobody(team, mentor):
    asked = factories.make_match(team, mentor=mentor, status=Status.APPROVED)
    pair = factories.make_match(team, mentor=mentor, status=Status.INTRODUCED)
    with pytest.raises(NotReady):
        training.retire(mentor=mentor.pk, by=team.coordinator)
    training.decertify(mentor=mentor.pk, by=team.coordinator, note="A worry")
    for match in (asked, pair):
        match.refresh_from_db()
    assert (asked.status, pair.status) == (Status.CANCELLED, Status.PAUSED)
    assert not Match.objects.visible_to(mentor.person.user).exists()
