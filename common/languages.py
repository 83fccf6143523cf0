"""Which languages pages and messages come in: those we have words of our own in.

Without its own catalogue a language would bring only the few words Django knows in it: half of each.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings


def written() -> list[str]:
    """Return the languages of the settings that have a catalogue here, the source language first."""
    return [code for code, _name in settings.LANGUAGES if code == settings.LANGUAGE_CODE or _has_words(code)]


def spoken(code: str) -> str:
    """Return the language to write to somebody in: theirs when we have it, else the source language."""
    return code if code in written() else settings.LANGUAGE_CODE


@lru_cache(maxsize=32)
def _has_words(code: str) -> bool:
    return any((Path(path) / code / "LC_MESSAGES" / "django.mo").exists() for path in settings.LOCALE_PATHS)
