"""Reminders of talks by the clocks of whoever reads them, and what formats ask beside the clinic's own days."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts.models import OneTimeLink, User
from common import clock
from desk.today import care as today_care
from desk.today.rows import Desk
from matching.workflow import Status as MatchStatus
from mentorship import reminders
from mentorship.actions import checks as actions
from mentorship.actions import pairs, planning
from mentorship.models import Contact, FollowUpCheck, Format
from mentorship.notices import pairs as notices
from messaging import delivery, kinds
from messaging.models import Message
from referrals.contact_details import recipient_for_person
from referrals.models import Person
from tests import factories
from tests.mentorship.pairs.test_reminders import BRUSSELS, DAY, begun, morning, run

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def talk(match, now):
    """One talk to come, on 25 November at 20:00 there."""
    Contact.objects.all().delete()
    return Contact.objects.create(match=match, planned_at=dt.datetime(2026, 11, 25, 19, tzinfo=dt.UTC))


def live_in(match, zone, **wish):
    Person.objects.filter(pk=match.referral.mentee_id).update(time_zone=zone, **wish)


def told(kind="mentee.soon") -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


# The reader's own morning ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "posted_on", "due_at"),
    [
        ("", dt.date(2026, 11, 24), dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)),
        ("America/New_York", dt.date(2026, 11, 24), dt.datetime(2026, 11, 24, 14, tzinfo=dt.UTC)),
        # 04:00 on the 26th there: their day before is the 25th
        ("Asia/Tokyo", dt.date(2026, 11, 24), dt.datetime(2026, 11, 25, 0, tzinfo=dt.UTC)),
        ("Pacific/Auckland", dt.date(2026, 11, 24), dt.datetime(2026, 11, 24, 20, tzinfo=dt.UTC)),
    ],
)
def test_the_day_before_is_counted_where_the_reader_lives(match, talk, zone, posted_on, due_at):
    live_in(match, zone)
    for n in range(6):
        run(dt.date(2026, 11, 20) + n * DAY)
        if told():
            break
    [message] = told()
    assert dt.date(2026, 11, 20) + n * DAY == posted_on
    assert message.due_at >= due_at
    assert message.due_at - due_at <= HOUR  # run() lives at half past nine


@pytest.mark.parametrize(
    ("zone", "now", "words"),
    [
        ("Europe/Brussels", dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC), "tomorrow, about 20:00"),
        ("Europe/Brussels", dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC), "today, about 20:00"),
        ("Asia/Tokyo", dt.datetime(2026, 11, 25, 0, tzinfo=dt.UTC), "tomorrow, about 04:00"),
        ("Asia/Tokyo", dt.datetime(2026, 11, 25, 16, tzinfo=dt.UTC), "today, about 04:00"),
        ("Asia/Tokyo", dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC), "Thursday 26 November, about 04:00"),
    ],
)
def test_the_words_are_those_of_the_readers_day(match, talk, zone, now, words):
    live_in(match, zone)
    message = Message(kind="mentee.soon", subject=talk.ref, data={})
    reader = recipient_for_person(match.referral.mentee.ref)
    with clock.at(now):
        assert words in notices.render_mentee_soon(message, reader).body


def test_a_talk_planned_in_the_evening_for_tomorrow_waits_for_the_morning_and_says_today(match, now):
    Contact.objects.all().delete()
    evening = dt.datetime(2026, 11, 19, 21, tzinfo=dt.UTC)
    Contact.objects.create(match=match, planned_at=evening + 16 * HOUR)
    with clock.at(evening):
        actions.send_due(evening)
        assert delivery.send_due() == 0
    [message] = told()
    assert message.due_at == dt.datetime(2026, 11, 20, 7, tzinfo=dt.UTC)
    with clock.at(message.due_at):
        assert delivery.deliver(message.pk) == "sent"


def test_a_talk_of_today_nobody_was_told_of_is_said_today(match, talk):
    run(dt.date(2026, 11, 25))
    run(dt.date(2026, 11, 25))
    assert [m.key.split(":")[2] for m in told()] == ["day"]
    assert len(told("contact.soon")) == 1


@pytest.mark.parametrize("start", [dt.date(2026, 3, 27), dt.date(2026, 10, 23)])
@pytest.mark.parametrize("zone", ["", "America/New_York", "Asia/Tokyo"])
def test_every_hour_around_both_changeovers_tells_each_side_once(team, start, zone):
    begins = dt.datetime.combine(start, dt.time(0), tzinfo=dt.UTC)
    match = factories.make_match(team, introduced_at=begins - 5 * DAY)
    live_in(match, zone, quiet_from=dt.time(21), quiet_until=dt.time(8))
    talks = [Contact.objects.create(match=match, planned_at=begins + n * 17 * HOUR) for n in range(2, 5)]
    sent = 0
    for n in range(5 * 24):
        with clock.at(begins + n * HOUR):
            actions.send_due(clock.now())
            sent += delivery.send_due()
    for kind in ("contact.soon", "mentee.soon"):
        assert sorted(m.subject for m in told(kind)) == sorted(talk.ref for talk in talks)
    there = ZoneInfo(zone or "Europe/Brussels")
    for message in told():
        assert message.status == "sent"
        assert 8 <= message.sent_at.astimezone(there).hour < 21


def test_who_wants_no_reminders_gets_none_and_is_still_asked_the_questions(match, talk, mentor, team):
    from mentorship.starter_checks import start_clinic

    start_clinic(team.clinic)
    live_in(match, "", reminders="none")
    User.objects.filter(pk=mentor.pk).update(reminders="none")
    for n in range(10):
        run(dt.date(2026, 11, 19) + n * DAY)
    found = set(Message.objects.values_list("kind", flat=True))
    assert found == {"check.ask"}


def test_the_mentee_gets_a_link_and_no_name(match, talk):
    reader = recipient_for_person(match.referral.mentee.ref)
    for kind, link in (("mentee.soon", "mentee.page"), ("mentee.unlogged", "contact.said")):
        text = kinds.get(kind).render(Message(kind=kind, subject=talk.ref, data={}), reader)
        assert OneTimeLink.objects.filter(kind=link).count() == 1
        secrets = (match.mentor.person.first_name, match.mentor.person.last_name, match.clinic.name, "rheumat")
        assert not any(word in text.subject + text.body for word in secrets)


def test_the_mentee_who_said_it_is_not_asked_again(match, talk):
    from mentorship.actions.saying import say_what_came

    day = talk.planned_at.astimezone(BRUSSELS).date()
    run(day + 2 * DAY)
    [message] = told("mentee.unlogged")
    with clock.at(morning(day + 2 * DAY)):
        assert kinds.get(message.kind).still_true(message)
        say_what_came(contact=talk.pk, by=User.objects.system(), says="talked")
        assert not kinds.get(message.kind).still_true(message)
    Message.objects.all().delete()
    run(day + 3 * DAY)
    assert not told("mentee.unlogged")
    assert told("contact.unlogged")  # the mentor's own note is still missing


# What formats ask --------------------------------------------------------------------------


FOLLOWUPS = [
    {"day": [7, 14], "actor": "coordinator", "action": "check match happened"},
    {"day": [21, 21], "actor": "mentor", "action": "email reminder"},
    {"day": [40, 42], "actor": "mentee", "action": "word"},
]


@pytest.fixture
def followed(team, now):
    """A pair that follows a format with its own follow-ups, introduced today."""
    preset = Format.objects.presets().filter(key="joo_d").get()
    followed = Format.objects.create(
        key="ours", name="Ours", body=preset.body | {"followups": FOLLOWUPS}, clinic=team.clinic, created_by=team.admin
    )
    match = factories.make_match(team)
    enrolment = planning.enrolment_of(match, by=team.coordinator)
    enrolment.format = followed
    enrolment.save()
    return match


def asked_of_team() -> list[FollowUpCheck]:
    return list(FollowUpCheck.objects.filter(to="team"))


def test_the_preset_of_parents_asks_as_its_source_says(team, now):
    body = Format.objects.presets().filter(key="joo_d").get().body
    assert body["followups"] == FOLLOWUPS[:2]


def test_each_is_asked_once_on_its_day(followed, team):
    for n in (5, 6, 7, 7, 8, 13, 20, 21, 21, 22, 39, 40, 41, 60):
        run(begun(followed) + n * DAY)
    [check] = asked_of_team()
    assert (check.day, check.due_on, check.comment) == (7, begun(followed) + 7 * DAY, "check match happened")
    sent = {(m.recipient, m.key.split(":")[2]) for m in told("format.reminder")}
    assert sent == {
        (f"user:{followed.mentor.person.user.ref}", "day21"), (f"person:{followed.referral.mentee.ref}", "day40"),
    }  # fmt: skip


def test_it_stands_on_today_until_somebody_looked_after_it(followed, team, client):
    run(begun(followed) + 8 * DAY)
    [check] = asked_of_team()
    with clock.at(morning(begun(followed) + 8 * DAY)):
        desk = Desk(team.coordinator, team.clinic, clock.now())
        groups = {g.id: g for g in today_care.checks(desk)}
        [row] = groups["look-at"].rows
        assert (row.text, row.when) == ("“check match happened”", "In 6 days")
        assert groups["silence"].total == groups["checks"].total == 0
        client.force_login(team.coordinator)
        page = reverse("mentorship:check", args=[check.ref])
        assert "Between day 7 and day 14" in client.get(page).content.decode()
        assert client.post(page, {"note": "x" * 301}).status_code == 200
        assert client.post(page, {"note": "Rang both."}).status_code == 302
        assert {g.id: g.total for g in today_care.checks(desk)}["look-at"] == 0
        assert "looked after" in client.get(reverse("mentorship:pair", args=[followed.ref])).content.decode()
        assert "Rang both." in client.get(page).content.decode()
    check.refresh_from_db()
    assert check.handled_by == team.coordinator


def test_a_mentor_never_sees_what_the_team_is_asked(followed, client):
    run(begun(followed) + 8 * DAY)
    client.force_login(followed.mentor.person.user)
    assert client.get(reverse("mentorship:check", args=[asked_of_team()[0].ref])).status_code == 404


@pytest.mark.parametrize("change", ["pause", "end", "withdrawn"])
def test_a_stopped_pair_is_asked_nothing_more(followed, team, change):
    run(begun(followed) + 7 * DAY)
    run(begun(followed) + 21 * DAY)
    [message] = told("format.reminder")
    if change == "withdrawn":
        from referrals.models import Consent

        Consent.objects.filter(scope="contact").update(withdrawn_at=clock.now(), withdrawn_by=team.nurse)
        assert not kinds.get(message.kind).still_true(message)
    else:
        {"pause": pairs.hold, "end": pairs.stop}[change](match=followed, by=team.coordinator)
        followed.status = MatchStatus.PAUSED
        followed.save()
        message.refresh_from_db()
        assert message.status == "cancelled"
        assert asked_of_team()[0].cancelled_at
    assert not reminders.due(begun(followed) + 40 * DAY, team.clinic).asked


def test_a_late_run_asks_only_the_newest_of_each_side(followed):
    run(begun(followed) + 41 * DAY)
    assert not asked_of_team()  # day 14 and two weeks are over
    assert [m.key.split(":")[2] for m in told("format.reminder")] == ["day40"]


def test_who_wants_no_reminders_is_not_asked_by_a_format(followed):
    User.objects.filter(pk=followed.mentor.person.user_id).update(reminders="none")
    run(begun(followed) + 21 * DAY)
    assert not told("format.reminder")


@pytest.mark.parametrize("many", [2, 12])
def test_formats_cost_the_same_queries_however_many_pairs(followed, team, many, django_assert_num_queries):
    enrolled = followed.enrolment.format
    for _n in range(many):
        match = factories.make_match(team)
        enrolment = planning.enrolment_of(match, by=team.coordinator)
        enrolment.format = enrolled
        enrolment.save()
    from mentorship import reminders_formats

    with django_assert_num_queries(4):
        rows = reminders_formats.due(begun(followed) + 22 * DAY, team.clinic)
    assert len(rows) == 2 * (many + 1)  # the team's and the mentors'
