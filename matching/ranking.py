"""Who fits this person best, and why: candidates in words, who is ruled out, what would change the order."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from clinics.models import Clinic
from common import words
from common.vocabulary import Channel, Diagnosis, GenderWish
from matching import engine, facts, pool
from matching.criteria import CONFLICT, FREE, HARD, RELAXABLE, SOFT, Brings, Hard, Needs, failed_matrix, worked_out
from matching.criteria.hard import same_person
from matching.criteria.soft import BASE, column_criteria, mentee_matrix, mentor_matrix, weights_of
from matching.engine.ranking import eligible
from matching.errors import DoesNotFit
from matching.models import Policy
from matching.starter import start_clinic
from referrals.models import Referral
from training.models import Mentor

SHOWN = 10
FAR_AGE = 10  # years; more is worth a word when somebody asked for about the same age


@dataclass(frozen=True)
class Line:
    """One soft criterion of one candidate: its name, points, out of how many, and what to say."""

    key: str
    label: str
    points: int
    out_of: int
    says: str
    stated: bool


@dataclass(frozen=True)
class Candidate:
    """One mentor who may, with points out of 100 and the reasons."""

    mentor: Brings
    rank: int
    points: int
    lines: list[Line]
    summary: str
    cautions: list[str]
    relaxed: tuple[str, ...] = ()  # hard criteria given up to have this one

    @property
    def contributions(self) -> dict[str, list[int]]:
        """Return what a match keeps: {criterion: [points, out of]}."""
        return {line.key: [line.points, line.out_of] for line in self.lines if line.out_of}


@dataclass(frozen=True)
class RuledOut:
    """Mentors who may not, for the same reason: who, why, what would open it."""

    key: str
    who: str
    why: str
    opens: str
    mentors: list[Brings]


@dataclass(frozen=True)
class Found:
    """The answer for one mentee."""

    needs: Needs
    policy: Policy
    candidates: list[Candidate]
    fits: int  # how many may, shown or not
    total: int  # mentors looked at
    ruled_out: list[RuledOut]
    changes: list[str] = field(default_factory=list)

    def of(self, mentor: Mentor) -> Candidate | None:
        """Return the candidate who is this mentor."""
        return next((c for c in self.candidates if c.mentor.pk == mentor.pk), None)

    def why_not(self, mentor: Mentor) -> str:
        """Return why this mentor is ruled out, or nothing."""
        return next((r.why for r in self.ruled_out if mentor.pk in {m.pk for m in r.mentors}), "")


@dataclass(frozen=True)
class Field:
    """Everybody looked at, as facts and as the engine wants them."""

    referrals: list[Referral]
    needs: list[Needs]
    brings: list[Brings]
    before: dict[tuple[int, int], set[str]]
    policy: Policy
    matrix: NDArray[np.float32]  # which columns of points each mentor has
    problem: engine.Problem


def policy_of(clinic: Clinic) -> Policy:
    """Return the weights in force: the newest version."""
    return Policy.objects.filter(clinic=clinic).order_by("-version").first() or start_clinic(clinic)


def lay_out(clinic: Clinic, referrals: Sequence[Referral], relaxed: Collection[str] = ()) -> Field:
    """Fetch everybody and build the problem: a row for each referral (from `with_needs`). Four queries.

    `relaxed` are the hard criteria these referrals give up.
    """
    referrals = list(referrals)
    needs = [facts.needs_of(r, relaxed) for r in referrals]
    brings = pool.of_clinic(clinic, facts.today_of(clinic))
    before, policy, matrix = facts.earlier(referrals), policy_of(clinic), mentor_matrix(brings)
    problem = build(needs, brings, policy.weights, before, matrix)
    return Field(referrals, needs, brings, before, policy, matrix, problem)


def with_weights(laid: Field, weights: dict[str, int]) -> Field:
    """Return the same people under other weights, which nobody saved."""
    policy = Policy(clinic_id=laid.policy.clinic_id, version=laid.policy.version, weights=weights)
    problem = build(laid.needs, laid.brings, weights, laid.before, laid.matrix)
    return dataclasses.replace(laid, policy=policy, problem=problem)


def build(
    needs: Sequence[Needs],
    brings: Sequence[Brings],
    weights: dict[str, int],
    before: dict[tuple[int, int], set[str]],
    matrix: NDArray[np.float32] | None = None,
    sought: Sequence[Brings] = (),
) -> engine.Problem:
    """Return the engine's problem: a row per mentee, a column of `allowed` per mentor, pairs to keep apart.

    Columns of points that nobody has are left out. The bits of `failed` are the places in HARD. `sought` are
    mentors who are not there, to learn what they would add.
    """
    profile, first = _profiles(needs)
    failed = failed_matrix(first, brings)
    mentees, mentors = mentee_matrix(needs, weights), mentor_matrix(brings) if matrix is None else matrix
    kinds = mentor_matrix(sought)
    used = mentees.any(axis=0) & (mentors.any(axis=0) | kinds.any(axis=0))
    used[-1] = True
    return engine.Problem(
        mentee_points=mentees[:, used], mentor_points=mentors[:, used], profile=profile,
        allowed=failed == 0, capacity=worked_out(brings, _free, lambda: _free(brings)),
        excluded=_apart(needs, brings, before), mentee_ids=np.array([n.pk for n in needs], np.int64),
        mentor_ids=worked_out(brings, _pks, lambda: _pks(brings)), criterion=column_criteria()[used], failed=failed,
        relax_order=[HARD.index(hard) for hard in RELAXABLE],
        archetypes=_archetypes(kinds[:, used], failed_matrix(first, sought) == 0),
    )  # fmt: skip


def _profiles(needs: Sequence[Needs]) -> tuple[NDArray[np.int64], list[Needs]]:
    """Return which hard-criteria profile each mentee has, and a mentee for each profile."""
    places: dict[tuple, int] = {}
    profile = [places.setdefault(n.profile, len(places)) for n in needs]
    first = dict(zip(reversed(profile), reversed(needs), strict=True))
    return np.array(profile, np.int64), [first[q] for q in range(len(places))]


def _archetypes(points: NDArray[np.float32], allowed: NDArray[np.bool_]) -> list[engine.Archetype]:
    """Return one for each of those sought, named by its place among them."""
    return [engine.Archetype(i, points[i], allowed[:, i]) for i in range(len(points))]


def _apart(
    needs: Sequence[Needs], brings: Sequence[Brings], before: dict[tuple[int, int], set[str]]
) -> list[tuple[int, int]]:
    """Return row indices of pairs never to make: the same person, or kept apart by what went before."""
    row = {n.pk: i for i, n in enumerate(needs)}
    column = worked_out(brings, _by_pk, lambda: _by_pk(brings))
    pairs = {
        (row[p], column[m]) for (p, m), kinds in before.items() if p in row and m in column and kinds - {facts.EXPIRED}
    }
    people = worked_out(brings, _by_person, lambda: _by_person(brings))
    for i, n in enumerate(needs):
        keys = [("person", n.person), ("person", n.about_person or 0), ("user", n.user or -1)]
        pairs |= {(i, j) for key in keys for j in people.get(key, [])}
    return sorted(pairs)


def _free(brings: Sequence[Brings]) -> NDArray[np.int64]:
    return np.array([b.free for b in brings], np.int64)


def _pks(brings: Sequence[Brings]) -> NDArray[np.int64]:
    return np.array([b.pk for b in brings], np.int64)


def _by_pk(brings: Sequence[Brings]) -> dict[int, int]:
    return {b.pk: j for j, b in enumerate(brings)}


def _by_person(brings: Sequence[Brings]) -> dict[tuple[str, int], list[int]]:
    people: dict[tuple[str, int], list[int]] = {}
    for j, b in enumerate(brings):
        people.setdefault(("person", b.person), []).append(j)
        people.setdefault(("user", b.user or 0), []).append(j)
    return people


def fit_counts(clinic: Clinic, referrals: Sequence[Referral]) -> dict[int, int]:
    """Return how many mentors may today have each of these referrals (from `with_needs`), by pk."""
    laid = lay_out(clinic, referrals)
    return {n.pk: len(eligible(laid.problem, i)) for i, n in enumerate(laid.needs)}


def find(referral: Referral, *, relaxed: Collection[str] = (), shown: int = SHOWN, everything: bool = True) -> Found:
    """Rank the mentors of the clinic for one referral (from `with_needs`), without the hard criteria in `relaxed`.

    `shown` is how many candidates to describe; without `everything`, who is ruled out and what would
    change the order are left out. At most 4 queries.
    """
    return answer(lay_out(referral.clinic, [referral], relaxed), shown=shown, everything=everything)


def answer(laid: Field, *, shown: int = SHOWN, everything: bool = True) -> Found:
    """Rank the mentors for the first referral of those laid out, as `find` does."""
    needs, brings = laid.needs[0], laid.brings
    ranking = engine.rank(laid.problem, 0, shown)
    candidates = [_candidate(laid, i, int(m), ranking) for i, m in enumerate(ranking.mentors)]
    fits = eligible(laid.problem, 0)
    looked_at = _looked_at(needs, brings)
    out = _ruled_out(laid, looked_at, fits) if everything else []
    changes = _changes(laid, candidates, ranking) if everything else []
    return Found(needs, laid.policy, candidates, len(fits), int(looked_at.sum()), out, changes)


def _looked_at(needs: Needs, brings: Sequence[Brings]) -> NDArray[np.bool_]:
    """Return which mentors count among those looked at: shared ones only once another clinic will do."""
    if "clinic" in needs.relaxed:
        return np.ones(len(brings), np.bool_)
    return worked_out(brings, _looked_at, lambda: np.array([not b.lent_by for b in brings], np.bool_))


def candidate_for(referral: Referral, mentor: Mentor, relaxed: Collection[str] = ()) -> tuple[Candidate, Policy]:
    """Return one mentor as a candidate for a referral, with their place in the whole order, and the weights used.

    Raises DoesNotFit with the reason when a hard criterion not in `relaxed` keeps them apart.
    """
    laid = lay_out(referral.clinic, [facts.with_needs(Referral.objects.filter(pk=referral.pk)).get()], relaxed)
    ranking = engine.rank(laid.problem, 0, len(laid.brings))
    for place, column in enumerate(ranking.mentors.tolist()):
        if laid.brings[column].pk == mentor.pk:
            return _candidate(laid, place, column, ranking), laid.policy
    raise DoesNotFit([f"{mentor.person.first_name}: {_small(failure_of(referral, mentor, relaxed)[1])}."])


def of_pair(laid: Field, row: int, column: int) -> Candidate:
    """Return one mentor (a column) as a candidate for one of several people laid out (a row); rank 0: not placed."""
    problem = laid.problem
    parts = (problem.mentee_points[row] * problem.mentor_points[column]).astype(np.int64)
    given = np.bincount(problem.criterion, weights=parts, minlength=len(SOFT) + 1).astype(np.int64)
    ranking = engine.Ranking(np.array([column]), np.array([parts.sum()]), given[None, :])
    alone = dataclasses.replace(laid, referrals=[laid.referrals[row]], needs=[laid.needs[row]])
    return dataclasses.replace(_candidate(alone, 0, column, ranking), rank=0)


def failure_of(referral: Referral, mentor: Mentor, relaxed: Collection[str] = ()) -> tuple[str, str]:
    """Return the key of the first hard criterion that keeps two people apart now, and why; ("", "") when they fit."""
    row = facts.with_needs(Referral.objects.filter(pk=referral.pk)).get()
    needs, before = facts.needs_of(row, relaxed), facts.earlier([row]).get((row.pk, mentor.pk), set())
    brings = pool.one_of_clinic(row.clinic, mentor.pk, facts.today_of(row.clinic))
    if brings is None:
        return "clinic", _("is not a mentor of this clinic now")
    hard = first_failure(needs, brings, before)
    return (hard.key, why_apart(needs, brings, before)) if hard else ("", "")


def _small(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def _candidate(laid: Field, place: int, column: int, ranking: engine.Ranking) -> Candidate:
    needs, brings = laid.needs[0], laid.brings[column]
    most = weights_of(needs, laid.policy.weights, in_person=Channel.IN_PERSON in brings.channels)
    given = [*ranking.contributions[place].tolist(), *[0] * len(SOFT)]
    lines = [
        Line(
            soft.key,
            str(soft.label),
            given[i],
            most[soft.key],
            soft.say(needs, brings, given[i]),
            soft.mentor_stated(brings),
        )
        for i, soft in enumerate(SOFT)
    ]
    return Candidate(
        brings, place + 1, int(ranking.points[place]) - BASE, lines,
        summary(needs, lines), cautions(needs, brings, laid.before.get((needs.pk, brings.pk), set())),
        tuple(hard.key for hard in RELAXABLE if hard.key in needs.relaxed and hard.fails(needs, brings)),
    )  # fmt: skip


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def summary(needs: Needs, lines: Sequence[Line]) -> str:
    """Say in a few short sentences why this mentor: what matters most first, the widest gap last."""
    strong = sorted((x for x in lines if x.stated and x.points * 2 >= x.out_of > 0), key=lambda x: -x.points)
    weak = [x for x in lines if x.out_of and x.points * 2 < x.out_of]
    said = []
    first = next((x for x in strong if x.key == needs.matters_most), None)
    if first:
        text = _("%(what)s, which is what matters most to %(name)s") % {"what": first.says, "name": needs.first_name}
        said.append(_sentence(text))
    said += [_sentence(x.says) for x in strong if x is not first][:2]
    gap = max(weak, key=lambda x: x.out_of - x.points, default=None)
    if gap:
        text = gap.says if gap.stated else _("has not said anything about: %(what)s") % {"what": gap.label.lower()}
        said.append(_sentence(text))
    return " ".join(said)


def cautions(needs: Needs, brings: Brings, before: set[str]) -> list[str]:
    """Return what to think of before asking this mentor."""
    found = []
    if brings.lent_by:
        found.append(_("From %(clinic)s") % {"clinic": brings.lent_by})
    names = {"certificate": _("Certificate ends %(day)s"), "checks": _("Background check ends %(day)s")}
    for key, day in brings.ends_soon:
        found.append(names[key] % {"day": words.day(day, today=day, weekday=False)})
    if brings.free == 1:
        found.append(_("Room for 1 more"))
    if facts.EXPIRED in before:
        found.append(_("Did not answer an earlier request for %(name)s") % {"name": needs.first_name})
    found += _unmet_wishes(needs, brings)
    if (
        needs.diagnosis
        and brings.diagnoses
        and needs.diagnosis not in brings.diagnoses
        and needs.diagnosis != "unknown"
    ):
        found.append(_("Another disease: %(names)s") % {"names": _diagnoses(brings)})
    return found


def _unmet_wishes(needs: Needs, brings: Brings) -> list[str]:
    name, found = {"name": needs.first_name}, []
    if needs.gender_wish not in (GenderWish.ANY, brings.gender):
        wish = (
            _("%(name)s would rather have a woman")
            if needs.gender_wish == GenderWish.WOMAN
            else _("%(name)s would rather have a man")
        )
        found.append(wish % name)
    if needs.age_wish == "near" and abs(brings.birth_year - needs.birth_year) > FAR_AGE:
        found.append(_("%(name)s asked for about the same age") % name)
    if needs.availability and brings.availability and not needs.availability & brings.availability:
        found.append(_("Free at other times than %(name)s") % name)
    return found


def _diagnoses(brings: Brings) -> str:
    known = dict(Diagnosis.choices)
    return words.listed(str(known[code]).lower() for code in Diagnosis.values if code in brings.diagnoses)


# Ruled out ---------------------------------------------------------------------------------


def first_failure(needs: Needs, brings: Brings, before: set[str]) -> Hard | None:
    """Return the first hard criterion that keeps this pair apart, or None. The same as the engine's answer."""
    if same_person(needs, brings) or before - {facts.EXPIRED}:
        return CONFLICT
    return next((hard for hard in (*HARD, FREE) if hard.keeps_apart(needs, brings)), None)


def why_apart(needs: Needs, brings: Brings, before: set[str]) -> str:
    """Return in words what keeps a pair apart now, or nothing."""
    hard = first_failure(needs, brings, before)
    if hard is None:
        return ""
    return _conflict_words(needs, before, hard, brings) if hard is CONFLICT else hard.why_not(needs, brings, 1)


def _conflict_words(needs: Needs, before: set[str], hard: Hard, brings: Brings) -> str:
    name = {"name": needs.first_name}
    if facts.LIVE_NOW in before:
        return _("Is with %(name)s already") % name
    if facts.ENDED in before:
        return _("Talked with %(name)s before, and it ended early") % name
    if facts.REFUSED in before:
        return _("%(name)s said no") % name
    if facts.DECLINED in before:
        return _("Said not this time")
    if facts.EXCLUDED in before:
        return _("Put aside by a coordinator")
    return hard.why_not(needs, brings, 1)


def _ruled_out(laid: Field, looked_at: NDArray[np.bool_], fits: NDArray[np.int64]) -> list[RuledOut]:
    """Return who may not, in groups: the same words for all who lack the same, said once and not a thousand times."""
    out = looked_at.copy()
    out[fits] = False
    failed = laid.problem.failed[laid.problem.profile[0]]
    lowest, alike = (
        (failed & (~failed + np.uint64(1))).tolist(),
        worked_out(laid.brings, _alike, lambda: _alike(laid.brings)),
    )
    apart = set(laid.problem.excluded_mentors(0).tolist())
    kinds: dict[Any, list[int]] = {}
    for column in np.flatnonzero(out).tolist():
        kinds.setdefault(column if column in apart else (lowest[column], alike[column]), []).append(column)
    groups: dict[tuple[str, str], list[tuple[Hard, int]]] = {}
    for columns in kinds.values():
        hard, single = _why(laid, columns[0], lowest[columns[0]], columns[0] in apart)
        groups.setdefault((hard.key, single), []).extend((hard, column) for column in columns)
    rows = [_group_row(laid, key, single, found) for (key, single), found in groups.items()]
    return sorted(rows, key=lambda row: (-len(row.mentors), row.who))


def _alike(brings: Sequence[Brings]) -> list[tuple]:
    """Return for each mentor what the words about them depend on."""
    return [(b.missing, b.places, b.taken, b.mentee_gender_must) for b in brings]


def _why(laid: Field, column: int, lowest: int, apart: bool) -> tuple[Hard, str]:
    """Return the first criterion that keeps a mentor away, and the words; with no bit they have no free place."""
    needs, brings = laid.needs[0], laid.brings[column]
    if apart:
        before = laid.before.get((needs.pk, brings.pk), set())
        return CONFLICT, _conflict_words(needs, before, CONFLICT, brings)
    hard = HARD[lowest.bit_length() - 1] if lowest else FREE
    return hard, hard.why_not(needs, brings, 1)


def _group_row(laid: Field, key: str, single: str, found: list[tuple[Hard, int]]) -> RuledOut:
    needs, n = laid.needs[0], len(found)
    hard, column = found[0]
    brings = laid.brings[column]
    who = brings.full_name if n == 1 else _("%(n)d mentors") % {"n": n}
    why = single if n == 1 or hard is CONFLICT else hard.why_not(needs, brings, n)
    return RuledOut(key, who, why, hard.opens(needs, brings), [laid.brings[c] for _hard, c in found])


# What would change the order ---------------------------------------------------------------


def _changes(laid: Field, candidates: list[Candidate], ranking: engine.Ranking) -> list[str]:
    """Return a sentence for each change of mind that would put somebody else first, and one about distance."""
    needs, said = laid.needs[0], []
    if len(candidates) > 1:
        keys = [s.key for s in SOFT if s.key not in ("distance", needs.matters_most) and s.stated(needs)]
        variants = [dataclasses.replace(needs, pk=-i - 1, matters_most=key) for i, key in enumerate(keys)]
        asked = mentee_matrix(variants, laid.policy.weights)
        may, used = eligible(laid.problem, 0), np.flatnonzero(asked.any(axis=0))
        points = asked[:, used] @ laid.matrix[np.ix_(may, used)].T
        first = int(np.searchsorted(may, ranking.mentors[0]))
        for key, row in zip(keys, points, strict=True):
            best = int(row.argmax())
            if row[best] > row[first]:
                said.append(_first_instead(needs, key, laid.brings[may[best]]))
    if Channel.IN_PERSON not in needs.how:
        said.append(_("Distance does not count: %(name)s did not ask to meet in person.") % {"name": needs.first_name})
    return said


def _first_instead(needs: Needs, key: str, brings: Brings) -> str:
    soft = next(s for s in SOFT if s.key == key)
    form = _("If %(what)s mattered most to %(name)s, %(mentor)s would come first.")
    return form % {"what": soft.matters, "name": needs.first_name, "mentor": brings.first_name}


__all__ = ["Candidate", "Found", "Line", "RuledOut", "build", "find", "fit_counts", "lay_out", "policy_of"]
