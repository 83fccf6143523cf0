"""An own flare or a stay in hospital: nothing new meanwhile, and somebody looks after them. No reason is asked."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common import clock
from common.errors import WrongState
from training import care, rules
from training import rules_caring as own
from training.actions.caring import raise_task
from training.models import CareTask, Mentor

NOT_NOW = gettext_lazy("Only somebody who mentors now can say this.")


@transaction.atomic
def begin_flare(*, mentor: int, by: User) -> Mentor:
    """Say that a mentor has a flare or is in hospital: no new requests, one task (Press: mentors are ill too).

    The people they talk with stay, unless they choose a rest. Again changes nothing. Raises Denied, WrongState.
    """
    m = Mentor.objects.lock(mentor)
    rules.rest.require(by, m)
    _require_present(m)
    today = m.person.clinic.today
    if m.flare_since is not None and m.flare_since <= today:
        return m
    _set(m, by, today, _("No new requests for now."))
    raise_task(mentor=m, trigger=CareTask.Trigger.FLARE, event=f"{m.ref}:{today}")
    return m


@transaction.atomic
def end_flare(*, mentor: int, by: User) -> Mentor:
    """Say that a mentor is better: new requests may come again. Again changes nothing. Raises Denied, WrongState."""
    m = Mentor.objects.lock(mentor)
    rules.rest.require(by, m)
    _require_present(m)
    if m.flare_since is not None:
        _set(m, by, None, _("New requests may come again."))
    return m


@transaction.atomic
def say_gifts(*, mentor: int, by: User) -> Mentor:
    """Say that something about gifts or money came up: one task a day at most (Emb13 #79). Raises Denied, WrongState."""
    m = Mentor.objects.lock(mentor)
    own.say.require(by, m)
    _require_present(m)
    raise_task(mentor=m, trigger=CareTask.Trigger.GIFTS, event=f"{m.ref}:{m.person.clinic.today}")
    return m


def _require_present(mentor: Mentor) -> None:
    if mentor.status not in care.AT_WORK:
        raise WrongState(NOT_NOW)


def _set(mentor: Mentor, by: User, since, note: str) -> None:
    mentor.flare_since = since
    mentor.version += 1
    mentor.save(update_fields=["flare_since", "version"])
    mentor.history.create(from_status=mentor.status, to_status=mentor.status, by=by, note=note, at=clock.now())
