"""Whoever is put on call or taken off by somebody else hears so once; day and night are the clinic's own hours."""

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse

from clinics.models import WorkingHours
from common import clock
from mentorship import rota
from mentorship.actions import rota as actions
from mentorship.models import Shift
from messaging import delivery
from messaging.models import Message
from tests.mentorship.flags.conftest import MONDAY
from tests.mentorship.flags.test_rota import DAY, hours, put

pytestmark = pytest.mark.django_db
FAR = dt.date(2026, 12, 7)  # two weeks after MONDAY
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def night(team):
    """The Monday night; the one on call sleeps from ten to seven."""
    team.backup.quiet_from, team.backup.quiet_until = dt.time(22), dt.time(7)
    team.backup.save()
    return clock.at_local(MONDAY.date(), dt.time(23), team.clinic.time_zone)


def kinds():
    return list(Message.objects.order_by("pk").values_list("kind", "recipient"))


def read(at, n=1):
    """Send what is due; return the text of the only mail."""
    mail.outbox.clear()
    with clock.at(at):
        delivery.send_due(now=at)
    assert len(mail.outbox) == n
    return f"{mail.outbox[0].subject}\n{mail.outbox[0].body}" if n else ""


def take_off(shift, by, at):
    with clock.at(at):
        return actions.remove(shift=shift, by=by)


# Told ---------------------------------------------------------------------------------------


def test_who_is_put_on_call_hears_so_once(team):
    (shift,) = put(team, team.backup, FAR)
    put(team, team.backup, FAR)
    assert kinds() == [("rota.planned", f"user:{team.backup.ref}")]
    text = read(MONDAY)
    assert "You are on call from Monday 7 December, 17:00 until Tuesday 8 December, 08:30." in text
    assert reverse("mentorship:shift", args=[shift.ref]) in text
    read(MONDAY + HOUR, 0)


def test_many_weeks_are_one_message_that_counts_what_is_new_and_still_theirs(team):
    put(team, team.backup, FAR)
    shifts = put(team, team.backup, FAR, weekdays=[0, 2], weeks=3)
    message = Message.objects.get(subject=shifts[1].ref)
    assert message.data == {"shifts": [shift.ref for shift in shifts[1:]]}
    Message.objects.exclude(pk=message.pk).delete()
    take_off(shifts[1], team.coordinator, MONDAY)
    Message.objects.exclude(pk=message.pk).delete()
    text = read(MONDAY)
    assert "from Monday 14 December" in text and "After that 3 times more." in text


def test_what_is_taken_off_before_it_was_told_is_not_told_as_planned(team):
    (shift,) = put(team, team.backup, FAR)
    take_off(shift, team.coordinator, MONDAY)
    text = read(MONDAY)
    assert "You were to be on call from Monday 7 December, 17:00" in text
    assert Message.objects.get(kind="rota.planned").status == "cancelled"


def test_one_put_on_again_is_not_told_that_they_are_off(team):
    (shift,) = put(team, team.backup, FAR)
    take_off(shift, team.coordinator, MONDAY)
    put(team, team.backup, FAR)
    assert "You are on call" in read(MONDAY)
    assert Message.objects.get(kind="rota.removed").status == "cancelled"


def test_nobody_hears_of_what_they_did_themselves(team):
    (shift,) = put(team, team.coordinator, FAR)
    take_off(shift, team.coordinator, MONDAY)
    assert kinds() == []


def test_one_that_runs_is_ended_and_its_person_hears_so_at_once(team, night):
    (shift,) = put(team, team.backup)
    Message.objects.all().delete()
    take_off(shift, team.coordinator, night)
    take_off(Shift.objects.get(), team.admin, night - HOUR)
    assert kinds() == [("rota.removed-soon", f"user:{team.backup.ref}")]
    assert "you are not on call any more" in read(night)


def test_taken_off_twice_is_told_once(team):
    (shift,) = put(team, team.backup, FAR)
    Message.objects.all().delete()
    take_off(shift, team.coordinator, MONDAY)
    take_off(shift, team.admin, MONDAY)
    assert kinds() == [("rota.removed", f"user:{team.backup.ref}")]


def test_at_night_what_is_far_waits_until_the_morning(team, night):
    put(team, team.backup, FAR, at=night)
    read(night, 0)
    assert "You are on call" in read(night + 8 * HOUR)


def test_at_night_what_begins_within_a_day_does_not_wait(team, night):
    put(team, team.backup, MONDAY.date() + DAY, starts="09:00", ends="17:00", at=night)
    assert kinds() == [("rota.planned-soon", f"user:{team.backup.ref}")]
    assert "You are on call" in read(night)


def test_what_cannot_be_told_is_not_planned(team, monkeypatch):
    monkeypatch.setattr(actions.outbox, "post", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        put(team, team.backup, FAR)
    assert not Shift.objects.exists()


# The clinic's own hours ---------------------------------------------------------------------


def opens(team, **spans):
    """Write down hours by weekday: mon="08:00-12:00"."""
    team.clinic.working_hours.all().delete()
    for day, text in spans.items():
        weekday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].index(day)
        for span in text.split(" "):
            first, last = (dt.time.fromisoformat(hour) for hour in span.split("-"))
            WorkingHours.objects.create(clinic=team.clinic, weekday=weekday, opens=first, closes=last)
    team.clinic = type(team.clinic).objects.get(pk=team.clinic.pk)


def plan(team, part, **more):
    with clock.at(MONDAY):
        return actions.plan(
            clinic=team.clinic, by=team.coordinator, user=team.backup, first_day=FAR, part=part, **more,
        )  # fmt: skip


def test_a_day_is_from_opening_to_closing_and_a_night_to_the_next_opening(team):
    opens(team, mon="08:00-12:00 13:00-18:00", tue="09:00-12:30")
    assert [hours(s) for s in plan(team, "day", weekdays=[0, 1])] == [
        ["07 08:00", "07 18:00"],
        ["08 09:00", "08 12:30"],
    ]
    assert [hours(s) for s in plan(team, "night", weekdays=[0, 1])] == [
        ["07 18:00", "08 09:00"],
        ["08 12:30", "09 09:00"],
    ]


def test_days_and_nights_of_a_whole_week_leave_no_gap_and_do_not_overlap(team):
    opens(team, mon="08:00-18:00", wed="07:15-12:00", fri="08:30-23:59")
    both = plan(team, "day", weekdays=range(7), weeks=2) + plan(team, "night", weekdays=range(7), weeks=2)
    assert len(both) == 28 and rota.uncovered(both, both[0].starts_at, both[-1].ends_at) == []


def test_a_clinic_without_hours_has_the_usual_ones(team):
    opens(team)
    assert [hours(s) for s in plan(team, "night")] == [["07 17:00", "08 08:30"]]
    assert [str(label) for _part, label in rota.parts(team.clinic)] == [
        "A day, 08:30 to 17:00",
        "A night, 17:00 to 08:30",
    ]


def test_neither_a_part_nor_hours_is_refused(team):
    with pytest.raises(actions.Invalid) as refusal:
        plan(team, "")
    assert refusal.value.field == "part"


@pytest.mark.parametrize(
    ("spans", "label"),
    [({"mon": "08:00-18:00"}, "A night, 18:00 to 08:00"), ({"mon": "08:00-18:00", "tue": "09:00-12:00"}, "to opening")],
)
def test_the_form_says_the_clinics_hours_and_plans_by_them(team, sign_in, spans, label):
    opens(team, **spans)
    browser = sign_in(team.coordinator)
    assert label in browser.get(reverse("mentorship:plan-on-call")).content.decode()
    first = clock.today(team.clinic.time_zone)
    first += dt.timedelta(days=7 - first.weekday())
    form = {"user": team.backup.ref, "first_day": first.isoformat(), "part": "night", "weeks": "1"}
    answer = browser.post(reverse("mentorship:plan-on-call"), form)
    assert answer.status_code == 302, answer.content.decode()
    assert hours(Shift.objects.get())[0].endswith("18:00")
