"""The people of a clinic, each once, with all their roles there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from accounts.models import User
from clinics.models import Membership


@dataclass
class Colleague:
    """Somebody who has, or had, roles in one clinic. `roles` are the live ones; `past` the ended rows."""

    user: User
    live: list[Membership] = field(default_factory=list)
    past: list[Membership] = field(default_factory=list)

    @property
    def roles(self) -> list[str]:
        return [m.role for m in self.live]

    @property
    def role_labels(self) -> list[str]:
        return [m.get_role_display() for m in self.live]

    @property
    def invited(self) -> bool:
        """Tell whether an invitation still waits for an answer."""
        return bool(self.live) and self.user.is_active and not self.user.has_usable_password()

    @property
    def since(self) -> dt.datetime | None:
        return min((m.since for m in self.live), default=None)

    def fits(self, words: str, role: str) -> bool:
        """Tell whether the person is meant by these words (of a name or an address) and has this role."""
        text = f"{self.user.full_name} {self.user.email}".lower()
        return words in text and (not role or role in self.roles)


def colleagues(memberships) -> list[Colleague]:
    """Gather memberships of one clinic by person, sorted by name. One query."""
    found: dict[int, Colleague] = {}
    for membership in memberships.select_related("user").order_by("user__first_name", "user__last_name", "user", "pk"):
        colleague = found.setdefault(membership.user_id, Colleague(membership.user))
        (colleague.past if membership.ended_at else colleague.live).append(membership)
    return list(found.values())
