"""The verbs of a question for the care team: the mentee gets the answer, the mentor learns only that it was given."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Invalid, NotReady, WrongState
from common.vocabulary import Topic
from matching.models import Match
from mentorship import ladder
from mentorship.actions.routing import answerers, route
from mentorship.models import Contact, Question
from mentorship.rules import questions as rules
from mentorship.workflow import QuestionStatus, question_workflow
from messaging import outbox
from referrals.models import Referral, Scope
from referrals.workflow import Status as ReferralStatus

WORKING_DAYS = 2  # to answer [D]
MAX_TEXT, MAX_ANSWER = 1000, 2000
MOST_WAITING = 5  # questions of one mentee that wait at once [D]


@transaction.atomic
def ask_question(
    *,
    referral: Referral,
    by: User,
    topic: str,
    text: str = "",
    match: Match | None = None,
    contact: Contact | None = None,
) -> Question:
    """Put a question to who answers this topic, else the referral's clinician; due in two working days [D].

    Medication, dose, results and diagnosis are never a mentor's topic (VdE21): they come here. Asking the same
    of the same person again while it waits returns the question that is there. Raises Denied (not their pair),
    Invalid (topic, text too long), NotReady (nobody at the clinic answers questions).
    """
    rules.ask.require(by, (referral, match))
    text = _clean(text, MAX_TEXT, "text")
    if topic not in Topic.values:
        raise Invalid(_("Choose one of the answers below"), field="topic")
    Referral.objects.lock(referral.pk)  # a double click waits here
    same = Question.objects.filter(
        referral=referral, asked_by=by, topic=topic, text=text, contact=contact, status=QuestionStatus.ASKED
    ).first()
    if same is not None:
        return same
    now = clock.now()
    question = Question.objects.create(
        referral=referral, match=match, contact=contact, topic=topic, text=text, asked_by=by, asked_at=now,
        routed_to=route(referral, topic), due_at=ladder.after(now, None, WORKING_DAYS, referral.clinic.calendar),
    )  # fmt: skip
    question_workflow.begin(question, by=by)
    outbox.post("question.asked", question.ref, clinic=referral.clinic, to=question.routed_to)
    return question


@transaction.atomic
def answer(*, question: Question | int, by: User, answer: str, how: str) -> Question:
    """Answer in plain words, by a link in a message to the mentee, or to be told by phone.

    The same answer again changes nothing. Raises Denied (put to a colleague), Invalid (no words, no way),
    NotReady (a link cannot reach them), WrongState (answered otherwise meanwhile).
    """
    row = _lock(question)
    rules.answer.require(by, row)
    words = _clean(answer, MAX_ANSWER, "answer")
    if not words:
        raise Invalid(_("Write the answer."), field="answer")
    if how not in Question.How.values:
        raise Invalid(_("Choose an answer"), field="how")
    if row.status == QuestionStatus.ANSWERED and (row.answer, row.how, row.answered_by_id) == (words, how, by.pk):
        return row
    if row.status != QuestionStatus.ASKED:
        raise WrongState(_("This question is answered already."))
    if how == Question.How.LINK and not can_be_written_to(row.referral):
        raise NotReady([_("We have no address to write to, or may not. Choose to tell it by phone.")])
    question_workflow.move(
        row, QuestionStatus.ANSWERED, by=by, answer=words, how=how, answered_by=by, answered_at=clock.now()
    )
    if how == Question.How.LINK:
        outbox.post("question.answer", row.ref, clinic=row.referral.clinic, to=row.referral.mentee)
    asker = mentor_to_tell(row)
    if asker is not None:
        outbox.post("question.answered", row.ref, clinic=row.referral.clinic, to=asker)
    return row


@transaction.atomic
def ask_by_page(*, referral: Referral, topic: str, text: str) -> Question:
    """Put a question of the mentee, who came by their own page, to the care team.

    The same question while it waits is one question. Raises Invalid (topic, no words, too long), NotReady (the
    referral is closed, or many of theirs wait already: those are rung about), Denied.
    """
    if not _clean(text, MAX_TEXT, "text"):
        raise Invalid(_("Write what you would like to know, in a few words"), field="text")
    row = Referral.objects.lock(referral.pk)
    if row.status == ReferralStatus.CLOSED:
        raise NotReady([_("We are not in touch any more by this page. Please ring the clinic.")])
    question = ask_question(referral=row, by=User.objects.system(), topic=topic, text=text)
    if own_questions(row).waiting().count() > MOST_WAITING:
        raise NotReady([_("Several questions of yours wait already. Please ring the clinic about this one.")])
    return question


def own_questions(referral: Referral):
    """Return what the mentee asked by their own page. A queryset."""
    return Question.objects.filter(referral=referral, match=None, asked_by=User.objects.system())


def can_be_written_to(referral: Referral) -> bool:
    """Tell whether the mentee has a verified address and agreed to be contacted."""
    mentee = referral.mentee
    agreed = referral.consents.filter(scope=Scope.CONTACT, given=True, withdrawn_at=None).exists()
    return bool(mentee and mentee.email and mentee.email_verified_at and agreed)


def mentor_to_tell(question: Question) -> User | None:
    """Return the mentor who asked it, if a mentor did."""
    mentor = question.match.mentor.person.user if question.match else None
    return mentor if mentor is not None and mentor == question.asked_by else None


@transaction.atomic
def put_to(*, question: Question | int, by: User, to: User) -> Question:
    """Put a waiting question to a colleague who answers questions at the clinic. Raises Denied, Invalid, WrongState."""
    row = _lock(question)
    rules.follow_up.require(by, row)
    if row.routed_to_id == to.pk:
        return row
    if row.status != QuestionStatus.ASKED:
        raise WrongState(_("This question is answered already."))
    if to not in answerers(row.referral.clinic):
        raise Invalid(_("Choose a colleague who answers questions here."), field="to")
    row.routed_to, row.version = to, row.version + 1
    row.save(update_fields=["routed_to", "version"])
    row.history.create(from_status=row.status, to_status=row.status, by=by, note="put to a colleague", at=clock.now())
    outbox.post("question.asked", row.ref, clinic=row.referral.clinic, to=to)
    return row


@transaction.atomic
def pass_on(*, question: Question | int, by: User) -> Question:
    """Say that the mentee has heard the answer: the team told them, or they said so themselves (system user).

    Repeating it changes nothing. Raises Denied, WrongState (not answered yet).
    """
    return _finish(question, by, QuestionStatus.PASSED_ON, "")


@transaction.atomic
def close(*, question: Question | int, by: User, note: str = "") -> Question:
    """Close an answered question that need not be told any more. Raises Denied, Invalid, WrongState."""
    return _finish(question, by, QuestionStatus.CLOSED, _clean(note, MAX_TEXT, "note"))


def _finish(question: Question | int, by: User, to: str, note: str) -> Question:
    row = _lock(question)
    (rules.hear if by.is_system else rules.follow_up).require(by, row)
    if row.status != to:
        question_workflow.move(row, to, by=by, note=note)
    return row


@transaction.atomic
def ask_for_a_call(*, question: Question | int, by: User) -> Question:
    """Note that the written answer was not clear to the mentee, who wants to be rung. `by` is the system user.

    The clinician is told once; repeating it changes nothing. Raises Denied, WrongState (not answered).
    """
    row = _lock(question)
    rules.hear.require(by, row)
    if row.status != QuestionStatus.ANSWERED:
        raise WrongState()
    if row.how != Question.How.CALL:
        row.how, row.version = Question.How.CALL, row.version + 1
        row.save(update_fields=["how", "version"])
        row.history.create(from_status=row.status, to_status=row.status, by=by, note="wants a call", at=clock.now())
        outbox.post("question.call", row.ref, clinic=row.referral.clinic, to=row.routed_to)
    return row


def pass_over(sender, *, clinic, user, **news) -> None:
    """Put the waiting questions of somebody who no longer answers at this clinic to whoever does."""
    if user in answerers(clinic):
        return
    waiting = Question.objects.waiting().filter(referral__clinic=clinic, routed_to=user)
    for row in waiting.select_for_update().select_related(None):
        try:
            to = route(row.referral, row.topic)
        except NotReady:  # nobody is left: coordinators still see it
            return
        Question.objects.filter(pk=row.pk).update(routed_to=to)
        by = news.get("by") or User.objects.system()
        row.history.create(
            from_status=row.status, to_status=row.status, by=by, note="put to a colleague", at=clock.now()
        )
        outbox.post("question.asked", row.ref, clinic=clinic, to=to)


def _lock(question: Question | int) -> Question:
    return Question.objects.lock(question.pk if isinstance(question, Question) else question)


def _clean(text: str, most: int, field: str) -> str:
    text = (text or "").replace("\x00", "").strip()
    if len(text) > most:
        raise Invalid(_("Make it shorter: at most %(n)d characters.") % {"n": most}, field=field)
    return text
