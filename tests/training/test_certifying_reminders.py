"""Reminders of papers: 60, 30 and 7 days before an end, once each; words to sign; and the messages themselves."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import clock
from messaging import kinds
from messaging.models import Message
from tests import factories
from tests.factories import DAY
from training import actions, reminders
from training.actions.certifying_due import send_papers_due
from training.models import AdmissionPolicy, Certificate, Mentor
from training.starter_agreements import start_clinic
from training.workflow import Status

NOON = dt.time(12)
FIRST = dt.date(2026, 6, 1)


@pytest.fixture
def mentor(team):
    return factories.make_mentor(team)


def ends(mentor, days, what="certificate"):
    day = mentor.person.clinic.today + days * DAY
    if what == "certificate":
        mentor.certificates.update(valid_from=day - 400 * DAY, valid_until=day)
    else:
        Mentor.objects.filter(pk=mentor.pk).update(checks_valid_until=day)
    return day


def morning(team, days=0):
    """Run the round at noon, some days from now; return the keys it stored since."""
    before = set(Message.objects.values_list("pk", flat=True))
    with clock.at(clock.at_local(team.clinic.today + days * DAY, NOON, team.clinic.time_zone)):
        send_papers_due(clock.now())
    rows = Message.objects.exclude(pk__in=before).exclude(kind="letter.to-read").order_by("pk")
    return [row.key.split(":")[2] for row in rows]


@given(st.integers(min_value=-100, max_value=200))
def test_the_window_is_the_nearest_of_the_three(left):
    found = reminders.window(FIRST + left * DAY, FIRST)
    expected = next((days for days in (7, 30, 60) if 0 <= left <= days), None)
    assert found == expected


@pytest.mark.parametrize("what", ["certificate", "checks"])
def test_sixty_thirty_and_seven_days_before_an_end_once_each(team, mentor, what):
    day = ends(mentor, 61, what)
    told = [(days, key) for days in (0, 1, 1, 20, 31, 31, 53, 54, 54, 61, 62) for key in morning(team, days)]
    assert told == [(1, f"{what}-{day}-60"), (31, f"{what}-{day}-30"), (54, f"{what}-{day}-7")]


def test_who_comes_late_into_the_window_gets_the_nearest_only(team, mentor):
    day = ends(mentor, 5)
    assert morning(team) == [f"certificate-{day}-7"]
    assert morning(team) == []


def test_a_renewal_silences_the_rest(team, mentor):
    day = ends(mentor, 40)
    assert len(morning(team)) == 1
    Certificate.objects.create(
        mentor=mentor, valid_from=day + DAY, valid_until=day + 700 * DAY, issued_by=team.coordinator
    )
    assert morning(team, 20) == []
    message = Message.objects.get()
    assert not kinds.get(message.kind).still_true(message)


def test_a_renewal_with_a_gap_does_not(team, mentor):
    day = ends(mentor, 40)
    Certificate.objects.create(
        mentor=mentor, valid_from=day + 2 * DAY, valid_until=day + 700 * DAY, issued_by=team.coordinator
    )
    assert morning(team) == [f"certificate-{day}-60"]


def test_rules_that_ask_no_background_check_remind_of_none(team, mentor):
    ends(mentor, 5, "checks")
    rules = AdmissionPolicy.objects.create(
        clinic=team.clinic, version=1, in_force_from=team.clinic.today, needs_check=False, published_by=team.admin
    )
    Mentor.objects.filter(pk=mentor.pk).update(policy=rules)
    assert morning(team) == []


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DECERTIFIED])
def test_nobody_is_reminded_who_is_no_mentor_any_more(team, mentor, status):
    ends(mentor, 5)
    Mentor.objects.filter(pk=mentor.pk).update(status=status)
    assert morning(team) == []


def test_nothing_before_nine(team, mentor):
    ends(mentor, 5)
    early = clock.at_local(team.clinic.today, dt.time(8, 59), team.clinic.time_zone)
    assert send_papers_due(early) == 0
    assert send_papers_due(early + dt.timedelta(minutes=1)) == 1


def test_the_number_of_queries_does_not_follow_the_number_of_mentors(team, django_assert_num_queries):
    start_clinic(team.clinic, team.admin)
    for n in (1, 5):
        for _new in range(n):
            ends(factories.make_mentor(team), 5)
        with django_assert_num_queries(6):
            assert reminders.due(team.clinic.today, team.clinic)


# Words to sign ----------------------------------------------------------------------------


def publish(team, days=1, time=30):
    first = team.clinic.today + days * DAY
    actions.publish_agreement(
        clinic=team.clinic, by=team.admin, kind="code", body="New", in_force_from=first, sign_by=first + time * DAY,
        version=1,
    )  # fmt: skip
    return first, first + time * DAY


def test_new_words_are_told_once_and_a_week_before_the_end_again(team, mentor):
    start_clinic(team.clinic, team.admin)
    actions.sign_code(mentor=mentor.pk, by=team.coordinator)
    first, last = publish(team)
    assert morning(team) == []
    assert morning(team, 1) == [f"new-{first}"]
    assert morning(team, 1) == morning(team, 23) == []
    assert morning(team, 24) == [f"soon-{last}"]
    assert morning(team, 25) == morning(team, 40) == []


def test_late_by_many_days_still_says_it_once(team, mentor):
    start_clinic(team.clinic, team.admin)
    actions.sign_code(mentor=mentor.pk, by=team.coordinator)
    first, last = publish(team)
    assert morning(team, 29) == [f"new-{first}"]
    assert morning(team, 30) == [f"soon-{last}"]


def test_who_has_signed_is_asked_no_more(team, mentor):
    start_clinic(team.clinic, team.admin)
    Mentor.objects.filter(pk=mentor.pk).update(code_signed_on=None)
    assert len(morning(team)) == 1
    actions.sign_code(mentor=mentor.pk, by=team.coordinator)
    message = Message.objects.get()
    assert not kinds.get(message.kind).still_true(message)
    assert morning(team, 25) == []


def test_the_messages_carry_a_first_name_a_day_and_a_link(team, mentor):
    start_clinic(team.clinic, team.admin)
    Mentor.objects.filter(pk=mentor.pk).update(code_signed_on=None)
    ends(mentor, 5)
    ends(mentor, 6, "checks")
    morning(team)
    assert Message.objects.count() == 3
    for message in Message.objects.all():
        kind = kinds.get(message.kind)
        assert kind.still_true(message)
        text = kind.render(message, kind.recipient(message))
        assert text.body.startswith("Hello Rita,") and "http" in text.body
        assert team.clinic.name not in text.body and "Bensalem" not in text.body


def test_the_task_does_the_same_for_one_clinic(team, other_team, mentor):
    from training.tasks import send_papers_due as task

    ends(mentor, 5)
    with clock.at(clock.at_local(team.clinic.today, NOON, team.clinic.time_zone)):
        assert (task(other_team.clinic.pk), task(team.clinic.pk), task(team.clinic.pk)) == (0, 1, 0)
