"""What a mentee says of a talk when asked by one tap, since mentors forget to note."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock
from common.errors import Invalid, WrongState
from matching.workflow import Status as MatchStatus
from mentorship.actions import contacts
from mentorship.models import Contact
from mentorship.rules import saying as rules
from mentorship.workflow import MISSED, ContactStatus
from messaging import outbox

YES, NO, ANOTHER_DAY = ContactStatus.TALKED, ContactStatus.NO_ANSWER, ContactStatus.CANCELLED
ANSWERS = (YES, NO, ANOTHER_DAY)


@transaction.atomic
def say_what_came(*, contact: int, by: User, says: str) -> Contact:
    """Store a mentee's word about a talk; another tap changes it, the same one changes nothing. Each is in the history.

    It stands beside the mentor's note and never replaces it. Two misses in a row by either count are told, in neutral
    words (Emb13 #81). The system user signs: the link says who it was. Raises Denied, WrongState, Invalid.
    """
    row = contacts.lock(contact)
    rules.say_what_came.require(by, row)
    if row.match.status != MatchStatus.INTRODUCED or row.status == ContactStatus.CANCELLED:
        raise WrongState(_("This is no longer needed. Thank you all the same."))
    if row.status == ContactStatus.PLANNED and row.planned_at and row.planned_at > clock.now():
        raise WrongState(_("This talk is still to come."))
    if says not in ANSWERS:
        raise Invalid(_("Choose one of the answers below."), field="says")
    if row.mentee_says == says:
        return row
    before, row.mentee_says, row.mentee_said_at = row.mentee_says, says, clock.now()
    row.save(update_fields=["mentee_says", "mentee_said_at"])
    row.history.create(
        from_status=row.status, to_status=row.status, by=by, note=f"mentee:{before}>{says}", at=row.mentee_said_at
    )
    outbox.cancel(subject=row.ref, kind="mentee.unlogged", why="It was answered.")
    if says in MISSED and row.status == ContactStatus.PLANNED:
        contacts.tell_of_two_misses(row.match, row)
    return row
