"""Putting right how a talk went, when the wrong answer was tapped. What was noted first stays in the history."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Invalid, Stale, WrongState
from mentorship.actions import contacts
from mentorship.models import Contact
from mentorship.rules import pairs as rules
from mentorship.workflow import MISSED, OUTCOMES, ContactStatus, contact_workflow
from messaging import outbox
from training.actions.caring import settle
from training.models import CareTask


@transaction.atomic
def correct_contact(*, contact: int, by: User, outcome: str, version: int | None = None) -> Contact:
    """Change the outcome of a talk that was noted; the same outcome again changes nothing.

    A talk that did not happen has no length and no subjects; questions to the team stay. `version` is the one the
    form showed. Raises Denied (not their last, or after a day), WrongState (not noted yet), Stale, Invalid.
    """
    row = contacts.lock(contact)
    if row.logged_at is None or row.status == ContactStatus.PLANNED:
        raise WrongState(_("This talk has not been noted yet."))
    rules.correct.require(by, row)
    if outcome not in OUTCOMES:
        raise Invalid(_("Choose how it went."), field="outcome")
    if row.status == outcome:
        return row
    if version is not None and version != row.version:
        raise Stale(_("This talk was put right in the meantime. Look at it again."))
    facts: dict[str, Any] = {} if outcome == ContactStatus.TALKED else {"minutes": None, "topics": []}
    contact_workflow.move(row, outcome, by=by, note="corrected", **facts)
    tell(row, outcome, by)
    return row


def tell(row: Contact, outcome: str, by: User) -> None:
    """Two misses in a row are told, or no longer told, by what holds now."""
    if outcome in MISSED:
        contacts.tell_of_two_misses(row.match, row)
    elif not Contact.objects.two_misses().filter(match=row.match).exists():
        for kind in ("contact.missed", "mentor.missed"):
            outbox.cancel(subject=row.match.ref, kind=kind, why="The talk was put right.")
        for ref in row.match.contacts.outcomes().order_by("-happened_at", "-pk").values_list("ref", flat=True)[:3]:
            settle(trigger=CareTask.Trigger.MISSED, event=ref, by=by)
