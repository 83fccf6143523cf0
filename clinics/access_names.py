"""Who is meant by a public ref in the access log. The floor that knows people registers how to find out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

# (clinic pk, refs) -> {ref: name}; and (clinic pk, words) -> refs of the people of that name
Namer = Callable[[int, set[str]], dict[str, str]]
Finder = Callable[[int, str], Iterable[str]]
_known: dict[str, Callable] = {}
_pages: dict[str, object] = {}


def register(*, names: Namer, find: Finder) -> None:
    """Say how to turn refs into names, and a name into refs."""
    _known.update(names=names, find=find)


def register_pages(**labels) -> None:
    """Say in words what the pages of the access log are: register_pages(referral="A referral")."""
    _pages.update({key.replace("_", "-"): label for key, label in labels.items()})


def page_label(page: str) -> str:
    """Return what a page is called, in words."""
    return str(_pages.get(page) or _pages.get(page.replace("_", "-")) or page.replace("-", " ").capitalize())


def names(clinic_id: int, refs: set[str]) -> dict[str, str]:
    """Return the names of people by ref; those nobody knows (any more) are left out."""
    return _known["names"](clinic_id, refs) if "names" in _known and refs else {}


def find(clinic_id: int, words: str) -> list[str]:
    """Return the refs of the people somebody may mean by these words."""
    return list(_known["find"](clinic_id, words)) if "find" in _known else []
