"""From the URLconf and the table to one question after another: who asks what, how, about what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.row import ROLES, Row
from tests.access.table import TABLE

OBJECTS = ("own", "other", "foreign")
METHODS = ("GET", "POST", "PUT", "DELETE")


@dataclass(frozen=True)
class Ask:
    """One request of the matrix and what it must come to."""

    actor: str
    method: str
    of: str  # whose object: own, other, foreign, or "" where the address is about nothing
    outcome: str


def addresses(patterns=None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Walk the URLconf: every pattern with its full name."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry.url_patterns, inner)
        else:
            yield f"{space}{entry.name}" if entry.name else f"{space}{entry.pattern}", entry


def address(name: str, pattern: URLPattern, world, of: str, row: Row) -> str:
    """Return the address with the world's object of this kind in it."""
    wanted = pattern.pattern.converters or dict.fromkeys(pattern.pattern.regex.groupindex)
    return reverse(name, kwargs=world.of(row.kind, of, list(wanted)))


def asks(name: str) -> list[Ask]:
    """Return every request the matrix makes at one address."""
    row = TABLE[name]
    return [
        Ask(actor, method, of, outcome)
        for method in METHODS
        for of in (OBJECTS if row.kind else ("",))
        for actor, outcome in outcomes(row, method, of).items()
    ]


def outcomes(row: Row, method: str, of: str) -> dict[str, str]:
    """Return what each actor gets. People of the other clinic ask about the first clinic's own object only."""
    actors = ["anonymous", "deactivated", "nobody", *ROLES] + (["link"] if row.by else [])
    if method in ("PUT", "DELETE"):
        return dict.fromkeys(actors, "405") if of in ("", "own") else {}
    words, there = _words(row.get if method == "GET" else row.post), _words(row.get or row.post)
    found = {actor: _outcome(row, words, there, actor, of) for actor in actors if of != "other" or actor in ROLES}
    if of == "own":
        found |= {f"foreign {role}": _outcome(row, words, there, role, "foreign") for role in ROLES}
    return found


def _words(line: str | None) -> dict[str, list[str]] | None:
    if line is None:
        return None
    words = (word.partition(":") for word in line.split())
    return {actor: (rest.split("/") if rest else ["ok"] * 3) for actor, _colon, rest in words}


def _outcome(row: Row, words: dict | None, there: dict, actor: str, of: str) -> str:
    """Return what one actor gets. `there` is who gets anything at all at this address, by whatever method."""
    if words is not None and actor in words:
        return words[actor][OBJECTS.index(of) if of else 0]
    if row.by:
        return row.gone
    if actor in ("anonymous", "deactivated") and "anonymous" not in there:
        return "login"
    if words is None:
        return "405" if actor in there else "405 or 403"
    return "403"
