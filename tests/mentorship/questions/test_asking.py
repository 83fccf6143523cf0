"""A mentee asks the team by their own page, and a mentor never keeps what is not theirs."""

import pytest
from django.urls import reverse

from accounts import links
from common import clock
from common.errors import Invalid, NotReady
from mentorship import mentee_cards
from mentorship.actions.questions import MOST_WAITING, answer, ask_by_page, ask_question
from mentorship.models import Question
from messaging.models import Message
from tests import factories

pytestmark = pytest.mark.django_db
URL = "mentorship:mentee-questions"


@pytest.fixture
def pair(team):
    return factories.make_match(team)


@pytest.fixture
def own_page(client, pair):
    """Return a browser in which the mentee opened their page."""
    link, _address = links.make("mentee.page", pair.referral.ref)
    session = client.session
    session[links.SESSION_KEY] = {"mentee.page": [link.pk, clock.now().timestamp()]}
    session.save()
    link.used_at, link.used_by_session = clock.now(), session.session_key
    link.save()
    return client


def test_the_mentee_asks_and_the_answer_goes_to_them_alone(team, pair, own_page):
    said = own_page.post(reverse(URL), {"topic": "dose", "text": "May I take it later?"})
    assert said.status_code == 302
    row = Question.objects.get()
    assert (row.asked_by.is_system, row.routed_to, row.match) == (True, team.clinician, None)
    answer(question=row, by=team.clinician, answer="Often you can.", how="link")
    assert not Message.objects.filter(kind="question.answered").exists()  # no mentor asked it
    html = own_page.get(reverse(URL)).content.decode()
    assert "May I take it later?" in html and "Often you can." in html


def test_an_answer_to_be_told_by_phone_is_not_read_on_the_page(team, pair, own_page):
    row = ask_by_page(referral=pair.referral, topic="results", text="What does it mean?")
    answer(question=row, by=team.clinician, answer="Words for the phone.", how="call")
    html = own_page.get(reverse(URL)).content.decode()
    assert "Words for the phone." not in html and "The team rings you" in html


def test_asking_twice_is_one_and_mistakes_keep_the_words(team, pair, own_page):
    for _n in range(2):
        own_page.post(reverse(URL), {"topic": "dose", "text": "Same"})
    assert Question.objects.count() == 1
    for data in ({"text": "Kept words"}, {"topic": "zz", "text": "Kept words"}, {"topic": "dose", "text": "Kept words" * 200}):  # fmt: skip
        html = own_page.post(reverse(URL), data).content.decode()
        assert 'role="alert"' in html and "Kept words" in html
    assert 'role="alert"' in own_page.post(reverse(URL), {"topic": "dose", "text": "\x00"}).content.decode()
    assert Question.objects.count() == 1


def test_what_makes_no_sense_is_refused(pair):
    for topic, text in (("zz", "A"), ("dose", " "), ("dose", "x" * 1001)):
        with pytest.raises(Invalid):
            ask_by_page(referral=pair.referral, topic=topic, text=text)


def test_many_that_wait_are_rung_about_and_a_closed_referral_too(pair):
    for n in range(MOST_WAITING):
        ask_by_page(referral=pair.referral, topic="dose", text=f"{n}")
    with pytest.raises(NotReady):
        ask_by_page(referral=pair.referral, topic="dose", text="one more")
    ask_by_page(referral=pair.referral, topic="dose", text="0")  # asked already
    assert Question.objects.count() == MOST_WAITING
    pair.referral.status = "closed"
    pair.referral.save()
    with pytest.raises(NotReady):
        ask_by_page(referral=pair.referral, topic="dose", text="0")


def test_without_an_open_page_there_is_nothing(client, pair):
    ask_by_page(referral=pair.referral, topic="dose", text="Mine")
    link, _address = links.make("mentee.page", pair.referral.ref)
    for mine in ({}, {"mentee.page": [link.pk, clock.now().timestamp()]}):  # a link that was only followed
        session = client.session
        session[links.SESSION_KEY] = mine
        session.save()
        for response in (client.get(reverse(URL)), client.post(reverse(URL), {"topic": "dose", "text": "x"})):
            assert "Mine" not in response.content.decode()
    assert Question.objects.count() == 1


def test_another_mentees_questions_are_not_shown(team, pair, own_page):
    other = factories.make_referral(team)
    ask_by_page(referral=other, topic="dose", text="Somebody else's")
    assert "Somebody else" not in own_page.get(reverse(URL)).content.decode()


def test_the_card_says_what_there_is_to_read(team, pair, rf):
    card = lambda: next(  # noqa: E731
        c
        for c in mentee_cards.cards(pair.referral, rf.get("/"))
        if c["template"].endswith("questions/_mentee_card.html")
    )
    assert card()["answers"] == 0
    row = ask_by_page(referral=pair.referral, topic="dose", text="A")
    assert card()["waiting"] == 1
    answer(question=row, by=team.clinician, answer="B", how="link")
    assert card()["answers"] == 1


# The mentor's form --------------------------------------------------------------------------


def test_something_else_with_words_about_medicines_goes_to_who_knows_about_them(team, pair, sign_in):
    client = sign_in(pair.mentor.person.user)
    said = client.post(reverse("mentorship:ask"), {
        "match": pair.ref, "topic": "visit", "question": "She wonders about her methotrexate."
    }, follow=True)  # fmt: skip
    assert Question.objects.get().topic == "medicines"
    assert "Thank you for leaving it to them" in said.content.decode()


def test_something_else_stays_so_without_them(team, pair, sign_in):
    client = sign_in(pair.mentor.person.user)
    assert "never yours to answer" in client.get(reverse("mentorship:ask")).content.decode()
    client.post(reverse("mentorship:ask"), {"match": pair.ref, "topic": "visit", "question": "What to bring?"})
    assert Question.objects.get().topic == "visit"


def test_an_answer_to_the_mentors_question_is_read_by_the_mentee_too(team, pair, own_page):
    row = ask_question(referral=pair.referral, match=pair, by=pair.mentor.person.user, topic="dose", text="For her")
    answer(question=row, by=team.clinician, answer="For you.", how="link")
    html = own_page.get(reverse(URL)).content.decode()
    assert "Your mentor passed it on" in html and "For you." in html
