"""What somebody types in a shell."""

from __future__ import annotations

from django.core.management.base import CommandError


def plain(written: str | None) -> str | None:
    """Return a word as it was typed. Raises CommandError for bytes that are no text: no database takes them."""
    try:
        (written or "").encode()
    except UnicodeEncodeError:
        raise CommandError(f"{written!a} is not text. Write it in UTF-8.") from None
    return written
