"""Reading, and answering the questions of a part: a try is begun, answered one by one, and handed in once."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common import clock
from common.errors import Invalid, NotReady, WrongState
from training import rules_learning
from training.actions.learning import locked, passed
from training.models import Attempt, Mentor, Module, ModuleProgress, Option, Question

ASKED = (Module.Passing.QUIZ, Module.Passing.SORTING)
MARK, EMERGENCY, UNSAFE = "mark", "emergency", "unsafe"  # why a try is not enough


@transaction.atomic
def turn_page(*, progress: int, by: User, to: int) -> ModuleProgress:
    """Remember the place in a part: how many pages are behind the reader, from 0 to all of them.

    Again changes nothing. Raises Denied, Invalid (there is no such page).
    """
    row = locked(progress)
    rules_learning.learn.require(by, row.learning.mentor)
    if not 0 <= to <= row.module.pages.count():
        raise Invalid(_("There is no such page in this part."), field="to")
    if row.page != to:
        row.page, row.touched_at = to, clock.now()
        row.save(update_fields=["page", "touched_at"])
    return row


@transaction.atomic
def begin_try(*, progress: int, by: User) -> Attempt:
    """Open a try at the questions of a part; the one that is open already is returned.

    Raises Denied, WrongState: no questions here, passed already, or no try left in this round.
    """
    row = locked(progress)
    rules_learning.learn.require(by, row.learning.mentor)
    if row.module.passing not in ASKED:
        raise WrongState(_("This part has no questions to answer."))
    open_try = row.tries.filter(ended_at=None).first()
    if open_try is not None:
        return open_try
    if row.passed_at is not None:
        raise WrongState(_("You have passed this part already."))
    done = row.tries.filter(round=row.round).count()
    if done >= row.module.attempts:
        raise WrongState(no_more_words(row.module.attempts))
    row.touched_at = clock.now()
    row.save(update_fields=["touched_at"])
    return Attempt.objects.create(progress=row, round=row.round, number=done + 1)


def no_more_words(attempts: int) -> str:
    """Say that no try is left, and what happens now."""
    used = ngettext("The one try is used.", "All %(n)d tries are used.", attempts) % {"n": attempts}
    return _("%(used)s The coordinator rings you and goes through it with you. Nobody fails alone.") % {"used": used}


@transaction.atomic
def answer(*, attempt: int, by: User, question: str, option: str) -> Attempt:
    """Keep one answer of an open try; another answer to the same question takes its place.

    `question` and `option` are refs. Raises Denied, WrongState (handed in), Invalid (field "option": not a question
    of this part, or not an answer to this question).
    """
    row = _locked_try(attempt)
    rules_learning.learn.require(by, row.progress.learning.mentor)
    if row.ended_at is not None:
        raise WrongState(_("These answers were handed in before. Nothing has changed."))
    _check(row, question, option)
    if row.answers.get(question) != option:
        row.answers = {**row.answers, question: option}
        row.save(update_fields=["answers"])
        ModuleProgress.objects.filter(pk=row.progress_id).update(touched_at=clock.now())
    return row


def _check(row: Attempt, question: str, option: str) -> None:
    """Refuse what this try does not ask: the server knows the questions, whatever was sent."""
    if not Question.objects.filter(ref=question, module=row.progress.module).exists():
        raise Invalid(_("This question is not one of these. Nothing was saved"), field="option")
    if not Option.objects.filter(ref=option, question__ref=question).exists():
        raise Invalid(_("Choose one of the answers below"), field="option")


def _locked_try(attempt: int) -> Attempt:
    progress = locked(Attempt.objects.values_list("progress", flat=True).get(pk=attempt))
    row = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt)
    row.progress = progress
    return row


@transaction.atomic
def hand_in(*, attempt: int, by: User) -> Attempt:
    """End a try and say whether it is enough; the part is passed in the same step. Again changes nothing.

    Enough is: the pass mark reached, every emergency right (evidence C: 100 % on emergencies), no unsafe answer.
    Raises Denied, NotReady (some questions have no answer yet).
    """
    row = _locked_try(attempt)
    mentor: Mentor = row.progress.learning.mentor
    rules_learning.learn.require(by, mentor)
    if row.ended_at is not None:
        return row
    questions = list(row.progress.module.questions.prefetch_related("options"))
    open_ones = [n for n, question in enumerate(questions, start=1) if question.ref not in row.answers]
    if open_ones:
        which = ", ".join(str(n) for n in open_ones)
        raise NotReady([_("No answer yet to question %(which)s. Your other answers are kept.") % {"which": which}])
    right, why_not = judge(row.progress.module, questions, row.answers)
    row.ended_at, row.right, row.total = clock.now(), right, len(questions)
    row.passed, row.why_not = not why_not, why_not
    row.save(update_fields=["ended_at", "right", "total", "passed", "why_not"])
    if row.passed:
        passed(row.progress, ModuleProgress.How.QUIZ, by)
    return row


def judge(module: Module, questions: list[Question], answers: dict[str, str]) -> tuple[int, str]:
    """Return how many answers are right, and why that is not enough: "", or UNSAFE, EMERGENCY, MARK in this order."""
    chosen = [(question, given(question, answers)) for question in questions]
    right = [question for question, option in chosen if option is not None and option.is_right]
    if any(option is not None and option.is_unsafe for _question, option in chosen):
        return len(right), UNSAFE
    if any(question.is_emergency and question not in right for question in questions):
        return len(right), EMERGENCY
    enough = bool(questions) and len(right) * 100 >= module.pass_mark * len(questions)
    return len(right), "" if enough else MARK


def given(question: Question, answers: dict[str, str]) -> Option | None:
    """Return the option somebody chose for a question; None for no answer, or one that is not of this question."""
    return next((option for option in question.options.all() if option.ref == answers.get(question.ref)), None)
