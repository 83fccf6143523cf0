"""The arithmetic of the suite: what was committed beside what the provider has, without asking the product."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Copy = tuple[str, str, str]  # the flag's ref, to whom, the text without the ref


@dataclass(frozen=True)
class Mail:
    """One mail the provider keeps; `at` is monotonic seconds."""

    copy: Copy
    at: float


@dataclass
class Row:
    """One fault: what was injected, and what became of the flags raised during it. Seconds throughout."""

    fault: str
    injected: int = 0
    committed: int = 0
    delivered: int = 0
    lost: int = 0
    duplicated: int = 0
    waits: list[float] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    note: str = ""
    refs: set[str] = field(default_factory=set)
    duplicates_allowed: bool = False

    @property
    def slowest(self) -> float:
        return max(self.waits, default=0.0)


def owed(refs: Iterable[str], texts: Iterable[tuple[str, str]]) -> set[Copy]:
    """Return every mail that so many flags must bring about; `texts` is what one flag brings: to whom, and the text."""
    texts = list(texts)
    return {(ref, to, text) for ref in refs for to, text in texts}


def count(row: Row, committed: Mapping[str, float], mails: Iterable[Mail], texts, back: float) -> Row:
    """Fill in a row. `committed` is when each flag was answered; `back` is when the broken part was there again."""
    mails = list(mails)
    have = Counter(mail.copy for mail in mails)
    first = {mail.copy: mail.at for mail in sorted(mails, key=lambda mail: -mail.at)}
    must = owed(committed, texts)
    gone = {copy for copy in must if not have[copy]}
    row.committed += len(committed)
    row.lost += len({copy[0] for copy in gone})
    row.delivered += len(committed) - len({copy[0] for copy in gone})
    row.duplicated += extra_copies(must, mails)
    row.refs |= set(committed)
    row.waits += [max(0.0, first[copy] - max(back, committed[copy[0]])) for copy in must - gone]
    return row


def extra_copies(must: set[Copy], mails: Iterable[Mail]) -> int:
    """Return how many mails are second copies of what is owed."""
    have = Counter(mail.copy for mail in mails)
    return sum(have[copy] - 1 for copy in must if have[copy] > 1)


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest value that `share` (0 to 1) of all values do not exceed; 0 for none."""
    values = sorted(values)
    return values[max(0, math.ceil(share * len(values)) - 1)] if values else 0.0


def violations(rows: Iterable[Row]) -> list[str]:
    """Return every reason to call a run failed."""
    found = []
    for row in rows:
        found += [f"{row.fault}: {what}" for what in row.violations]
        if row.lost:
            found.append(f"{row.fault}: {row.lost} lost")
        if row.duplicated and not row.duplicates_allowed:
            found.append(f"{row.fault}: {row.duplicated} duplicated")
    return found


def table(rows: Iterable[Row]) -> str:
    """Return the table people read."""
    head = ("fault", "injected", "committed", "delivered", "lost", "duplicated", "slowest s", "")
    lines = [
        (r.fault, r.injected, r.committed, r.delivered, r.lost, r.duplicated, f"{r.slowest:.1f}", r.note) for r in rows
    ]
    width = max(len(str(line[0])) for line in [head, *lines])
    return "\n".join(
        f"{line[0]!s:{width}} " + " ".join(f"{cell!s:>10}" for cell in line[1:7]) + f"  {line[7]}"
        for line in [head, *lines]
    )
