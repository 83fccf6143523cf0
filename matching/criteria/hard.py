"""Hard criteria: what must hold. Each says in plain words why a mentor is ruled out.

Each one is asked twice: pair by pair for the sentence, and for all pairs at once as sets of bits. A test
holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from common import words
from common.vocabulary import Channel, GenderWish, Language, Must, Relation, Slot, Topic
from matching.criteria.people import Brings, Needs, worked_out

Masks = NDArray[np.bool_]  # (Q, M): true where the criterion fails


@dataclass(frozen=True)
class Hard:
    """One hard criterion.

    `fails` asks it of one pair, `masks` of all pairs of profiles (Q) and mentors (M). `why_not` says it for n
    mentors alike; `opens` what would change it; `why` what is right when it holds. `relax` is its place among the
    criteria that may be given up when nobody fits, once the person was asked; 0 never.
    """

    key: str
    label: Any
    fails: Callable[[Needs, Brings], bool]
    masks: Callable[[Sequence[Needs], Sequence[Brings]], Masks]
    why_not: Callable[[Needs, Brings, int], str]
    why: Callable[[Needs, Brings], str]
    opens: Callable[[Needs, Brings], str] = lambda needs, brings: str(_("Nothing"))
    relax: int = 0

    def keeps_apart(self, needs: Needs, brings: Brings) -> bool:
        """Tell whether it fails and was not given up for this mentee."""
        return self.key not in needs.relaxed and self.fails(needs, brings)


# All pairs at once -------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def _bits(choices, codes: frozenset[str]) -> int:
    order = {code: place for place, code in enumerate(choices.values)}
    return sum(1 << order[code] for code in codes if code in order)


def _column(sides: Sequence, choices, codes: Callable[[Any], Any]) -> NDArray[np.uint64]:
    def work() -> NDArray[np.uint64]:
        return np.array([_bits(choices, frozenset(codes(side))) for side in sides], np.uint64)

    return worked_out(sides, (choices, codes), work)


def _said(sides: Sequence, say: Callable[[Any], Any], dtype: Any) -> NDArray[Any]:
    return worked_out(sides, say, lambda: np.array([say(side) for side in sides], dtype))


def _apart(choices, mentee: Callable, mentor: Callable, *, none_is_fine: bool = False) -> Callable:
    """Return masks that are true where two sets of codes share nothing."""

    def masks(needs: Sequence[Needs], brings: Sequence[Brings]) -> Masks:
        left, right = _column(needs, choices, mentee), _column(brings, choices, mentor)
        apart = (left[:, None] & right[None, :]) == 0
        return apart & (left != 0)[:, None] if none_is_fine else apart

    return masks


def _not(masks: Callable) -> Callable:
    return lambda needs, brings: ~masks(needs, brings)


def _of_mentor(test: Callable[[Brings], bool]) -> Callable:
    def masks(needs: Sequence[Needs], brings: Sequence[Brings]) -> Masks:
        row = _said(brings, test, np.bool_)
        return np.broadcast_to(row, (len(needs), len(brings)))

    return masks


def _of_mentee(test: Callable[[Needs], bool]) -> Callable:
    def masks(needs: Sequence[Needs], brings: Sequence[Brings]) -> Masks:
        column = np.array([test(n) for n in needs], np.bool_)
        return np.broadcast_to(column[:, None], (len(needs), len(brings)))

    return masks


def _gender_masks(wish_of: Callable, gender_of: Callable, mentor_wishes: bool) -> Callable:
    """Return masks that are true where one side's must about gender is not met by the other."""

    def masks(needs: Sequence[Needs], brings: Sequence[Brings]) -> Masks:
        wishes = _said(brings if mentor_wishes else needs, wish_of, "U8")
        genders = _said(needs if mentor_wishes else brings, gender_of, "U8")
        if mentor_wishes:
            return (wishes[None, :] != GenderWish.ANY.value) & (wishes[None, :] != genders[:, None])
        return (wishes[:, None] != GenderWish.ANY.value) & (wishes[:, None] != genders[None, :])

    return masks


def _clinic(brings: Brings) -> int:
    return brings.clinic


def _other_clinic(needs: Sequence[Needs], brings: Sequence[Brings]) -> Masks:
    ours, theirs = np.array([n.clinic for n in needs], np.int64), _said(brings, _clinic, np.int64)
    return ours[:, None] != theirs[None, :]


# One pair at a time, with words ------------------------------------------------------------


def _must_gender(needs: Needs) -> str:
    return needs.gender_wish if Must.GENDER in needs.musts else GenderWish.ANY


def _must_when(needs: Needs) -> frozenset[str]:
    return needs.availability if Must.AVAILABILITY in needs.musts else frozenset()


def _names(choices, codes, either=True) -> str:
    known = dict(choices.choices)
    if choices is Language:  # in the reader's own words: "French", not "Français"
        known = {code: get_language_info(code)["name_translated"] for code in choices.values}
    found = [str(known[code]) for code in choices.values if code in codes]
    found = found[:1] + [w if choices is Language else f"{w[:1].lower()}{w[1:]}" for w in found[1:]]
    if either and len(found) > 1:
        return _("%(first)s or %(last)s") % {"first": ", ".join(found[:-1]), "last": found[-1]}
    return words.listed(found)


def _small(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def _role_why_not(needs: Needs, brings: Brings, n: int) -> str:
    if needs.relation == Relation.CAREGIVER:
        return ngettext("Mentors patients only", "Mentor patients only", n)
    return ngettext("Mentors partners and relatives only", "Mentor partners and relatives only", n)


def _language_why_not(needs: Needs, brings: Brings, n: int) -> str:
    form = ngettext("Does not speak %(languages)s", "Do not speak %(languages)s", n)
    return form % {"languages": _names(Language, needs.languages)}


def _channel_why_not(needs: Needs, brings: Brings, n: int) -> str:
    form = ngettext("Does not talk by %(channels)s", "Do not talk by %(channels)s", n)
    return form % {"channels": _small(_names(Channel, needs.how))}


def _when_why_not(needs: Needs, brings: Brings, n: int) -> str:
    form = ngettext("Is not free when %(name)s can: %(when)s", "Are not free when %(name)s can: %(when)s", n)
    return form % {"name": needs.first_name, "when": _small(_names(Slot, needs.availability))}


def _topic_why_not(needs: Needs, brings: Brings, n: int) -> str:
    form = ngettext("Will not talk about %(topic)s", "Will not talk about %(topic)s", n)
    return form % {"topic": _small(_names(Topic, {needs.main_topic}))}


def _gender_why_not(needs: Needs, brings: Brings, n: int) -> str:
    if needs.gender_wish == GenderWish.WOMAN:
        return ngettext("Is not a woman", "Are not women", n)
    return ngettext("Is not a man", "Are not men", n)


def _only_why_not(needs: Needs, brings: Brings, n: int) -> str:
    if brings.mentee_gender_must == GenderWish.WOMAN:
        return ngettext("Mentors women only", "Mentor women only", n)
    return ngettext("Mentors men only", "Mentor men only", n)


def _ready_why_not(needs: Needs, brings: Brings, n: int) -> str:
    text = words.listed(brings.missing)
    return f"{text[:1].upper()}{text[1:]}"


def _full_why_not(needs: Needs, brings: Brings, n: int) -> str:
    if not brings.places:
        return _("Takes nobody now")
    return _("Full: %(taken)d of %(places)d people") % {"taken": brings.taken, "places": brings.places}


def _consent_why_not(needs: Needs, brings: Brings, n: int) -> str:
    return _("%(name)s has not agreed to a mentor, or has taken it back") % {"name": needs.first_name}


HARD: tuple[Hard, ...] = (
    Hard(
        "consent", gettext_lazy("Consent"), lambda n, b: not n.consent, _of_mentee(lambda n: not n.consent),
        _consent_why_not, lambda n, b: _("Agreed to have a mentor"), lambda n, b: _("A new answer"),
    ),
    Hard(
        "both", gettext_lazy("Mentor and mentee at once"), lambda n, b: n.mentors_too, _of_mentee(lambda n: n.mentors_too),
        lambda n, b, k: _("%(name)s is a mentor now, and nobody is both at once") % {"name": n.first_name},
        lambda n, b: _("Is no mentor"), lambda n, b: _("Stopping as a mentor"),
    ),
    Hard(
        "role", gettext_lazy("Whom they mentor"), lambda n, b: n.relation not in b.role_types,
        _apart(Relation, lambda n: {n.relation}, lambda b: b.role_types), _role_why_not,
        lambda n, b: _("Mentors partners and relatives") if n.relation == Relation.CAREGIVER else _("Mentors patients"),
    ),
    Hard(
        "language", gettext_lazy("Language"), lambda n, b: not n.languages & b.languages,
        _apart(Language, lambda n: n.languages, lambda b: b.languages), _language_why_not,
        lambda n, b: _("Speaks %(languages)s too") % {"languages": _names(Language, n.languages & b.languages, False)},
        lambda n, b: _("Another language, perhaps with somebody beside %(name)s who speaks it") % {"name": n.first_name},
        relax=4,
    ),
    Hard(
        "gender", gettext_lazy("Woman or man"), lambda n, b: _must_gender(n) not in (GenderWish.ANY, b.gender),
        _gender_masks(_must_gender, lambda b: b.gender, False), _gender_why_not,
        lambda n, b: _("A woman or a man, as asked"),
        lambda n, b: _("A man, if %(name)s is fine with that") % {"name": n.first_name}
        if n.gender_wish == GenderWish.WOMAN
        else _("A woman, if %(name)s is fine with that") % {"name": n.first_name},
        relax=3,
    ),
    Hard(
        "only", gettext_lazy("Whom the mentor takes"), lambda n, b: b.mentee_gender_must not in (GenderWish.ANY, n.gender),
        _gender_masks(lambda b: b.mentee_gender_must, lambda n: n.gender, True), _only_why_not,
        lambda n, b: _("The mentor is open to them"),
    ),
    Hard(
        "topic", gettext_lazy("Main topic"), lambda n, b: bool(n.main_topic) and n.main_topic in b.wont_discuss,
        _not(_apart(Topic, lambda n: {n.main_topic}, lambda b: b.wont_discuss)), _topic_why_not,
        lambda n, b: _("Open to the main topic"), lambda n, b: _("The mentor's own choice"),
    ),
    Hard(
        "channel", gettext_lazy("How to talk"), lambda n, b: not n.how & b.channels,
        _apart(Channel, lambda n: n.how, lambda b: b.channels), _channel_why_not,
        lambda n, b: _("Talks by %(channels)s too") % {"channels": _small(_names(Channel, n.how & b.channels, False))},
        lambda n, b: _("Another way to talk, if %(name)s wants that") % {"name": n.first_name},
        relax=2,
    ),
    Hard(
        "when", gettext_lazy("When"), lambda n, b: bool(_must_when(n)) and not _must_when(n) & b.availability,
        _apart(Slot, _must_when, lambda b: b.availability, none_is_fine=True), _when_why_not,
        lambda n, b: _("Free at the same times"),
        lambda n, b: _("Another time, if %(name)s can") % {"name": n.first_name},
        relax=1,
    ),
    Hard(
        "clinic", gettext_lazy("Another clinic"), lambda n, b: b.clinic != n.clinic, _other_clinic,
        lambda n, b, k: _("Belongs to another clinic"), lambda n, b: _("Belongs to this clinic"),
        lambda n, b: _("A mentor of another clinic, by phone or video, if %(name)s wants that") % {"name": n.first_name},
        relax=5,
    ),
    Hard(
        "ready", gettext_lazy("In order"), lambda n, b: bool(b.missing), _of_mentor(lambda b: bool(b.missing)),
        _ready_why_not, lambda n, b: _("Everything is in order"), lambda n, b: _("Putting that right"),
    ),
)  # fmt: skip

RELAXABLE: tuple[Hard, ...] = tuple(sorted((hard for hard in HARD if hard.relax), key=lambda hard: hard.relax))

# These two are no columns of `allowed`: a place is counted, and a conflict is one pair's alone.
FREE = Hard(
    "free", gettext_lazy("A free place"), lambda n, b: b.free == 0, _of_mentor(lambda b: b.free == 0), _full_why_not,
    lambda n, b: _("Has a free place"), lambda n, b: _("A pair that ends") if b.places else _("The mentor's own choice"),
)  # fmt: skip
CONFLICT = Hard(
    "conflict", gettext_lazy("They know each other"), lambda n, b: same_person(n, b),
    lambda ns, bs: np.array([[same_person(n, b) for b in bs] for n in ns], np.bool_).reshape(len(ns), len(bs)),
    lambda n, b, k: _("Is the same person") if b.person == n.person else _("Is too close to %(name)s") % {"name": n.first_name},
    lambda n, b: _("Does not know them"),
)  # fmt: skip


def same_person(needs: Needs, brings: Brings) -> bool:
    """Tell whether the mentor is the mentee, by person or account, or the one a caregiver cares for."""
    by_account = needs.user is not None and needs.user == brings.user
    return by_account or brings.person == needs.person or brings.person == needs.about_person


def failed_matrix(profiles: Sequence[Needs], mentors: Sequence[Brings]) -> NDArray[np.uint64]:
    """Return a bit per criterion of HARD that fails and was not given up, uint64 (Q, M)."""
    failed = np.zeros((len(profiles), len(mentors)), np.uint64)
    if failed.size:
        for place, hard in enumerate(HARD):
            counts = np.array([hard.key not in n.relaxed for n in profiles], np.bool_)
            failed |= (hard.masks(profiles, mentors) & counts[:, None]).astype(np.uint64) << np.uint64(place)
    return failed
