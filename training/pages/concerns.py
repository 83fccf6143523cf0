"""What the pages about concerns show. It only reads."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from clinics.models import Clinic, Membership
from clinics.roles import Perm, Role, can
from training.doors import Door
from training.models import Concern

TEAM = (Role.COORDINATOR, Role.CLINICIAN, Role.NURSE, Role.ADMIN, Role.TRAINER)


def clinic_of(ref: str) -> Clinic | None:
    """Return the clinic of a public page; its address alone lets anybody write, never read."""
    return Clinic.objects.filter(ref=ref).first()


def team_of(clinic: Clinic, user) -> list[User]:
    """Return the people of the team, for a choice; not the one who asks."""
    live = Membership.objects.live().filter(clinic=clinic, role__in=TEAM, user__is_active=True)
    return list(User.objects.filter(pk__in=live.values("user")).exclude(pk=user.pk).order_by("first_name", "last_name"))


def list_row(concern: Concern) -> dict:
    """Return a line of the list; whom it is about stands on its page only."""
    name = concern.by.full_name if concern.by else ""
    title = _("Told by %(name)s") % {"name": name} if name else _("Told without a name")
    return {
        "since": concern.raised_at, "title": title, "url": reverse("training:concern", args=[concern.ref]),
        "text": concern.get_status_display(), "action": _("Read it"),
        "action_url": reverse("training:concern", args=[concern.ref]), "action_about": title,
    }  # fmt: skip


def facts(concern: Concern) -> list[tuple[str, str]]:
    """Return who told it, about whom, to whom and how to reach them."""
    return [
        (_("About"), concern.about), (_("Told by"), concern.by.full_name if concern.by else _("Somebody without a name")),
        (_("To"), concern.get_to_display()), (_("How to reach them"), concern.reach),
    ]  # fmt: skip


def staff_door(user, clinic) -> Door | None:
    """Return the door to concerns above the list of mentors, for who may read them; one query."""
    if clinic is None or not can(user, Perm.COORDINATE, clinic):
        return None
    n = Concern.objects.visible_to(user).filter(clinic=clinic).open().count()
    text = ngettext("%(n)d waits for somebody.", "%(n)d wait for somebody.", n) % {"n": n} if n else _("None are open.")
    return Door(reverse("training:concerns"), "shield-alert", _("Concerns told in confidence"), text, soon=bool(n))
