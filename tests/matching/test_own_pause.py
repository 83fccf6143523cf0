"""A mentee pauses until a day; on that day their talks go on by themselves."""

import datetime as dt

import pytest

from accounts.models import User
from common import clock
from common.errors import Denied, Invalid, NotReady, WrongState
from matching import actions
from matching.actions import pausing, resting
from matching.models import Match
from messaging.models import Message
from referrals.actions.consent import withdraw_consent
from tests import factories
from training.models import Mentor, RestPlan

NOW = dt.datetime(2026, 11, 19, 10, tzinfo=dt.UTC)
UNTIL = dt.date(2026, 12, 1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def pair(db):
    with clock.at(NOW):
        yield factories.make_match(factories.Team(), days_ago=10)


@pytest.fixture
def system(db):
    return User.objects.system()


def state(pair) -> tuple:
    fresh = Match.objects.get(pk=pair.pk)
    return fresh.status, fresh.pause_until


def kinds() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def test_a_mentee_pauses_and_the_mentor_is_told_once(pair, system):
    for _ in range(2):
        pausing.pause_until(match=pair.pk, by=system, until=UNTIL)

    assert state(pair) == ("paused", UNTIL)
    assert pair.history.filter(to_status="paused", note=pausing.OWN, by=system).count() == 1
    assert [(m.kind, m.recipient) for m in Message.objects.all()] == [
        ("match.paused", f"user:{pair.mentor.person.user.ref}")
    ]


def test_another_day_replaces_the_first(pair, system):
    pausing.pause_until(match=pair.pk, by=system, until=UNTIL)
    pausing.pause_until(match=pair.pk, by=system, until=UNTIL + DAY)

    assert state(pair) == ("paused", UNTIL + DAY)


@pytest.mark.parametrize("until", [dt.date(2026, 11, 19), dt.date(2026, 11, 1), dt.date(2028, 1, 1)])
def test_only_a_day_to_come_within_a_year(pair, system, until):
    with pytest.raises(Invalid) as refusal:
        pausing.pause_until(match=pair.pk, by=system, until=until)

    assert refusal.value.field == "until" and state(pair) == ("introduced", None)


def test_a_mentor_may_not_pause_for_the_mentee(pair):
    with pytest.raises(Denied):
        pausing.pause_until(match=pair.pk, by=pair.mentor.person.user, until=UNTIL)


def test_what_a_coordinator_paused_stays_theirs(pair, system):
    actions.pause(match=pair.pk, by=pair.introduced_by, reason="A move")

    with pytest.raises(WrongState):
        pausing.pause_until(match=pair.pk, by=system, until=UNTIL)
    with pytest.raises(WrongState):
        pausing.end_own_pause(match=pair.pk, by=system)
    assert pausing.resume_due(NOW + 400 * DAY) == 0 and state(pair) == ("paused", None)


def test_it_goes_on_on_its_day_on_the_clocks_of_the_clinic_and_both_are_told(pair, system):
    pausing.pause_until(match=pair.pk, by=system, until=UNTIL)

    assert pausing.resume_due(dt.datetime(2026, 11, 30, 22, 59, tzinfo=dt.UTC)) == 0
    assert pausing.resume_due(dt.datetime(2026, 11, 30, 23, 0, tzinfo=dt.UTC)) == 1  # midnight in Brussels
    assert pausing.resume_due(dt.datetime(2026, 11, 30, 23, 1, tzinfo=dt.UTC)) == 0
    assert state(pair) == ("introduced", None)
    assert kinds() == ["match.paused", "match.pause-over", "match.pause-over"]
    assert Message.objects.get(kind="match.paused").status == "cancelled"


def test_the_mentee_goes_on_earlier_and_twice_is_once(pair, system):
    pausing.pause_until(match=pair.pk, by=system, until=UNTIL)
    for _ in range(2):
        pausing.end_own_pause(match=pair.pk, by=system)

    assert state(pair) == ("introduced", None)
    assert kinds().count("match.pause-over") == 2  # one for each of them


def test_a_coordinator_may_end_it_too(pair, system):
    pausing.pause_until(match=pair.pk, by=system, until=UNTIL)
    actions.resume(match=pair.pk, by=pair.introduced_by)

    assert state(pair) == ("introduced", None)


def test_without_consent_it_has_ended_and_never_goes_on(pair, system):
    pausing.pause_until(match=pair.pk, by=system, until=UNTIL)
    withdraw_consent(referral=pair.referral_id, scope="contact", by=system, how="link")

    assert pausing.resume_due(NOW + 30 * DAY) == 0 and state(pair)[0] == "ended"


def test_consent_missing_without_an_end_is_named(pair, system):
    pausing.pause_until(match=pair.pk, by=system, until=UNTIL)
    pair.referral.consents.filter(scope="contact").update(given=False)

    with pytest.raises(NotReady):
        pausing.end_own_pause(match=pair.pk, by=system)
    assert pausing.resume_due(NOW + 30 * DAY) == 0


def test_after_a_worry_about_the_mentor_nothing_goes_on_by_itself(pair, system):
    pausing.pause_until(match=pair.pk, by=system, until=UNTIL)
    actions.take_sight(match=pair.pk, by=system)

    assert pausing.resume_due(NOW + 30 * DAY) == 0 and state(pair)[0] == "paused"
    with pytest.raises(WrongState):
        pausing.end_own_pause(match=pair.pk, by=system)


def test_a_mentor_who_rests_meanwhile_keeps_it_paused_until_they_are_back(pair, system):
    pausing.pause_until(match=pair.pk, by=system, until=UNTIL)
    Mentor.objects.filter(pk=pair.mentor_id).update(status="resting", rest_plan=RestPlan.PAUSE)

    assert pausing.resume_due(NOW + 30 * DAY) == 1
    assert state(pair) == ("paused", None) and "match.rests" in kinds()
    resting.end_pauses(mentor=pair.mentor, by=system)
    assert state(pair) == ("introduced", None)
