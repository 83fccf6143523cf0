"""Kinds of mentor a clinic could look for, drawn from the people nobody is found for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass, replace

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from common.vocabulary import Channel, GenderWish, Interest, Must, Phase, Relation, Slot, Topic, Treatment, Value
from matching.criteria import Brings, Needs

PLACES = 3  # how many people somebody new is taken to help at once [D]
MOST = 60
BANDS = ((18, 39), (40, 59), (60, 79), (80, 110))


@dataclass(frozen=True)
class Kind:
    """A kind of mentor: for whom, in which language, and where it matters the gender, the times, the best age."""

    relation: str
    language: str
    gender: str = ""
    when: str = ""
    ages: tuple[int, int] | None = None

    def says(self) -> str:
        """Return the kind as the words of an advertisement: "A woman who speaks Turkish, best 40 to 59"."""
        who = {"woman": _("A woman"), "man": _("A man")}.get(self.gender, _("Somebody"))
        language = get_language_info(self.language)["name_translated"]
        parts = [_("%(who)s who speaks %(language)s") % {"who": who, "language": language}]
        if self.ages:
            parts.append(_("best %(ages)s") % {"ages": age_words(self.ages)})
        if self.when:
            slot = str(Slot(self.when).label)
            parts.append(_("free: %(when)s") % {"when": f"{slot[:1].lower()}{slot[1:]}"})
        if self.relation == Relation.CAREGIVER:
            parts.append(_("for partners and relatives"))
        return ", ".join(parts)

    def kept(self) -> dict:
        """Return the kind as a page keeps it; `read` makes it again."""
        return asdict(self)

    def brings(self, group: Sequence[Needs], year: int) -> Brings:
        """Return somebody of this kind who suits the group in all else: what one can ask for when looking."""
        low, high = self.ages or BANDS[1]
        return Brings(
            pk=0, gender=self.gender, birth_year=year - (low + min(high, 90)) // 2, role_types=frozenset({self.relation}),
            languages=frozenset({self.language}), channels=frozenset(Channel.values),
            availability=frozenset({self.when} if self.when else Slot.values), topics=frozenset(Topic.values),
            phases=frozenset(Phase.values), treatments=frozenset(Treatment.values), values=frozenset(Value.values),
            interests=frozenset(Interest.values), life_stage=_usual(n.life_stage for n in group),
            work=_usual(n.work for n in group), area=_usual(n.area for n in group), places=PLACES,
            clinic=group[0].clinic,
        )  # fmt: skip


def read(kept: dict) -> Kind:
    """Return the kind a page kept."""
    ages = kept.get("ages")
    return Kind(kept["relation"], kept["language"], kept["gender"], kept["when"], tuple(ages) if ages else None)


def age_words(ages: tuple[int, int]) -> str:
    """Return an age band in words."""
    if ages == BANDS[-1]:
        return _("80 or over")
    return _("%(low)d to %(high)d") % {"low": ages[0], "high": ages[1]}


def band_of(age: int) -> tuple[int, int]:
    """Return the age band somebody of this age is in."""
    return next((band for band in BANDS if age <= band[1]), BANDS[-1])


def kinds_for(people: Sequence[Needs], year: int) -> list[tuple[Kind, list[Needs]]]:
    """Return the kinds of mentor these people would need, most asked first, each with who asks for it."""
    groups: dict[Kind, list[Needs]] = {}
    for needs in people:
        for kind in _kinds_of(needs):
            groups.setdefault(kind, []).append(needs)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), *astuple(item[0])[:4]))[:MOST]
    return [(replace(kind, ages=_usual_band(group, year)), group) for kind, group in ordered]


def _kinds_of(needs: Needs) -> Iterable[Kind]:
    gender = needs.gender_wish if Must.GENDER in needs.musts and needs.gender_wish != GenderWish.ANY else ""
    whens = sorted(needs.availability) if Must.AVAILABILITY in needs.musts else [""]
    for language in sorted(needs.languages):
        for when in whens or [""]:
            yield Kind(needs.relation, language, gender, when)


def _usual(said: Iterable[str]) -> str:
    found = Counter(filter(None, said))
    return min(found, key=lambda code: (-found[code], code)) if found else ""


def _usual_band(group: Sequence[Needs], year: int) -> tuple[int, int] | None:
    """Return the age band most of a group are in, or None when no band holds half of them."""
    found = Counter(band_of(year - n.birth_year) for n in group if n.birth_year)
    band = min(found, key=lambda b: (-found[b], b), default=None)
    return band if band and found[band] * 2 >= len(group) else None
