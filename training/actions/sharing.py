"""Sharing a mentor with other clinics, by phone or video. It takes a yes of the mentor and of their own clinic."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import NotReady, WrongState
from training import rules
from training.models import Mentor
from training.workflow import Status

PRESENT = (Status.ACTIVE, Status.RESTING)


@transaction.atomic
def wish_to_share(*, mentor: int, by: User, yes: bool) -> Mentor:
    """Write down whether a mentor would help people of other clinics; a no ends the sharing, present pairs stay.

    Again changes nothing. Raises Denied, WrongState (for a yes of somebody who does not mentor now).
    """
    m = Mentor.objects.lock(mentor)
    rules.wish_to_share.require(by, m)
    if yes == (m.share_wish_on is not None):
        return m
    if not yes:
        return _set(
            m, by, _("Helps people of the own clinic only."), share_wish_on=None, shared_on=None, shared_by=None
        )
    _require_present(m)
    return _set(m, by, _("Would help people of other clinics too."), share_wish_on=m.person.clinic.today)


@transaction.atomic
def share(*, mentor: int, by: User) -> Mentor:
    """Let other clinics ask this mentor. Again changes nothing. Raises Denied, WrongState, NotReady (no yes of the mentor)."""
    m = Mentor.objects.lock(mentor)
    rules.decide.require(by, m)
    if m.shared_on is not None:
        return m
    _require_present(m)
    if m.share_wish_on is None:
        raise NotReady([_("%(name)s has not said yes to this.") % {"name": m.person.first_name}])
    return _set(m, by, _("Shared with other clinics."), shared_on=m.person.clinic.today, shared_by=by)


@transaction.atomic
def stop_sharing(*, mentor: int, by: User) -> Mentor:
    """Keep this mentor for the own clinic again; present pairs stay. Again changes nothing. Raises Denied."""
    m = Mentor.objects.lock(mentor)
    rules.decide.require(by, m)
    if m.shared_on is None:
        return m
    return _set(m, by, _("No longer shared with other clinics."), shared_on=None, shared_by=None)


def _require_present(mentor: Mentor) -> None:
    if mentor.status not in PRESENT:
        raise WrongState(_("Only somebody who mentors now can be shared."))


def _set(mentor: Mentor, by: User, note: str, **values) -> Mentor:
    """Store the values, count the change and write it in the history."""
    for name, value in values.items():
        setattr(mentor, name, value)
    mentor.version += 1
    mentor.save(update_fields=[*values, "version"])
    mentor.history.create(from_status=mentor.status, to_status=mentor.status, by=by, note=note)
    return mentor
