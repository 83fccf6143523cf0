"""What a pair follows: drawn as the format says, changed on the way, dated later."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from common import clock
from common.errors import Denied, Invalid, Stale, WrongState
from matching.workflow import Status as MatchStatus
from mentorship import follows
from mentorship.actions import contacts, planning
from mentorship.formats import calendar, presets
from mentorship.models import Contact, EnrolmentChange, Format
from mentorship.plan_preview import preview
from messaging.models import Message
from tests import factories
from tests.mentorship.plan.conftest import NOW, preset

DAY = dt.timedelta(days=1)
BRUSSELS = ZoneInfo("Europe/Brussels")
OF_PAIRS = sorted(
    key for key, row in presets.read().items()
    if any(part["kind"] in calendar.PAIR_KINDS for part in row["body"]["components"])
)  # fmt: skip


def dates(match) -> list[tuple[dt.date, int]]:
    """Return the day and the part of the format of each planned talk."""
    rows = match.contacts.planned().filter(component__isnull=False).order_by("planned_at", "component")
    return [(row.planned_at.astimezone(BRUSSELS).date(), row.component) for row in rows]


def expected(key: str, begins: dt.date, **anchors: dt.date) -> list[tuple[dt.date, int]]:
    rows = calendar.expand(presets.read()[key]["body"], {"introduction": begins, **anchors}, optional=False)
    return [(row.date, row.component) for row in rows if row.kind in calendar.PAIR_KINDS]


def change(match, by, key: str, **values):
    return planning.change_format(match=match.pk, by=by, format=preset(key).pk, **values)


@pytest.mark.parametrize("key", OF_PAIRS)
def test_a_new_pair_gets_exactly_the_days_of_its_format(team, monkeypatch, key):
    match = factories.make_match(team)
    monkeypatch.setattr(planning, "format_of", lambda match: preset(key))
    planning.begin_plan(match=match, by=team.coordinator)
    assert dates(match) == expected(key, NOW.date())
    assert all(row.history.get().by == team.coordinator for row in match.contacts.all())
    planning.begin_plan(match=match, by=team.coordinator)
    assert dates(match) == expected(key, NOW.date())


@pytest.mark.parametrize("days", [0, 1, 20, 28, 84, 400])
def test_another_format_is_drawn_from_the_same_day_0_and_only_ahead(team, days):
    match = factories.make_match(team)
    planning.begin_plan(match=match, by=team.coordinator)
    begins = NOW.date()
    with clock.at(NOW + days * DAY):
        change(match, team.coordinator, "emb_brown", why="They want to meet")
        ahead = [row for row in expected("emb_brown", begins) if row[0] >= begins + days * DAY]
        to_come = match.contacts.planned().filter(planned_at__gt=clock.now())
        assert [row.planned_at.astimezone(BRUSSELS).date() for row in to_come] == [day for day, _part in ahead]
        change(match, team.coordinator, "emb_brown")
        assert to_come.count() == len(ahead)
    row = EnrolmentChange.objects.get()
    assert (row.from_format.key, row.to_format.key) == ("halfword_start", "emb_brown")
    assert (row.why, row.by, row.at) == ("They want to meet", team.coordinator, NOW + days * DAY)


def test_what_happened_and_what_people_added_stays(match, mentor, team):
    talked = contacts.log_contact(
        match=match.pk, by=mentor, client_key="key-of-a-talk", outcome="talked", when=clock.now() - 6 * DAY
    )
    added = contacts.plan_contact(match=match.pk, by=mentor, at=clock.now() + 3 * DAY)
    change(match, team.coordinator, "emb_joseph")
    talked.refresh_from_db()
    added.refresh_from_db()
    assert (talked.status, added.status) == ("talked", "planned")
    old = match.contacts.filter(plan_day=42)
    assert all(
        row.status == "cancelled" and row.history.last().note == "plan" for row in old.filter(planned_at__gt=NOW)[:1]
    )


def test_no_second_talk_on_a_day_with_one_that_stays(match, mentor, team):
    day_14 = clock.at_local(match.enrolment.starts_on + 14 * DAY, dt.time(9), "Europe/Brussels")
    contacts.plan_contact(match=match.pk, by=mentor, at=day_14)
    change(match, team.coordinator, "emb_joseph")
    on_that_day = [row for row in match.contacts.planned() if row.planned_at.date() == day_14.date()]
    assert [row.component for row in on_that_day] == [None]


def test_a_talk_of_the_old_plan_that_nobody_noted_stays_to_be_noted(match, team):
    gone_by = match.contacts.planned().get(plan_day=2)
    change(match, team.coordinator, "emb_brown")
    gone_by.refresh_from_db()
    assert gone_by.status == "planned"


def test_messages_about_talks_that_leave_the_plan_are_cancelled(match, team):
    row = match.contacts.planned().get(plan_day=14)
    Message.objects.create(
        key="soon",
        kind="contact.soon",
        delivery="at-most-once",
        clinic=team.clinic,
        recipient="user:x",
        subject=row.ref,
    )
    change(match, team.coordinator, "emb_brown")
    assert Message.objects.get(key="soon").status == "cancelled"


def test_the_days_of_a_planned_ending_cut_the_new_plan_off(match, team):
    enrolment = match.enrolment
    enrolment.last_contact_on = NOW.date() + 30 * DAY
    enrolment.save()
    change(match, team.coordinator, "emb_brown")
    assert max(day for day, _part in dates(match)) <= enrolment.last_contact_on


def test_back_and_forth_draws_each_day_once(match, team):
    before = [row for row in dates(match) if row[0] > NOW.date()]
    change(match, team.coordinator, "emb_brown")
    change(match, team.coordinator, "halfword_start")
    assert [row for row in dates(match) if row[0] > NOW.date()] == before


def test_a_change_while_the_clocks_change_keeps_the_hour(team):
    with clock.at(dt.datetime(2026, 10, 12, 7, tzinfo=dt.UTC)):
        match = factories.make_match(team)
        planning.begin_plan(match=match, by=team.coordinator)
        change(match, team.coordinator, "emb_joseph")
    hours = {row.planned_at.astimezone(BRUSSELS).hour for row in match.contacts.planned()}
    offsets = {row.planned_at.hour for row in match.contacts.planned()}
    assert hours == {19} and offsets == {17, 18}


def test_a_paused_pair_may_follow_another_format_an_ended_one_not(match, team):
    match.status, match.paused_at = MatchStatus.PAUSED, clock.now()
    match.save()
    change(match, team.coordinator, "emb_brown")
    ended = factories.make_match(team, status=MatchStatus.ENDED, days_ago=40)
    with pytest.raises(WrongState):
        change(ended, team.coordinator, "emb_brown")


def test_only_a_coordinator_of_the_clinic_changes_it(match, mentor, team, other_team):
    from accounts.models import User

    for user in (mentor, team.nurse, team.clinician, team.admin, other_team.coordinator, User.objects.system()):
        with pytest.raises(Denied):
            change(match, user, "emb_brown")
    assert match.enrolment.format.key == "halfword_start"


def test_only_a_format_for_two_that_the_clinic_may_follow(match, team, other_team):
    body = presets.read()["emb_brown"]["body"]
    theirs = Format.objects.create(
        clinic=other_team.clinic, key="own", name="Theirs", body=body, created_by=other_team.coordinator
    )
    retired = Format.objects.create(
        clinic=team.clinic, key="old", name="Old", body=body, created_by=team.coordinator,
        retired_at=clock.now(), retired_by=team.coordinator,
    )  # fmt: skip
    for pk in (theirs.pk, retired.pk, preset("emb_gifford").pk, 0):
        with pytest.raises(Invalid) as refusal:
            planning.change_format(match=match.pk, by=team.coordinator, format=pk)
        assert refusal.value.field == "format"
    assert not EnrolmentChange.objects.exists()


def test_a_stale_form_is_noticed_and_changes_nothing(match, team):
    change(match, team.coordinator, "emb_brown", seen=0)
    with pytest.raises(Stale):
        change(match, team.coordinator, "emb_joseph", seen=0)
    assert change(match, team.coordinator, "emb_brown", seen=0).format.key == "emb_brown"  # what holds already
    assert EnrolmentChange.objects.count() == 1


@pytest.mark.parametrize("key", ["emb_brown", "emb_sutton", "joo_d", "halfword_start"])
def test_the_preview_shows_exactly_what_a_change_draws(match, team, key):
    before = preview(match, preset(key))
    change(match, team.coordinator, key)
    drawn = match.contacts.planned().filter(planned_at__gt=NOW, component__isnull=False).order_by("planned_at")
    assert before.days == [row.planned_at for row in drawn[:12]]
    assert before.more == max(drawn.count() - 12, 0)


# Dates to count from ----------------------------------------------------------------------


@pytest.fixture
def in_hospital(team):
    """A pair that counts from going home, of which the day is not known yet."""
    match = factories.make_match(team)
    planning.begin_plan(match=match, by=team.coordinator)
    change(match, team.coordinator, "joo_c")
    return match


def home_on(match, by, day, **values):
    return planning.set_anchor(match=match.pk, by=by, anchor="discharge", day=day, **values)


def test_without_its_date_a_rule_waits_and_says_so(in_hospital):
    assert dates(in_hospital) == []
    assert follows.of(in_hospital, planning.as_enrolled(in_hospital)).dates == [
        ("discharge", "Leaves hospital on", None)
    ]


def test_the_date_draws_its_talks_and_a_later_one_draws_them_anew(in_hospital, team):
    day = NOW.date() + 10 * DAY
    home_on(in_hospital, team.coordinator, day)
    assert dates(in_hospital) == [(day - DAY, 1)]
    home_on(in_hospital, team.coordinator, day)
    assert in_hospital.contacts.filter(plan_day=-1).count() == 1
    home_on(in_hospital, team.coordinator, day + 5 * DAY)
    assert dates(in_hospital) == [(day + 4 * DAY, 1)]
    home_on(in_hospital, team.coordinator, None)
    assert dates(in_hospital) == []
    codes = [row.why for row in EnrolmentChange.objects.filter(enrolment__match=in_hospital)][1:]
    assert codes == [f"discharge:{day}", f"discharge:{day + 5 * DAY}", "discharge:"]
    words = [follows.in_words(row) for row in EnrolmentChange.objects.filter(enrolment__match=in_hospital)]
    assert (
        words[1] == "Leaves hospital on Sunday 29 November." and words[3] == "Leaves hospital on: not dated any more."
    )


def test_a_past_date_draws_nothing_and_what_was_held_is_not_drawn_again(in_hospital, team):
    home_on(in_hospital, team.coordinator, NOW.date() - 3 * DAY)
    assert dates(in_hospital) == []
    home_on(in_hospital, team.coordinator, NOW.date() + DAY)
    with clock.at(NOW + DAY):
        row = in_hospital.contacts.get(plan_day=-1, status="planned")
        contacts.log_contact(
            match=in_hospital.pk, by=team.coordinator, client_key="key-of-a-visit", outcome="talked",
            when=clock.now() - dt.timedelta(hours=2), contact=row.pk,
        )  # fmt: skip
        home_on(in_hospital, team.coordinator, NOW.date() + 9 * DAY)
        assert dates(in_hospital) == []


def test_a_date_leaves_talks_that_count_from_the_introduction_alone(team):
    body = presets.read()["emb_sheppard"]["body"]
    rules = [*body["components"][0]["rules"], {**body["components"][0]["rules"][1], "anchor": "diagnosis", "day": 7}]
    both = body | {"components": [body["components"][0] | {"rules": rules}]}
    own = Format.objects.create(clinic=team.clinic, key="both", name="Both", body=both, created_by=team.coordinator)
    match = factories.make_match(team)
    planning.begin_plan(match=match, by=team.coordinator)
    planning.change_format(match=match.pk, by=team.coordinator, format=own.pk)
    set_to = {"match": match.pk, "by": team.coordinator, "anchor": "diagnosis"}
    planning.set_anchor(**set_to, day=NOW.date() + 3 * DAY)
    begun = {NOW.date(), NOW.date() + 7 * DAY}
    assert {day for day, _part in dates(match)} == begun | {NOW.date() + 10 * DAY}
    on_day_7 = match.contacts.planned().get(planned_at__date=NOW.date() + 7 * DAY)
    contacts.move_contact(contact=on_day_7.pk, by=team.coordinator, at=clock.now() + 8 * DAY)
    planning.set_anchor(**set_to, day=NOW.date() + 5 * DAY)
    assert {day for day, _part in dates(match)} == {NOW.date(), NOW.date() + 8 * DAY, NOW.date() + 12 * DAY}


@pytest.mark.parametrize("day", [dt.date(1990, 1, 1), dt.date(2028, 1, 1)])
def test_a_date_that_makes_no_sense_is_refused_at_its_field(in_hospital, team, day):
    with pytest.raises(Invalid) as refusal:
        home_on(in_hospital, team.coordinator, day)
    assert refusal.value.field == "day"


def test_only_a_coordinator_gives_a_date_and_a_stale_form_is_noticed(in_hospital, team, other_team):
    for user in (in_hospital.mentor.person.user, team.nurse, other_team.coordinator):
        with pytest.raises(Denied):
            home_on(in_hospital, user, NOW.date() + DAY)
    with pytest.raises(Stale):
        home_on(in_hospital, team.coordinator, NOW.date() + DAY, seen=0)
    with pytest.raises(Invalid):
        planning.set_anchor(match=in_hospital.pk, by=team.coordinator, anchor="birthday", day=None)


def test_the_form_begins_with_what_the_referral_knows(match):
    referral = match.referral
    assert follows.known_from_referral(match, "diagnosis") is None  # a year alone is no month
    referral.diagnosed_month = 9
    assert follows.known_from_referral(match, "diagnosis") == dt.date(2026, 9, 1)
    assert follows.known_from_referral(match, "phase_event") == NOW.date()
    assert follows.known_from_referral(match, "discharge") is None


def test_every_planned_talk_knows_its_place_in_the_format(match):
    rows = match.contacts.planned()
    assert sorted((row.plan_day, row.plan_minutes, row.component) for row in rows)[:2] == [(2, 30, 1), (14, 45, 1)]
    assert not Contact.objects.filter(component=None).exists()
