"""Questions for the care team: asked by the mentor, answered to the mentee, and only told of to the mentor."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts import links
from accounts.models import User
from clinics.models import AccessLog, Membership
from common import clock
from common.errors import Denied, Invalid, NotReady, WrongState
from mentorship.actions import questions as actions
from mentorship.actions.questions import answer, ask_for_a_call, ask_question, close, pass_on, put_to
from mentorship.models import Question
from messaging import kinds, outbox
from messaging.models import Message
from tests import factories

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def pair(team):
    return factories.make_match(team)


@pytest.fixture
def mentor(pair):
    return pair.mentor.person.user


@pytest.fixture
def asked(pair, mentor):
    with clock.at(MONDAY):
        return ask_question(referral=pair.referral, match=pair, by=mentor, topic="dose", text="May it be earlier?")


def sent(kind):
    return Message.objects.filter(kind=kind)


def test_a_question_goes_to_the_referrals_clinician_with_two_working_days(team, asked):
    assert asked.routed_to == team.clinician
    assert asked.due_at == dt.datetime(2026, 11, 25, 16, 0, tzinfo=dt.UTC)
    assert asked.history.get().to_status == "asked"
    assert sent("question.asked").get().recipient == f"user:{team.clinician.ref}"


def test_without_a_clinician_it_goes_to_the_clinics_default_then_to_anybody_who_answers(team, pair, mentor):
    pair.referral.clinician = team.nurse  # no longer answers
    pair.referral.save()
    team.clinic.default_clinician = team.backup
    team.clinic.save()
    pair.refresh_from_db()
    ask = lambda text: ask_question(referral=pair.referral, match=pair, by=mentor, topic="dose", text=text)  # noqa: E731
    assert ask("one").routed_to == team.backup
    Membership.objects.filter(user=team.backup).update(ended_at=clock.now(), ended_by=team.admin)
    assert ask("two").routed_to == team.clinician
    Membership.objects.filter(user=team.clinician).update(ended_at=clock.now(), ended_by=team.admin)
    with pytest.raises(NotReady):
        ask("three")


def test_asking_twice_is_one_question(pair, mentor, asked):
    again = ask_question(referral=pair.referral, match=pair, by=mentor, topic="dose", text="May it be earlier?")
    assert again == asked
    assert sent("question.asked").count() == 1


@pytest.mark.parametrize(("topic", "text"), [("nonsense", ""), ("dose", "x" * 1001)])
def test_questions_that_make_no_sense_are_refused(pair, mentor, topic, text):
    with pytest.raises(Invalid):
        ask_question(referral=pair.referral, match=pair, by=mentor, topic=topic, text=text)


def test_a_mentor_asks_about_own_present_pairs_only(team, pair, mentor, other_team):
    other, ended = factories.make_match(team), factories.make_match(team, mentor=pair.mentor, status="ended")
    for match in (other, ended):
        with pytest.raises(Denied):
            ask_question(referral=match.referral, match=match, by=mentor, topic="dose")
    with pytest.raises(Denied):
        ask_question(referral=pair.referral, by=other_team.coordinator, topic="dose")


def test_when_the_clinician_cannot_be_told_nothing_is_stored(pair, mentor, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("no room")

    monkeypatch.setattr(outbox, "post", broken)
    with pytest.raises(RuntimeError):
        ask_question(referral=pair.referral, match=pair, by=mentor, topic="dose")
    assert not Question.objects.exists()


def test_the_answer_goes_to_the_mentee_and_the_mentor_hears_only_that_it_was_given(team, asked, pair, mentor):
    row = answer(question=asked, by=team.clinician, answer="Often it can.", how="link")
    assert (row.status, row.answered_by) == ("answered", team.clinician)
    assert sent("question.answer").get().recipient == f"person:{pair.referral.mentee.ref}"
    told = sent("question.answered").get()
    assert told.recipient == f"user:{mentor.ref}"
    kind = kinds.get("question.answered")
    assert "Often it can" not in kind.render(told, kind.recipient(told)).body
    assert answer(question=asked, by=team.clinician, answer="Often it can.", how="link").version == row.version
    with pytest.raises(WrongState):
        answer(question=asked, by=team.clinician, answer="Other words.", how="link")


def test_by_phone_nothing_is_sent_to_the_mentee(team, asked):
    answer(question=asked, by=team.clinician, answer="Ring.", how="call")
    assert not sent("question.answer").exists()


@pytest.mark.parametrize(("words", "how"), [(" ", "link"), ("x" * 2001, "link"), ("Yes.", ""), ("Yes.", "pigeon")])
def test_answers_that_make_no_sense_are_refused(team, asked, words, how):
    with pytest.raises(Invalid):
        answer(question=asked, by=team.clinician, answer=words, how=how)


@pytest.mark.parametrize("lost", ["address", "consent"])
def test_a_link_is_refused_when_it_could_not_arrive(team, asked, pair, lost):
    mentee = pair.referral.mentee
    if lost == "address":
        mentee.email_verified_at = None
        mentee.save()
    else:
        pair.referral.consents.filter(scope="contact").update(withdrawn_at=clock.now(), withdrawn_by=team.nurse)
    with pytest.raises(NotReady):
        answer(question=asked, by=team.clinician, answer="Yes.", how="link")
    assert answer(question=asked, by=team.clinician, answer="Yes.", how="call").status == "answered"


def test_consent_withdrawn_after_the_answer_stops_the_message(team, asked, pair):
    answer(question=asked, by=team.clinician, answer="Yes.", how="link")
    kind, message = kinds.get("question.answer"), sent("question.answer").get()
    assert kind.still_true(message)
    pair.referral.consents.filter(scope="contact").update(withdrawn_at=clock.now(), withdrawn_by=team.nurse)
    assert not kind.still_true(message)


def test_only_the_clinician_it_was_put_to_answers(team, asked, mentor, other_team):
    for user in (team.backup, team.coordinator, mentor, other_team.clinician):
        with pytest.raises(Denied):
            answer(question=asked, by=user, answer="Yes.", how="call")


def test_it_can_be_put_to_a_colleague_who_answers_here(team, asked, other_team):
    assert put_to(question=asked, by=team.clinician, to=team.backup).routed_to == team.backup
    assert put_to(question=asked, by=team.coordinator, to=team.backup).version == 2
    assert sent("question.asked").count() == 2
    kind, first = kinds.get("question.asked"), sent("question.asked").order_by("pk").first()
    assert not kind.still_true(first)
    for to in (team.nurse, other_team.clinician):
        with pytest.raises(Invalid):
            put_to(question=asked, by=team.coordinator, to=to)
    with pytest.raises(Denied):
        put_to(question=asked, by=team.nurse, to=team.clinician)


def test_a_question_of_somebody_who_left_is_put_to_another(team, asked):
    Membership.objects.filter(user=team.clinician).update(ended_at=clock.now(), ended_by=team.admin)
    actions.pass_over(None, clinic=team.clinic, user=team.clinician, by=team.admin)
    asked.refresh_from_db()
    assert asked.routed_to == team.backup


def test_an_answer_is_passed_on_or_closed_once(team, asked):
    with pytest.raises(WrongState):
        pass_on(question=asked, by=team.clinician)
    answer(question=asked, by=team.clinician, answer="Yes.", how="call")
    assert pass_on(question=asked, by=team.coordinator).status == "passed-on"
    assert pass_on(question=asked, by=team.coordinator).version == 3
    with pytest.raises(WrongState):
        close(question=asked, by=team.clinician, note="x")


def test_closing_keeps_why(team, asked):
    answer(question=asked, by=team.clinician, answer="Yes.", how="call")
    close(question=asked, by=team.clinician, note="Told at a visit.")
    assert asked.history.order_by("pk").last().note == "Told at a visit."


def test_a_mentee_who_wants_to_be_rung_is_passed_to_the_clinician_once(team, asked):
    answer(question=asked, by=team.clinician, answer="Yes.", how="link")
    for _n in range(2):
        row = ask_for_a_call(question=asked, by=User.objects.system())
    assert row.how == "call"
    assert sent("question.call").count() == 1
    with pytest.raises(Denied):
        ask_for_a_call(question=asked, by=team.clinician)


# Pages --------------------------------------------------------------------------------------


def test_the_clinician_answers_on_the_page_and_a_refusal_keeps_the_words(team, asked, pair, sign_in):
    client, url = sign_in(team.clinician), reverse("mentorship:question", args=[asked.ref])
    assert "May it be earlier?" in client.get(url).content.decode()
    assert AccessLog.objects.get().people == f" {pair.referral.mentee.ref} "
    for data in ({"answer": "Kept words"}, {"answer": "Kept words" + "x" * 9000, "how": "link"}):
        html = client.post(url, {"do": "answer", **data}).content.decode()
        assert 'role="alert"' in html and "Kept words" in html
    assert client.post(url, {"do": "answer", "answer": "Often it can.", "how": "call"}).url == url
    assert "They have heard it" in client.get(url).content.decode()
    client.post(url, {"do": "told"})
    asked.refresh_from_db()
    assert asked.status == "passed-on"


def test_putting_it_to_a_colleague_by_page(team, asked, sign_in):
    url = reverse("mentorship:question", args=[asked.ref])
    client = sign_in(team.clinician)
    assert client.post(url, {"do": "put", "to": "forged"}).status_code == 200
    assert client.post(url, {"do": "put", "to": team.backup.ref}).status_code == 302
    assert client.get(url).status_code == 404  # it is not theirs any more


def test_the_list_shows_what_waits_and_says_when_nothing_does(team, asked, sign_in, other_team):
    assert asked.ref in sign_in(team.clinician).get(reverse("mentorship:questions")).content.decode()
    for user in (team.backup, other_team.clinician):
        assert "No questions are waiting." in sign_in(user).get(reverse("mentorship:questions")).content.decode()
    for user in (team.nurse, asked.asked_by):
        assert sign_in(user).get(reverse("mentorship:questions")).status_code == 403


def test_the_list_asks_as_much_for_many_as_for_two(team, pair, mentor, sign_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def some(n):
        for i in range(n):
            for how in ("", "call", "link"):
                match = factories.make_match(team)
                row = ask_question(referral=match.referral, by=team.coordinator, topic="dose", text=f"{i}")
                if how:
                    answer(question=row, by=team.clinician, answer="Yes.", how=how)

    def asks():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("mentorship:questions"))
        return len(queries)

    client = sign_in(team.clinician)
    some(1)
    few = asks()
    some(3)
    assert asks() == few <= 12


@pytest.fixture
def arrive(client, asked):
    link, _address = links.make("question.answer", asked.ref)
    session = client.session
    session[links.SESSION_KEY] = {"question.answer": [link.pk, clock.now().timestamp()]}
    session.save()
    return client


def test_the_mentee_reads_the_answer_by_link_and_says_that_it_is_clear(team, asked, arrive):
    url = reverse("mentorship:answer-link")
    assert arrive.get(url).status_code == 410  # nothing to read yet
    answer(question=asked, by=team.clinician, answer="Often it can.\n<b>Ring</b> us.", how="link")
    html = arrive.get(url).content.decode()
    assert "Often it can." in html and "<b>Ring</b>" not in html
    asked.refresh_from_db()
    assert asked.status == "answered"  # looking changes nothing
    for _n in range(2):
        assert arrive.post(url, {"clear": "yes"}).url == url
    asked.refresh_from_db()
    assert asked.status == "passed-on"
    assert "You may close this page" in arrive.get(url).content.decode()


def test_the_mentee_asks_to_be_rung(team, asked, arrive):
    url = reverse("mentorship:answer-link")
    answer(question=asked, by=team.clinician, answer="Often it can.", how="link")
    arrive.post(url, {"clear": "call"})
    assert "rings you" in arrive.get(url).content.decode()
    arrive.post(url, {"clear": "\x00nonsense"})
    asked.refresh_from_db()
    assert (asked.status, asked.how) == ("answered", "call")


def test_without_a_link_there_is_nothing_to_read(client):
    assert client.get(reverse("mentorship:answer-link")).status_code == 410
