"""The formats that come with the product, and storing them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("presets.json")


@cache
def read() -> dict[str, dict[str, Any]]:
    """Return every preset by key: `number` (its version), `name`, `source` and `body`."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def store(sender=None, **kwargs) -> None:
    """Store the presets that are not there yet; after every `migrate`. What is there is never changed."""
    from mentorship.models import Format

    rows = Format.objects.using(kwargs.get("using", "default"))
    known = set(rows.filter(clinic=None).order_by().values_list("key", "number"))
    rows.bulk_create(
        [Format(key=key, **preset) for key, preset in read().items() if (key, preset["number"]) not in known],
        ignore_conflicts=True,
    )
