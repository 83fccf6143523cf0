"""How the mentors of the demo go through the training: some by every question, some taught before there was one."""

from __future__ import annotations

from random import Random

from accounts.models import User
from training import learning
from training.actions import learning as steps
from training.actions import learning_help, learning_quiz, sessions_marks
from training.models import Learning, Mentor, Module, ModuleProgress

BEFORE = "Followed the two training days of the pilot group, before the programme worked with Halfword."
STORIES = {
    "my-story": "I was 34 when I was told. For a year I hid it at work. Then a colleague said: I see you struggle. That "
    "was the turn. I tell this when somebody thinks they have to hide, and I keep it short.",
    "own-wellbeing": "I notice it when I cannot sleep after a talk, or when I ring more than we agreed. Then I walk the "
    "dog, tell my supervisor, and take a week without new people.",
}
OTHER_STORY = (
    "I would thank her, say that I am not the right one for this, and bring it to the coordinator the same day."
)


def recognise(mentor: Mentor, by: User) -> None:
    """Take every part as learned elsewhere: they were trained before the programme worked with this."""
    row = learning.current(mentor)
    if row is None:
        return
    refs = list(row.progress.values_list("ref", flat=True))
    learning_help.recognise(learning=row.pk, parts=refs, by=by, reason=BEFORE)


def study(rng: Random, mentor: Mentor, teacher: User, *, parts: int = 99, miss: float = 0.25) -> None:
    """Go through the first `parts` parts; `miss` is how often a first try is not enough."""
    row = learning.current(mentor)
    if row is None:
        return
    for progress in row.progress.select_related("module").order_by("module__position")[:parts]:
        PASS[progress.module.passing](rng, row, progress, teacher, miss)


def _questions(rng: Random, row: Learning, progress: ModuleProgress, teacher: User, miss: float) -> None:
    by = row.mentor.person.user
    learning_quiz.turn_page(progress=progress.pk, by=by, to=progress.module.pages.count())
    if rng.random() < miss:
        _try(progress, by, right=False)
    _try(progress, by, right=True)


def _try(progress: ModuleProgress, by: User, *, right: bool) -> None:
    """Answer every question; a try that is not right has the first answer wrong, and no pass for that."""
    attempt = learning_quiz.begin_try(progress=progress.pk, by=by)
    for question in progress.module.questions.prefetch_related("options"):
        options = list(question.options.all())
        chosen = next(o for o in options if o.is_right == right)
        learning_quiz.answer(attempt=attempt.pk, by=by, question=question.ref, option=chosen.ref)
    learning_quiz.hand_in(attempt=attempt.pk, by=by)


def _writing(rng: Random, row: Learning, progress: ModuleProgress, teacher: User, miss: float) -> None:
    words = STORIES.get(progress.module.key, OTHER_STORY)
    learning_help.save_words(progress=progress.pk, by=row.mentor.person.user, words=words, hand_in=True)
    learning_help.pass_words(progress=progress.pk, by=teacher, remark="Clear and warm. Keep it this short.")


def _role_play(rng: Random, row: Learning, progress: ModuleProgress, teacher: User, miss: float) -> None:
    items = [item.ref for item in progress.module.rubric.all()]
    again = rng.random() < miss
    if again:
        _observe(row, progress, teacher, 1, dict.fromkeys(items, 1), "You listened well. Leave more silence next time.")
    _observe(
        row, progress, teacher, 2 if again else 1, dict.fromkeys(items, 2), "Open questions, and room for silence."
    )


def _observe(row: Learning, progress: ModuleProgress, teacher: User, number: int, seen: dict, words: str) -> None:
    on = row.mentor.person.clinic.today
    sessions_marks.observe(progress=progress.pk, by=teacher, number=number, on=on, seen=seen, words=words)


def _present(rng: Random, row: Learning, progress: ModuleProgress, teacher: User, miss: float) -> None:
    steps.pass_module(progress=progress.pk, how=ModuleProgress.How.PRESENT, by=teacher)


P = Module.Passing
PASS = {
    P.QUIZ: _questions, P.SORTING: _questions, P.WRITING: _writing, P.ROLE_PLAY: _role_play, P.PRESENCE: _present,
}  # fmt: skip
