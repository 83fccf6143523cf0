"""Choosing mentors: references, a sponsor, papers, and what is gone through together."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock, words
from common.errors import Invalid, WrongState
from messaging import outbox
from training import files, policy, rules_selecting, selection
from training.actions.selecting import not_to_come, open_applicant, pin, short, staff_for
from training.models import Mentor, Paper, Reference, SelectionNote, Sponsorship
from training.models.policy import PaperKind, SelectionStep

SPONSOR_ASKED = "sponsor.asked"
MOST_REFERENCES = 6
MOST_YEARS = 80


@transaction.atomic
def add_reference(*, mentor: int, by: User, name: str, relation: str, phone: str = "") -> Reference:
    """Write down somebody who can say something about an applicant. The same again is the same row.

    Raises Denied, WrongState, Invalid.
    """
    m = open_applicant(mentor, by, rules_selecting.step(SelectionStep.REFERENCES))
    name, relation = short(name, "name", 120), short(relation, "relation", 120)
    if not name:
        raise Invalid(_("Write their name"), field="name")
    if not relation:
        raise Invalid(_("Write how they know each other"), field="relation")
    if name.casefold() == m.person.full_name.casefold():
        raise Invalid(_("Somebody else than the applicant is needed"), field="name")
    known = m.references.filter(name=name).first()
    if known is None and m.references.count() >= MOST_REFERENCES:
        raise Invalid(_("There are six references already"), field="name")
    return known or Reference.objects.create(
        mentor=m, name=name, relation=relation, phone=short(phone, "phone", 30), by=by
    )


@transaction.atomic
def ring_reference(*, reference: int, by: User, outcome: str, words: str = "", on: dt.date | None = None) -> Reference:
    """Write down what a reference said when rung; said anew, the newer words count. Raises Denied, WrongState, Invalid."""
    row = Reference.objects.get(pk=reference)
    m = open_applicant(row.mentor_id, by, rules_selecting.step(SelectionStep.REFERENCES))
    if outcome not in Reference.Outcome.values:
        raise Invalid(_("Choose an answer"), field="outcome")
    row.outcome, row.words, row.by = outcome, short(words, "words", 1000), by
    row.rung_on = not_to_come(on or m.person.clinic.today, m, "on")
    row.save()
    return row


@transaction.atomic
def ask_sponsor(*, mentor: int, by: User, sponsor: int) -> Sponsorship:
    """Ask a clinician who knows an applicant for a statement. Again is the same asking. Raises Denied, WrongState, Invalid."""
    m = open_applicant(mentor, by, rules_selecting.ask)
    user = staff_for(SelectionStep.SPONSOR, m).filter(pk=sponsor).first()
    if user is None:
        raise Invalid(_("Choose somebody who works at this clinic and may vouch"), field="sponsor")
    row, made = Sponsorship.objects.get_or_create(mentor=m, sponsor=user, defaults={"asked_by": by})
    if made:
        outbox.post(SPONSOR_ASKED, row.ref, clinic=m.person.clinic, to=user)
    return row


@transaction.atomic
def give_statement(*, sponsorship: int, by: User, known_years: int, vouches: bool, words: str = "") -> Sponsorship:
    """Give the statement of a sponsor, once. The same again changes nothing. Raises Denied, WrongState, Invalid."""
    Mentor.objects.lock(Sponsorship.objects.values_list("mentor", flat=True).get(pk=sponsorship))
    row = Sponsorship.objects.lock(sponsorship)
    rules_selecting.state.require(by, row)
    said = (known_years, vouches, short(words, "words", 1000))
    if row.stated_at:
        if (row.known_years, row.vouches, row.words) == said:
            return row
        raise WrongState(_("Your statement is given already, and stays as it is."))
    if row.mentor.status not in selection.UNDER_WAY:
        raise WrongState(_("It was decided in the meantime. Thank you for your word."))
    if not 0 <= known_years <= MOST_YEARS:
        raise Invalid(_("Write how many years, from 0 to 80"), field="known_years")
    row.known_years, row.vouches, row.words = said
    row.stated_at = clock.now()
    row.save()
    return row


@transaction.atomic
def add_paper(
    *, mentor: int, by: User, kind: str, file: UploadedFile | None, valid_until: dt.date | None = None
) -> Paper:
    """Keep a paper of an applicant or mentor; it takes the place of an older one, which stays in the record.

    A background check needs a last day, which then counts as that of the check. The same file again is the same
    paper. Raises Denied, Invalid.
    """
    m = Mentor.objects.lock(mentor)
    rules_selecting.step(SelectionStep.CHECK).require(by, m)
    if kind not in PaperKind.values:
        raise Invalid(_("Choose an answer"), field="kind")
    if m.status in selection.CHOOSING:
        pin(m)
    _check_end(m, kind, valid_until)
    upload = files.read_upload(file, clinic=m.person.clinic, by=by, field="file")
    known = m.papers.present().filter(kind=kind, upload__digest=upload.digest, valid_until=valid_until).first()
    if known is not None:
        upload.delete()
        return known
    if kind == PaperKind.BACKGROUND:
        m.checks_valid_until = valid_until
        m.version += 1
        m.save(update_fields=["checks_valid_until", "version"])
    return Paper.objects.create(mentor=m, kind=kind, upload=upload, valid_until=valid_until, added_by=by)


def _check_end(mentor: Mentor, kind: str, until: dt.date | None) -> None:
    today = mentor.person.clinic.today
    if kind == PaperKind.BACKGROUND and until is None:
        raise Invalid(_("Write until when the background check counts"), field="valid_until")
    if until is None:
        return
    if until < today:
        raise Invalid(_("This day is past. Choose a day to come"), field="valid_until")
    last = latest_check(mentor) if kind == PaperKind.BACKGROUND else months_on(today, 120)
    if until > last:
        text = _("By the clinic’s rules this counts until %(day)s at most")
        raise Invalid(text % {"day": words.day(last, today=today, weekday=False)}, field="valid_until")


def latest_check(mentor: Mentor) -> dt.date:
    """Return the last day a background check shown today may count, by the rules that count for this mentor."""
    rules = policy.of(mentor)
    return months_on(mentor.person.clinic.today, rules.check_months if rules else 48)


def months_on(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later; the last of the month where there is none."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@transaction.atomic
def remove_paper(*, paper: int, by: User) -> Paper:
    """Take a paper out that does not belong here; the record keeps that it was there. Again changes nothing. Raises Denied."""
    row = Paper.objects.get(pk=paper)
    m = Mentor.objects.lock(row.mentor_id)
    rules_selecting.step(SelectionStep.CHECK).require(by, m)
    if row.removed_at is None:
        row.removed_at, row.removed_by = clock.now(), by
        row.save(update_fields=["removed_at", "removed_by"])
    return row


@transaction.atomic
def go_through(
    *, mentor: int, by: User, answers: Mapping[str, str], words: Mapping[str, str] | None = None
) -> list[SelectionNote]:
    """Write down what was gone through with an applicant: {item: answer}. A newer answer takes an older one's place.

    Items of insurance and benefit, and "conflicts". Raises Denied, WrongState, Invalid (at the item).
    """
    step = SelectionStep.CONFLICTS if set(answers) == {selection.CONFLICTS} else SelectionStep.INSURANCE
    m = open_applicant(mentor, by, rules_selecting.step(step))
    said = words or {}
    for item, answer in answers.items():
        if item not in (*selection.INSURANCE, selection.CONFLICTS) or answer not in SelectionNote.Answer.values:
            raise Invalid(_("Choose an answer"), field=item)
    return [
        _note(m, item, answer, short(said.get(item, ""), f"{item}_words", 1000), by) for item, answer in answers.items()
    ]


def _note(mentor: Mentor, item: str, answer: str, said: str, by: User) -> SelectionNote:
    known = mentor.selection_notes.filter(item=item).first()
    if known and (known.answer, known.words) == (answer, said):
        return known
    values = {"answer": answer, "words": said, "by": by, "at": clock.now()}
    return SelectionNote.objects.update_or_create(mentor=mentor, item=item, defaults=values)[0]
