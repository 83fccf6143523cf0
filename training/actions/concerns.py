"""A concern about a mentor or about staff, told in confidence, also past the coordinator (Joo22 #47).

Nobody reads a concern about themselves: one about a coordinator goes to the admin, whatever was chosen.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from clinics.models import Clinic, Membership
from clinics.roles import Role
from common import clock
from common.errors import Invalid
from messaging import outbox
from training import rules_supervising as may
from training.models import Concern, Mentor
from training.workflow import ConcernStatus, concern_workflow

RAISED = "concern.raised"
To = Concern.To
READERS = {To.COORDINATOR: Role.COORDINATOR, To.ADMIN: Role.ADMIN}
LONGEST, LONGEST_DONE, LONGEST_ABOUT = 4000, 2000, 120
AGAIN = dt.timedelta(minutes=10)  # the same words again within this time are a second click


class Whom(models.TextChoices):
    """What somebody is in the programme, for who does not know their name."""

    MENTOR = "mentor", gettext_lazy("A mentor")
    TEAM = "team", gettext_lazy("A doctor or nurse")
    COORDINATOR = "coordinator", gettext_lazy("The coordinator")
    ADMIN = "admin", gettext_lazy("An admin")


@dataclass(frozen=True)
class Told:
    """What somebody tells: about whom (an account, or what they are and a name as written), what, to whom."""

    words: str
    to: str
    whom: str = ""
    name: str = ""
    user: User | None = None
    reach: str = ""


@transaction.atomic
def tell_concern(*, clinic: Clinic, by: User | None, told: Told) -> Concern:
    """Keep a concern and tell those who may read it. `by` is None for who did not sign in: no name is asked.

    The same words again within ten minutes return the concern that is there. Raises Denied, Invalid (fields "words",
    "to", "whom", "name", "reach"; also when nobody is left who may read it: then it says whom to ring).
    """
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    if by is not None:
        may.tell.require(by, clinic)
    _check(told)
    user, mentor = _who(clinic, told)
    to = _road(clinic, told, user)
    about = _about(told)
    known = Concern.objects.filter(
        clinic=clinic, by=by, words=told.words.strip(), about=about, about_user=user, raised_at__gt=clock.now() - AGAIN
    ).first()
    if known is not None:
        return known
    concern = Concern.objects.create(
        clinic=clinic, to=to, about_user=user, about_mentor=mentor, about=about, words=told.words.strip(), by=by,
        reach=told.reach.strip(),
    )  # fmt: skip
    concern_workflow.begin(concern, by=by or User.objects.system())
    for reader in readers(concern):
        outbox.post(RAISED, concern.ref, clinic=clinic, to=reader)
    return concern


def _check(told: Told) -> None:
    if not told.words.strip():
        raise Invalid(_("Write what happened, in a few words"), field="words")
    if told.to not in To.values:
        raise Invalid(_("Choose who should read this"), field="to")
    if told.user is None and told.whom not in Whom.values:
        raise Invalid(_("Choose an answer"), field="whom")
    for field, text, most in (
        ("words", told.words, LONGEST), ("name", told.name, LONGEST_ABOUT), ("reach", told.reach, 200),
    ):  # fmt: skip
        if len(text) > most:
            raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": most}, field=field)


def _about(told: Told) -> str:
    if told.user is not None:
        return told.user.full_name
    label = str(Whom(told.whom).label)
    return f"{label}: {told.name.strip()}" if told.name.strip() else label


def _who(clinic: Clinic, told: Told) -> tuple[User | None, Mentor | None]:
    """Return the account and the mentor a concern is about, as far as it can be known from what was written."""
    user = told.user or _named(clinic, told)
    mentor = Mentor.objects.filter(person__clinic=clinic, person__user=user).first() if user else None
    return user, mentor


def _named(clinic: Clinic, told: Told) -> User | None:
    """Return who is meant by a written name, when exactly one person of the clinic fits."""
    written = f" {' '.join(told.name.casefold().replace(',', ' ').split())} "
    if len(written) < 4:
        return None
    rows = list(User.objects.filter(pk__in=_members(clinic).values("user")))
    full = [u for u in rows if f" {u.full_name.casefold()} " in written]
    last = [u for u in rows if f" {u.last_name.casefold()} " in written or written.strip() == u.first_name.casefold()]
    found = full or last
    return found[0] if len(found) == 1 else None


def _members(clinic: Clinic, *roles: str):
    rows = Membership.objects.live().filter(clinic=clinic, user__is_active=True)
    return rows.filter(role__in=roles) if roles else rows


def _road(clinic: Clinic, told: Told, user: User | None) -> str:
    """Return whom it goes to: never to somebody it may be about. Raises Invalid when nobody is left."""
    barred = {None if user is None else user.pk}
    to = To(told.to)
    if to == To.COORDINATOR and (_is_about(told, user, clinic, Whom.COORDINATOR, Role.COORDINATOR)):
        to = To.ADMIN
    elif to == To.ADMIN and user is None and told.whom == Whom.ADMIN:
        to = To.COORDINATOR  # an admin without a name may be any of them
    for road in (to, *(other for other in To if other != to and not _bars(told, user, clinic, other))):
        if _members(clinic, READERS[road]).exclude(user__in=[pk for pk in barred if pk]).exists():
            return road
    raise Invalid(_nobody_left(clinic), field="to")


def _bars(told: Told, user: User | None, clinic: Clinic, road: str) -> bool:
    """Tell whether a road is closed to this concern: past the coordinator stays past the coordinator."""
    if told.to == To.ADMIN and road == To.COORDINATOR:
        return True
    kind = {To.COORDINATOR: (Whom.COORDINATOR, Role.COORDINATOR), To.ADMIN: (Whom.ADMIN, Role.ADMIN)}[To(road)]
    return user is None and told.whom == kind[0]


def _is_about(told: Told, user: User | None, clinic: Clinic, whom: str, role: str) -> bool:
    if user is None:
        return told.whom == whom
    return _members(clinic, role).filter(user=user).exists()


def _nobody_left(clinic: Clinic) -> str:
    text = _(
        "Nobody of this clinic may read this, because it is about them. Ring %(clinic)s on %(phone)s and ask for the head"
    )
    return text % {"clinic": clinic.name, "phone": clinic.phone}


def readers(concern: Concern) -> list[User]:
    """Return who may read a concern today: those in the role it is put to, never whom it is about."""
    rows = _members(concern.clinic, READERS[To(concern.to)]).values("user")
    about = [concern.about_user_id, concern.about_mentor.person.user_id if concern.about_mentor else None]
    return list(User.objects.filter(pk__in=rows).exclude(pk__in=[pk for pk in about if pk]).order_by("pk"))


@transaction.atomic
def look_at_concern(*, concern: int, by: User) -> Concern:
    """Say that somebody looks into it. Again changes nothing. Raises Denied, WrongState."""
    row = Concern.objects.lock(concern)
    may.handle.require(by, row)
    if row.status == ConcernStatus.LOOKED_AT:
        return row
    concern_workflow.move(row, ConcernStatus.LOOKED_AT, by=by)
    outbox.cancel(subject=row.ref, kind=RAISED, why="Somebody looks into it.")
    return row


@transaction.atomic
def close_concern(*, concern: int, by: User, outcome: str) -> Concern:
    """Close a concern with what was done. The same words again change nothing. Raises Denied, WrongState, Invalid."""
    row = Concern.objects.lock(concern)
    may.handle.require(by, row)
    done = outcome.strip()
    if not done:
        raise Invalid(_("Write what was done"), field="outcome")
    if len(done) > LONGEST_DONE:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": LONGEST_DONE}, field="outcome")
    if row.status == ConcernStatus.CLOSED and row.outcome == done:
        return row
    concern_workflow.move(row, ConcernStatus.CLOSED, by=by, outcome=done)
    outbox.cancel(subject=row.ref, kind=RAISED, why="It is closed.")
    return row
