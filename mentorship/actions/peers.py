"""A mentee who is a peer notes a talk from their end (evidence B: dyad). How it went, when and how; never a note."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock
from common.errors import Invalid, WrongState
from matching.models import Match
from mentorship.actions import contacts, joining
from mentorship.models import Contact, Side
from mentorship.rules import plan as rules
from mentorship.rules.pairs import PRESENT
from mentorship.workflow import MISSED


@transaction.atomic
def note_as_peer(
    *, match: int, by: User, client_key: str, outcome: str, when: dt.datetime, channel: str, contact: int | None = None
) -> Contact:
    """Store what came of a talk, as the mentee says it, signed by the system user; the same `client_key` again returns
    the contact that is there, and so does what the mentor noted already.

    Raises Denied, WrongState (no peers, ended, or the mentor saw another talk), Invalid (with the field).
    """
    m = Match.objects.lock(match)
    rules.note_as_peer.require(by, m)
    if not rules.may_note(m):
        raise WrongState(_("Your mentor notes the talks, so you need not."))
    if m.status not in PRESENT:
        raise WrongState(_("These two are not a pair at the moment, so nothing can be noted."))
    known = _stored(client_key, m)
    if known:
        return known
    contacts.check_facts(m, outcome, when, channel)
    theirs = joining.noted_by_mentor(m, when, contact)
    if theirs:
        return _said_too(theirs, outcome, by)
    row = contacts.finish(
        m, contacts.planned_one(m, contact, when), outcome, by,
        happened_at=when, channel=channel, client_key=client_key, logged_by=by, logged_side=Side.MENTEE,
        logged_at=clock.now(), mentee_says=outcome, mentee_said_at=clock.now(), note="",
    )  # fmt: skip
    if outcome in MISSED:
        contacts.tell_of_two_misses(m, row)
    return row


def _stored(client_key: str, match: Match) -> Contact | None:
    if not contacts.KEY.match(client_key):
        raise Invalid(_("Open this page again: something got lost on the way."))
    known = Contact.objects.filter(client_key=client_key).first()
    if known and (known.match_id != match.pk or known.logged_side != Side.MENTEE):
        raise Invalid(_("Open this page again: something got lost on the way."))
    return known


def _said_too(row: Contact, outcome: str, by: User) -> Contact:
    """Keep that the mentee says the same; once is enough."""
    if row.mentee_says == outcome == row.status:
        return row
    return joining.join(row, outcome, by, mentee_says=outcome, mentee_said_at=clock.now())
