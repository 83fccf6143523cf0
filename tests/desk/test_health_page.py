"""An admin sees in words what runs, what does not, and what to do about it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from desk import health
from messaging import health as machinery
from messaging import rounds
from messaging.models import Delivery, Message
from messaging.workflow import Status

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 26, 12, 0, tzinfo=dt.UTC)  # 13:00 in the clinic
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
BEATS = ("sweeper", "tick", "backup", "restore-drill", "dead-man")


@pytest.fixture(autouse=True)
def now():
    with clock.at(NOW):
        yield


@pytest.fixture
def well(settings, monkeypatch, team):
    """Everything is set up and runs."""
    settings.NUDGES, settings.DEAD_MAN_URL = True, "https://watch.example.org/secret-address"
    settings.EMAIL_BACKEND = "messaging.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.SMS_PROVIDER = "mail.example.org", "gatewayapi"
    monkeypatch.setattr(machinery, "broker_answers", lambda: True)
    for name in BEATS:
        rounds.beat(name, NOW)


@pytest.fixture
def part(team):
    """Return a function that gives one part as the page shows it to the admin."""

    def do(function, by=None):
        return function(health.Look(by or team.admin, team.clinic.time_zone, NOW))

    return do


def message(team, n=1, **values):
    """Store messages as they are at the provider's, without sending any."""
    first = Message.objects.count()
    fields = {
        "kind": "check.ask",
        "delivery": Delivery.AT_MOST_ONCE,
        "clinic": team.clinic,
        "subject": "x",
        "due_at": NOW,
    }
    fields["wanted_at"] = values.get("due_at", NOW)
    for number in range(first, first + n):
        Message.objects.create(key=f"m{number}", recipient=f"user:{team.nurse.ref}", **(fields | values))


def test_when_all_is_well_the_page_says_so_in_one_sentence(sign_in, team, well):
    answer = sign_in(team.admin).get(reverse("desk:health"))
    text = answer.content.decode()
    assert answer.status_code == 200 and "Everything is running." in text
    assert answer.context["broken"] == answer.context["off"] == [] and len(answer.context["fine"]) == len(health.PARTS)
    assert "Needs somebody" not in text and "Not set up" not in text and "secret-address" not in text


def test_where_nothing_ever_ran_every_line_says_what_to_do(sign_in, team, settings, monkeypatch):
    settings.NUDGES = True
    monkeypatch.setattr(machinery, "broker_answers", lambda: False)
    answer = sign_in(team.admin).get(reverse("desk:health"))
    states = {part.name: part.state for part in answer.context["broken"]}
    assert states["Sending of messages"] == "never ran" and states["Last backup"] == "never"
    assert states["Last time a backup was tried out"] == "never"
    assert all(part.text.endswith(".") for part in answer.context["broken"])
    assert answer.context["broken"][0].kind == "urgent"  # what stands still comes first


@pytest.mark.parametrize(
    ("function", "beat", "after", "kind"),
    [
        (health.sweeper, "sweeper", machinery.SWEEPER_LATE, "urgent"),
        (health.tick, "tick", machinery.TICK_LATE, "soon"),
        (health.backup, "backup", health.BACKUP_OLD, "soon"),
        (health.drill, "restore-drill", health.DRILL_OLD, "soon"),
        (health.outside, "dead-man", health.CALLS_LATE, "soon"),
    ],
)
def test_a_part_is_late_when_its_time_has_passed_and_not_before(well, part, function, beat, after, kind):
    rounds.beat(beat, NOW - after)
    assert part(function).kind == "ok"
    rounds.beat(beat, NOW - after - dt.timedelta(seconds=1))
    assert part(function).kind == kind


def test_the_sweeper_says_since_when_by_the_clinics_clock(well, part):
    rounds.beat("sweeper", NOW - 29 * MINUTE)
    assert part(health.sweeper).state == "has stood still since 12:31"


def test_reminders_that_wait_say_since_when_and_what_still_works(well, team, part):
    message(team, due_at=NOW - 5 * MINUTE)
    assert part(health.reminders).kind == "ok"
    message(team, due_at=NOW - 29 * MINUTE)
    found = part(health.reminders)
    assert (
        found.kind == "urgent" and "since 12:31" in found.text and "Red flags are still shown on screen" in found.text
    )
    assert part(health.escalations).kind == "ok"


def test_red_flags_that_wait_say_that_people_must_be_phoned(well, team, part):
    message(team, due_at=NOW - 3 * MINUTE, delivery=Delivery.AT_LEAST_ONCE)
    found = part(health.escalations)
    assert found.kind == "urgent" and "since 12:57" in found.text and "have to be phoned" in found.text
    assert part(health.reminders).kind == "ok"


@pytest.mark.parametrize("status", [Status.SENT, Status.CANCELLED, Status.DEAD])
def test_what_does_not_wait_is_not_late(well, team, part, status):
    message(team, due_at=NOW - DAY, status=status, lease_until=NOW)
    assert part(health.reminders).kind == "ok" and part(health.tried_again).kind == "ok"


@pytest.mark.parametrize("status", [Status.QUEUED, Status.SENDING])
def test_what_is_tried_again_and_again_is_as_late_as_it_was_wanted(well, team, part, status):
    late = {"wanted_at": NOW - 12 * MINUTE, "attempts": 9, "delivery": Delivery.AT_LEAST_ONCE}
    message(team, due_at=NOW + MINUTE, status=status, lease_until=NOW + MINUTE, **late)
    found = part(health.escalations)
    assert found.kind == "urgent" and "since 12:48" in found.text


def test_what_is_due_later_does_not_wait(well, team, part):
    message(team, due_at=NOW + DAY)
    assert part(health.reminders).kind == "ok"


def test_what_failed_and_is_tried_again_is_counted_before_its_time(well, team, part):
    message(team, 2, due_at=NOW + MINUTE, wanted_at=NOW, attempts=1)
    found = part(health.tried_again)
    assert (found.kind, found.state) == ("soon", "2 messages are tried again")


@pytest.mark.parametrize(("function", "status"), [(health.dead, Status.DEAD), (health.unknown, Status.UNKNOWN)])
def test_what_did_not_arrive_is_counted_with_a_way_to_it(well, team, other_team, part, function, status):
    message(team, 2, status=status)
    message(other_team, status=status)
    message(team, status=status, settled_at=NOW, settled_by=team.admin)
    found = part(function)
    assert (found.kind, found.state, found.url) == ("soon", "2", reverse("messaging:undelivered"))
    assert part(function, by=other_team.admin).state == "1"
    message(team, status=status, delivery=Delivery.AT_LEAST_ONCE)
    found = part(function)
    assert (found.kind, found.state) == ("urgent", "3") and "phone" in found.text


def test_work_that_failed_the_last_time_is_named_until_it_goes_well(well, part, monkeypatch):
    monkeypatch.setattr(rounds, "_rounds", {})
    rounds.register("papers", lambda now: 1 / 0, 60)
    rounds.register("rests", lambda now: None, 60)
    assert rounds.run_due(NOW) == ["papers"]
    found = part(health.failed_rounds)
    assert (found.kind, found.state) == ("soon", "one piece failed the last time") and "papers." in found.text
    assert "rests" not in found.text
    rounds.beat("round:papers", NOW + MINUTE)
    assert part(health.failed_rounds).kind == "ok"


def test_work_that_no_longer_exists_does_not_fail(well, part):
    rounds.beat("failed:of an older version", NOW)
    assert part(health.failed_rounds).kind == "ok"


def test_without_a_broker_the_faster_way_is_not_used_and_not_asked(well, part, settings, monkeypatch):
    settings.NUDGES = False
    monkeypatch.setattr(machinery, "broker_answers", lambda: pytest.fail("asked"))
    assert part(health.broker).kind == part(health.tick).kind == "off"


def test_a_broker_that_is_away_loses_nothing(well, part, monkeypatch):
    monkeypatch.setattr(machinery, "broker_answers", lambda: False)
    found = part(health.broker)
    assert found.kind == "soon" and "Nothing is lost" in found.text


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({}, "ok", "through a mail server"),
        ({"EMAIL_HOST": "127.0.0.1"}, "ok", "on this same machine"),
        ({"LOCAL_MAIL": True}, "off", "kept for admins"),
        ({"ANYMAIL_PROVIDER": "postmark"}, "ok", "Postmark"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "urgent", "EMAIL_URL"),
    ],
)
def test_mail_says_how_it_goes_out(well, part, settings, changes, kind, words):
    for name, value in changes.items():
        setattr(settings, name, value)
    found = part(health.mail)
    assert found.kind == kind and words in found.text


@pytest.mark.parametrize(
    ("name", "function"), [("SMS_PROVIDER", health.texts), ("DEAD_MAN_URL", health.outside)]
)  # fmt: skip
def test_what_is_not_set_up_is_said_but_is_no_alarm(well, part, settings, name, function):
    setattr(settings, name, "")
    found = part(function)
    assert (found.kind, found.state) == ("off", "not set up") and name in found.text
    assert health.lede([found]) == "Everything is running."


def test_the_sentence_above_counts_what_cannot_wait_first():
    urgent, soon, fine = (health.Part(kind, "", "", "") for kind in ("urgent", "soon", "ok"))
    assert health.lede([urgent, soon]) == "One thing cannot wait: it stands first."
    assert health.lede([soon, soon, fine]) == "Messages go out. 2 things need somebody."


def test_it_asks_as_many_questions_of_two_messages_as_of_two_hundred(sign_in, team, well):
    client, counts = sign_in(team.admin), []
    client.get(reverse("desk:health"))
    for n in (2, 200):
        for status in (Status.QUEUED, Status.DEAD, Status.UNKNOWN):
            message(team, n, status=status, due_at=NOW - DAY, attempts=1)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(reverse("desk:health")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("page", ["messaging:outbox", "clinics:settings"])
def test_admins_find_it_where_they_look(sign_in, team, page):
    assert f'href="{reverse("desk:health")}"' in sign_in(team.admin).get(reverse(page)).content.decode()


@pytest.mark.parametrize("who", ["coordinator", "nurse", "clinician"])
def test_it_is_for_admins(sign_in, team, who):
    assert sign_in(getattr(team, who)).get(reverse("desk:health")).status_code == 403
