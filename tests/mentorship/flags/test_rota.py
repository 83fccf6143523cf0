"""Who is on call: planned ahead, handed over, and asked when a flag meets the rota."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinics.models import Clinic, Membership
from common import clock
from common.errors import Denied, Invalid, WrongState
from mentorship import ladder, rota, staffing
from mentorship.actions import rota as actions
from mentorship.actions.climbing import climb_due
from mentorship.ladder import Member, RungSetting
from mentorship.models import LadderRung, RedFlag, Shift
from messaging.models import Message
from tests import factories
from tests.mentorship.flags.conftest import MINUTE, MONDAY, SUNDAY, again, raised, told

BRUSSELS = ZoneInfo("Europe/Brussels")
DAY = dt.timedelta(days=1)


def put(team, user, day=dt.date(2026, 11, 23), starts="17:00", ends="08:30", by=None, at=MONDAY, **more):
    """Put somebody on call, as a coordinator would."""
    with clock.at(at):
        return actions.plan(
            clinic=team.clinic, by=by or team.coordinator, user=user, first_day=day,
            starts=dt.time.fromisoformat(starts), ends=dt.time.fromisoformat(ends), **more,
        )  # fmt: skip


def hours(shift):
    """Return a shift as the clinic's clocks show it."""
    return [moment.astimezone(BRUSSELS).strftime("%d %H:%M") for moment in (shift.starts_at, shift.ends_at)]


# Planning -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_night_ends_the_next_morning_and_its_history_begins(team):
    (shift,) = put(team, team.backup)
    assert hours(shift) == ["23 17:00", "24 08:30"]
    event = shift.history.get()
    assert (event.by, event.to_status) == (team.coordinator, "planned")


@pytest.mark.django_db
def test_the_same_weekdays_are_planned_for_weeks(team):
    shifts = put(team, team.backup, weekdays=[0, 2], weeks=3)
    assert [s.starts_at.astimezone(BRUSSELS).date().isoformat() for s in shifts] == [
        "2026-11-23", "2026-11-25", "2026-11-30", "2026-12-02", "2026-12-07", "2026-12-09",
    ]  # fmt: skip


@pytest.mark.django_db
def test_planning_the_same_again_changes_nothing(team):
    first, second = put(team, team.backup, weeks=2), put(team, team.backup, weeks=2)
    assert first == second and Shift.objects.count() == 2


@pytest.mark.django_db
def test_all_weeks_are_planned_or_none(team):
    put(team, team.clinician, dt.date(2026, 12, 7))
    with pytest.raises(Invalid, match="is on call"):
        put(team, team.backup, weeks=3)
    assert Shift.objects.count() == 1


@pytest.mark.django_db
def test_two_at_once_only_when_one_is_the_second(team):
    put(team, team.clinician)
    with pytest.raises(Invalid):
        put(team, team.backup, starts="20:00")
    (second,) = put(team, team.backup, starts="20:00", second=True)
    assert second.second
    with pytest.raises(Invalid):
        put(team, team.coordinator, starts="21:00", second=True)  # no third


@pytest.mark.django_db
def test_a_second_needs_a_first_for_all_of_the_time(team):
    put(team, team.clinician, starts="17:00", ends="22:00")
    with pytest.raises(Invalid, match="first"):
        put(team, team.backup, second=True)
    put(team, team.clinician, starts="22:00", ends="08:30")
    put(team, team.backup, second=True)  # two first ones, one after the other


@pytest.mark.django_db
def test_nobody_is_on_call_twice_at_once(team):
    put(team, team.clinician)
    with pytest.raises(Invalid, match="already"):
        put(team, team.clinician, second=True)


@pytest.mark.django_db
def test_shifts_may_touch(team):
    put(team, team.clinician, ends="00:00")
    (shift,) = put(team, team.backup, dt.date(2026, 11, 24), starts="00:00", ends="08:30")
    assert hours(shift) == ["24 00:00", "24 08:30"]


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["nurse", "clinician"])
def test_who_may_not_plan(team, who):
    with pytest.raises(Denied):
        put(team, team.backup, by=getattr(team, who))


@pytest.mark.django_db
def test_a_coordinator_of_another_clinic_may_not_plan(team, other_team):
    with pytest.raises(Denied):
        put(team, team.backup, by=other_team.coordinator)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"day": dt.date(2026, 11, 20)}, "first_day"), ({"day": dt.date(2028, 1, 3)}, "first_day"),
        ({"weeks": 0}, "weeks"), ({"weeks": 27}, "weeks"), ({"day": dt.date(2026, 11, 22), "ends": "18:00"}, "first_day"),
    ],
)  # fmt: skip
def test_plans_that_make_no_sense_are_refused_at_their_field(team, more, field):
    with pytest.raises(Invalid) as refusal:
        put(team, team.backup, **more)
    assert refusal.value.field == field and not Shift.objects.exists()


@pytest.mark.django_db
def test_who_answers_no_flags_here_is_not_put_on_call(team, other_team):
    for user in (team.nurse, other_team.clinician):
        with pytest.raises(Invalid) as refusal:
            put(team, user)
        assert refusal.value.field == "user"


@pytest.mark.django_db
def test_nights_of_the_changed_clocks_are_longer_and_shorter_and_leave_no_gap(team):
    for day, length in ((dt.date(2027, 3, 27), 14.5), (dt.date(2026, 10, 24), 16.5)):
        at = dt.datetime.combine(day - DAY, dt.time(9), tzinfo=dt.UTC)
        (night,) = put(team, team.backup, day, at=at)
        (after,) = put(team, team.clinician, day + DAY, starts="08:30", ends="17:00", at=at)
        assert (night.ends_at - night.starts_at).total_seconds() / 3600 == length
        assert night.ends_at == after.starts_at


@pytest.mark.django_db
def test_hours_that_do_not_exist_in_the_spring_night_are_refused(team):
    at = dt.datetime(2027, 3, 26, 9, tzinfo=dt.UTC)
    with pytest.raises(Invalid, match="clocks") as refusal:
        put(team, team.backup, dt.date(2027, 3, 28), starts="02:30", ends="03:00", at=at)
    assert refusal.value.field == "starts"


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=12))
def test_gaps_and_shifts_cover_a_week_exactly(spans):
    start = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    end = start + 7 * DAY
    hour = dt.timedelta(hours=1)
    shifts = [Shift(starts_at=start + a * hour, ends_at=start + (a + n) * hour) for a, n in spans]
    gaps = rota.uncovered([s for s in shifts if s.starts_at < end], start, end)
    for n in range(7 * 24):
        moment = start + n * hour
        on = any(s.starts_at <= moment < s.ends_at for s in shifts)
        assert on != any(a <= moment < b for a, b in gaps)


# Taking off, handing over -------------------------------------------------------------------


@pytest.fixture
def shift(team):
    return put(team, team.backup)[0]


@pytest.mark.django_db
def test_taken_off_before_it_begins_it_is_gone_but_known(team, shift):
    with clock.at(MONDAY):
        actions.remove(shift=shift, by=team.coordinator)
        actions.remove(shift=shift, by=team.coordinator)
    shift.refresh_from_db()
    assert shift.status == "removed" and shift.history.count() == 2
    assert list(put(team, team.clinician)) != []  # the hours are free again


@pytest.mark.django_db
def test_taken_off_while_it_runs_it_ends_now(team, shift):
    now = shift.starts_at + 60 * MINUTE
    with clock.at(now):
        actions.remove(shift=shift, by=team.admin)
    shift.refresh_from_db()
    assert (shift.status, shift.ends_at) == ("planned", now)
    with clock.at(now), pytest.raises(WrongState):
        actions.remove(shift=shift, by=team.admin)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["backup", "clinician", "nurse"])
def test_who_may_not_take_off(team, shift, who):
    with clock.at(MONDAY), pytest.raises(Denied):
        actions.remove(shift=shift, by=getattr(team, who))


def offered(team, shift):
    with clock.at(MONDAY):
        return actions.offer(shift=shift, by=team.backup, to=team.clinician)


def kinds(shift):
    """Return the messages of its handing over; what tells that it was planned is in test_rota_told.py."""
    rows = Message.objects.filter(subject=shift.ref, kind__startswith="oncall.")
    return list(rows.order_by("pk").values_list("kind", flat=True))


@pytest.mark.django_db
def test_until_the_colleague_says_yes_the_first_one_stays_on_call(team, shift):
    offered(team, shift)
    offered(team, shift)
    shift.refresh_from_db()
    assert (shift.user, shift.offered_to) == (team.backup, team.clinician)
    assert kinds(shift) == ["oncall.asked"]
    assert Shift.objects.at(shift.starts_at).get().user == team.backup


@pytest.mark.django_db
def test_yes_by_one_tap_makes_it_theirs_and_history_keeps_it(team, shift):
    offered(team, shift)
    with clock.at(MONDAY):
        actions.accept(shift=shift, by=team.clinician)
        actions.accept(shift=shift, by=team.clinician)
    shift.refresh_from_db()
    assert (shift.user, shift.offered_to) == (team.clinician, None)
    assert kinds(shift) == ["oncall.asked", "oncall.taken"]
    assert [item["title"] for item in rota.history(shift)] == [
        f"{team.coordinator.full_name} planned it",
        f"{team.backup.full_name} asked {team.clinician.full_name} to take it",
        f"{team.clinician.full_name} took it over from {team.backup.full_name}",
    ]


@pytest.mark.django_db
def test_no_leaves_it_with_the_first_one_who_hears_so(team, shift):
    offered(team, shift)
    with clock.at(MONDAY):
        actions.decline(shift=shift, by=team.clinician)
    shift.refresh_from_db()
    assert (shift.user, shift.offered_to) == (team.backup, None) and kinds(shift) == ["oncall.asked", "oncall.declined"]


@pytest.mark.django_db
def test_the_question_can_be_taken_back_and_then_yes_comes_too_late(team, shift):
    offered(team, shift)
    with clock.at(MONDAY):
        actions.decline(shift=shift, by=team.backup)
        actions.decline(shift=shift, by=team.backup)
        with pytest.raises(Denied):
            actions.accept(shift=shift, by=team.clinician)


@pytest.mark.django_db
def test_who_may_not_hand_over_nor_take(team, other_team, shift):
    with clock.at(MONDAY):
        for who in (team.clinician, team.nurse, other_team.coordinator):
            with pytest.raises(Denied):
                actions.offer(shift=shift, by=who, to=team.clinician)
        for to in (team.backup, team.nurse, other_team.clinician):
            with pytest.raises(Invalid):
                actions.offer(shift=shift, by=team.backup, to=to)
    offered(team, shift)
    with clock.at(MONDAY), pytest.raises(Denied):
        actions.accept(shift=shift, by=team.coordinator)


@pytest.mark.django_db
def test_who_is_on_call_then_already_cannot_take_it(team, shift):
    offered(team, shift)
    put(team, team.clinician, second=True)
    with clock.at(MONDAY), pytest.raises(WrongState):
        actions.accept(shift=shift, by=team.clinician)


@pytest.mark.django_db
def test_a_shift_that_is_over_is_not_handed_over(team, shift):
    with clock.at(shift.ends_at), pytest.raises(WrongState):
        actions.offer(shift=shift, by=team.backup, to=team.clinician)


@pytest.mark.django_db
def test_when_the_colleague_cannot_be_told_nothing_is_stored(team, shift, monkeypatch):
    monkeypatch.setattr(actions.outbox, "post", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        offered(team, shift)
    shift.refresh_from_db()
    assert shift.offered_to is None and shift.history.count() == 1


# A flag meets the rota ----------------------------------------------------------------------


def doctor(team, name):
    return factories.make_user(team.clinic, "clinician", first_name=name)


def put_all_day(team, user, day, **more):
    return put(team, user, day, starts="00:00", ends="00:00", at=SUNDAY - DAY, **more)


@pytest.mark.django_db
def test_who_is_on_call_is_asked_before_any_backup(team, pair):
    duty = doctor(team, "Duty")
    put_all_day(team, duty, MONDAY.date())
    flag = raised(team, pair, "breathless")
    assert [(r.who, r.user) for r in flag.rungs.all()][:2] == [("responsible", team.clinician), ("backup", duty)]
    climb_due(MONDAY + 30 * MINUTE)
    assert told(flag, "flag.climb") == [("flag.climb", "Duty")]


@pytest.mark.django_db
def test_without_anybody_on_call_a_backup_is_asked_as_before(team, pair):
    flag = raised(team, pair, "breathless")
    climb_due(MONDAY + 30 * MINUTE)
    assert told(flag, "flag.climb") == [("flag.climb", team.backup.first_name)]


@pytest.mark.django_db
def test_a_coordinator_can_be_on_call(team, pair):
    other = factories.make_user(team.clinic, "coordinator", first_name="Cora")
    put_all_day(team, other, MONDAY.date())
    flag = raised(team, pair, "flare")
    assert flag.rungs.get(who="backup").user == other


@pytest.mark.django_db
def test_when_a_flag_climbs_who_is_on_call_then_is_asked_and_not_who_was(team, pair):
    late, early = doctor(team, "Late"), doctor(team, "Early")
    at = dt.datetime(2026, 11, 22, 22, 50, tzinfo=dt.UTC)  # 23:50 on Sunday
    put_all_day(team, late, SUNDAY.date())
    put_all_day(team, early, MONDAY.date())
    flag = raised(team, pair, "flare", at=at)
    assert flag.rungs.get(who="backup").user == late
    RedFlag.objects.update(next_climb_at=at + 20 * MINUTE)
    climb_due(at + 20 * MINUTE)  # 00:10 on Monday
    assert told(flag, "flag.climb") == [("flag.climb", "Early")]
    assert not flag.rungs.filter(user=late).exists()  # was never asked, so sees nothing of it
    assert not RedFlag.objects.visible_to(again(late)).exists()


@pytest.mark.django_db
def test_whose_turn_begins_while_a_flag_is_open_is_asked_at_the_next_climb(team, pair):
    duty = doctor(team, "Duty")
    put(team, duty, MONDAY.date(), starts="11:00", ends="17:00", at=MONDAY - DAY)
    flag = raised(team, pair, "breathless")
    climb_due(MONDAY + 30 * MINUTE)  # the backup, at 10:30
    climb_due(MONDAY + 75 * MINUTE)  # the coordinator's rung, at 11:15
    assert ("flag.climb", "Duty") in told(flag, "flag.climb")
    assert RedFlag.objects.visible_to(again(duty)).exists()


@pytest.mark.django_db
def test_out_of_hours_who_is_on_call_is_told_at_once(team, pair):
    duty = doctor(team, "Duty")
    put_all_day(team, duty, SUNDAY.date())
    for key in ("fever", "breathless"):
        flag = raised(team, pair, key, at=SUNDAY)
        assert ("flag.told", "Duty") in told(flag)


@pytest.mark.django_db
def test_in_hours_who_is_on_call_waits_for_their_rung(team, pair):
    put_all_day(team, doctor(team, "Duty"), MONDAY.date())
    assert ("flag.told", "Duty") not in told(raised(team, pair, "breathless"))


@pytest.mark.django_db
def test_out_of_hours_a_ladder_without_a_backup_tells_who_is_on_call_too(team, pair):
    LadderRung.objects.filter(clinic=team.clinic, who="backup").delete()
    duty = doctor(team, "Duty")
    put_all_day(team, duty, SUNDAY.date())
    flag = raised(team, pair, "fever", at=SUNDAY)
    assert ("flag.told", "Duty") in told(flag)
    assert RedFlag.objects.visible_to(again(duty)).exists()
    climb_due(flag.next_climb_at)
    assert ("flag.climb", "Duty") not in told(flag)


@pytest.mark.django_db
def test_the_person_a_worry_is_about_is_never_asked_by_the_rota(team, pair):
    put_all_day(team, team.coordinator, SUNDAY.date())
    flag = raised(team, pair, "staff-conduct", by=team.nurse, at=SUNDAY, about_user=team.coordinator)
    assert team.coordinator.first_name not in [name for _kind, name in told(flag)]


@pytest.mark.django_db
def test_conduct_never_goes_to_who_is_on_call(team, pair):
    duty = doctor(team, "Duty")
    put_all_day(team, duty, SUNDAY.date())
    flag = raised(team, pair, "mentor-conduct", by=team.nurse, at=SUNDAY)
    climb_due(flag.next_climb_at)
    assert "Duty" not in [name for _kind, name in told(flag)] and not flag.rungs.filter(user=duty).exists()


@pytest.mark.django_db
def test_who_left_is_passed_over_on_the_rota(team, pair):
    duty = doctor(team, "Duty")
    put_all_day(team, duty, MONDAY.date())
    Membership.objects.filter(user=duty).update(ended_at=MONDAY, ended_by=team.admin)
    flag = raised(team, pair, "breathless")
    assert flag.rungs.get(who="backup").user == team.backup


@pytest.mark.django_db
def test_the_second_is_asked_when_the_first_has_been(team, pair):
    put_all_day(team, team.clinician, MONDAY.date())
    duty = doctor(team, "Duty")
    put_all_day(team, duty, MONDAY.date(), second=True)
    flag = raised(team, pair, "breathless")  # the clinician is asked first, as the responsible one
    assert flag.rungs.get(who="backup").user == duty


people = st.lists(
    st.builds(Member, st.integers(1, 6), st.sampled_from(["clinician", "coordinator", "admin"])),
    unique=True,
    max_size=10,
)
rungs_set = st.lists(st.builds(RungSetting, st.sampled_from([w.value for w in LadderRung.Who])), max_size=6)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(rungs_set, people, st.lists(st.integers(1, 8), max_size=2, unique=True), st.none() | st.integers(1, 6))
def test_a_rota_never_empties_a_ladder_nor_asks_the_person_it_is_about(rungs, roster, on_call, about):
    steps = ladder.draw(rungs, roster, about=about, on_call=on_call)
    here = {m.user_id for m in roster} - {about}
    assert bool(steps) == bool(here)
    assert all(user in here for step in steps for user in step.users)
    without = ladder.draw(rungs, roster, about=about)
    assert len(steps) >= len(without) or any(step.on_call for step in steps)


# Pages --------------------------------------------------------------------------------------


def form(person, **more):
    return {
        "user": person.ref,
        "first_day": str(clock.today("Europe/Brussels") + DAY),
        "part": "night",
        "weeks": "1",
        **more,
    }


@pytest.mark.django_db
def test_a_coordinator_plans_weeks_in_one_form_and_sees_them(team, sign_in):
    page = sign_in(team.coordinator).post(
        reverse("mentorship:plan-on-call"),
        form(team.backup, weekdays=[str(n) for n in range(7)], weeks="2"),
        follow=True,
    )
    assert Shift.objects.count() == 14
    text = page.content.decode()
    assert team.backup.full_name in text and "over midnight" in text and "Nobody is on call" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "more",
    [
        {"user": "nobody"}, {"first_day": "soon"}, {"first_day": "2020-01-01"}, {"first_day": "9999-12-31"},
        {"weeks": "many"}, {"weeks": "99"}, {"part": "own"}, {"part": "own", "starts": "25:00", "ends": "x"},
        {"weekdays": ["9"]}, {"second": "on"}, {"part": ""},
    ],
)  # fmt: skip
def test_bad_input_keeps_the_form_and_stores_nothing(team, sign_in, more):
    page = sign_in(team.coordinator).post(reverse("mentorship:plan-on-call"), form(team.backup, **more))
    assert page.status_code == 200 and not Shift.objects.exists()
    assert "Error:" in page.content.decode()


@pytest.mark.django_db
def test_a_clinician_hands_over_and_the_colleague_takes_it_on_their_pages(team, sign_in):
    with_now = clock.now()
    (shift,) = put(team, team.backup, clock.today("Europe/Brussels") + DAY, at=with_now)
    address = reverse("mentorship:shift", args=[shift.ref])
    assert "Hand it over" in sign_in(team.backup).get(address).content.decode()
    sign_in(team.backup).post(address, {"do": "offer", "to": team.clinician.ref})
    client = sign_in(team.clinician)
    assert "asks whether you can be on call" in client.get(reverse("mentorship:on-call")).content.decode()
    client.post(address, {"do": "accept"})
    shift.refresh_from_db()
    assert shift.user == team.clinician
    assert "took it over from" in client.get(address).content.decode()


@pytest.mark.django_db
def test_an_offer_to_nobody_says_so_at_its_field(team, sign_in):
    (shift,) = put(team, team.backup, clock.today("Europe/Brussels") + DAY, at=clock.now())
    page = sign_in(team.backup).post(reverse("mentorship:shift", args=[shift.ref]), {"do": "offer", "to": "x"})
    assert page.status_code == 200 and "Error:" in page.content.decode()


@pytest.mark.django_db
def test_another_clinic_sees_nothing(team, other_team, sign_in):
    (shift,) = put(team, team.backup, clock.today("Europe/Brussels") + DAY, at=clock.now())
    client = sign_in(other_team.coordinator)
    assert client.get(reverse("mentorship:shift", args=[shift.ref])).status_code == 404
    assert team.backup.full_name not in client.get(reverse("mentorship:on-call")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["", "?view=month", "?on=never", "?on=0001-01-01", "?view=month&on=2200-01-01", "?view=x"]
)
def test_any_week_or_month_can_be_looked_at(team, sign_in, query):
    assert sign_in(team.clinician).get(reverse("mentorship:on-call") + query).status_code == 200


@pytest.mark.django_db
def test_a_month_asks_as_many_queries_for_many_shifts_as_for_few(team, sign_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, address = sign_in(team.clinician), reverse("mentorship:on-call") + "?view=month"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    today = clock.today("Europe/Brussels").replace(day=1) + 40 * DAY
    for n in range(20):
        put(team, team.backup if n % 2 else team.clinician, today.replace(day=1) + n * DAY, at=clock.now())
    with CaptureQueriesContext(connection) as many:
        client.get(f"{address}&on={today}")
    assert len(many) == len(few)


@pytest.mark.django_db
def test_who_left_is_shown_as_passed_over_and_the_hours_as_a_gap(team):
    today = clock.today("Europe/Brussels") + DAY
    put(team, team.backup, today, starts="00:00", ends="00:00", at=clock.now())
    Membership.objects.filter(user=team.backup).update(ended_at=clock.now(), ended_by=team.admin)
    day = next(
        d for d in rota.page(Clinic.objects.get(pk=team.clinic.pk), team.admin, "week", today).days if d.date == today
    )
    assert [entry.able for entry in day.entries] == [False] and day.gaps == ["all day and night"]
    assert staffing.of(team.clinic).called() == []
