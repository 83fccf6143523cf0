"""Handing a flag over: whoever has it asks a colleague by name, and has it until the colleague says "I have this"."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Invalid, WrongState
from mentorship import staffing
from mentorship.actions import flag_messages as tell
from mentorship.models import RedFlag, Route
from mentorship.rules import flags as rules
from mentorship.workflow import FlagStatus


@transaction.atomic
def hand_over(*, flag: RedFlag | int, by: User, to: User) -> RedFlag:
    """Ask a colleague to take a flag. Its time to resolve goes on; until they take it, the first one is responsible.

    Asking the same one again changes nothing; asking another takes the first question back. Whoever is asked sees
    the flag while the question stands, and not longer unless they take it or stand on its ladder.
    Raises Denied (who does not have it), Invalid (who cannot answer it), WrongState (nobody has it, or resolved).
    """
    row = RedFlag.objects.lock(flag.pk if isinstance(flag, RedFlag) else flag)
    rules.answer.require(by, row)
    if row.status != FlagStatus.ACKNOWLEDGED:
        raise WrongState(_("Only what somebody has can be handed over."))
    rules.hand_over.require(by, row)
    if row.handed_to_id == to.pk:
        return row
    if to.pk == by.pk:
        raise Invalid(_("You have it already. Choose a colleague."), field="to")
    if to.pk == row.about_user_id or not staffing.can_answer(to, row.clinic, row.route):
        raise Invalid(not_to_them(row), field="to")
    row.handed_to, row.version = to, row.version + 1
    row.save(update_fields=["handed_to", "version"])
    row.history.create(from_status=row.status, to_status=row.status, by=by, note="handed", at=clock.now())
    tell.handed(row, to)
    return row


def candidates(flag: RedFlag, by: User) -> list[User]:
    """Return the colleagues a flag can be handed to, who may answer its route, by name."""
    users = staffing.of(flag.clinic).answering(flag.route)
    return sorted((u for u in users if u.pk not in (by.pk, flag.about_user_id)), key=lambda user: user.full_name)


def not_to_them(flag: RedFlag) -> str:
    """Say to whom a flag can be handed, for a form that names anybody else."""
    if flag.route == Route.CONDUCT:
        return _("A worry about conduct goes to coordinators and admins only. Choose one of them.")
    return _("Choose somebody who answers flags at this clinic.")
