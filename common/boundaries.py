"""Ways to reach somebody, found in what people type: phone numbers, e-mail and web addresses, where somebody lives.

Pure: text in, pieces out; nothing is stored or logged. It points out, a person decides. Belgian, Dutch and French ways
of writing; dates, hours, doses and emergency numbers are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from phonenumbers import PhoneNumberMatcher

REGIONS = ("BE", "NL", "FR")
FEWEST_DIGITS, MOST_DIGITS = 9, 10  # of a number inside one of these countries, with its first zero
TAKEN_OUT = "…"


class Kind(Enum):
    PHONE = "phone"
    EMAIL = "email"
    LINK = "link"
    ADDRESS = "address"


@dataclass(frozen=True)
class Piece:
    """A part of a text, as it was typed, from `start` up to `end`."""

    kind: Kind
    text: str
    start: int
    end: int


EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
LINK = re.compile(
    r"(?:https?://|www\.)\S*[^\s.,;:!?)]|(?<![\w@.])[\w-]{2,}(?:\.[\w-]+)*\.(?:be|nl|fr|com|org|net|eu|lu)\b(?:/\S*[^\s.,;:!?)])?",
    re.IGNORECASE,
)

# Numbers that are no phone number.
DATE = re.compile(
    r"(?<![\d./-])(?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|1[0-2])\1(?:\d{4}|\d\d)(?!\d|[/.-]\d)|(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?![\d-])"
)
HOUR = re.compile(r"(?<![\d./-])(?:[01]?\d|2[0-3])[.:h][0-5]\d(?!\d|[./-]\d)")
NATIONAL = re.compile(r"(?<![\d+])\(?0\d{0,3}\)?(?:[ ./-]{0,3}\d){6,9}(?!\d)")

ZERO = "zero|zéro|nul|nought|oh"
ONES = f"{ZERO}|one|two|three|four|five|six|seven|eight|nine|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|un|une|deux|trois|quatre|cinq|sept|huit|neuf"
SPELLED = re.compile(rf"\b(?:{ZERO})\b(?:[\s,./-]+(?:(?:{ONES})\b|[a-zé]*(?:ty|teen|tig|tien|elf|twaalf|twelve|eleven|ten|ze|dix|vingt|ante|et|and)\b|\d+)){{4,}}", re.IGNORECASE)  # fmt: skip
SPELLED_WORD = re.compile(rf"^(?:{ONES})$", re.IGNORECASE)

# Where somebody lives.
NUMBER = r"\s+\d{1,4}\s?(?:[a-zA-Z]\b)?(?!\d)(?:\s*(?:bus|bte|boîte|box)\s*\w{1,4})?(?!\s*(?:mg|ml|g|kg|km|min\w*|uur|uren|u|h|hours?|heures?|keer|x|times?|fois|dagen|days|jours|weken|weeks|mensen|people|personnes|%|€|euro)\b)"
STREET_NL = re.compile(
    rf"\b\w{{3,}}(?:straat|laan|plein|steenweg|dreef|gracht|singel|kaai|kade)\b{NUMBER}", re.IGNORECASE
)
STREET_NL_NAMED = re.compile(
    rf"\b(?!Onderweg\b|Halfweg\b|Terugweg\b|Heenweg\b)(?:[A-ZÀ-Ý][\w'-]+\s)?(?:[A-ZÀ-Ý]\w+(?:weg|lei|hof|park|pad|baan|ring|berg|veld|dijk|wal|vest)|Markt|Plein|Dorp|Steenweg)\b{NUMBER}"
)
WAY_FR = r"(?:rue|avenue|boulevard|chaussée|chaussee|quai|allée|impasse|chemin|place|route|clos|drève)"
NAME_FR = r"(?:(?:(?:de|du|des|la|le|les)\s+|[dl]['’])+[\w'’-]+|[A-ZÀ-Ý][\w'’-]+)(?:\s+[A-ZÀ-Ý][\w'’-]+){0,3}"
STREET_FR = re.compile(
    rf"\b(?i:{WAY_FR})\s+{NAME_FR},?{NUMBER}|\b\d{{1,4}}\s?(?:bis\b|ter\b)?,?\s+(?i:{WAY_FR})\s+{NAME_FR}"
)
STREET_EN = re.compile(r"\b\d{1,4},?\s+(?:[A-Z][\w'-]+\s+){1,3}(?:Street|Road|Lane|Avenue|Drive|Square)\b")
MONTHS = "jan|feb|mar|maa|mrt|apr|may|mei|mai|jun|juin|jul|juil|aug|ao[uû]|sep|oct|okt|nov|dec|déc|fév|fev|avr"
TOWN = rf"(?!(?:{MONTHS}))[A-ZÀ-Ý][a-zà-ÿ]{{2,}}(?:[- ][A-ZÀ-Ý][a-zà-ÿ]+)*"
POSTAL = re.compile(
    rf"(?<![\d./-])(?:B-?\s?)?(?!1733|1722|19\d\d|20\d\d)[1-9]\d{{3}}\s+(?i:(?={TOWN}))[A-ZÀ-Ý][a-zà-ÿ]{{2,}}(?:[- ][A-ZÀ-Ý][a-zà-ÿ]+)*"
    r"|(?<![\d./-])(?i:\d{4}\s+(?:brussels?|bruxelles|antwerpen|anvers|gent|gand|leuven|louvain|brugge|bruges|luik|liège|namur|namen|mechelen|kortrijk|hasselt|zaventem)\b)"
    r"|(?<![\d./-])[1-9]\d{3}\s?(?!MG|IE|IU|ML|KG|KM|UI|MM|CM|IN|OP|OF|EN|ET)[A-Z]{2}\b"
)


def find(text: str) -> list[Piece]:
    """Return the ways to reach somebody in a text, in order, none twice."""
    pieces: list[Piece] = []
    for kind, pattern in ((Kind.EMAIL, EMAIL), (Kind.LINK, LINK)):
        pieces += _of(kind, (m.span() for m in pattern.finditer(text)), text)
    without = _blank(text, [(p.start, p.end) for p in pieces])
    spans = [
        m.span()
        for pattern in (STREET_NL, STREET_NL_NAMED, STREET_FR, STREET_EN, POSTAL)
        for m in pattern.finditer(without)
    ]
    pieces += _of(Kind.ADDRESS, spans, text)
    pieces += _of(Kind.PHONE, _phones(without), text)
    return _apart(pieces, text)


def take_out(text: str) -> str:
    """Return a text without the pieces found in it; "…" stands where they stood."""
    for piece in reversed(find(text)):
        text = text[: piece.start] + TAKEN_OUT + text[piece.end :]
    return text


def _phones(text: str) -> Iterable[tuple[int, int]]:
    numbers = _blank(text, [m.span() for pattern in (DATE, HOUR) for m in pattern.finditer(text)])
    for region in REGIONS:
        yield from ((m.start, m.end) for m in PhoneNumberMatcher(numbers, region))
    for found in NATIONAL.finditer(numbers):
        if FEWEST_DIGITS <= _digits(found.group()) <= MOST_DIGITS:
            yield found.span()
    for found in SPELLED.finditer(text):
        if _digits_said(found.group()) >= FEWEST_DIGITS:
            yield found.span()


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


def _digits_said(text: str) -> int:
    """Count the digits of a number that is spelled out: seven is one, seventy two, 470 three."""
    words = [word for word in re.split(r"[\s,./-]+", text) if word]
    return sum(len(word) if word.isdigit() else 1 if SPELLED_WORD.match(word) else 2 for word in words)


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text of the same length without these parts; a sign no number goes on over stands in their place."""
    for start, end in spans:
        text = text[:start] + "|" * (end - start) + text[end:]
    return text


def _of(kind: Kind, spans: Iterable[tuple[int, int]], text: str) -> list[Piece]:
    return [Piece(kind, text[start:end].strip(), start, end) for start, end in spans]


def _apart(pieces: list[Piece], text: str) -> list[Piece]:
    """Return pieces that do not overlap, in order: of two that do, the longer one; what a street and its town say is one."""
    found: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: (p.start, -p.end)):
        if not found or piece.start >= found[-1].end:
            found.append(piece)
        elif piece.end > found[-1].end:
            last = found[-1]
            found[-1] = Piece(last.kind, text[last.start : piece.end].strip(), last.start, piece.end)
    return found
