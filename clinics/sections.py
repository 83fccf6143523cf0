"""The sections of a clinic's settings. Each app registers its own in AppConfig.ready()."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Section:
    """One page of settings: what it is called, what it is for, and where it is."""

    key: str
    title: Any
    description: Any
    url_name: str
    icon: str = "settings-2"
    place: int = 50


_sections: dict[str, Section] = {}


def register(key: str, title, description, url_name: str, icon: str = "settings-2", place: int = 50) -> None:
    """Add a section to the index, at a place from 0 to 100. Registering it again replaces it."""
    _sections[key] = Section(key, title, description, url_name, icon, place)


def everything() -> list[Section]:
    """Return the sections in the order of their places; those of one place as they were registered."""
    return sorted(_sections.values(), key=lambda section: section.place)


def title_of(key: str) -> str:
    """Return the title of a section, or the key itself for one that is gone."""
    section = _sections.get(key)
    return str(section.title) if section else key
