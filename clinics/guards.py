"""What the floors above have against taking a role away.

guards.register(lambda clinic, user, role: _("She is the last one on the ladder.") or None)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# (clinic, user, role) -> the sentence for a no, or None
Guard = Callable[[Any, Any, str], Any]
_guards: list[Guard] = []


def register(guard: Guard) -> None:
    """Have `guard(clinic, user, role)` asked before a role ends or an account closes."""
    if guard not in _guards:
        _guards.append(guard)


def against(clinic, user, role: str) -> list[str]:
    """Return every reason not to take this role away, in words."""
    return [str(reason) for guard in _guards if (reason := guard(clinic, user, role))]
