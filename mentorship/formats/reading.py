"""Reading a file of formats: everything that is wrong is named by format and field, and then nothing is read."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.translation import gettext as _

from mentorship.formats import spec

LARGEST = 2_000_000  # bytes; the library of 39 formats has 30,000
MOST_FORMATS = 500
LONGEST_NUMBER = 18  # figures
MOST_SAID = 40  # problems
KEY = re.compile(r"[a-zA-Z0-9_-]{1,60}", re.ASCII)


class Unreadable(Exception):
    """A file that cannot be taken; `problems` says why, a sentence each."""

    def __init__(self, problems: list[str]):
        self.problems = problems[:MOST_SAID]
        if len(problems) > MOST_SAID:
            self.problems.append(_("and %(n)d more") % {"n": len(problems) - MOST_SAID})
        super().__init__("\n".join(self.problems))


class Keys(dict):
    """An object of a JSON file that remembers which of its keys stood there twice."""

    def __init__(self, pairs: list[tuple[str, Any]]):
        super().__init__(pairs)
        seen: set[str] = set()
        self.twice = list(dict.fromkeys(key for key, _value in pairs if key in seen or seen.add(key)))


def read(data: bytes) -> dict[str, dict[str, Any]]:
    """Return the formats of a file by key, each fit to be followed. Raises Unreadable."""
    document = _document(data)
    found = [_("%(key)s: this format stands twice in the file") % {"key": spec.shown(key)} for key in document.twice]
    for key, body in document.items():
        found += _problems_of(key, body)
    if found:
        raise Unreadable(found)
    return {key: plain(body) for key, body in document.items()}


def plain(value: Any) -> Any:
    """Return a value of a file without what was remembered about it."""
    if isinstance(value, dict):
        return {key: plain(inside) for key, inside in value.items()}
    return [plain(inside) for inside in value] if isinstance(value, list) else value


def _problems_of(key: str, body: Any) -> list[str]:
    if not KEY.fullmatch(key):
        reason = _("the key of a format has letters, figures, _ and - only, 60 at most")
        return [f"{spec.shown(key)!r}: {reason}"]
    return [f"{key}: {problem}" for problem in spec.problems(body)]


def _document(data: bytes) -> Keys:
    if len(data) > LARGEST:
        raise Unreadable([_("The file is too large: %(n)d bytes at most.") % {"n": LARGEST}])
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable([_("The file is not UTF-8 text, from byte %(n)d on.") % {"n": error.start}]) from error
    document = _parsed(words)
    if not isinstance(document, Keys):
        raise Unreadable([_("The file must be one JSON object with a format under each key.")])
    if not 1 <= len(document) <= MOST_FORMATS:
        raise Unreadable([_("The file must hold at least one format, and at most %(n)d.") % {"n": MOST_FORMATS}])
    return document


def _parsed(words: str) -> Any:
    try:
        return json.loads(words, object_pairs_hook=Keys, parse_int=_number)
    except json.JSONDecodeError as error:
        at = {"line": error.lineno, "column": error.colno}
        raise Unreadable([_("The file is not JSON: line %(line)d, character %(column)d.") % at]) from error
    except RecursionError as error:
        raise Unreadable([_("The file is nested too deep to be a list of formats.")]) from error


def _number(figures: str) -> int | float:
    """Return a whole number; one too long to be any day or minute as what it is not, so that its place is named."""
    return int(figures) if len(figures) <= LONGEST_NUMBER else float("inf")
