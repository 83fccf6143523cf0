"""What is still wrong with a version of the training before it can be published, in words; pure questions."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

from training.models import Curriculum, Module, ModulePage, Question

ASKED = (Module.Passing.QUIZ, Module.Passing.SORTING)


def faults(curriculum: Curriculum) -> list[str]:
    """Return each thing to put right before a version is published; empty when it can be."""
    modules = list(curriculum.modules.prefetch_related("pages", "questions__options", "rubric"))
    if not [module for module in modules if not module.is_refresher]:
        return [_("There is no part to learn yet, refreshers apart.")]
    return [f"“{module.title}”: {fault}" for module in modules for fault in of_module(module)]


def of_module(module: Module) -> list[str]:
    """Return what is wrong with one part."""
    found = []
    questions = list(module.questions.all())
    if module.passing in ASKED and not questions:
        found.append(_("it is passed by questions, and has none."))
    if module.passing not in ASKED and questions:
        found.append(_("it has questions, and is not passed by them."))
    if module.passing == Module.Passing.ROLE_PLAY and not module.rubric.all():
        found.append(_("somebody watches the role-play, and nothing says what to look for."))
    if module.passing in (*ASKED, Module.Passing.WRITING) and not module.pages.all():
        found.append(_("there is no page to read."))
    for number, question in enumerate(questions, start=1):
        found += [_("question %(n)d: %(fault)s") % {"n": number, "fault": fault} for fault in of_question(question)]
    return found


def of_question(question: Question) -> list[str]:
    """Return what is wrong with one question."""
    options = list(question.options.all())
    right, found = [option for option in options if option.is_right], []
    if len(options) < 2:
        found.append(_("give at least two answers."))
    if len(right) != 1:
        found.append(_("one answer must be right, and only one."))
    if any(not option.is_right and not option.feedback.strip() for option in options):
        found.append(_("say something about each answer that is not right."))
    return found


def mark(row: Module | ModulePage | Question | None) -> str:
    """Return a fingerprint of what a form was filled in over, so that somebody else's change is noticed."""
    return hashlib.sha256(json.dumps(_content(row)).encode()).hexdigest()[:20]


def _content(row: Module | ModulePage | Question | None) -> list[Any]:
    if row is None:
        return []
    if isinstance(row, ModulePage):
        return [row.title, row.body]
    if isinstance(row, Question):
        told = [[o.text, o.is_right, o.is_unsafe, o.feedback] for o in row.options.all()]
        return [row.text, row.is_emergency, told]
    fields = [
        row.title,
        row.objective,
        row.minutes,
        row.passing,
        row.pass_mark,
        row.attempts,
        row.is_live,
        row.is_refresher,
    ]
    return [*fields, [item.text for item in row.rubric.all()]]
