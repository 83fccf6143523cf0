"""Codes of a list written out in words, the same on every page."""

from __future__ import annotations

from django.utils.translation import get_language_info

from common import words
from common.vocabulary import Diagnosis, Language


def labels(choices, codes) -> str:
    """Write codes out in the words of their list: "Phone and video"; nothing for none."""
    known = dict(getattr(choices, "choices", choices))
    found = [_word(choices, code, known[code]) for code in codes if code in known]
    names = choices in (Language, Diagnosis)  # names keep their capital inside a sentence
    return words.listed([found[0], *(w if names else small(w) for w in found[1:])]) if found else ""


def _word(choices, code: str, label) -> str:
    """Languages are named in the reader's own: "French", not "Français"."""
    return str(get_language_info(code)["name_translated"]) if choices is Language else str(label)


def small(text: str) -> str:
    """Return words as they stand inside a sentence, without a capital."""
    return f"{text[:1].lower()}{text[1:]}"


def life(told) -> str:
    """Return somebody's stage of life and work as one line: "Working, an own business"."""
    stage, work = str(told.get_life_stage_display()), str(told.get_work_display())
    return ", ".join(filter(None, [stage, small(work) if stage else work]))
