"""The library of answers the team approved: proposed, looked at by a second pair of eyes, used again, retired."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Invalid, Stale, WrongState
from common.vocabulary import Language, Topic
from mentorship.models import ApprovedAnswer, Question
from mentorship.rules import library as rules
from mentorship.workflow import QuestionStatus

MAX_QUESTION, MAX_ANSWER = 300, 2000
REVIEW_AFTER = dt.timedelta(days=365)  # [D]
LONGEST_REVIEW = dt.timedelta(days=3 * 365)
TAKEN_OUT = "…"
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NUMBER = re.compile(r"(?<!\w)\+?\d(?:[ ./()-]?\d){7,14}(?!\w)")


@transaction.atomic
def propose(
    *,
    clinic: Clinic,
    by: User,
    topic: str,
    language: str,
    question: str,
    answer: str,
    taken_from: Question | None = None,
) -> ApprovedAnswer:
    """Write an answer to use again, or take one from an answered question, without anybody's details.

    Nobody sees it outside the team, and it is not used, before a colleague approved it. Sending the same twice is one.
    Raises Denied, Invalid (with the field): no words, too long, a name, address or number left in it.
    """
    rules.write.require(by, clinic)
    values = _checked(topic, language, question, answer, taken_from)
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)  # a double click waits here
    same = ApprovedAnswer.objects.filter(clinic=clinic, retired_at=None, **values).first()
    if same is not None:
        return same
    return ApprovedAnswer.objects.create(
        clinic=clinic, taken_from=taken_from, proposed_by=by, proposed_at=clock.now(), **values
    )


def _checked(topic: str, language: str, question: str, answer: str, source: Question | None) -> dict[str, str]:
    if topic not in Topic.values:
        raise Invalid(_("Choose one of the answers below"), field="topic")
    if language not in Language.values:
        raise Invalid(_("Choose one of the answers below"), field="language")
    words = {"question": _clean(question, MAX_QUESTION, "question"), "answer": _clean(answer, MAX_ANSWER, "answer")}
    for field, text in words.items():
        left = details_in(text, names_of(source) if source else [])
        if left:
            raise Invalid(_("Take this out first, it is about one person: %(words)s") % {"words": left}, field=field)
    return {"topic": topic, "language": language, **words}


def _clean(text: str, most: int, field: str) -> str:
    text = (text or "").replace("\x00", "").strip()
    if not text:
        raise Invalid(_("This still needs an answer"), field=field)
    if len(text) > most:
        raise Invalid(_("Make it shorter: at most %(n)d characters.") % {"n": most}, field=field)
    return text


def names_of(question: Question) -> list[str]:
    """Return the names that may not stand in an answer taken from this question: mentee, mentor, whoever asked."""
    people: list[Any] = [question.referral.mentee]
    people += [] if question.asked_by.is_system else [question.asked_by]
    people += [question.match.mentor.person] if question.match else []
    people += [question.referral.about.person] if question.referral.about else []
    names = {part for person in people for part in f"{person.first_name} {person.last_name}".split()}
    return sorted((name for name in names if len(name) > 1), key=lambda name: (-len(name), name))


def without_details(text: str, names: list[str]) -> str:
    """Return a text with names, e-mail addresses and long numbers taken out."""
    for pattern in _patterns(names):
        text = pattern.sub(TAKEN_OUT, text)
    return text


def details_in(text: str, names: list[str]) -> str:
    """Return the first detail of a person that still stands in a text, as written; empty when none does."""
    return next((found.group() for pattern in _patterns(names) if (found := pattern.search(text))), "")


def _patterns(names: list[str]) -> list[re.Pattern]:
    named = [re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE) for name in names]
    return [EMAIL, NUMBER, *named]


@transaction.atomic
def change(
    *, answer: int, by: User, version: int, topic: str, language: str, question: str, words: str
) -> ApprovedAnswer:
    """Change an answer: it is then proposed by who changed it, and waits for a colleague again.

    The same words change nothing. Raises Denied, Stale, Invalid, WrongState (retired).
    """
    row = _lock(answer, by)
    values = _checked(topic, language, question, words, row.taken_from)
    if all(getattr(row, name) == value for name, value in values.items()):
        return row
    if version != row.version:
        raise Stale()
    now = {"proposed_by": by, "proposed_at": clock.now(), "approved_by": None, "approved_at": None, "review_on": None}
    return _store(row, **values, **now)


@transaction.atomic
def approve(*, answer: int, by: User, version: int, review_on: dt.date | None = None) -> ApprovedAnswer:
    """Let the team use an answer until a day to look at it again: within three years, a year from now [D] if not said.

    Approving again, near or past that day, is looking at it again. Raises Denied (who wrote it does not approve it),
    Stale (changed since they read it), Invalid (the day), WrongState (retired).
    """
    row = _lock(answer, by)
    rules.approve.require(by, row)
    today = row.clinic.today
    until = review_on or today + REVIEW_AFTER
    if not today < until <= today + LONGEST_REVIEW:
        raise Invalid(_("Choose a day within three years from now"), field="review_on")
    if row.approved_at and row.review_on == until:
        return row
    if version != row.version:
        raise Stale()
    return _store(row, approved_by=by, approved_at=clock.now(), review_on=until)


@transaction.atomic
def retire(*, answer: int, by: User) -> ApprovedAnswer:
    """Use an answer no more. It stays to be read. Again changes nothing. Raises Denied."""
    row = ApprovedAnswer.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=answer)
    rules.write.require(by, row.clinic)
    return row if row.retired_at else _store(row, retired_at=clock.now(), retired_by=by)


def _lock(pk: int, by: User) -> ApprovedAnswer:
    rows = ApprovedAnswer.objects.select_for_update(of=("self",))
    row = rows.select_related("clinic", "taken_from__referral__mentee", "taken_from__asked_by").get(pk=pk)
    rules.write.require(by, row.clinic)
    if row.retired_at:
        raise WrongState(_("This answer is used no more. Write a new one."))
    return row


def _store(row: ApprovedAnswer, **values: object) -> ApprovedAnswer:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*values, "version"])
    return row


def may_take_from(question: Question) -> bool:
    """Tell whether a question has an answer to take over."""
    return question.status != QuestionStatus.ASKED and bool(question.answer)
