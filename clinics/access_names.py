"""Who is meant by a public ref in the access log. The floor that knows people registers how to find out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

# (clinic pk, refs) -> {ref: name}; and (clinic pk, words) -> refs of the people of that name
Namer = Callable[[int, set[str]], dict[str, str]]
Finder = Callable[[int, str], Iterable[str]]
_known: dict[str, Callable] = {}
_pages: dict[str, Any] = {}


def register(*, names: Namer, find: Finder, pages: dict[str, Any] | None = None) -> None:
    """Say how to turn refs into names and a name into refs, and what the pages of the log are called."""
    _known.update(names=names, find=find)
    _pages.update(pages or {})


def page_label(page: str) -> str:
    """Return what a page of the log is called, in words."""
    return str(_pages.get(page) or page.replace("-", " ").capitalize())


def names(clinic_id: int, refs: set[str]) -> dict[str, str]:
    """Return the names of people by ref; those nobody knows (any more) are left out."""
    return _known["names"](clinic_id, refs) if "names" in _known and refs else {}


def find(clinic_id: int, words: str) -> list[str]:
    """Return the refs of the people somebody may mean by these words."""
    return list(_known["find"](clinic_id, words)) if "find" in _known else []
