"""An escalation that does not arrive: the next rung is told at once, and the screens say whom to phone."""

import pytest

from common import clock
from mentorship.actions.climbing import climb_due
from mentorship.actions.flag_handing import hand_over
from mentorship.actions.flags import acknowledge, reopen, resolve
from mentorship.models import RedFlag
from mentorship.undelivered import not_reached
from messaging import delivery, kinds
from messaging.models import Message
from messaging.workflow import Status
from tests import factories
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


def test_nobody_is_told_to_phone_themselves(client, team, lost):
    client.force_login(team.clinician)
    with clock.at(MONDAY + MINUTE):
        assert f"Call {team.clinician.full_name}" not in client.get(f"/flags/{lost.ref}/").content.decode()


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


def text_of(message, at):
    kind = kinds.get(message.kind)
    with clock.at(at):
        return kind.render(message, kind.recipient(message))


def test_late_to_whoever_has_the_flag_it_says_that_they_have_it_in_the_mail_and_the_text(team, pair):
    flag = raised(team, pair, "fever")
    message = Message.objects.get(kind="flag.raised")
    with clock.at(MONDAY + MINUTE):
        acknowledge(flag=flag, by=team.clinician)
    text = text_of(message, MONDAY + 5 * MINUTE)
    assert text.subject == "You have this one: nothing more to do about this message"
    assert "You have this one; nothing more to do about this message." in text.body
    assert f"/flags/{flag.ref}/" in text.body
    for words in ("need not do anything", "A colleague", "Urgent"):
        assert words not in f"{text.subject}\n{text.body}"
    short = delivery.shorten(message, text)
    assert short.startswith("You have this one") and f"/flags/{flag.ref}/" in short


def test_late_and_settled_it_says_neither_that_a_colleague_nor_that_they_have_it(team, pair):
    flag = raised(team, pair, "fever")
    message = Message.objects.get(kind="flag.raised")
    with clock.at(MONDAY + MINUTE):
        acknowledge(flag=flag, by=team.clinician)
        resolve(flag=flag, by=team.clinician, outcome="spoken")
    text = text_of(message, MONDAY + 5 * MINUTE)
    assert text.subject == "Settled meanwhile: you need not do anything"
    assert "A colleague has answered" not in text.body and "You have this" not in text.body


# Taking up what somebody has ------------------------------------------------------------------


@pytest.fixture
def asked(team, pair):
    """A flag the clinician has, and asked somebody without a rung to take over; nothing is sent yet."""
    lea = factories.make_user(team.clinic, "clinician", first_name="Lea")
    flag = raised(team, pair, "fever")
    with clock.at(MONDAY + MINUTE):
        acknowledge(flag=flag, by=team.clinician)
    with clock.at(MONDAY + 2 * MINUTE):
        hand_over(flag=flag, by=team.clinician, to=lea)
    return flag, lea


def handed(flag):
    return Message.objects.filter(subject=flag.ref, kind="flag.handed").earliest("pk")


def test_nobody_is_to_be_phoned_any_more_once_they_took_over_what_no_message_told_them(client, team, asked):
    flag, lea = asked
    Message.objects.filter(pk=handed(flag).pk).update(status=Status.DEAD)
    client.force_login(team.coordinator)
    with clock.at(MONDAY + 3 * MINUTE):
        assert f"Call {lea.full_name}" in client.get(f"/flags/{flag.ref}/").content.decode()
        acknowledge(flag=flag, by=again(lea))
        assert "Not everybody could be told" not in client.get(f"/flags/{flag.ref}/").content.decode()


def test_a_late_question_says_to_who_took_it_over_that_they_have_it(team, asked):
    flag, lea = asked
    assert text_of(handed(flag), MONDAY + 3 * MINUTE).subject.startswith("Urgent")
    with clock.at(MONDAY + 3 * MINUTE):
        acknowledge(flag=flag, by=lea)
    text = text_of(handed(flag), MONDAY + 4 * MINUTE)
    assert text.subject.startswith("You have this one") and f"/flags/{flag.ref}/" in text.body


@pytest.mark.parametrize("how", ["kept", "another", "taken"])
def test_a_late_question_that_no_longer_stands_asks_nothing(team, asked, how):
    flag, _lea = asked
    with clock.at(MONDAY + 3 * MINUTE):
        if how == "another":
            hand_over(flag=flag, by=team.clinician, to=team.backup)
        else:
            acknowledge(flag=flag, by=team.clinician if how == "kept" else team.coordinator, take_over=True)
    text = text_of(handed(flag), MONDAY + 4 * MINUTE)
    assert text.subject == "Answered meanwhile: you need not do anything"
    assert "asks you" not in text.body


def test_a_late_question_about_what_was_opened_again_does_not_say_that_somebody_has_it(team, asked):
    flag, _lea = asked
    with clock.at(MONDAY + 3 * MINUTE):
        resolve(flag=flag, by=team.clinician, outcome="spoken")
        reopen(flag=flag, by=team.clinician)
    text = text_of(handed(flag), MONDAY + 4 * MINUTE)
    assert text.subject == "No longer asked: you need not do anything"
    assert "has answered" not in text.body


def test_what_climbed_before_a_colleague_took_over_says_so_when_it_comes_late(team, asked):
    flag, lea = asked
    late = RedFlag.objects.get(pk=flag.pk).resolve_by
    with clock.at(late):
        climb_due(late)
    message = Message.objects.filter(kind="flag.climb", recipient=f"user:{team.backup.ref}").latest("pk")
    assert text_of(message, late + MINUTE).subject.startswith("Urgent")
    with clock.at(late + 2 * MINUTE):
        acknowledge(flag=flag, by=again(lea))
    assert text_of(message, late + 3 * MINUTE).subject == "Answered meanwhile: you need not do anything"


def test_how_many_are_asked_about_costs_the_same(team, asked, django_assert_num_queries):
    flag, _lea = asked
    other = raised(team, factories.make_match(team), "breathless")
    with clock.at(MONDAY + MINUTE):
        acknowledge(flag=other, by=team.clinician)
    with clock.at(MONDAY + 2 * MINUTE):
        hand_over(flag=other, by=team.clinician, to=team.backup)
    Message.objects.update(status=Status.DEAD)
    for flags in ([flag], [flag, other]):
        rows = list(RedFlag.objects.filter(pk__in=[f.pk for f in flags]).select_related("handed_to"))
        with django_assert_num_queries(3):
            assert len(not_reached(rows)) == len(flags)


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
