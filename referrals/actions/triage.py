"""Triage: what the coordinators decide about a referral, and what the referrer answers."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Invalid, NotReady, WrongState
from messaging import outbox
from referrals import conflicts, facts, progress, rules
from referrals.actions.consent import answer_all
from referrals.data import CloseReason, ConsentData
from referrals.models import NEEDED_SCOPES, Person, Referral, Scope
from referrals.signals import referral_closed
from referrals.workflow import Status, workflow


@transaction.atomic
def accept(*, referral: int, by: User) -> Referral:
    """Let the search for a mentor begin. Accepting twice changes nothing.

    Raises Denied, WrongState, NotReady when a needed consent was withdrawn.
    """
    row = Referral.objects.lock(referral)
    rules.triage.require(by, row)
    if row.status == Status.OPEN:
        return row
    _require_submitted(row)
    _require_consent(row)
    workflow.move(row, Status.OPEN, by=by, opened_at=clock.now())
    return row


def _require_submitted(row: Referral) -> None:
    """Closed ones come back by `reopen` only, with a new consent question."""
    if row.status != Status.SUBMITTED:
        raise WrongState()


def _require_consent(row: Referral) -> None:
    given = set(row.consents.filter(given=True, withdrawn_at=None).values_list("scope", flat=True))
    missing = [Scope(scope).label for scope in NEEDED_SCOPES if scope not in given]
    if missing:
        raise NotReady([_("Consent is missing: %(scope)s") % {"scope": label} for label in missing])


@transaction.atomic
def return_with_question(*, referral: int, by: User, question: str) -> Referral:
    """Ask the referrer something; the referral waits for the answer. The same question again changes nothing.

    Raises Denied, WrongState, Invalid (question), NotReady when an upper floor needs the referral as it is.
    """
    row = Referral.objects.lock(referral)
    rules.triage.require(by, row)
    words = facts.check_words(question, field="question")
    if row.status == Status.RETURNED and _last_note(row) == words:
        return row
    _require_free(row)
    workflow.move(row, Status.RETURNED, by=by, changed_at=clock.now())
    note = row.triage_notes.create(by=by, at=clock.now(), text=words)
    outbox.post("referral.returned", row.ref, clinic=row.clinic, to=row.created_by, key=str(note.pk))
    return row


def _last_note(row: Referral) -> str:
    note = row.triage_notes.last()
    return note.text if note else ""


def _require_free(row: Referral) -> None:
    reason = progress.held(row)
    if reason:
        raise NotReady([reason])


@transaction.atomic
def answer_return(*, referral: int, by: User, text: str) -> Referral:
    """Answer the coordinators' question; the referral goes back to them. The same answer again changes nothing.

    Raises Denied, WrongState, Invalid (text).
    """
    row = Referral.objects.lock(referral)
    rules.answer.require(by, row)
    words = facts.check_words(text, field="text")
    if row.status == Status.SUBMITTED and _last_note(row) == words:
        return row
    if row.status != Status.RETURNED:
        raise WrongState()
    asked = row.triage_notes.last()
    workflow.move(row, Status.SUBMITTED, by=by, changed_at=clock.now())
    note = row.triage_notes.create(by=by, at=clock.now(), text=words)
    if asked:
        outbox.post("referral.answered", row.ref, clinic=row.clinic, to=asked.by, key=str(note.pk))
    return row


@transaction.atomic
def defer(*, referral: int, by: User, on: dt.date) -> Referral:
    """Put a referral off until a day to come. The same day again changes nothing.

    Raises Denied, WrongState, Invalid (ask_again_on), NotReady when an upper floor needs it as it is.
    """
    row = Referral.objects.lock(referral)
    rules.triage.require(by, row)
    if row.status == Status.DEFERRED and row.ask_again_on == on:
        return row
    facts.check_later(on, today=row.clinic.today)
    _require_free(row)
    workflow.move(row, Status.DEFERRED, by=by, ask_again_on=on, changed_at=clock.now())
    return row


@transaction.atomic
def resume(*, referral: int, by: User) -> Referral:
    """Take up again what was put off: it waits for triage as when it was sent. Safe to repeat."""
    row = Referral.objects.lock(referral)
    rules.look_after.require(by, row)
    if row.status == Status.SUBMITTED:
        return row
    if row.status != Status.DEFERRED:
        raise WrongState()
    workflow.move(row, Status.SUBMITTED, by=by, ask_again_on=None, changed_at=clock.now())
    return row


def resume_due(*, now: dt.datetime) -> int:
    """Take up every referral whose day has come in its clinic, one transaction each; return how many."""
    with clock.at(now):
        rows = Referral.objects.filter(status=Status.DEFERRED).select_related("clinic")
        due = [row.pk for row in rows if row.ask_again_on and row.ask_again_on <= row.clinic.today]
        for pk in due:
            resume(referral=pk, by=User.objects.system())
    return len(due)


@transaction.atomic
def close(*, referral: int, by: User, reason: str, note: str = "") -> Referral:
    """Close a referral for a reason; whatever hangs on it ends in the same transaction, by `referral_closed`.

    The same reason again changes nothing. Raises Denied, WrongState, Invalid (reason, note).
    A death sends no message (domain: "sends nothing by itself").
    """
    row = Referral.objects.lock(referral)
    rules.close.require(by, row)
    if reason not in CloseReason.values:
        raise Invalid(_("Choose why"), field="reason")
    if row.status == Status.CLOSED and row.close_reason == reason:
        return row
    words = facts.check_words(note, field="note") if note.strip() else ""
    workflow.move(row, Status.CLOSED, by=by, note=words, close_reason=reason, ask_again_on=None, changed_at=clock.now())
    outbox.cancel(subject=row.ref, why="closed")
    referral_closed.send(sender=Referral, referral=row, by=by, reason=reason)
    if reason != CloseReason.DIED and row.created_by_id != by.pk:
        outbox.post("referral.closed", row.ref, clinic=row.clinic, to=row.created_by, key=str(row.version))
    return row


@transaction.atomic
def reopen(*, referral: int, by: User, consent: ConsentData) -> Referral:
    """Open a closed referral again, after every consent was asked anew. Opening twice changes nothing.

    Raises Denied, WrongState, Invalid (consent_<scope>, consent_how), NotReady when they are a mentor now.
    """
    row = Referral.objects.lock(referral)
    rules.reopen.require(by, row)
    if row.status == Status.OPEN:
        return row
    if row.status != Status.CLOSED:
        raise WrongState()
    if row.close_reason == CloseReason.DIED:
        raise WrongState(_("This referral was closed because somebody died. It cannot be opened again."))
    reason = conflicts.of(Person.objects.select_for_update().get(pk=row.mentee_id))
    if reason:
        raise NotReady([reason])
    _ask_anew(row, consent, by=by)
    workflow.move(row, Status.OPEN, by=by, close_reason="", opened_at=clock.now(), changed_at=clock.now())
    return row


def _ask_anew(row: Referral, consent: ConsentData, *, by: User) -> None:
    """End the answers of before, so that each scope gets a new row with today's date and words."""
    live = row.consents.filter(withdrawn_at=None)
    live.update(withdrawn_at=clock.now(), withdrawn_by=by, withdrawn_how=consent.how[:10])
    answer_all(row, consent, by=by)
