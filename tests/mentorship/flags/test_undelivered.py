"""An escalation that does not arrive: the next rung is told at once, and the screens say whom to phone."""

import pytest

from common import clock
from mentorship.actions.climbing import climb_due
from mentorship.actions.flags import acknowledge
from messaging import delivery, kinds
from messaging.models import Message
from messaging.workflow import Status
from tests.mentorship.flags.conftest import MINUTE, MONDAY, again, raised, told

pytestmark = pytest.mark.django_db


def unverified(user):
    """Make somebody unreachable by e-mail."""
    user.email_verified_at = None
    user.save()


def deliver_all(at):
    """Send whatever is due at a moment."""
    with clock.at(at):
        delivery.send_due(now=at)


@pytest.fixture
def lost(team, pair):
    """A flag whose first message found no verified address."""
    unverified(team.clinician)
    flag = raised(team, pair, "fever")
    deliver_all(MONDAY)
    flag.refresh_from_db()
    return flag


def test_the_next_rung_is_told_at_once_when_the_first_message_is_given_up(team, lost):
    assert lost.next_climb_at == MONDAY < lost.answer_by
    with clock.at(MONDAY):
        climb_due(MONDAY)
    assert told(lost, "flag.climb") == [("flag.climb", team.backup.first_name)]


def test_nobody_is_hurried_for_a_flag_that_somebody_has_taken_up(team, pair):
    flag = raised(team, pair, "fever")
    with clock.at(MONDAY + MINUTE):
        acknowledge(flag=flag, by=team.backup)
        unverified(team.clinician)
    flag.refresh_from_db()
    before = flag.next_climb_at
    deliver_all(MONDAY + 2 * MINUTE)
    flag.refresh_from_db()
    assert flag.next_climb_at == before


def test_a_colleague_who_was_only_let_know_does_not_make_it_climb(team, pair):
    unverified(team.coordinator)
    flag = raised(team, pair, "fever")
    deliver_all(MONDAY)
    assert Message.objects.get(kind="flag.told").status == Status.DEAD
    flag.refresh_from_db()
    assert flag.next_climb_at == flag.answer_by


def test_on_the_last_rung_it_waits_for_its_turn_instead_of_going_round_and_round(team, pair):
    for user in (team.clinician, team.backup, team.coordinator, team.admin):
        unverified(user)
    flag = raised(team, pair, "fever")
    for second in range(12):
        deliver_all(MONDAY + second * MINUTE / 60)
        with clock.at(MONDAY):
            climb_due(MONDAY + second * MINUTE / 60)
    flag.refresh_from_db()
    assert Message.objects.filter(subject=flag.ref, kind="flag.climb").count() == 3
    assert flag.next_climb_at > MONDAY + 10 * MINUTE


def test_a_worry_survives_when_the_climb_itself_cannot_be_hurried(team, pair, monkeypatch):
    from mentorship import staffing

    def fails(*args):
        raise RuntimeError

    unverified(team.clinician)
    flag = raised(team, pair, "fever")
    monkeypatch.setattr(staffing, "reachable", fails)
    deliver_all(MONDAY)
    assert Message.objects.get(kind="flag.raised", subject=flag.ref).status == Status.DEAD


def test_the_page_of_a_flag_says_whom_to_phone_and_who_was_not_told(client, team, lost):
    client.force_login(team.coordinator)
    with clock.at(MONDAY + MINUTE):
        page = client.get(f"/flags/{lost.ref}/").content.decode()
    assert "Not everybody could be told by message" in page
    assert f"Call {team.clinician.full_name}" in page
    assert f"{team.clinician.full_name} was not told" in page and "Could not be sent" in page
    assert f"{team.clinician.full_name} was asked to answer" not in page


def test_the_page_is_quiet_again_once_somebody_has_it(client, team, lost):
    with clock.at(MONDAY + MINUTE):
        acknowledge(flag=lost, by=again(team.backup))
        client.force_login(team.coordinator)
        assert "Not everybody could be told" not in client.get(f"/flags/{lost.ref}/").content.decode()


def test_an_escalation_that_comes_too_late_says_that_a_colleague_has_answered(team, pair):
    flag = raised(team, pair, "fever")
    message = Message.objects.get(kind="flag.raised")
    with clock.at(MONDAY + MINUTE):
        acknowledge(flag=flag, by=team.backup)
    kind = kinds.get("flag.raised")
    with clock.at(MONDAY + 5 * MINUTE):
        text = kind.render(message, kind.recipient(message))
    assert "Urgent" not in text.subject and "A colleague has answered" in text.body


def test_one_that_climbs_after_it_was_answered_is_still_urgent(team, pair):
    flag = raised(team, pair, "suicide-plan")
    with clock.at(MONDAY):
        acknowledge(flag=flag, by=team.clinician)
    kind = kinds.get("flag.climb")
    with clock.at(MONDAY + 241 * MINUTE):
        climb_due(MONDAY + 241 * MINUTE)
        message = Message.objects.filter(kind="flag.climb").latest("pk")
        assert kind.render(message, kind.recipient(message)).subject.startswith("Urgent")


@pytest.mark.parametrize(("who", "address"), [("coordinator", "/flags/"), ("admin", "/escalations/")])
def test_the_lists_say_whom_no_message_reached(client, team, lost, who, address):
    client.force_login(again(getattr(team, who)))
    with clock.at(MONDAY + MINUTE):
        assert f"No message reached {team.clinician.full_name}: please phone." in client.get(address).content.decode()
