"""What staff see of somebody's training: each part in one line, what was tried, what to do."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import words
from training import learning, rules, rules_learning
from training.actions.learning_quiz import given
from training.models import Attempt, Learning, Mentor, Module, ModuleProgress
from training.pages.learning import is_stuck, open_try, parts_of
from training.panels import Panel
from training.workflow import Status


def panel(mentor: Mentor, user) -> Panel | None:
    """Return the training on a mentor's record; nothing for who has none and needs none."""
    row = learning.current(mentor)
    again = learning.current(mentor, refresher=True)
    title = _("Training")
    if row is None and again is None:
        if mentor.status != Status.IN_TRAINING:
            return None
        return Panel(title, rows=[_not_begun(mentor, user)])
    shown = [line for one in (row, again) if one for line in _of_panel(one, mentor, user)]
    return Panel(title, rows=shown)


def _not_begun(mentor: Mentor, user) -> dict[str, Any]:
    name = mentor.person.first_name
    line = {"when": _("Not begun"), "title": _("The training"),
            "text": _("%(name)s can begin it on their own page, or you begin it for them.") % {"name": name}}  # fmt: skip
    if rules_learning.begin.allows(user, mentor):
        line |= {"action": _("Begin the training"), "action_post": reverse("training:begin-for", args=[mentor.ref])}
    return line


def _of_panel(row: Learning, mentor: Mentor, user) -> list[dict[str, Any]]:
    parts = _parts(row, mentor)
    to_go = [part for part in parts if not part.passed_at]
    if to_go:
        return [line(part, mentor, user) for part in parts]
    today, last = mentor.person.clinic.today, max(part.passed_at for part in parts)
    day = words.day(words.local(last, mentor.person.clinic.time_zone).date(), today=today, weekday=False)
    title = _("The refresher is done") if row.is_refresher else _("Every part is done")
    n = len(parts)
    text = ngettext("%(n)d part, since %(day)s.", "%(n)d parts, since %(day)s.", n) % {"n": n, "day": day}
    return [{"when": _("Done"), "title": title, "text": text, "url": reverse("training:learning", args=[mentor.ref])}]


def _parts(row: Learning, mentor: Mentor) -> list[ModuleProgress]:
    parts = parts_of(row)
    row.mentor = mentor
    for part in parts:
        part.learning = row
    return parts


def line(part: ModuleProgress, mentor: Mentor, user) -> dict[str, Any]:
    """Return one part as a row: where they are, what was tried, and the one thing to do."""
    return {
        "when": state(part), "title": part.module.title, "text": " ".join(filter(None, [tried(part), said(part)])),
        "url": reverse("training:learning", args=[mentor.ref]) + f"#{part.ref}", **to_do(part, mentor, user),
    }  # fmt: skip


def state(part: ModuleProgress) -> str:
    """Say in a word or two where somebody is."""
    if part.passed_at:
        return _("Done")
    if is_stuck(part):
        return _("Ring them")
    if part.written_at:
        return _("To read")
    if part.page or part.written or part.used or open_try(part):
        return _("Under way")
    return _("Not begun")


def tried(part: ModuleProgress) -> str:
    """Say how often somebody tried, in this round and before."""
    if not part.used and part.round == 1:
        return ""
    numbers = {"n": part.used, "of": part.module.attempts}
    text = ngettext("%(n)d of %(of)d try used.", "%(n)d of %(of)d tries used.", part.module.attempts) % numbers
    if part.round > 1:
        text = _("Round %(round)d: %(text)s") % {"round": part.round, "text": text}
    return text


def said(part: ModuleProgress) -> str:
    """Say when and how a part was passed, or how it is passed."""
    if not part.passed_at:
        return f"{part.module.get_passing_display()}."
    clinic = part.learning.mentor.person.clinic
    day = words.day(words.local(part.passed_at, clinic.time_zone).date(), today=clinic.today, weekday=False)
    return _("%(how)s, on %(day)s.") % {"how": part.get_passed_how_display(), "day": day}


def to_do(part: ModuleProgress, mentor: Mentor, user) -> dict[str, Any]:
    """Return the one step a part asks of the reader now, if they may."""
    about = _("for %(part)s") % {"part": part.module.title}
    if part.passed_at:
        return {}
    if part.written_at and rules_learning.read.allows(user, mentor):
        return {"action": _("Read it"), "action_url": reverse("training:read", args=[part.ref]), "action_about": about}
    if is_stuck(part) and rules.decide.allows(user, mentor):
        url = reverse("training:round", args=[part.ref])
        return {"action": _("After the talk"), "action_url": url, "action_about": about}
    return {}


def progress_context(mentor: Mentor, user) -> dict[str, Any]:
    """Return everything about somebody's training, part by part."""
    rows = [row for row in (learning.current(mentor), learning.current(mentor, refresher=True)) if row]
    decides = rules.decide.allows(user, mentor)
    trainings = [_training(row, mentor, user) for row in rows]
    to_go = any(not card["part"].passed_at for training in trainings for card in training["parts"])
    return {
        "mentor": mentor, "trainings": trainings, "lede": _lede(mentor),
        "may_begin": not rows and mentor.status in learning.FOLLOWING and rules_learning.begin.allows(user, mentor),
        "may_elsewhere": to_go and decides,
    }  # fmt: skip


def _lede(mentor: Mentor) -> str:
    lacking = learning.missing_parts(mentor)
    name = mentor.person.first_name
    if learning.current(mentor) is None:
        return _("%(name)s has not begun the training.") % {"name": name}
    if not lacking:
        return _("%(name)s has done every part.") % {"name": name}
    n = len(lacking)
    return ngettext("%(name)s has %(n)d part to go.", "%(name)s has %(n)d parts to go.", n) % {"name": name, "n": n}


def _training(row: Learning, mentor: Mentor, user) -> dict[str, Any]:
    parts = _parts(row, mentor)
    missed = _missed(parts)
    return {
        "row": row, "version": row.curriculum.version,
        "parts": [
            {"part": part, **line(part, mentor, user), "kind": _kind(part), "missed": missed.get(part.pk, [])}
            for part in parts
        ],
    }  # fmt: skip


def _kind(part: ModuleProgress) -> str:
    if part.passed_at:
        return "ok"
    return "urgent" if is_stuck(part) or part.written_at else "soon"


def _missed(parts: list[ModuleProgress]) -> dict[int, list[dict[str, Any]]]:
    """Return for parts that ask for a talk the questions the last try missed, to go through together. Two queries."""
    last = {part.pk: _last_try(part) for part in parts if is_stuck(part)}
    modules = [part.module_id for part in parts if last.get(part.pk)]
    asked = {m.pk: m for m in Module.objects.filter(pk__in=modules).prefetch_related("questions__options")}
    return {part.pk: _wrong(last[part.pk], asked[part.module_id]) for part in parts if last.get(part.pk)}


def _last_try(part: ModuleProgress) -> Attempt | None:
    ended = [row for row in part.tries.all() if row.ended_at]
    return ended[-1] if ended else None


def _wrong(attempt: Attempt | None, module: Module) -> list[dict[str, Any]]:
    answers = attempt.answers if attempt else {}
    chosen = [(question, given(question, answers)) for question in module.questions.all()]
    return [{"question": q, "answer": o} for q, o in chosen if o is not None and not o.is_right]
