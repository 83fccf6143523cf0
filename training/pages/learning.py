"""What the pages of somebody who learns show: where they were, what is to do, one part, one question, the outcome."""

from __future__ import annotations

import hashlib
import itertools
import math
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from clinics.models import Clinic
from clinics.roles import Role
from common import words
from training import learning
from training.actions.learning_quiz import ASKED, given
from training.models import Attempt, Learning, Mentor, Module, ModuleProgress, Option, Question
from training.pages import sessions
from training.workflow import Status

ICONS = {"done": "circle-check", "here": "circle-dot", "together": "users", "to-go": "circle"}
DASHES = ("– ", "- ", "• ")


def helper_of(clinic: Clinic, but: User | None = None) -> User | None:
    """Return who rings when somebody is stuck: the coordinator who is there longest; nobody rings themselves."""
    rows = User.objects.filter(
        memberships__clinic=clinic, memberships__role=Role.COORDINATOR, memberships__ended_at=None, is_active=True
    )
    return rows.exclude(pk=but.pk if but else None).order_by("memberships__since", "pk").first()


def helper_name(clinic: Clinic, but: User | None = None) -> str:
    """Return the first name of who helps, or what they are."""
    helper = helper_of(clinic, but)
    return helper.first_name if helper else _("The coordinator")


def parts_of(row: Learning) -> list[ModuleProgress]:
    """Return the parts of a training with what their lines say, in a fixed number of queries."""
    parts = row.progress.with_tries().select_related("module").prefetch_related("tries", "observations")
    parts = parts.order_by("module__position", "pk")  # counting drops the usual order
    counted = dict(row.curriculum.modules.annotate(n=Count("pages")).values_list("pk", "n"))
    asked = dict(row.curriculum.modules.annotate(n=Count("questions")).values_list("pk", "n"))
    found = list(parts)
    for part in found:
        part.page_count, part.question_count = counted[part.module_id], asked[part.module_id]
    return found


def is_stuck(part: ModuleProgress) -> bool:
    """Tell whether every try of this round is used and the part is not passed."""
    return part.passed_at is None and part.used >= part.module.attempts


def open_try(part: ModuleProgress) -> Attempt | None:
    """Return the try that was begun and not handed in."""
    return next((row for row in part.tries.all() if row.ended_at is None), None)


def about(part: ModuleProgress, today, helper: str) -> str:
    """Say in one line where somebody is in a part."""
    if part.passed_at:
        return _("Done on %(day)s") % {"day": words.day(_local(part).date(), today=today, weekday=False)}
    if is_stuck(part):
        return _("%(name)s rings you about this one") % {"name": helper}
    if part.written_at:
        return _("Handed in. Somebody reads it")
    if part.remark and part.module.passing == Module.Passing.WRITING:
        return _("You got a word back. Read it and write on")
    if open_try(part):
        return _("You are in the questions")
    if part.page and part.page < part.page_count:
        return _("You are here, page %(page)d of %(pages)d") % {"page": part.page + 1, "pages": part.page_count}
    if part.module.is_live:
        return _("A day together, see above")
    return minutes(part.module.minutes)


def _local(part: ModuleProgress):
    return words.local(part.passed_at, part.learning.mentor.person.clinic.time_zone)


def minutes(n: int) -> str:
    """Say about how long something takes."""
    return ngettext("About %(n)d minute", "About %(n)d minutes", n) % {"n": n}


def minutes_left(part: ModuleProgress) -> int:
    """Return about how many minutes of a part are left: its minutes, shared over its pages and its questions as one more."""
    whole = part.page_count + 1
    return max(1, math.ceil(part.module.minutes * (whole - min(part.page, part.page_count)) / whole))


def left(part: ModuleProgress, *, with_page: bool = True) -> str:
    """Say what is left of a part: the page or the question, about how long, how many questions."""
    opened, said = open_try(part), []
    if with_page and opened:
        numbers = {"n": min(len(opened.answers) + 1, part.question_count), "of": part.question_count}
        return _("Question %(n)d of %(of)d. Your answers are kept.") % numbers
    if with_page and part.page_count and part.page < part.page_count:
        said.append(_("Page %(page)d of %(pages)d.") % {"page": part.page + 1, "pages": part.page_count})
    said.append(_("%(minutes)s more.") % {"minutes": minutes(minutes_left(part))})
    if part.module.passing in ASKED and part.question_count:
        then = ngettext("Then %(n)d question.", "Then %(n)d questions.", part.question_count)
        said.append(then % {"n": part.question_count})
    return " ".join(said)


def my_training_context(mentor: Mentor) -> dict[str, Any]:
    """Return what *My training* shows: the first training, and the refreshers once they are there."""
    clinic, row = mentor.person.clinic, learning.current(mentor)
    again = learning.current(mentor, refresher=True)
    parts = [part for one in (row, again) if one for part in _with_mentor(one, mentor)]
    to_go, done = [p for p in parts if not p.passed_at], [p for p in parts if p.passed_at]
    here, helper = _here(to_go), helper_name(clinic, mentor.person.user)
    return {
        "mentor": mentor, "learning": row, "here": here, "here_left": left(here) if here else "",
        "here_url": way_on(here) if here else "",
        "to_go": [line(p, here, clinic.today, helper) for p in to_go],
        "done": [line(p, here, clinic.today, helper) for p in done],
        "lede": lede(len(done), len(parts)), "helper": helper_of(clinic, mentor.person.user),
        "may_begin": row is None and mentor.status in (Status.IN_TRAINING, Status.READY), "may_refresh": may_refresh(mentor),
        "choices": sessions.choices(mentor) if to_go else [],
    }  # fmt: skip


def _with_mentor(row: Learning, mentor: Mentor) -> list[ModuleProgress]:
    parts = parts_of(row)
    for part in parts:
        part.learning = row
    row.mentor = mentor
    return parts


def lede(done: int, of: int) -> str:
    """Say in one sentence how far somebody is; counted in parts, never in points."""
    if not of:
        return _("Reading, questions and a few days together. You can stop anywhere; we keep your place.")
    if done == of:
        return _("Every part is done. Thank you for the time you gave it.")
    return _("%(done)d of %(of)d parts done. You can stop anywhere; we keep your place.") % {"done": done, "of": of}


def may_refresh(mentor: Mentor) -> bool:
    """Tell whether refreshers are open, wanted and not begun yet."""
    opens = learning.refreshers_open_on(mentor)
    if opens is None or opens > mentor.person.clinic.today or mentor.status not in learning.FOLLOWING:
        return False
    known = learning.current(mentor, refresher=True)
    begun = known is not None and words.local(known.begun_at, mentor.person.clinic.time_zone).date() >= opens
    return not begun and bool(learning.missing_refreshers(mentor))


def _here(to_go: list[ModuleProgress]) -> ModuleProgress | None:
    """Return the part to go on with: what was touched last, else the first one that can be done alone."""
    alone = [p for p in to_go if not is_stuck(p) and not p.written_at and not _only_together(p)]
    begun = [p for p in alone if p.page or p.written or p.tries.all()]
    return max(begun, key=lambda p: p.touched_at) if begun else (alone[0] if alone else None)


def way_on(part: ModuleProgress) -> str:
    """Return where to go on in a part: in the questions that were begun, else where the reading stopped."""
    opened = open_try(part)
    return reverse("training:try", args=[opened.ref]) if opened else reverse("training:module", args=[part.ref])


def _only_together(part: ModuleProgress) -> bool:
    """Tell whether nothing is left to do alone in a part that is passed on a day together."""
    together = part.module.passing in (Module.Passing.ROLE_PLAY, Module.Passing.PRESENCE)
    return together and part.page >= part.page_count


def line(part: ModuleProgress, here: ModuleProgress | None, today, helper: str) -> dict[str, Any]:
    """Return one part as a row that is one link."""
    current = here is not None and part.pk == here.pk
    kind = "done" if part.passed_at else "here" if current else "together" if part.module.is_live else "to-go"
    return {
        "url": reverse("training:module", args=[part.ref]), "icon": ICONS[kind], "title": part.module.title,
        "text": about(part, today, helper), "current": current,
    }  # fmt: skip


# One part


def module_context(part: ModuleProgress) -> dict[str, Any]:
    """Return one screen of a part: a page to read, or after the last one what there is to do."""
    pages = list(part.module.pages.all())
    part.page_count = len(pages)
    part.question_count = part.module.questions.count()
    place = min(part.page, len(pages))
    opened = open_try(part)
    tries = [row for row in part.tries.all() if row.ended_at and row.round == part.round]
    return {
        "part": part, "module": part.module, "pages": pages, "place": place, "number": place + 1,
        "page": pages[place] if place < len(pages) else None,
        "blocks": blocks(pages[place].body) if place < len(pages) else [], "at_end": place >= len(pages),
        "left": left(part, with_page=False), "objective": sentence(part.module.objective), "asked": part.module.passing in ASKED, "open_try": opened,
        "tries": list(part.tries.all()), "tries_left": max(part.module.attempts - len(tries), 0),
        "stuck": is_stuck(part), "emergencies": part.module.questions.filter(is_emergency=True).count(),
        "helper": helper_name(part.learning.mentor.person.clinic, part.learning.mentor.person.user),
        "home": reverse("training:my-training"), "task": task(part, pages), "seen": sessions.seen_in(part),
    }  # fmt: skip


def task(part: ModuleProgress, pages: list) -> dict[str, Any] | None:
    """Return what to write about beside the box to write it in: the last page of a part that is passed by writing."""
    if part.module.passing != "writing" or not pages:
        return None
    return {"title": pages[-1].title, "blocks": blocks(pages[-1].body)}


def sentence(text: str) -> str:
    """Return words as a sentence, with one full stop."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def blocks(body: str) -> list[dict[str, Any]]:
    """Return plain text as paragraphs and lists: lines that begin with a dash are a list."""
    found: list[dict[str, Any]] = []
    for paragraph in filter(None, (part.strip() for part in body.replace("\r\n", "\n").split("\n\n"))):
        for is_item, group in itertools.groupby(paragraph.split("\n"), key=lambda said: said.startswith(DASHES)):
            lines = [said[2:].strip() if is_item else said.strip() for said in group]
            found.append({"items": lines if is_item else [], "text": "" if is_item else "\n".join(lines)})
    return found


# Questions and their outcome


def shuffled(attempt: Attempt, question: Question) -> list[Option]:
    """Return the answers in an order of this try: the same each time it is looked at, another in the next try."""
    return sorted(question.options.all(), key=lambda o: hashlib.sha256(f"{attempt.ref}:{o.ref}".encode()).digest())


def questions_of(attempt: Attempt) -> list[Question]:
    """Return the questions of a try with their answers."""
    return list(attempt.progress.module.questions.prefetch_related("options"))


def place_in(attempt: Attempt, questions: list[Question], wanted: str) -> int | None:
    """Return which question to show, from 0: the wanted one (counted from 1), else the first without an answer.

    None when all are answered and none is wanted.
    """
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 and 1 <= int(wanted) <= len(questions):
        return int(wanted) - 1
    return next((n for n, question in enumerate(questions) if question.ref not in attempt.answers), None)


def question_context(attempt: Attempt, questions: list[Question], place: int) -> dict[str, Any]:
    """Return one question of an open try: what was answered before is chosen already."""
    module = attempt.progress.module
    return {
        "attempt": attempt, "module": module, "question": questions[place], "number": place + 1, "of": len(questions),
        "answered": len(attempt.answers), "is_last": place + 1 == len(questions), "before": place,
    }  # fmt: skip


def review_context(attempt: Attempt, questions: list[Question]) -> dict[str, Any]:
    """Return every answer of an open try once more, before it is handed in."""
    rows = [
        {"number": n, "question": question, "answer": given(question, attempt.answers)}
        for n, question in enumerate(questions, start=1)
    ]
    return {"attempt": attempt, "module": attempt.progress.module, "rows": rows}


def result_context(attempt: Attempt) -> dict[str, Any]:
    """Return the outcome of a try: what was right, what is said about each answer, and what comes next."""
    part, questions = attempt.progress, questions_of(attempt)
    used = part.tries.filter(round=part.round, ended_at__isnull=False).count()
    clinic, user = part.learning.mentor.person.clinic, part.learning.mentor.person.user
    return {
        "attempt": attempt, "part": part, "module": part.module, "rows": outcomes(attempt, questions),
        "heading": heading(attempt), "why": why(attempt),
        "can_again": part.passed_at is None and used < part.module.attempts,
        "tries_left": part.module.attempts - used, "helper": helper_name(clinic, user),
    }  # fmt: skip


def outcomes(attempt: Attempt, questions: list[Question]) -> list[dict[str, Any]]:
    """Return each question with the answer given, whether it was right, and what is said about it."""
    rows = []
    for question in questions:
        option = given(question, attempt.answers)
        rows.append({
            "question": question, "answer": option, "is_right": option is not None and option.is_right,
            "feedback": option.feedback if option else "",
            "right": next((o for o in question.options.all() if o.is_right), None),
        })  # fmt: skip
    return rows


def heading(attempt: Attempt) -> str:
    """Say how many were right; about the answers, not about the person."""
    numbers = {"right": attempt.right, "total": attempt.total}
    if attempt.passed:
        return _("%(right)d of %(total)d are right. This part is done.") % numbers
    return _("%(right)d of %(total)d are right. Not enough yet.") % numbers


def why(attempt: Attempt) -> str:
    """Say why a try is not enough yet, kindly and exactly; empty when it is."""
    return {
        "emergency": _("With an emergency there is no second chance, so those questions must all be right."),
        "unsafe": _("One answer could harm somebody. It is below, with what to do instead."),
        "mark": _("At least %(mark)d per cent must be right.") % {"mark": attempt.progress.module.pass_mark},
    }.get(attempt.why_not, "")
