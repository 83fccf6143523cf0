"""What people do for somebody who learns: another round after a talk, what was learned elsewhere, reading their words."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Invalid, Stale, WrongState
from messaging import outbox
from training import rules, rules_learning
from training.actions.learning import locked, passed
from training.models import Learning, Mentor, Module, ModuleProgress

LONGEST_NOTE = 1000  # characters
LONGEST_TEXT = 3000
NEWS = "training.news"
How = ModuleProgress.How


@transaction.atomic
def give_round(*, progress: int, by: User, round: int, note: str) -> ModuleProgress:
    """Give the attempts of a part once more, after a talk about it. `round` is the one that is used up; again changes nothing.

    The note says what was agreed. Raises Denied, WrongState (passed, or tries left), Invalid (field "note").
    """
    row = locked(progress)
    rules.decide.require(by, row.learning.mentor)
    if row.round != round:
        return row
    note = _short(note, "note", _("Write in a few words what you agreed"))
    if row.passed_at is not None:
        raise WrongState(_("This part is passed in the meantime."))
    if not ModuleProgress.objects.filter(pk=row.pk).stuck().exists():
        raise WrongState(_("There are tries left in this round."))
    row.round, row.touched_at = row.round + 1, clock.now()
    row.talk_note = f"{row.talk_note}\n\n{note}".strip()
    row.save(update_fields=["round", "talk_note", "touched_at"])
    _tell(row, f"round-{row.round}")
    return row


@transaction.atomic
def recognise(*, learning: int, parts: Sequence[str], by: User, reason: str) -> list[ModuleProgress]:
    """Take parts as passed that somebody learned elsewhere, with the reason. Parts passed before stay as they are.

    `parts` are refs of the progress. Raises Denied (also about oneself), Invalid (fields "parts", "reason").
    """
    row = Learning.objects.get(pk=learning)
    mentor = Mentor.objects.lock(row.mentor_id)
    rules.decide.require(by, mentor)
    reason = _short(reason, "reason", _("Write where they learned it"))
    found = list(row.progress.filter(ref__in=parts).order_by("pk"))
    if not found or len(found) != len(set(parts)):
        raise Invalid(_("Choose from the parts below"), field="parts")
    return [_recognised(part.pk, by, reason) for part in found]


def _recognised(progress: int, by: User, reason: str) -> ModuleProgress:
    row = locked(progress)
    if row.passed_at is None:
        row.remark = reason
        row.save(update_fields=["remark"])
        passed(row, How.ELSEWHERE, by)
    return row


@transaction.atomic
def save_words(*, progress: int, by: User, words: str, hand_in: bool = False, was: str | None = None) -> ModuleProgress:
    """Keep what somebody writes for a part, and hand it in when asked. The same again changes nothing.

    `was` is the text the form began with: when it is no longer the stored one, another screen wrote in between.
    Raises Denied, WrongState (not a part to write, passed, or with the reader), Stale, Invalid (field "words").
    """
    row = locked(progress)
    rules_learning.learn.require(by, row.learning.mentor)
    words = words.replace("\r\n", "\n").strip()
    if row.module.passing != Module.Passing.WRITING:
        raise WrongState(_("There is nothing to write in this part."))
    if row.written_at is not None and row.written == words:
        return row
    if row.passed_at is not None or row.written_at is not None:
        raise WrongState(_("You handed this in already. What is there stays; nothing has changed."))
    _check_words(row, words, hand_in, was)
    row.written, row.touched_at = words, clock.now()
    row.written_at = clock.now() if hand_in else None
    row.save(update_fields=["written", "written_at", "touched_at"])
    return row


def _check_words(row: ModuleProgress, words: str, hand_in: bool, was: str | None) -> None:
    if was is not None and row.written not in (was.replace("\r\n", "\n").strip(), words):
        raise Stale(
            _("You wrote this on another screen in between. Both texts are below; keep what you want in the box.")
        )
    if len(words) > LONGEST_TEXT:
        shorter = _("Make this shorter: at most %(most)d characters, now %(now)d")
        raise Invalid(shorter % {"most": LONGEST_TEXT, "now": len(words)}, field="words")
    if hand_in and not words:
        raise Invalid(_("Write a few sentences first: somebody reads this"), field="words")


@transaction.atomic
def pass_words(*, progress: int, by: User, remark: str = "") -> ModuleProgress:
    """Pass what was written and handed in, with a word to go with it. Again changes nothing.

    Raises Denied, WrongState (nothing handed in), Invalid (field "remark").
    """
    row = locked(progress)
    rules_learning.read.require(by, row.learning.mentor)
    if row.passed_at is not None:
        return row
    _require_handed_in(row)
    row.remark = _bounded(remark, "remark")
    row.save(update_fields=["remark"])
    _tell(row, f"read-{int(clock.now().timestamp())}")
    return passed(row, How.READ, by)


@transaction.atomic
def send_back(*, progress: int, by: User, remark: str) -> ModuleProgress:
    """Give what was written back, with a word about what would make it better; they write on in their own text.

    Sent back already: nothing changes. Raises Denied, WrongState (passed, or nothing handed in), Invalid (field "remark").
    """
    row = locked(progress)
    rules_learning.read.require(by, row.learning.mentor)
    if row.passed_at is None and row.written_at is None and row.remark:
        return row
    remark = _short(remark, "remark", _("Write a word they can use"))
    _require_handed_in(row)
    row.written_at, row.remark = None, remark
    row.save(update_fields=["written_at", "remark"])
    _tell(row, f"back-{int(clock.now().timestamp())}")
    return row


def _require_handed_in(row: ModuleProgress) -> None:
    if row.passed_at is not None:
        raise WrongState(_("This part is passed in the meantime."))
    if row.written_at is None:
        raise WrongState(_("They have not handed anything in."))


def _short(text: str, field: str, empty: str) -> str:
    text = _bounded(text, field)
    if not text:
        raise Invalid(empty, field=field)
    return text


def _bounded(text: str, field: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_NOTE:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": LONGEST_NOTE}, field=field)
    return text


def _tell(row: ModuleProgress, key: str) -> None:
    """Tell who learns that something waits for them, without saying what."""
    person = row.learning.mentor.person
    outbox.post(NEWS, row.ref, clinic=person.clinic, to=person.user or person, key=key)
