"""What people do about messages that did not arrive."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock
from common.errors import WrongState
from messaging import nudge, rules
from messaging.models import EMAIL, SMS_TOO, Message
from messaging.workflow import UNDELIVERED, Status, workflow

SETTLED = "settled"  # in the history only: the message itself stays what it was


@transaction.atomic
def retry(*, message: int, by: User) -> Message:
    """Send a message that did not arrive, or may not have, once more. Repeating it changes nothing.

    Raises Denied, WrongState (it arrived, or was settled by hand).
    """
    row = Message.objects.lock(message)
    rules.deal_with.require(by, row)
    if row.status in (Status.QUEUED, Status.SENDING):
        return row
    if row.settled_at:
        raise WrongState(_("Somebody has settled this by hand already."))
    if row.status not in UNDELIVERED:
        raise WrongState(_("This message does not need another try."))
    channel = row.channel if row.key.endswith(SMS_TOO) else EMAIL  # what went on as a text begins with a mail again
    now = clock.now()
    workflow.move(row, Status.QUEUED, by=by, attempts=0, due_at=now, wanted_at=now, problem="", channel=channel)
    transaction.on_commit(lambda: nudge.send(row))
    return row


@transaction.atomic
def settle(*, message: int, by: User, note: str = "") -> Message:
    """Note that somebody dealt with an undelivered message in another way. Repeating it changes nothing.

    Raises Denied, WrongState (it is on its way again, or arrived).
    """
    row = Message.objects.lock(message)
    rules.deal_with.require(by, row)
    if row.settled_at:
        return row
    if row.status not in UNDELIVERED:
        raise WrongState(_("This message is on its way, or it arrived: there is nothing to settle."))
    row.settled_at, row.settled_by = clock.now(), by
    row.save(update_fields=["settled_at", "settled_by"])
    row.history.create(from_status=row.status, to_status=SETTLED, by=by, note=note, at=row.settled_at)
    return row
