"""A small training for tests: something to answer, to write, to watch and to refresh."""

from common import clock
from tests import factories
from training import starter_curriculum
from training.actions import learning as actions
from training.models import Attempt, Curriculum, ModuleProgress
from training.workflow import Status

PAGES = [{"title": f"Page {n}", "body": f"Words {n}.\n\n– one\n– two"} for n in (1, 2, 3)]


def question(text, *, emergency=False):
    """Return a question with a right, a common and an unsafe answer."""
    return {
        "text": text, "is_emergency": emergency,
        "options": [
            {"text": f"{text} right", "right": True, "feedback": "Yes."},
            {"text": f"{text} common", "feedback": "Many think so."},
            {"text": f"{text} unsafe", "unsafe": True, "feedback": "It could harm."},
        ],
    }  # fmt: skip


MODULES = (
    {"key": "flags", "title": "Red flags", "passing": "quiz", "pages": PAGES,
     "questions": [question(f"Q{n}", emergency=n == 1) for n in range(1, 6)]},
    {"key": "story", "title": "My story", "passing": "writing", "pages": PAGES[:1]},
    {"key": "listening", "title": "Listening", "passing": "role-play", "is_live": True, "rubric": ["Asks openly"]},
    {"key": "again", "title": "Back to mind", "passing": "quiz", "is_refresher": True, "pages": PAGES[:1],
     "questions": [question("R1")]},
)  # fmt: skip


def make_version(team, number=1, modules=MODULES) -> Curriculum:
    """Store and publish a version of the training."""
    version = Curriculum.objects.create(
        clinic=team.clinic, version=number, made_by=team.coordinator,
        published_at=clock.now(), published_by=team.coordinator,
    )  # fmt: skip
    for position, content in enumerate(modules, start=1):
        starter_curriculum.add_module(version, position, {"objective": "Know what to do", **content})
    return version


def make_learner(team, **fields):
    """Store somebody who was accepted and has begun the training."""
    learner = factories.make_mentor(team, ready=False, status=Status.IN_TRAINING, **fields)
    actions.begin(mentor=learner.pk, by=learner.person.user)
    return learner


def part(learner, key="flags") -> ModuleProgress:
    """Return how far somebody is in one part."""
    return ModuleProgress.objects.get(learning__mentor=learner, module__key=key)


def option(question, kind):
    """Return the answer of a kind: right, common or unsafe."""
    return question.options.get(text__endswith=kind)


def answers(row, *kinds) -> dict[str, str]:
    """Return the refs of one answer of these kinds to each question of a part; the last kind for the rest."""
    questions = list(row.module.questions.all())
    chosen = [*kinds, *[kinds[-1]] * len(questions)]
    return {q.ref: option(q, kind).ref for q, kind in zip(questions, chosen, strict=False)}


def failed_tries(row, n=3, kinds=("right", "common")) -> None:
    """Store tries of this round that were not enough."""
    for number in range(1, n + 1):
        Attempt.objects.create(
            progress=row, round=row.round, number=number, answers=answers(row, *kinds), ended_at=clock.now(), right=1,
            total=5, passed=False, why_not="mark",
        )  # fmt: skip
