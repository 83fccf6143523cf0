"""The daily overviews: on the clinic's morning, once, only if there is something, and without a name."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from clinics.models import Membership
from clinics.roles import Role
from common import clock
from desk import digest, notices
from desk.digest import REFERRER, TEAM
from matching.workflow import Status as MatchStatus
from mentorship.models import FollowUpCheck, Programme
from messaging import delivery, kinds
from messaging.kinds import Recipient
from messaging.models import Message
from referrals.workflow import Status
from tests import factories

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
THURSDAY = dt.datetime(2026, 11, 19, 8, tzinfo=dt.UTC)  # nine there


@pytest.fixture
def team(db):
    with clock.at(THURSDAY - 20 * DAY):
        return factories.Team()


def run(now=THURSDAY) -> int:
    with clock.at(now):
        return digest.send_due(now)


def sent(kind) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def new_referral(team, at=THURSDAY - 2 * DAY):
    with clock.at(at):
        return factories.make_referral(team, status=Status.SUBMITTED)


# Coordinators -----------------------------------------------------------------------------


def test_nothing_to_do_is_no_overview(team):
    assert run() == 0
    assert not Message.objects.exists()


def test_a_coordinator_gets_one_a_day_with_counts_only(team):
    new_referral(team)
    with clock.at(THURSDAY - 9 * DAY):
        match = factories.make_match(team)
        FollowUpCheck.objects.create(match=match, day=3, to="mentee", due_on=clock.today("Europe/Brussels"))
    assert run() == 2  # the referrer hears of the introduction
    assert run(THURSDAY + HOUR) == 0
    [message] = sent(TEAM)
    assert message.recipient == f"user:{team.coordinator.ref}"
    assert message.data["late"] >= 2  # no talk yet, and a question without an answer
    with clock.at(THURSDAY):
        text = kinds.get(TEAM).render(message, Recipient("Leen"))
    assert "are late" in text.body and "other thing" in text.body
    names = [match.referral.mentee.first_name, match.mentor.person.first_name, team.clinic.name]
    assert not any(name in text.subject + text.body for name in names)
    assert "cannot wait" not in text.body


def test_what_cannot_wait_comes_first(team):
    message = Message(kind=TEAM, data={"others": 1, "urgent": 3, "late": 5}, clinic=team.clinic)
    text = notices.render_team(message, Recipient("Leen")).body
    assert "3 things cannot wait, 5 are late and 1 other thing needs you." in text


@pytest.mark.parametrize(
    ("now", "count"),
    [
        (THURSDAY - HOUR - dt.timedelta(minutes=1), 0), (THURSDAY - HOUR, 1), (THURSDAY + 9 * HOUR, 1),
        (THURSDAY + 2 * DAY, 0), (dt.datetime(2026, 12, 25, 9, tzinfo=dt.UTC), 0),
    ],
)  # fmt: skip
def test_it_goes_out_from_the_clinics_hour_on_its_working_days(team, now, count):
    new_referral(team)
    assert run(now) == count


def test_the_clinic_chooses_the_hour(team):
    new_referral(team)
    Programme.objects.create(clinic=team.clinic, digest_at=dt.time(11))
    assert run() == 0
    assert run(THURSDAY + 2 * HOUR) == 1


@pytest.mark.parametrize("start", [dt.date(2026, 3, 27), dt.date(2026, 10, 23)])
def test_every_hour_around_both_changeovers_gives_one_a_working_day(team, start):
    new_referral(team, at=dt.datetime.combine(start, dt.time(0), tzinfo=dt.UTC) - 3 * DAY)
    moment = dt.datetime.combine(start, dt.time(0), tzinfo=dt.UTC)
    for n in range(4 * 24):  # Friday to Monday
        run(moment + n * HOUR)
    assert [m.key.split(":")[2] for m in sent(TEAM)] == [start.isoformat(), (start + 3 * DAY).isoformat()]
    assert {m.due_at.astimezone(ZoneInfo("Europe/Brussels")).hour for m in sent(TEAM)} == {8}


def test_who_turned_it_off_or_left_gets_none(team):
    new_referral(team)
    User.objects.filter(pk=team.coordinator.pk).update(digest=False)
    left = factories.make_user(team.clinic, Role.COORDINATOR)
    Membership.objects.filter(user=left).update(ended_at=THURSDAY - DAY, ended_by=team.admin)
    factories.make_user(team.clinic, Role.COORDINATOR, is_active=False)
    assert run() == 0


def test_turned_off_between_posting_and_sending_it_is_not_sent(team):
    new_referral(team)
    run()
    [message] = sent(TEAM)
    User.objects.filter(pk=team.coordinator.pk).update(digest=False)
    with clock.at(THURSDAY):
        assert delivery.deliver(message.pk) == "cancelled"


def test_yesterdays_overview_is_not_sent_today(team):
    new_referral(team)
    run()
    with clock.at(THURSDAY + DAY):
        assert delivery.deliver(sent(TEAM)[0].pk) == "cancelled"


def test_it_waits_for_the_readers_own_morning(team):
    new_referral(team)
    User.objects.filter(pk=team.coordinator.pk).update(time_zone="America/New_York")
    run()
    assert sent(TEAM)[0].due_at == dt.datetime(2026, 11, 19, 13, tzinfo=dt.UTC)


# Referrers --------------------------------------------------------------------------------


def change(referral, status, by, at):
    referral.history.create(from_status=referral.status, to_status=status, by=by, at=at)


def test_a_referrer_hears_once_that_something_changed(team):
    referral, other = new_referral(team), new_referral(team)
    change(referral, Status.OPEN, team.coordinator, THURSDAY - DAY)
    change(referral, Status.DEFERRED, team.coordinator, THURSDAY - HOUR)
    change(other, Status.CLOSED, team.coordinator, THURSDAY - HOUR)
    run()
    [message] = sent(REFERRER)
    assert (message.recipient, message.data) == (f"user:{team.nurse.ref}", {"people": 2})
    with clock.at(THURSDAY):
        text = kinds.get(REFERRER).render(message, Recipient("Katrien")).body
    assert "Something changed for 2 people you referred. What became of them:" in text
    assert referral.mentee.first_name not in text
    run(THURSDAY + DAY)
    assert len(sent(REFERRER)) == 1


def test_what_changes_after_the_last_one_is_told_the_next_day(team):
    referral = new_referral(team)
    change(referral, Status.OPEN, team.coordinator, THURSDAY - HOUR)
    run()
    change(referral, Status.DEFERRED, team.coordinator, THURSDAY + HOUR)
    run(THURSDAY + DAY)
    assert [m.data["people"] for m in sent(REFERRER)] == [1, 1]


def test_their_own_steps_are_no_news(team):
    change(new_referral(team), Status.SUBMITTED, team.nurse, THURSDAY - HOUR)
    run()
    assert not sent(REFERRER)


@pytest.mark.parametrize(("status", "told"), [("introduced", True), ("ended", True), ("approved", False)])
def test_steps_of_the_match_are_told_as_the_timeline_tells_them(team, status, told):
    with clock.at(THURSDAY - 30 * DAY):
        match = factories.make_match(team)
    match.history.create(from_status=MatchStatus.ACCEPTED, to_status=status, by=team.coordinator, at=THURSDAY - HOUR)
    run()
    assert bool(sent(REFERRER)) == told


def test_another_clinics_referrals_are_not_theirs(team, other_team):
    change(new_referral(other_team), Status.OPEN, other_team.coordinator, THURSDAY - HOUR)
    run()
    assert [m.recipient for m in sent(REFERRER)] == [f"user:{other_team.nurse.ref}"]


@pytest.mark.parametrize("many", [2, 20])
def test_the_referrers_of_a_clinic_cost_the_same_however_many_referrals(team, many, django_assert_max_num_queries):
    for _n in range(many):
        change(new_referral(team), Status.OPEN, team.coordinator, THURSDAY - HOUR)
    with clock.at(THURSDAY), django_assert_max_num_queries(12):
        digest.to_referrers(team.clinic, THURSDAY.date(), THURSDAY)
