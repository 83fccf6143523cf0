"""Template tags about a clinic."""

from django import template
from django.urls import NoReverseMatch, reverse

from clinics import sections

register = template.Library()


@register.inclusion_tag("clinics/settings_nav.html")
def settings_nav(current=""):
    """Show the list of settings sections beside a settings page; `current` is the key of this one."""
    return {"entries": _entries(current)}


@register.inclusion_tag("clinics/settings_cards.html")
def settings_cards():
    """Show every settings section with what it is for."""
    return {"entries": _entries()}


def _entries(current: str = "") -> list[dict]:
    entries = []
    for section in sections.everything():
        try:
            entries.append({"section": section, "url": reverse(section.url_name), "current": section.key == current})
        except NoReverseMatch:
            continue
    return entries
