"""Who may do what: one rule per action, each with the reason shown when it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common.errors import Denied


@dataclass(frozen=True)
class Rule:
    """A yes-or-no question about (user, object), with the sentence for a no."""

    name: str
    reason: Any  # a lazy sentence
    test: Callable[[Any, Any], bool]
    system: bool = False  # may a job's system user do it?

    def allows(self, user, obj) -> bool:
        """Tell whether the user may."""
        if user is None or not user.is_active:
            return False
        if user.is_system:
            return self.system
        return self.test(user, obj)

    def require(self, user, obj) -> None:
        """Raise Denied with the reason unless the user may."""
        if not self.allows(user, obj):
            raise Denied(self.reason)


def rule(reason, *, system: bool = False) -> Callable[[Callable[[Any, Any], bool]], Rule]:
    """Turn a predicate over (user, object) into a Rule with its reason."""

    def decorate(test: Callable[[Any, Any], bool]) -> Rule:
        return Rule(name=test.__name__, reason=reason, test=test, system=system)

    return decorate
