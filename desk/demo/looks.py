"""Looks at people, as their pages would have noted them."""

from __future__ import annotations

from types import SimpleNamespace

from clinics import access_log


def look(user, clinic, page: str, people) -> None:
    """Note that somebody of the team opened a page about people."""
    access_log.record(SimpleNamespace(user=user, clinic=clinic), page=page, people=people)
