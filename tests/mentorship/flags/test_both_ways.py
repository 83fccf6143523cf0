"""What cannot wait goes by mail and by text message, and somebody is reached when either arrives."""

import pytest

from common import clock
from mentorship import flagboard
from mentorship.undelivered import not_reached
from messaging import delivery, kinds
from messaging.models import Message
from messaging.workflow import Status
from tests.mentorship.flags.conftest import MONDAY, raised
from tests.messaging.conftest import provider  # noqa: F401

pytestmark = pytest.mark.django_db
ESCALATIONS = ("flag.raised", "flag.half", "flag.climb", "flag.handed", "flag.told", "flag.home")


@pytest.fixture
def phones(team, provider):  # noqa: F811
    """Everybody's telephone verified, and a provider."""
    for user in (team.clinician, team.backup, team.coordinator):
        user.phone, user.phone_verified_at = "+32470123456", clock.now()
        user.save()
    return provider


def rows(flag, kind="flag.raised"):
    return Message.objects.filter(subject=flag.ref, kind=kind).order_by("pk")


def test_what_cannot_wait_goes_both_ways(team, pair, phones):
    flag = raised(team, pair, "fever")
    assert flag.severity in ("S1", "S2")
    assert [row.channel for row in rows(flag)] == ["email", "sms"]
    assert [row.channel for row in rows(flag, "flag.told")] == ["email", "sms"]


def test_what_can_wait_a_little_goes_by_mail_alone(team, pair, phones):
    from mentorship.models import FlagCategory

    key = FlagCategory.objects.filter(clinic=team.clinic, severity="S3", route="clinical").values_list(
        "key", flat=True
    )[0]
    assert [row.channel for row in rows(raised(team, pair, key))] == ["email"]


@pytest.mark.parametrize(
    ("mail", "text", "reached"),
    [("sent", "dead", True), ("dead", "sent", True), ("queued", "dead", True), ("dead", "dead", False)],
)
def test_somebody_is_reached_when_either_arrived(team, pair, phones, mail, text, reached):
    flag = raised(team, pair, "fever")
    for row, status in zip(rows(flag), (mail, text), strict=True):
        Message.objects.filter(pk=row.pk).update(status=status)
    assert (team.clinician not in not_reached([flag]).get(flag.ref, [])) == reached


def test_it_climbs_at_once_only_when_both_ways_failed(team, pair, phones):
    team.clinician.email_verified_at = clock.now()
    team.clinician.save()
    flag = raised(team, pair, "fever")
    mail, text = rows(flag)
    phones.mode = "refuse"
    with clock.at(MONDAY):
        delivery.deliver(mail.pk, MONDAY)
        assert delivery.deliver(text.pk, MONDAY) == Status.DEAD
        flag.refresh_from_db()
        assert flag.next_climb_at == flag.answer_by  # the mail arrived
        delivery.give_up(Message.objects.get(pk=mail.pk), MONDAY, "It bounced.", was=Status.SENT)
    flag.refresh_from_db()
    assert flag.next_climb_at == MONDAY


def test_the_timeline_tells_which_way(team, pair, phones):
    flag = raised(team, pair, "fever")
    titles = [item["title"] for item in flagboard.timelines([flag], {flag.pk: True})[flag.pk]]
    name = team.clinician.full_name
    assert f"{name} was asked to answer" in titles and f"{name} was asked to answer, by text message" in titles


@pytest.mark.parametrize("name", ESCALATIONS)
def test_the_text_of_an_escalation_is_short_and_names_nobody_and_no_worry(team, pair, phones, settings, name):
    settings.SITE_URL = "https://halfword.a-rather-long-name-of-a-hospital.example.org"
    team.clinic.flag_phone = "+3292000000"
    team.clinic.save()
    flag = raised(team, pair, "fever")
    kind = kinds.get(name)
    message = Message(
        kind=name, subject=flag.ref, clinic=team.clinic, channel="sms", recipient=f"user:{team.clinician.ref}",
        data={"by": flag.answer_by.isoformat()}, created_at=MONDAY,
    )  # fmt: skip
    with clock.at(MONDAY):
        short = delivery.write(kind, message, kind.recipient(message)).short
    assert len(short) <= 320 and "/flags/" in short and "+32 9 200 00 00" in short
    person = pair.referral.mentee
    for word in (person.first_name, person.last_name, team.clinic.name, team.clinician.first_name, "ever"):
        assert word not in short.replace("Never", ""), word
