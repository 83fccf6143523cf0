"""What a clinic needs before it is switched on, and what waits until it is.

switching.register(lambda clinic: [Missing(_("Nobody stands on the last rung."), "mentorship:ladder-settings")])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common.errors import NotReady

NOT_ON = _("This clinic is not switched on yet. An admin does that on the set-up page.")


@dataclass(frozen=True)
class Missing:
    """One thing a clinic lacks: the sentence, and the address of the page where it is put right."""

    text: Any
    url_name: str


Need = Callable[[Clinic], list[Missing]]
_needs: list[Need] = []


def register(need: Need) -> None:
    """Have `need(clinic)` asked before a clinic is switched on. Twice is once."""
    if need not in _needs:
        _needs.append(need)


def missing(clinic: Clinic) -> list[Missing]:
    """Return everything without which the clinic cannot be switched on today."""
    return [one for need in _needs for one in need(clinic)]


def require_on(clinic: Clinic) -> None:
    """Raise NotReady for a clinic that is not switched on. Never asked for worries and flags."""
    if not clinic.is_on:
        raise NotReady([NOT_ON])


def a_number_to_ring(clinic: Clinic) -> list[Missing]:
    """Pages about a worry show whom to ring: the number for worries, or that of the programme."""
    if clinic.flag_phone or clinic.phone:
        return []
    return [Missing(_("There is no number to ring: pages about a worry show one."), "clinics:basics")]


register(a_number_to_ring)
