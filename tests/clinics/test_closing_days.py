"""The clinic's own closing days: who sets them, and what counts past them."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinics.actions import closing as actions
from clinics.models import Clinic, ClosingDay, SettingChange
from common import clock
from common.errors import Denied, Invalid
from mentorship import ladder
from mentorship.starter import start_clinic
from tests import factories
from tests.mentorship.flags.conftest import raised

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)  # 10:00 in Brussels
TUESDAY = dt.date(2026, 11, 24)


def close(team, first=TUESDAY, last=None, reason="Team day", by=None, at=MONDAY):
    with clock.at(at):
        return actions.close_on(clinic=team.clinic, by=by or team.coordinator, first=first, last=last, reason=reason)


def fresh(team):
    return Clinic.objects.get(pk=team.clinic.pk)


def test_a_deadline_in_working_days_passes_over_a_closing_day(team):
    close(team)
    until = clock.add_working_days(MONDAY, 1, fresh(team).calendar)
    assert until == dt.datetime(2026, 11, 25, 16, 0, tzinfo=dt.UTC)


def test_a_deadline_in_working_hours_passes_over_a_closing_day(team):
    close(team)
    late = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)  # an hour before closing
    until = clock.add_working_time(late, dt.timedelta(hours=2), fresh(team).calendar)
    assert until == dt.datetime(2026, 11, 25, 8, 30, tzinfo=dt.UTC)


def test_a_flag_on_a_closing_day_waits_for_the_next_and_counts_as_out_of_hours(team):
    start_clinic(team.clinic, team.admin)
    close(team)
    team.clinic = fresh(team)
    on_it = MONDAY + DAY
    flag = raised(team, factories.make_match(team), at=on_it)
    assert flag.answer_by == dt.datetime(2026, 11, 25, 9, 30, tzinfo=dt.UTC)
    timing = ladder.timing_of("S2", [])
    assert ladder.is_out_of_hours(timing, flag.clinic.calendar, on_it)


def test_what_runs_already_keeps_its_moment(team):
    start_clinic(team.clinic, team.admin)
    flag = raised(team, factories.make_match(team), "flare")
    before = flag.answer_by
    close(team)
    flag.refresh_from_db()
    assert flag.answer_by == before


def test_several_days_are_closed_at_once_and_closing_again_changes_nothing(team):
    assert len(close(team, last=TUESDAY + 3 * DAY)) == 4
    assert close(team, TUESDAY + DAY, reason="Something else") == []
    assert ClosingDay.objects.count() == 4 and set(ClosingDay.objects.values_list("reason", flat=True)) == {"Team day"}
    assert SettingChange.objects.get().by == team.coordinator


def test_a_day_taken_off_is_open_again_and_history_keeps_both(team):
    close(team)
    with clock.at(MONDAY):
        actions.open_on(clinic=team.clinic, by=team.admin, day=TUESDAY)
        actions.open_on(clinic=team.clinic, by=team.admin, day=TUESDAY)
    assert fresh(team).calendar.spans(TUESDAY)
    assert [list(row.changes.values()) for row in SettingChange.objects.order_by("pk")] == [
        [["", "Team day"]], [["Team day", ""]],
    ]  # fmt: skip


def test_a_day_that_is_over_stays_counted(team):
    close(team)
    with clock.at(MONDAY + 7 * DAY), pytest.raises(Invalid):
        actions.open_on(clinic=team.clinic, by=team.admin, day=TUESDAY)


@pytest.mark.parametrize("who", ["nurse", "clinician", "trainer"])
def test_who_may_not_close(team, who):
    with pytest.raises(Denied):
        close(team, by=getattr(team, who))
    with pytest.raises(Denied):
        actions.open_on(clinic=team.clinic, by=getattr(team, who), day=TUESDAY)


def test_another_clinic_may_not_close_and_is_not_closed(team, other_team):
    with pytest.raises(Denied):
        close(team, by=other_team.admin)
    close(team)
    assert other_team.clinic.calendar.spans(TUESDAY)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"first": dt.date(2026, 11, 22)}, "first"), ({"first": dt.date(2029, 1, 1)}, "first"),
        ({"last": dt.date(2026, 11, 23)}, "last"), ({"last": dt.date(2026, 12, 25)}, "last"),
        ({"reason": "  "}, "reason"), ({"reason": "x" * 81}, "reason"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_field(team, more, field):
    with pytest.raises(Invalid) as refusal:
        close(team, **more)
    assert refusal.value.field == field and not ClosingDay.objects.exists()


def test_when_the_history_cannot_be_written_nothing_is_closed(team, monkeypatch):
    monkeypatch.setattr(actions, "note_change", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        close(team)
    assert not ClosingDay.objects.exists()


def test_a_calendar_asks_once_for_its_closing_days_however_often_it_is_used(team):
    close(team)
    calendar = fresh(team).calendar
    with CaptureQueriesContext(connection) as asked:
        for n in range(200):
            calendar.spans(TUESDAY + n * DAY)
    assert len(asked) == 1


@pytest.mark.parametrize("who", ["coordinator", "admin"])
def test_they_are_closed_and_opened_on_the_page(team, sign_in, who):
    client, address = sign_in(getattr(team, who)), reverse("clinics:closing-days")
    day = clock.today("Europe/Brussels") + DAY
    text = client.post(address, {"close": "yes", "first": str(day), "reason": "Team day"}, follow=True).content.decode()
    assert "Team day" in text and "closed on 1 day more" in text
    text = client.post(address, {"open": str(day)}, follow=True).content.decode()
    assert "Team day" not in text and not ClosingDay.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"first": "", "reason": "x"}, {"first": "soon", "reason": "kept words"}, {"first": "2020-01-01", "reason": "x"},
        {"first": "9999-12-31", "reason": "x"}, {"first": "0001-01-01", "reason": "x", "last": "9999-12-31"}, {},
    ],
)  # fmt: skip
def test_bad_input_keeps_the_words_and_closes_nothing(team, sign_in, sent):
    page = sign_in(team.coordinator).post(reverse("clinics:closing-days"), {"close": "yes", **sent})
    assert page.status_code == 200 and "Error:" in page.content.decode()
    assert sent.get("reason", "") in page.content.decode() and not ClosingDay.objects.exists()


@pytest.mark.parametrize("sent", ["never", "", "2026-13-01", "9999-12-31"])
def test_a_day_that_is_none_opens_nothing(team, sign_in, sent):
    assert sign_in(team.admin).post(reverse("clinics:closing-days"), {"open": sent}).status_code == 302
