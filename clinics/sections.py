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


_sections: dict[str, Section] = {}


def register(key: str, title, description, url_name: str, icon: str = "settings-2") -> None:
    """Add a section to the index. Registering it again replaces it."""
    _sections[key] = Section(key, title, description, url_name, icon)


def everything() -> list[Section]:
    """Return the sections in the order in which the floors registered them, the lowest floor first."""
    return list(_sections.values())


def title_of(key: str) -> str:
    """Return the title of a section, or the key itself for one that is gone."""
    section = _sections.get(key)
    return str(section.title) if section else key
