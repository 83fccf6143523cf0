"""Words that say: this is for the care team. Finds medicines, doses and results in what somebody typed.

A hint only, never a judgement: the words found are shown to who typed them, who decides. English, Dutch and French,
whatever the language of the page; a word counts where it begins, so that plurals and endings are found too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from common.vocabulary import Topic

LONGEST = 20_000  # characters looked at

MEDICINES = (
    # names, the same or nearly so in the three languages
    "methotrexa*", "mtx", "ledertrexat*", "leflunomid*", "arava", "sulfasalazin*", "salazopyrin*", "hydroxychloroquin*",
    "plaquenil", "azathioprin*", "imuran", "mycophenola*", "ciclosporin*", "cyclosporin*", "cyclophosphamid*",
    "adalimumab", "humira", "etanercept", "enbrel", "infliximab", "remicade", "golimumab", "simponi", "certolizumab",
    "cimzia", "rituximab", "mabthera", "tocilizumab", "roactemra", "sarilumab", "abatacept", "orencia", "secukinumab",
    "cosentyx", "ixekizumab", "ustekinumab", "belimumab", "anakinra", "tofacitinib", "xeljanz", "baricitinib",
    "olumiant", "upadacitinib", "rinvoq", "filgotinib", "prednison*", "prednisolon*", "medrol", "methylprednisolon*",
    "cortison*", "cortico*", "ibuprofen*", "diclofenac", "naproxen*", "paracetamol", "tramadol", "allopurinol",
    "colchicin*", "folic acid", "foliumzuur", "acide folique", "biological*", "biologic", "biologics", "biosimilar*",
    # English
    "medicin*", "medication*", "drug", "drugs", "tablet", "tablets", "pill", "pills", "painkiller*", "injection*",
    "infusion*", "vaccin*", "side effect*", "steroid*", "antibiotic*",
    # Dutch
    "medicijn*", "medicatie*", "geneesmiddel*", "pil", "pillen", "pilletje*", "tabletten", "pijnstiller*", "spuit",
    "spuitje*", "spuiten", "injectie*", "infuus*", "inenting*", "vaccinatie*", "bijwerking*", "ontstekingsremmer*",
    "antibiotica",
    # French
    "medicament*", "comprime*", "pilule*", "antidouleur*", "piqure*", "perfusion*", "effet secondaire",
    "effets secondaires", "anti-inflammatoire*", "antibiotique*",
)  # fmt: skip
DOSE = (
    "dose", "doses", "dosage*", "overdose*", "mg", "milligram*", "microgram*", "mcg", "ml", "twice a day",
    "skip a week", "stop taking", "dosis", "dosissen", "dosering*", "tweemaal per dag", "twee keer per dag",
    "milligramme*", "posologie*", "surdos*", "deux fois par jour", "arreter le traitement",
)  # fmt: skip
RESULTS = (
    "blood test*", "blood result*", "test result*", "lab result*", "x-ray*", "xray*", "mri", "ct scan*", "ultrasound*",
    "crp", "esr", "anti-ccp", "rheumatoid factor", "diagnosis", "diagnoses", "biopsy", "biopsies",
    "bloeduitslag*", "bloedonderzoek*", "bloedafname*", "bloedtest*", "uitslag", "uitslagen", "labo*", "rontgen*",
    "echografie*", "mri-scan*", "reumafactor*", "diagnose*", "bezinking", "biopsie*",
    "prise de sang", "prises de sang", "analyse de sang", "analyses de sang", "resultat*", "radiographie*",
    "echographie*", "irm", "diagnostic*", "facteur rhumatoide",
)  # fmt: skip
# What only looks like one of them.
NOT_THESE = ("medicine ball*", "labour*", "labor", "laborious*", "laborieu*", "tablet computer*")

KINDS = {Topic.MEDICINES: MEDICINES, Topic.DOSE: DOSE, Topic.RESULTS: RESULTS}
AMOUNT = r"\d+(?:[.,]\d+)?\s?(?:mg|mcg|ug|ml|milligram\w*|microgram\w*)"


@dataclass(frozen=True)
class Found:
    """A word as it was typed, and the topic of the care team it belongs to."""

    word: str
    topic: str


def find(text: str) -> list[Found]:
    """Return the words about medicines, doses and results in a text, in their order, each once."""
    found: dict[str, Found] = {}
    plain, origin = _plain((text or "")[:LONGEST])
    for match in _PATTERN.finditer(plain):
        if match.lastgroup == "not":
            continue
        word = (text or "")[origin[match.start()] : origin[match.end() - 1] + 1]
        found.setdefault(match.group().strip(), Found(word.strip(), str(Topic(match.lastgroup))))
    return list(found.values())


def topic_of(found: list[Found]) -> str:
    """Return the topic most of the words belong to: results and doses before medicines, which go with both."""
    topics = {row.topic for row in found}
    return next((str(topic) for topic in (Topic.DOSE, Topic.RESULTS, Topic.MEDICINES) if topic in topics), "")


def _plain(text: str) -> tuple[str, list[int]]:
    """Return a text without case and accents, and where each of its letters stood."""
    letters, origin = [], []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFKD", letter.casefold()):
            if not unicodedata.combining(part):
                letters.append("'" if part == "\u2019" else part)
                origin.append(place)
    return "".join(letters), origin


def _choice(words: tuple[str, ...]) -> str:
    parts = [re.escape(w.rstrip("*")).replace(r"\ ", r"\s+") + (r"\w*" if w.endswith("*") else "") for w in words]
    return "|".join(sorted(parts, key=len, reverse=True))


def _pattern() -> re.Pattern:
    kinds = [f"(?P<{topic}>{AMOUNT + '|' if topic == Topic.DOSE else ''}{_choice(words)})" for topic, words in ORDER]
    return re.compile(rf"(?<![\w-])(?:(?P<not>{_choice(NOT_THESE)})|{'|'.join(kinds)})(?!\w)")


ORDER = sorted(KINDS.items(), key=lambda row: row[0] != Topic.DOSE)
_PATTERN = _pattern()
