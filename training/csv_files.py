"""Tables that open in a spreadsheet as they are: with a mark for the letters, semicolons, and no formulas inside."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # how a formula begins
WITH_POINT = ("en",)


def written(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a table as UTF-8 with a byte order mark, cells parted by semicolons, lines by CRLF."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe(cell: Any) -> str:
    """Return a cell as text a spreadsheet does not take for a formula: an apostrophe comes before such a one."""
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


def amount(cents: int, language: str) -> str:
    """Write cents in euro as a spreadsheet of this language reads them: a comma, or a point in English."""
    text = f"{cents // 100}.{cents % 100:02d}"
    return text if language in WITH_POINT else text.replace(".", ",")
