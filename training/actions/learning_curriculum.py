"""A new version of the training: copied from the one in use, changed, published. What is published never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Invalid, NotReady, Stale, WrongState
from training import curriculum_check, learning, rules_learning
from training.models import Curriculum, Module, ModulePage, Option, Question, RubricItem
from training.starter_curriculum import start_clinic

MODULE = ("title", "objective", "minutes", "passing", "pass_mark", "attempts", "is_live", "is_refresher")


@transaction.atomic
def copy_version(*, clinic: Clinic, by: User) -> Curriculum:
    """Begin a new version as a copy of the one in use; one that is in the making already is returned. Raises Denied."""
    rules_learning.plan.require(by, clinic)
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)  # so that two people begin one
    known = clinic.curricula.filter(published_at=None).first()
    if known is not None:
        return known
    before = learning.published(clinic) or start_clinic(clinic, by)
    made = Curriculum.objects.create(clinic=clinic, version=before.version + 1, made_by=by)
    for module in before.modules.prefetch_related("pages", "questions__options", "rubric"):
        _copy_module(module, made)
    return made


def _copy_module(module: Module, to: Curriculum) -> None:
    fields = {name: getattr(module, name) for name in ("key", "position", "study", *MODULE)}
    made = Module.objects.create(curriculum=to, **fields)
    ModulePage.objects.bulk_create(
        ModulePage(module=made, position=p.position, title=p.title, body=p.body) for p in module.pages.all()
    )
    RubricItem.objects.bulk_create(
        RubricItem(module=made, position=item.position, text=item.text) for item in module.rubric.all()
    )
    for asked in module.questions.all():
        question = Question.objects.create(
            module=made, position=asked.position, text=asked.text, is_emergency=asked.is_emergency
        )
        told = [
            {"text": o.text, "right": o.is_right, "unsafe": o.is_unsafe, "feedback": o.feedback}
            for o in asked.options.all()
        ]
        _store_options(question, told)


def _open(curriculum: int, by: User) -> Curriculum:
    """Return a version in the making, locked. Raises Denied, WrongState once it is published."""
    row = Curriculum.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=curriculum)
    rules_learning.plan.require(by, row.clinic)
    if row.published_at is not None:
        raise WrongState(_("This version is published and stays as it is. Make a new one to change something."))
    return row


def _module(module: int, by: User) -> Module:
    _open(Module.objects.values_list("curriculum", flat=True).get(pk=module), by)
    return Module.objects.prefetch_related("rubric").get(pk=module)


def _require_same(row: Any, was: str) -> None:
    if was != curriculum_check.mark(row):
        raise Stale


@transaction.atomic
def add_module(*, curriculum: int, by: User, title: str) -> Module:
    """Add a part at the end, to fill in. A title that is there already is refused.

    Raises Denied, WrongState, Invalid (field "title").
    """
    row = _open(curriculum, by)
    title = _text(title, "title", 120)
    key = slugify(title)[:40].strip("-") or "part"
    if row.modules.filter(key=key).exists():
        raise Invalid(_("There is a part with this title. Choose another one"), field="title")
    last = row.modules.order_by("-position").first()
    position = last.position + 1 if last else 1
    return Module.objects.create(
        curriculum=row, key=key, position=position, title=title, objective=title, passing=Module.Passing.QUIZ
    )


@transaction.atomic
def change_module(*, module: int, by: User, values: Mapping[str, Any], rubric: str, was: str) -> Module:
    """Store how a part is called, what it is for and how it is passed; `rubric` has one thing to look for a line.

    Raises Denied, WrongState, Stale (somebody changed it since the form was opened), Invalid.
    """
    row = _module(module, by)
    _require_same(row, was)
    lines = [line.strip() for line in rubric.splitlines() if line.strip()]
    if any(len(line) > 300 for line in lines):
        raise Invalid(_("Make each line shorter: at most 300 characters"), field="rubric")
    for name in MODULE:
        setattr(row, name, values[name])
    row.save(update_fields=MODULE)
    row.rubric.all().delete()
    RubricItem.objects.bulk_create(
        RubricItem(module=row, position=n, text=line) for n, line in enumerate(lines, start=1)
    )
    return row


@transaction.atomic
def remove_module(*, module: int, by: User) -> None:
    """Take a part out of a version in the making. Raises Denied, WrongState."""
    _module(module, by).delete()


@transaction.atomic
def save_page(*, module: int, by: User, page: int | None, title: str, body: str, was: str) -> ModulePage:
    """Store a page to read, or add one at the end (page None). Raises Denied, WrongState, Stale, Invalid."""
    row = _module(module, by)
    known = row.pages.filter(pk=page).first() if page else None
    _require_there(known, page)
    _require_same(known, was)
    title, body = _text(title, "title", 120), _text(body, "body", 6000)
    if known is None:
        return row.pages.create(position=_next(row.pages), title=title, body=body)
    known.title, known.body = title, body
    known.save(update_fields=["title", "body"])
    return known


@transaction.atomic
def remove_page(*, module: int, by: User, page: int) -> None:
    """Take a page out. Again changes nothing. Raises Denied, WrongState."""
    _module(module, by).pages.filter(pk=page).delete()


@transaction.atomic
def save_question(
    *,
    module: int,
    by: User,
    question: str,
    text: str,
    is_emergency: bool,
    options: Sequence[Mapping[str, Any]],
    was: str,
) -> Question:
    """Store a question with its answers, or add one at the end (question ""). Each answer: text, right, unsafe, feedback.

    Raises Denied, WrongState, Stale, Invalid.
    """
    row = _module(module, by)
    known = row.questions.prefetch_related("options").filter(ref=question).first() if question else None
    _require_there(known, question)
    _require_same(known, was)
    text = _text(text, "text", 500)
    if known is None:
        known = row.questions.create(position=_next(row.questions), text=text, is_emergency=is_emergency)
    else:
        known.text, known.is_emergency = text, is_emergency
        known.save(update_fields=["text", "is_emergency"])
    _store_options(known, options)
    return known


def _store_options(question: Question, options: Sequence[Mapping[str, Any]]) -> None:
    if any(option["right"] and option["unsafe"] for option in options):
        raise Invalid(_("What is right is never unsafe"), field="text")
    question.options.all().delete()
    Option.objects.bulk_create(
        Option(
            question=question, position=n, text=_text(option["text"], "text", 300), is_right=option["right"],
            is_unsafe=option["unsafe"], feedback=option["feedback"],
        )
        for n, option in enumerate(options, start=1)
    )  # fmt: skip


@transaction.atomic
def remove_question(*, module: int, by: User, question: str) -> None:
    """Take a question out. Again changes nothing. Raises Denied, WrongState."""
    _module(module, by).questions.filter(ref=question).delete()


@transaction.atomic
def publish(*, curriculum: int, by: User, note: str) -> Curriculum:
    """Publish a version: who begins from now on follows it; whoever began before ends under theirs.

    Published already: nothing changes. Raises Denied, NotReady (each thing to put right), Invalid (field "note").
    """
    row = Curriculum.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=curriculum)
    rules_learning.plan.require(by, row.clinic)
    if row.published_at is not None:
        return row
    note = _text(note, "note", 300)
    wrong = curriculum_check.faults(row)
    if wrong:
        raise NotReady(wrong)
    row.published_at, row.published_by, row.note = clock.now(), by, note
    row.save(update_fields=["published_at", "published_by", "note"])
    return row


def _require_there(known: Any, wanted: Any) -> None:
    if wanted and known is None:
        raise Stale(_("Somebody took this out in the meantime. Copy your words, then add it again."))


def _next(rows: Any) -> int:
    last = rows.order_by("-position").first()
    return last.position + 1 if last else 1


def _text(text: str, field: str, most: int) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid(_("This still needs an answer"), field=field)
    if len(text) > most:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": most}, field=field)
    return text
