"""What a clinic begins with: the starter modules, to sign off and change. Each is a file in starter/curriculum/."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from clinics.models import Clinic
from common import clock
from training.models import Curriculum, Module, ModulePage, Option, Question, RubricItem

FOLDER = Path(__file__).parent / "starter" / "curriculum"
MODULE = (
    "key", "title", "objective", "minutes", "passing", "pass_mark", "attempts", "is_live", "is_refresher", "study",
)  # fmt: skip


def files() -> list[dict[str, Any]]:
    """Return the starter modules as they are written, in the order of the files' names."""
    found = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
    if not found:
        raise FileNotFoundError(f"No starter modules in {FOLDER}.")
    return found


@transaction.atomic
def start_clinic(clinic: Clinic, by: User) -> Curriculum:
    """Publish the starter modules as version 1 of a clinic's training [D]. Again returns what is there."""
    now = clock.now()
    curriculum, made = Curriculum.objects.get_or_create(
        clinic=clinic, version=1, defaults={"made_by": by, "published_at": now, "published_by": by}
    )
    if made:
        for position, content in enumerate(files(), start=1):
            add_module(curriculum, position, content)
    return curriculum


def add_module(curriculum: Curriculum, position: int, content: dict[str, Any]) -> Module:
    """Store one module with its pages, questions and rubric, as a file says it."""
    fields = {name: content[name] for name in MODULE if name in content}
    module = Module.objects.create(curriculum=curriculum, position=position, **fields)
    ModulePage.objects.bulk_create(
        ModulePage(module=module, position=n, title=page["title"], body=page["body"].strip())
        for n, page in enumerate(content.get("pages", []), start=1)
    )
    for n, asked in enumerate(content.get("questions", []), start=1):
        _add_question(module, n, asked)
    RubricItem.objects.bulk_create(
        RubricItem(module=module, position=n, text=text) for n, text in enumerate(content.get("rubric", []), start=1)
    )
    return module


def _add_question(module: Module, position: int, asked: dict[str, Any]) -> None:
    question = Question.objects.create(
        module=module, position=position, text=asked["text"], is_emergency=asked.get("is_emergency", False)
    )
    Option.objects.bulk_create(
        Option(
            question=question, position=n, text=option["text"], is_right=option.get("right", False),
            is_unsafe=option.get("unsafe", False), feedback=option.get("feedback", ""),
        )
        for n, option in enumerate(asked["options"], start=1)
    )  # fmt: skip
