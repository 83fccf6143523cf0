"""Answers the team approved: written without anybody's details, looked at by a second pair of eyes, used again."""

import datetime as dt

import pytest
from django.urls import reverse

from common.errors import Denied, Invalid, Stale, WrongState
from mentorship import questionboard as board
from mentorship.actions import library
from mentorship.actions.questions import answer, ask_question
from mentorship.models import ApprovedAnswer
from tests import factories

pytestmark = pytest.mark.django_db
WORDS = {"topic": "dose", "language": "nl", "question": "May it be earlier?", "answer": "Often it can."}


@pytest.fixture
def pair(team):
    return factories.make_match(team)


@pytest.fixture
def question(team, pair):
    row = ask_question(
        referral=pair.referral, match=pair, by=pair.mentor.person.user, topic="dose",
        text=f"{pair.referral.mentee.first_name} asks: earlier? Ring 0470 12 34 56 or a@b.example",
    )  # fmt: skip
    return answer(question=row, by=team.clinician, answer="Often it can.", how="call")


@pytest.fixture
def written(team):
    return library.propose(clinic=team.clinic, by=team.clinician, **WORDS)


def approved(team, **more):
    row = library.propose(clinic=team.clinic, by=team.clinician, **(WORDS | more))
    return library.approve(answer=row.pk, by=team.backup, version=row.version)


def test_a_colleague_approves_and_who_wrote_it_does_not(team, written):
    with pytest.raises(Denied):
        library.approve(answer=written.pk, by=team.clinician, version=written.version)
    row = library.approve(answer=written.pk, by=team.backup, version=written.version)
    assert (row.approved_by, row.review_on) == (team.backup, team.clinic.today + dt.timedelta(days=365))
    assert library.approve(answer=row.pk, by=team.backup, version=written.version).version == row.version


def test_only_people_who_answer_questions_here_keep_answers(team, written, other_team):
    for user in (team.coordinator, team.nurse, other_team.clinician):
        with pytest.raises(Denied):
            library.propose(clinic=team.clinic, by=user, **WORDS)
        with pytest.raises(Denied):
            library.approve(answer=written.pk, by=user, version=written.version)
        with pytest.raises(Denied):
            library.retire(answer=written.pk, by=user)


def test_proposing_twice_is_one(team, written):
    assert library.propose(clinic=team.clinic, by=team.clinician, **WORDS) == written
    assert ApprovedAnswer.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topic", "nonsense"), ("language", "xx"), ("question", " "), ("question", "x" * 301), ("answer", ""),
        ("answer", "x" * 2001), ("answer", "Ring 09 123 45 67 90"), ("question", "Write to piet@example.org"),
    ],
)  # fmt: skip
def test_answers_that_make_no_sense_are_refused_at_their_field(team, field, value):
    with pytest.raises(Invalid) as refusal:
        library.propose(clinic=team.clinic, by=team.clinician, **(WORDS | {field: value}))
    assert refusal.value.field == field
    assert not ApprovedAnswer.objects.exists()


def test_names_of_the_people_of_a_question_may_not_stay_in_it(team, question, pair):
    for person in (pair.referral.mentee, pair.mentor.person):
        with pytest.raises(Invalid) as refusal:
            library.propose(
                clinic=team.clinic, by=team.clinician, taken_from=question,
                **(WORDS | {"answer": f"Dear {person.first_name.lower()}, yes."}),
            )  # fmt: skip
        assert refusal.value.field == "answer"


def test_details_are_taken_out_of_what_is_taken_over(question, pair):
    names = library.names_of(question)
    text = library.without_details(question.text, names)
    assert pair.referral.mentee.first_name not in text and "0470" not in text and "@" not in text
    assert "asks: earlier?" in text
    assert library.details_in(text, names) == ""


def test_a_changed_answer_waits_for_a_colleague_again(team):
    row = approved(team)
    same = WORDS | {"words": WORDS["answer"]}
    same.pop("answer")
    assert library.change(answer=row.pk, by=team.backup, version=1, **same).approved_at  # nothing changed
    changed = library.change(answer=row.pk, by=team.backup, version=row.version, **(same | {"words": "Mostly."}))
    assert (changed.approved_at, changed.approved_by, changed.proposed_by) == (None, None, team.backup)
    with pytest.raises(Denied):
        library.approve(answer=row.pk, by=team.backup, version=changed.version)
    with pytest.raises(Stale):
        library.change(answer=row.pk, by=team.clinician, version=row.version, **(same | {"words": "Never."}))
    with pytest.raises(Stale):  # nobody approves words they did not read
        library.approve(answer=row.pk, by=team.clinician, version=row.version)


@pytest.mark.parametrize("days", [0, -1, 1096])
def test_the_day_to_look_again_lies_within_three_years(team, written, days):
    with pytest.raises(Invalid):
        library.approve(
            answer=written.pk, by=team.backup, version=1, review_on=team.clinic.today + dt.timedelta(days=days)
        )


def test_a_retired_answer_stays_to_be_read_and_is_used_no_more(team, question):
    row = approved(team)
    assert board.suggestions(question) == [row]
    for _n in range(2):
        assert library.retire(answer=row.pk, by=team.backup).retired_by == team.backup
    assert board.suggestions(question) == []
    with pytest.raises(WrongState):
        library.approve(answer=row.pk, by=team.backup, version=3)


def test_only_what_is_approved_in_date_in_the_topic_and_language_is_offered(team, question, written, other_team):
    assert board.suggestions(question) == []
    good = library.approve(answer=written.pk, by=team.backup, version=1)
    approved(team, topic="results")
    approved(team, language="fr")
    row = library.propose(clinic=other_team.clinic, by=other_team.clinician, **WORDS)
    library.approve(answer=row.pk, by=other_team.backup, version=1)
    assert board.suggestions(question) == [good]
    ApprovedAnswer.objects.filter(pk=good.pk).update(review_on=team.clinic.today)
    assert board.suggestions(question) == []


# Pages --------------------------------------------------------------------------------------


def test_one_click_fills_the_answer_and_sends_nothing(team, pair, sign_in):
    row = ask_question(referral=pair.referral, by=team.nurse, topic="dose", text="May I?")
    good, client = approved(team), sign_in(team.clinician)
    url = reverse("mentorship:question", args=[row.ref])
    assert "Put this in my answer" in client.get(url).content.decode()
    html = client.post(url, {"use": good.ref, "answer": "Dear you,", "how": "call"}).content.decode()
    assert "Dear you,\n\nOften it can.</textarea>" in html and "checked" in html
    assert client.post(url, {"use": "forged", "answer": "Kept"}).content.decode().count("Kept</textarea>") == 1
    row.refresh_from_db()
    assert row.status == "asked"


def test_an_answer_is_taken_over_changed_and_approved_by_pages(team, question, pair, sign_in):
    client = sign_in(team.clinician)
    start = reverse("mentorship:new-answer") + f"?from={question.ref}"
    assert start in client.get(reverse("mentorship:question", args=[question.ref])).content.decode().replace(
        "&amp;", "&"
    )
    html = client.get(start).content.decode()
    assert "Often it can." in html and pair.referral.mentee.first_name not in html
    kept = client.post(start, WORDS | {"answer": f"Yes, {pair.referral.mentee.first_name}."}).content.decode()
    assert 'role="alert"' in kept and f"Yes, {pair.referral.mentee.first_name}." in kept
    page = client.post(start, WORDS).url
    assert "does not approve it" in client.get(page).content.decode()
    other = sign_in(team.backup)
    assert other.post(page, {"do": "approve", "version": 1, "review_on": "nonsense"}).status_code == 200
    other.post(page, {"do": "approve", "version": 1, "review_on": team.clinic.today + dt.timedelta(days=90)})
    assert "In use." in other.get(page).content.decode()
    assert "May it be earlier?" in other.get(reverse("mentorship:answers")).content.decode()
    other.post(page, {"do": "change", "version": 2, **WORDS, "answer": "Mostly."})
    assert "not used yet" in other.get(page).content.decode()
    client.post(page, {"do": "retire"})
    assert "Used no more" in client.get(page).content.decode()
    assert client.post(page, {"do": "approve", "version": 9, "review_on": "2030-01-01"}).status_code == 200


def test_a_question_of_a_colleague_cannot_be_taken_over(team, question, sign_in):
    url = reverse("mentorship:new-answer") + f"?from={question.ref}"
    assert sign_in(team.backup).get(url).status_code == 404


def test_mentors_nurses_and_other_clinics_never_see_the_library(team, pair, written, sign_in, other_team):
    page = reverse("mentorship:approved-answer", args=[written.ref])
    for user in (team.nurse, pair.mentor.person.user):
        assert sign_in(user).get(reverse("mentorship:answers")).status_code == 403
        assert sign_in(user).get(page).status_code == 403
    assert sign_in(other_team.clinician).get(page).status_code == 404


def test_the_library_asks_as_much_for_many_as_for_two(team, sign_in, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = sign_in(team.clinician), []
    for n in (2, 18):
        for i in range(n):
            approved(team, question=f"Question {n} {i}?")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("mentorship:answers"), {"topic": "dose", "language": "zz"})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
