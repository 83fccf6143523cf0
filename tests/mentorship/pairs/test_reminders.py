"""What is due on a date: once, to the right person, on the clinic's clocks, and never again."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import clock
from matching.workflow import Status as MatchStatus
from mentorship import reminders
from mentorship.actions import checks as actions
from mentorship.actions import pairs, planning
from mentorship.models import CheckDay, Contact, FollowUpCheck
from mentorship.starter_checks import start_clinic
from messaging import kinds
from messaging.models import Message
from referrals.models import Consent
from tests import factories

DAY = dt.timedelta(days=1)
BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture
def clinic(team):
    start_clinic(team.clinic)
    return team.clinic


def morning(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(9, 30), tzinfo=BRUSSELS).astimezone(dt.UTC)


def run(on: dt.date) -> int:
    """Live through the morning of a date."""
    with clock.at(morning(on)):
        return actions.send_due(clock.now())


def begun(match) -> dt.date:
    return match.introduced_at.astimezone(BRUSSELS).date()


def asked() -> list[tuple[int, str]]:
    return sorted(FollowUpCheck.objects.values_list("day", "to"))


def true(message) -> bool:
    return kinds.get(message.kind).still_true(message)


# Checks -----------------------------------------------------------------------------------


def test_a_clinic_starts_with_days_and_keeps_its_own(clinic):
    assert CheckDay.objects.count() == 11
    CheckDay.objects.filter(day=3).delete()
    start_clinic(clinic)
    assert CheckDay.objects.count() == 10


def around(*days: int) -> list[int]:
    """Return each day with the one before and the one after: where something may happen."""
    return sorted({n + d for n in days for d in (-1, 0, 1)})


def test_a_whole_year_asks_each_question_once_on_its_day(clinic, match):
    for n in around(3, 10, 21, 30, 56, 84, 180, 364):
        run(begun(match) + n * DAY)
    assert asked() == [
        (3, "mentor"), (10, "mentee"), (10, "mentor"), (21, "mentor"), (30, "mentee"), (30, "mentor"),
        (56, "mentee"), (56, "mentor"), (84, "mentee"), (84, "mentor"), (180, "mentee"),
    ]  # fmt: skip
    for check in FollowUpCheck.objects.all():
        assert check.due_on == check.asked_at.astimezone(BRUSSELS).date() == begun(match) + check.day * DAY
    assert Message.objects.filter(kind="check.ask").count() == 11


def test_nothing_before_nine_on_the_clinics_clocks(clinic, match):
    Contact.objects.all().delete()
    day = begun(match) + 10 * DAY
    early = dt.datetime.combine(day, dt.time(8, 59), tzinfo=BRUSSELS)
    assert actions.send_due(early) == 0
    assert actions.send_due(early + dt.timedelta(minutes=1)) == 2


def test_running_twice_stores_nothing_more(clinic, match):
    day = begun(match) + 10 * DAY
    assert run(day) > 0
    assert run(day) == 0
    assert reminders.due(day, clinic) == reminders.Due()


def test_a_late_run_asks_only_the_newest(clinic, match):
    run(begun(match) + 33 * DAY)
    assert asked() == [(30, "mentee"), (30, "mentor")]


def test_what_is_very_late_is_not_asked(clinic, match):
    run(begun(match) + 79 * DAY)
    assert asked() == []


def test_the_right_person_is_asked(clinic, match, mentor):
    run(begun(match) + 10 * DAY)
    to = {FollowUpCheck.objects.get(ref=m.subject).to: m.recipient for m in Message.objects.filter(kind="check.ask")}
    assert to == {"mentee": f"person:{match.referral.mentee.ref}", "mentor": f"user:{mentor.ref}"}


def test_a_paused_pair_is_not_asked_and_goes_on_afterwards(clinic, match, team):
    match.status = MatchStatus.PAUSED
    match.save()
    assert run(begun(match) + 10 * DAY) == 0
    match.status = MatchStatus.INTRODUCED
    match.save()
    assert run(begun(match) + 22 * DAY) > 0
    assert (21, "mentor") in asked()


def test_without_consent_nobody_is_asked_or_reminded(clinic, match, team):
    Consent.objects.filter(referral=match.referral, scope="contact").update(
        withdrawn_at=clock.now(), withdrawn_by=team.nurse
    )
    for n in around(2, 3, 10, 14, 30):
        assert run(begun(match) + n * DAY) == 0


def test_after_a_planned_ending_only_half_a_year_is_asked(clinic, team, now):
    match = factories.make_match(team, status=MatchStatus.ENDED, days_ago=0)
    other = factories.make_match(team, status=MatchStatus.ENDED, days_ago=0, end_reason="fit")
    for n in around(3, 10, 30, 84, 180):
        run(begun(match) + n * DAY)
    assert [(c.match, c.day, c.to) for c in FollowUpCheck.objects.all()] == [(match, 180, "mentee")]
    assert not other.checks.exists()


@pytest.mark.parametrize(("reason", "kept"), [("planned", True), ("fit", False), ("died", False)])
def test_a_planned_ending_leaves_the_half_year_question_open(clinic, match, team, reason, kept):
    run(begun(match) + 180 * DAY)
    match.status, match.end_reason, match.slot = MatchStatus.ENDED, reason, None
    match.ended_at, match.ended_by = clock.now(), team.coordinator
    match.save()
    pairs.stop(match=match, by=team.coordinator)
    check = FollowUpCheck.objects.get(day=180)
    message = Message.objects.get(subject=check.ref)
    assert (check.cancelled_at is None, message.status == "queued", true(message)) == (kept, kept, kept)


def test_the_question_cancels_itself_when_it_is_no_longer_true(clinic, match, team, mentor):
    run(begun(match) + 10 * DAY)
    message = Message.objects.get(kind="check.ask", recipient=f"user:{mentor.ref}")
    assert true(message)
    with clock.at(morning(begun(match) + 10 * DAY)):
        check = FollowUpCheck.objects.get(ref=message.subject)
        actions.answer_check(check=check.pk, by=mentor, answer="yes")
    message.refresh_from_db()
    assert message.status == "cancelled"
    assert not true(message)


@pytest.mark.parametrize("change", ["paused", "ended", "withdrawn"])
def test_a_question_that_waits_is_dropped_by_the_pairs_fate(clinic, match, team, change):
    run(begun(match) + 10 * DAY)
    message = Message.objects.get(kind="check.ask", recipient=f"person:{match.referral.mentee.ref}")
    if change == "paused":
        match.status = MatchStatus.PAUSED
        match.save()
    elif change == "ended":
        pairs.stop(match=match, by=team.coordinator)
    else:
        Consent.objects.filter(scope="contact").update(withdrawn_at=clock.now(), withdrawn_by=team.nurse)
    assert not true(message)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(offsets=st.lists(st.integers(0, 220), min_size=1, max_size=12))
def test_any_order_of_days_asks_each_question_at_most_once(clinic, match, offsets):
    FollowUpCheck.objects.all().delete()
    Message.objects.all().delete()
    for n in offsets:
        before = FollowUpCheck.objects.count()
        run(begun(match) + n * DAY)
        after = FollowUpCheck.objects.count()
        assert after - before <= 2  # one for each side
        assert run(begun(match) + n * DAY) == 0
        assert FollowUpCheck.objects.count() == after
    days = asked()
    assert len(days) == len(set(days))
    keys = list(Message.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("introduced", [dt.date(2026, 3, 26), dt.date(2026, 10, 22)])
@pytest.mark.parametrize("hour", [0, 12, 23])
def test_days_are_counted_by_the_calendar_over_both_changeovers(clinic, team, introduced, hour):
    at = dt.datetime.combine(introduced, dt.time(hour, 30), tzinfo=BRUSSELS).astimezone(dt.UTC)
    match = factories.make_match(team, introduced_at=at)
    assert run(introduced + 2 * DAY) == 0
    assert run(introduced + 3 * DAY) == 1
    assert FollowUpCheck.objects.get(match=match).due_on == introduced + 3 * DAY


@pytest.mark.parametrize("start", [dt.date(2026, 3, 28), dt.date(2026, 10, 24)])
def test_every_hour_of_a_changeover_weekend_asks_once(clinic, team, start):
    at = dt.datetime.combine(start - 9 * DAY, dt.time(12), tzinfo=BRUSSELS).astimezone(dt.UTC)
    factories.make_match(team, introduced_at=at)
    moment = dt.datetime.combine(start, dt.time(0), tzinfo=dt.UTC)
    for n in range(22, 50):
        with clock.at(moment + n * dt.timedelta(hours=1)):
            actions.send_due(clock.now())
    checks = FollowUpCheck.objects.filter(day=10)
    assert sorted(check.to for check in checks) == ["mentee", "mentor"]
    for check in checks:
        assert check.asked_at.astimezone(BRUSSELS).replace(tzinfo=None) == dt.datetime.combine(start + DAY, dt.time(9))


# Talks ------------------------------------------------------------------------------------


def notices(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def test_a_talk_is_announced_the_day_before_to_both_and_once(match, mentor):
    talk = Contact.objects.planned().filter(planned_at__gt=clock.now()).order_by("planned_at")[0]
    day = talk.planned_at.astimezone(BRUSSELS).date()
    for on in (day - 2 * DAY, day - DAY, day - DAY, day, day, day + DAY):
        run(on)
    sent = notices("contact.soon") + notices("mentee.soon")
    assert [(m.subject, m.recipient) for m in sent] == [
        (talk.ref, f"user:{mentor.ref}"), (talk.ref, f"person:{match.referral.mentee.ref}"),
    ]  # fmt: skip
    with clock.at(morning(day)):
        assert all(true(m) for m in sent)
    with clock.at(talk.planned_at):
        assert not any(true(m) for m in sent)


def test_a_moved_talk_is_announced_anew_and_its_old_reminder_is_no_longer_true(match, mentor):
    from mentorship.actions.contacts import move_contact

    talk = Contact.objects.planned().filter(planned_at__gt=clock.now()).order_by("planned_at")[0]
    day = talk.planned_at.astimezone(BRUSSELS).date()
    run(day - DAY)
    old = notices("contact.soon")[0]
    with clock.at(morning(day - DAY)):
        move_contact(contact=talk.pk, by=mentor, at=talk.planned_at + 2 * DAY)
        old.refresh_from_db()
        assert old.status == "cancelled"
        assert not true(old)
    run(day + DAY)
    assert len(notices("contact.soon")) == 2


def test_a_talk_not_noted_is_asked_about_once_after_two_days(match, mentor):
    talk = Contact.objects.planned().order_by("-planned_at")[0]
    day = talk.planned_at.astimezone(BRUSSELS).date()
    Contact.objects.exclude(pk=talk.pk).delete()
    assert [run(day + n * DAY) for n in (1, 2, 2, 3, 8)] == [0, 2, 0, 0, 0]
    [message], [other] = notices("contact.unlogged"), notices("mentee.unlogged")
    assert other.recipient == f"person:{match.referral.mentee.ref}"
    with clock.at(morning(day + 2 * DAY)):
        assert true(message) and true(other)


def test_an_older_talk_is_not_asked_about_when_a_newer_one_was_noted(match, mentor):
    from mentorship.actions.contacts import log_contact

    first = Contact.objects.planned().order_by("planned_at")[0]
    later = first.planned_at + 9 * DAY
    with clock.at(later):
        log_contact(match=match.pk, by=mentor, client_key="a-key-of-mine", outcome="talked", when=later)
    first.refresh_from_db()
    assert first.status == "planned"
    run(first.planned_at.astimezone(BRUSSELS).date() + 10 * DAY)
    assert not notices("contact.unlogged")


def test_a_noted_talk_cancels_what_waits_about_it(match, mentor):
    from mentorship.actions.contacts import log_contact

    talk = Contact.objects.planned().filter(planned_at__lt=clock.now()).get()
    run(talk.planned_at.astimezone(BRUSSELS).date() + 2 * DAY)
    log_contact(
        match=match.pk, by=mentor, client_key="a-key-of-mine", outcome="talked", when=talk.planned_at, contact=talk.pk
    )
    assert [m.status for m in notices("contact.unlogged")] == ["cancelled"]


def test_a_pause_reminds_nobody(match):
    match.status = MatchStatus.PAUSED
    match.save()
    for n in around(2, 14, 28, 56):
        assert run(begun(match) + n * DAY) == 0


@pytest.mark.parametrize("pairs_there", [2, 12])
def test_what_is_due_takes_the_same_queries_however_many_pairs(
    clinic, team, now, pairs_there, django_assert_num_queries
):
    mentor = factories.make_mentor(team, places=10)
    for n in range(pairs_there):
        if n and n % 9 == 0:
            mentor = factories.make_mentor(team, places=10)
        match = factories.make_match(team, mentor=mentor, days_ago=12)
        with clock.at(match.introduced_at):
            planning.begin_plan(match=match, by=team.coordinator)
    with django_assert_num_queries(9):
        reminders.due(clock.today("Europe/Brussels"), clinic)


def test_one_that_fails_does_not_keep_the_others(clinic, match, monkeypatch):
    store = actions.ask
    monkeypatch.setattr(actions, "ask", lambda row: 1 / 0 if row.to == "mentor" else store(row))
    run(begun(match) + 10 * DAY)
    assert asked() == [(10, "mentee")]


def test_messages_name_nobody_but_the_reader(clinic, match, mentor):
    from messaging.kinds import Recipient

    day = begun(match) + 10 * DAY
    run(day)
    secrets = [match.referral.mentee.first_name, match.referral.mentee.last_name, "rheumat", match.clinic.name]
    for message in Message.objects.all():
        with clock.at(morning(day)):
            text = kinds.get(message.kind).render(message, Recipient("Reader"))
        assert "Reader" in text.body
        assert "http" in text.body
        assert not any(word.lower() in (text.subject + text.body).lower() for word in secrets)
