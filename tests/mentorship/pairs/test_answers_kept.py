"""Every answer to a follow-up question is kept; a worrying one that was changed is still seen by somebody."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import User
from common import clock
from mentorship.actions import checks
from mentorship.models import CheckAnswer, FollowUpCheck

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def check(match, team):
    return FollowUpCheck.objects.create(match=match, day=30, to="mentee", due_on=team.clinic.today)


def tap(check, *answers, by=None):
    for n, answer in enumerate(answers):
        with clock.at(clock.now() + n * HOUR):
            checks.answer_check(check=check.pk, by=by or User.objects.system(), answer=answer)
    return FollowUpCheck.objects.get(pk=check.pk)


def test_each_tap_is_kept_with_who_and_when_and_the_same_once(check, now):
    tap(check, "not-comfortable", "not-comfortable", "yes")
    steps = CheckAnswer.objects.values_list("from_answer", "to_answer", "by__is_system", "at")
    assert list(steps) == [("", "not-comfortable", True, now), ("not-comfortable", "yes", True, now + 2 * HOUR)]


def test_a_mentor_signs_with_their_own_name(match, team, mentor):
    row = FollowUpCheck.objects.create(match=match, day=3, to="mentor", due_on=team.clinic.today)
    tap(row, "not-spoken", "yes", by=mentor)
    assert set(CheckAnswer.objects.values_list("by", flat=True)) == {mentor.pk}


def test_further_answers_and_lines_are_kept_too(check):
    tap(check, "yes")
    system = User.objects.system()
    for comment, more in (("Too much", {"medical": "open"}), ("Fine", {"medical": "none"})):
        for _twice in range(2):
            checks.say_more(check=check.pk, by=system, comment=comment, more=more)
    kept = CheckAnswer.objects.exclude(question="").order_by("pk")
    assert list(kept.values_list("question", "from_answer", "to_answer", "said")) == [
        ("medical", "", "open", ""), ("comment", "", "", "Too much"),
        ("medical", "open", "none", ""), ("comment", "", "", "Fine"),
    ]  # fmt: skip


def test_the_history_is_append_only(check):
    tap(check, "yes")
    with pytest.raises(TypeError):
        CheckAnswer.objects.get().save()


@pytest.mark.parametrize("first", ["not-comfortable", "not-spoken", "other-mentor"])
def test_a_worry_taken_back_still_stands_on_today_with_both_answers(check, team, sign_in, first):
    tap(check, first, "yes")
    client = sign_in(team.coordinator)
    page = client.get(reverse("desk:today")).content.decode()
    assert "they had answered first" in page and "answered: “Yes”" in page
    url = reverse("mentorship:check", args=[check.ref])
    page = client.get(url).content.decode()
    assert "Say below once you have seen it" in page and "How the answer changed" in page and "By link" in page
    assert client.post(url, {"note": "Rang her"}).status_code == 302
    assert "answered first" not in client.get(reverse("desk:today")).content.decode()
    page = client.get(url).content.decode()
    assert "How the answer changed" in page and "Say below" not in page


def test_a_further_answer_taken_back_still_stands_there_too(check, team, sign_in):
    tap(check, "yes")
    for more in ({"medical": "open"}, {"medical": "none"}):
        checks.say_more(check=check.pk, by=User.objects.system(), comment="", more=more)
    page = sign_in(team.coordinator).get(reverse("desk:today")).content.decode()
    assert "Is there a medical question nobody answered?" in page and "answered first" in page


def test_what_was_dealt_with_before_it_changed_does_not_come_back(check, team):
    tap(check, "not-comfortable")
    checks.handle_check(check=check.pk, by=team.coordinator)
    tap(check, "yes")
    assert not FollowUpCheck.objects.once_worrying().exists()
    assert not FollowUpCheck.objects.worrying().exists()


def test_a_fine_answer_changed_to_another_fine_one_troubles_nobody(check, team, sign_in):
    tap(check, "a-little", "yes")
    assert not FollowUpCheck.objects.once_worrying().exists()
    page = sign_in(team.coordinator).get(reverse("mentorship:check", args=[check.ref])).content.decode()
    assert "“Yes”, before: “A little”" in page and "Say below" not in page


def test_an_answer_given_once_shows_no_history(check, team, sign_in):
    tap(check, "yes")
    page = sign_in(team.coordinator).get(reverse("mentorship:check", args=[check.ref])).content.decode()
    assert "How the answer changed" not in page
