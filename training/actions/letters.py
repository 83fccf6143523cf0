"""Letters to people who want to be, are or were mentors: kept as they were sent, read behind a link or sign-in."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Invalid
from messaging import outbox
from training.models import Application, Letter, Mentor

LONGEST = 5000  # characters
TO_READ = "letter.to-read"


@transaction.atomic
def send_letter(
    *, mentor: Mentor | None = None, application: Application | None = None, kind: str, body: str, by: User
) -> Letter:
    """Keep a letter and tell its reader that there is one. The action that decides calls it, in its own transaction.

    `kind` is one of Letter.Kind. The same words again, not read yet, are the same letter. Raises Invalid (field "letter").
    """
    words = body.strip()
    _check(words)
    known = Letter.objects.filter(mentor=mentor, application=application, kind=kind, body=words, read_at=None).first()
    if known is not None:
        return known
    letter = Letter.objects.create(mentor=mentor, application=application, kind=kind, body=words, by=by)
    outbox.post(TO_READ, letter.ref, clinic=clinic_of(letter), to=reader_of(letter))
    return letter


def _check(words: str) -> None:
    if not words:
        raise Invalid(_("Write a few words: they get this letter"), field="letter")
    if len(words) > LONGEST:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": LONGEST}, field="letter")


def clinic_of(letter: Letter) -> Clinic:
    """Return the clinic that sends a letter."""
    owner = letter.mentor.person if letter.mentor else letter.application
    if owner is None:
        raise ValueError("A letter is to somebody.")
    return owner.clinic


def reader_of(letter: Letter) -> User | Application | object:
    """Return whom the message goes to: their account, what they applied with, or the person as the clinic knows them."""
    if letter.mentor is None:
        return letter.application
    user = letter.mentor.person.user
    if user is not None and user.is_active and user.email_verified_at:
        return user
    applied = Application.objects.filter(mentor=letter.mentor, erased_at=None).exclude(email="").first()
    return applied or letter.mentor.person


@transaction.atomic
def say_read(*, letter: int) -> Letter:
    """Note that the reader said they have read a letter. Again changes nothing."""
    row = Letter.objects.select_for_update(of=("self",)).get(pk=letter)
    if row.read_at is None:
        row.read_at = clock.now()
        row.save(update_fields=["read_at"])
    return row
