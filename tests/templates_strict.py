"""A variable that a template of ours uses and nobody passed fails the test instead of showing nothing."""

import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import FilterExpression, Node

# Only these may meet a missing variable: they say what to show instead.
FORGIVING = {"default", "default_if_none"}


class Undefined(str):
    """Stands for a missing variable: as falsy and empty as ever, but not silent."""

    def __bool__(self) -> bool:
        frame = sys._getframe(1)
        expression = frame.f_locals.get("self")
        if frame.f_code is FilterExpression.resolve.__code__ and not is_forgiven(expression):
            template = template_around(frame)
            if is_ours(template):
                pytest.fail(f"Undefined template variable '{expression.var}' in '{template}'.")
        return False


def is_forgiven(expression: FilterExpression) -> bool:
    """Tell whether the expression says itself what stands for a missing value."""
    return any(getattr(func, "_filter_name", "") in FORGIVING for func, _args in expression.filters)


def template_around(frame) -> str:
    """Return the file of the template whose node is being rendered in this frame or one around it."""
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None):
            return str(node.origin.name)
        frame = frame.f_back
    return ""


def is_ours(template: str) -> bool:
    """Tell whether a template is written here; those of packages keep Django's own habits."""
    path = Path(template)
    return path.is_relative_to(settings.BASE_DIR) and ".venv" not in path.parts
