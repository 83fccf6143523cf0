"""Inviting people, giving and taking roles, closing and opening accounts."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import links
from accounts.actions import PASSWORD_KINDS, end_sessions
from accounts.models import User
from clinics import guards, rules, signals
from clinics.models import Clinic, Membership, SettingChange
from clinics.roles import Role
from common import clock
from common.errors import Invalid, NotReady, Refused, Stale, WrongState


@transaction.atomic
def invite(*, clinic: Clinic, by: User, email: str, first_name: str, last_name: str, roles: Iterable[str]) -> User:
    """Give somebody roles in the clinic, making an account without a password where there is none, and write to them.

    Somebody who has an account already only gets the roles. Raises Denied, Invalid (no role, a closed account).
    """
    clinic, roles = _open(clinic, by), list(roles)
    if not roles or not set(roles) <= set(Role.values):
        raise Invalid(_("Choose at least one role"), field="roles")
    email = email.strip().lower()
    named = {"first_name": first_name, "last_name": last_name, "password": make_password(None)}
    user, _made = User.objects.get_or_create(email=email, defaults=named)
    if user.is_system or not user.is_active:
        raise Invalid(_("This account is closed. Open it again on the person's page, or use another address"), "email")
    for role in roles:
        _give(clinic, user, role, by)
    if not user.has_usable_password():
        _write_to(clinic, user, by)
    return user


@transaction.atomic
def send_again(*, clinic: Clinic, by: User, user: User) -> None:
    """Send an invitation once more; the links sent before stop working. Raises Denied, WrongState (answered)."""
    clinic = _open(clinic, by)
    user = _known(clinic, user)
    if user.has_usable_password() or not user.is_active:
        raise WrongState(_("This invitation was answered, or taken back."))
    _write_to(clinic, user, by)


@transaction.atomic
def take_back(*, clinic: Clinic, by: User, user: User) -> None:
    """Take an invitation back: its links stop working and the roles in this clinic end. Raises Denied, WrongState."""
    clinic = _open(clinic, by)
    user = _known(clinic, user)
    if user.has_usable_password():
        raise WrongState(_("This person has accepted in the meantime."))
    _close_links(user)
    for membership in _live(clinic, user):
        _end(clinic, membership, by)


@transaction.atomic
def give_role(*, clinic: Clinic, by: User, user: User, role: str) -> Membership:
    """Give somebody of this clinic a role in it; nothing happens when they have it. Raises Denied, Invalid (closed)."""
    clinic = _open(clinic, by)
    user = _known(clinic, user)
    if role not in Role.values:
        raise Invalid(_("Choose a role from the list"), field="roles")
    if not user.is_active and not _live(clinic, user).filter(role=role).exists():
        raise Invalid(_("This account is closed. Open it again first"), field="roles")
    return _give(clinic, user, role, by)


@transaction.atomic
def end_role(*, clinic: Clinic, by: User, user: User, role: str) -> None:
    """Take a role away; nothing happens when it is gone. Raises Denied, NotReady with every reason against it."""
    clinic = _open(clinic, by)
    membership = _live(clinic, user).filter(role=role).first()
    if membership is None:
        return
    _require_spared(clinic, user, [role])
    _end(clinic, membership, by)


@transaction.atomic
def set_roles(*, clinic: Clinic, by: User, user: User, roles: Iterable[str], was: Iterable[str] | None = None) -> None:
    """Give somebody exactly these roles: what is new first, then what is gone ends; all of it or nothing.

    `was` is what the person who decides saw. Raises Stale when it is something else by now, NotReady, Denied.
    """
    clinic, wanted = _open(clinic, by), set(roles)
    present = set(_live(clinic, user).values_list("role", flat=True))
    if was is not None and set(was) != present and wanted != present:
        raise Stale(_("Somebody changed these roles meanwhile. Below is what you chose: look at it, and save again."))
    for role in sorted(wanted):
        give_role(clinic=clinic, by=by, user=user, role=role)
    for role in list(_live(clinic, user).exclude(role__in=wanted).values_list("role", flat=True)):
        end_role(clinic=clinic, by=by, user=user, role=role)


@transaction.atomic
def deactivate(*, clinic: Clinic, by: User, user: User) -> None:
    """Close an account: every session ends at once, links stop working. What the person wrote stays.

    Raises Denied, Refused (oneself, or somebody who works for another clinic too), NotReady (reasons against it).
    """
    clinic = _open(clinic, by)
    user = _known(clinic, user)
    if user.pk == by.pk:
        raise Refused(_("Nobody closes their own account. Ask another admin."))
    if user.memberships.live().exclude(clinic=clinic).exists():
        raise Refused(_("This person works for another clinic too. Take the roles here away instead."))
    if not user.is_active:
        return
    _require_spared(clinic, user, _live(clinic, user).values_list("role", flat=True))
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    _close_links(user)
    _note(clinic, user, gettext("open"), gettext("closed"), by)
    signals.account_closed.send(sender=User, clinic=clinic, user=user, by=by)


@transaction.atomic
def reactivate(*, clinic: Clinic, by: User, user: User) -> None:
    """Open an account again, with the roles it had. Raises Denied, Invalid (not of this clinic), Refused (of another)."""
    clinic = _open(clinic, by)
    user = _known(clinic, user)
    if user.is_active:
        return
    if user.memberships.live().exists() and not _live(clinic, user).exists():
        raise Refused(_("Another clinic, where this person works now, closed this account. Ask an admin there."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    _note(clinic, user, gettext("closed"), gettext("open"), by)


def _open(clinic: Clinic, by: User) -> Clinic:
    """Lock the clinic, so that two admins do not take away each other's last role, and ask the rule."""
    locked = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    rules.manage_people.require(by, locked)
    return locked


def _known(clinic: Clinic, user: User) -> User:
    """Lock somebody's account, as it is now. Raises Invalid when they never had a role in the clinic."""
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.is_system or not row.memberships.filter(clinic=clinic).exists():
        raise Invalid(_("This person is not of this clinic."))
    return row


def _live(clinic: Clinic, user: User):
    return Membership.objects.live().filter(clinic=clinic, user=user)


def _give(clinic: Clinic, user: User, role: str, by: User) -> Membership:
    membership, made = Membership.objects.get_or_create(
        clinic=clinic, user=user, role=role, ended_at=None, defaults={"given_by": by, "since": clock.now()}
    )
    if made:
        signals.role_given.send(sender=Membership, clinic=clinic, user=user, role=role, by=by)
    return membership


def _end(clinic: Clinic, membership: Membership, by: User) -> None:
    membership.ended_at, membership.ended_by = clock.now(), by
    membership.save(update_fields=["ended_at", "ended_by"])
    signals.role_ended.send(sender=Membership, clinic=clinic, user=membership.user, role=membership.role, by=by)


def _require_spared(clinic: Clinic, user: User, roles: Iterable[str]) -> None:
    """Raise NotReady with every reason why the clinic cannot do without this person in these roles."""
    reasons = [reason for role in roles for reason in guards.against(clinic, user, role)]
    if reasons:
        raise NotReady(dict.fromkeys(reasons))


def last_admin(clinic: Clinic, user: User, role: str):
    """Say that a clinic keeps at least one admin who can sign in; a guard."""
    others = Membership.objects.live().filter(clinic=clinic, role=Role.ADMIN, user__is_active=True).exclude(user=user)
    if role == Role.ADMIN and not others.exclude(user__password__startswith="!").exists():
        return _("A clinic needs at least one admin who can sign in. Make somebody else an admin first.")
    return None


def default_clinician(clinic: Clinic, user: User, role: str):
    """Say that the clinician who answers when none is named stays until another is chosen; a guard."""
    if role == Role.CLINICIAN and clinic.default_clinician_id == user.pk:
        return _("This is the clinician who answers when none is named. Choose another in the settings first.")
    return None


guards.register(last_admin)
guards.register(default_clinician)


def _write_to(clinic: Clinic, user: User, by: User) -> None:
    _close_links(user)
    signals.invited.send(sender=User, clinic=clinic, user=user, by=by, round=f"{clock.now():%Y%m%d%H%M%S}")


def _close_links(user: User) -> None:
    for kind in PASSWORD_KINDS:
        links.revoke(kind, user.ref)


def _note(clinic: Clinic, user: User, before: str, after: str, by: User) -> None:
    changes = {user.full_name: [before, after]}
    SettingChange.objects.create(clinic=clinic, section="people", changes=changes, by=by, at=clock.now())
