"""Raising a flag: everything is stored together, told to the right people, and safe to repeat."""

import datetime as dt

import pytest

from accounts.models import User
from common import clock
from common.errors import Denied, Invalid
from mentorship.actions import flags as flag_actions
from mentorship.actions.flags import raise_flag
from mentorship.models import FlagCategory, RedFlag
from mentorship.starter import start_clinic
from messaging.models import Message
from tests import factories
from tests.mentorship.flags.conftest import MONDAY, SUNDAY, pick, raised, told

pytestmark = pytest.mark.django_db


def test_a_flag_is_stored_with_owner_deadline_ladder_history_and_messages(team, pair):
    flag = raised(team, pair)
    assert flag.owner == team.clinician
    assert flag.answer_by == MONDAY + dt.timedelta(hours=2)
    assert flag.half_time_at == MONDAY + dt.timedelta(hours=1)
    assert [r.user for r in flag.rungs.all()] == [team.clinician, team.backup, team.coordinator, team.admin]
    assert flag.history.get().by == pair.mentor.person.user
    assert told(flag) == [("flag.raised", "Piet"), ("flag.told", "Leen")]
    assert flag.rungs.get(user=team.clinician).told_at == MONDAY
    assert flag.rungs.get(user=team.admin).told_at is None


def test_out_of_hours_the_backup_is_told_now_and_the_deadline_counts_opening_time(team, pair):
    flag = raised(team, pair, at=SUNDAY)
    assert told(flag) == [("flag.raised", "Piet"), ("flag.told", "Leen"), ("flag.told", "Nora")]
    assert flag.answer_by == dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)  # Monday 10:30, opened at 8:30


FRIDAY = dt.datetime(2026, 11, 27, 15, 30, tzinfo=dt.UTC)  # half an hour before the clinic closes


def test_shortly_before_closing_the_backup_is_told_now_as_well(team, pair):
    flag = raised(team, pair, "fever", at=FRIDAY)
    assert flag.answer_by == dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC)
    assert set(told(flag, "flag.told")) == {("flag.told", "Leen"), ("flag.told", "Nora")}


@pytest.mark.parametrize(
    ("key", "until"),
    [
        ("suicide-plan", MONDAY + dt.timedelta(minutes=30)),
        ("flare", dt.datetime(2026, 11, 24, 16, 0, tzinfo=dt.UTC)),
        ("money-trouble", dt.datetime(2026, 11, 30, 16, 0, tzinfo=dt.UTC)),
    ],
)
def test_each_severity_has_its_deadline(team, pair, key, until):
    assert raised(team, pair, key).answer_by == until


def test_only_what_cannot_wait_is_told_to_the_coordinator_at_once(team, pair):
    assert told(raised(team, pair, "flare")) == [("flag.raised", "Piet")]


def test_the_same_form_sent_twice_raises_one_flag(team, pair):
    first = raised(team, pair, client_key="abcdefgh-1")
    assert raised(team, pair, client_key="abcdefgh-1") == first
    assert RedFlag.objects.count() == 1
    assert Message.objects.count() == 2


def test_another_worry_from_the_same_form_is_another_flag(team, pair):
    first = raised(team, pair, "flare", client_key="abcdefgh-1")
    worse = raised(team, pair, "suicide-plan", client_key="abcdefgh-1")
    assert (worse.category.key, first.category.key) == ("suicide-plan", "flare")
    named = raised(team, pair, "staff-conduct", client_key="abcdefgh-2")
    assert raised(team, pair, "staff-conduct", client_key="abcdefgh-2", about_user=team.clinician) != named
    assert RedFlag.objects.count() == 4


def test_another_worry_with_the_same_key_sent_again_is_one_flag(team, pair):
    first = raised(team, pair, "flare", client_key="abcdefgh-1")
    worse, again = (raised(team, pair, "suicide-plan", client_key="abcdefgh-1") for _click in range(2))
    assert worse == again != first
    assert raised(team, pair, "flare", client_key="abcdefgh-1") == first
    assert raised(team, pair, "suicide-plan", client_key=worse.client_key) == worse
    assert RedFlag.objects.count() == 2


def test_a_key_that_was_made_of_another_loses_nothing(team, pair):
    raised(team, pair, "flare", client_key="abcdefgh-1")
    made = raised(team, pair, "fever", client_key="abcdefgh-1").client_key
    other = factories.make_match(team)
    assert len({raised(team, other, "fever", client_key=made) for _click in range(2)}) == 1
    assert RedFlag.objects.count() == 3


def test_the_same_form_stored_by_the_other_click_meanwhile_is_one_flag(team, pair, monkeypatch):
    look, others = flag_actions._sent_before, []

    def before_the_other_click(*what):
        """Look first, and let the other click be stored right after."""
        if others:
            return look(*what)
        others.append(None)
        others[0] = raised(team, pair, client_key="abcdefgh-1")

    monkeypatch.setattr(flag_actions, "_sent_before", before_the_other_click)
    assert raised(team, pair, client_key="abcdefgh-1") == others[0]
    assert RedFlag.objects.count() == 1


def test_a_key_of_somebody_else_loses_nothing_and_shows_nothing(team, pair):
    first = raised(team, pair, client_key="abcdefgh-1")
    other = factories.make_match(team)
    second = raised(team, other, client_key="abcdefgh-1")
    assert second != first and second.client_key != first.client_key
    assert raised(team, other, client_key="abcdefgh-1") == second


@pytest.mark.parametrize("key", ["x" * 500, "a\x00b", "<script>", "short"])
def test_a_forged_key_loses_nothing(team, pair, key):
    assert raised(team, pair, client_key=key).client_key is None


def test_a_worry_about_somebody_of_the_team_who_is_the_pairs_mentor_stops_the_pair(team, pair):
    mentor = pair.mentor.person.user
    flag = raised(team, pair, "staff-conduct", by=team.nurse, about_user=mentor)
    pair.refresh_from_db()
    assert flag.about_user == mentor and pair.sight_ended_at


def test_what_is_too_long_is_cut_not_refused(team, pair):
    assert raised(team, pair, details="a\x00" * 3000).details == "a" * 2000


def test_a_stranger_may_not_raise_for_somebody_elses_pair(team, pair):
    other = factories.make_mentor(team).person.user
    with pytest.raises(Denied):
        raised(team, pair, by=other)
    assert not RedFlag.objects.exists()


def test_a_mentor_whose_match_ended_may_not_raise_for_it(team, pair):
    ended = factories.make_match(team, status="ended")
    with pytest.raises(Denied):
        raised(team, ended)


def test_a_mentor_raises_about_themselves_and_their_supervisor_is_asked_first(team, pair):
    pair.mentor.supervisor = team.backup
    pair.mentor.save()
    flag = raise_flag(category=pick(team, "out-of-depth"), by=pair.mentor.person.user, source="home")
    assert flag.owner == team.backup
    assert flag.match is None


def test_the_team_raises_about_a_referral(team, pair):
    flag = raise_flag(category=pick(team, "fever"), by=team.nurse, referral=pair.referral, source="staff")
    assert flag.referral == pair.referral


def test_a_category_of_another_clinic_is_refused(team, pair, other_team):
    start_clinic(other_team.clinic, other_team.admin)
    pair.mentor.person.user.memberships.create(clinic=other_team.clinic, role="mentor")
    with pytest.raises(Invalid):
        raise_flag(category=pick(other_team, "fever"), by=pair.mentor.person.user, match=pair, source="home")


def test_a_mentee_raises_by_link(team, pair):
    flag = raised(team, pair, by=User.objects.system(), person=pair.referral.mentee)
    assert flag.raised_by.is_system
    assert flag.raised_by_person == pair.referral.mentee


def test_when_a_message_cannot_be_written_nothing_is_stored(team, pair, monkeypatch):
    from messaging import outbox

    calls = []

    def broken(*args, **kwargs):
        calls.append(args)
        raise RuntimeError("no room")

    monkeypatch.setattr(outbox, "post", broken)
    with pytest.raises(RuntimeError):
        raised(team, pair)
    assert calls
    assert not RedFlag.objects.exists()


def test_raising_needs_the_same_statements_however_many_flags_there_are(team, pair, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    raised(team, pair)
    with CaptureQueriesContext(connection) as few:
        raised(team, pair)
    for _n in range(10):
        raised(team, pair)
    with CaptureQueriesContext(connection) as many:
        raised(team, pair)
    assert len(many) == len(few) <= 40


def test_a_clinic_without_any_setting_still_takes_a_flag(team):
    pair = factories.make_match(team)
    category = FlagCategory.objects.create(clinic=team.clinic, key="x", name="X", severity="S2")
    with clock.at(MONDAY):
        flag = raise_flag(category=category, by=pair.mentor.person.user, match=pair, source="home")
    assert flag.owner == team.clinician
    assert flag.rungs.count() == 4
    assert flag.answer_by == MONDAY + dt.timedelta(hours=2)


def test_a_clinic_that_never_opens_still_has_a_deadline(team, pair):
    team.clinic.working_hours.all().delete()
    assert raised(team, pair).answer_by == MONDAY + dt.timedelta(hours=2)
    assert raised(team, pair, "flare").answer_by == MONDAY + dt.timedelta(days=1)
