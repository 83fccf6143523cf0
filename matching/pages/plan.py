"""The plan on the waiting list: its pairs with reasons, who is left and why, and what was decided."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import IntegerField, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from common import clock, words
from common.vocabulary import Relation
from matching import engine, facts, ranking, relaxing, solving
from matching.actions.solving import APPROVE, Told
from matching.criteria import CONFLICT, FREE, HARD, Brings, Needs
from matching.criteria.soft import BASE
from matching.engine.ranking import eligible
from matching.forms.solving import ANSWERS, name_of
from matching.models import Match, PairDecision, Solution
from matching.ranking import Field
from matching.workflow import Status
from referrals.models import Referral
from training.models import Mentor

HOLD, EXCLUDE = PairDecision.Decision.HOLD, PairDecision.Decision.EXCLUDE
SAID = 3  # reasons told of why nobody fits
WAITS = "waits"


# What stands now ------------------------------------------------------------------------------


Row = tuple[int, int, str, dt.datetime, str]  # referral, mentor, what, since when, a ref


@dataclass
class Standing:
    """Who waits since when, longest first; the pairs decided on; and who is on the way, by primary key."""

    waiting: dict[int, dt.datetime] = field(default_factory=dict)
    decided: list[Row] = field(default_factory=list)  # with the ref of the mentor
    on_the_way: list[Row] = field(default_factory=list)  # with the ref of the match


def standing(user, clinic: Clinic) -> Standing:
    """Return what stands now on the waiting list of a clinic, in one query."""
    number = IntegerField()
    waits = facts.waiting(Referral.objects.visible_to(user).filter(clinic=clinic)).order_by()
    decided = PairDecision.objects.filter(referral__clinic=clinic, referral__status="open").order_by()
    asked = Match.objects.visible_to(user).filter(
        referral__clinic=clinic, status__in=[Status.APPROVED, Status.ACCEPTED]
    )
    rows = waits.values_list("pk", Value(0, output_field=number), Value(WAITS), "submitted_at", Value("")).union(
        decided.values_list("referral", "mentor", "decision", "at", "mentor__ref"),
        asked.order_by().values_list("referral", "mentor", "status", Coalesce("accepted_at", "approved_at"), "ref"),
        all=True,
    )
    found = Standing()
    for referral, mentor, kind, at, ref in sorted(rows, key=lambda row: (row[3], row[0])):
        if kind == WAITS:
            found.waiting[referral] = at
        elif kind in (HOLD, EXCLUDE):
            found.decided.append((referral, mentor, kind, at, ref))
        else:
            found.on_the_way.append((referral, mentor, kind, at, ref))
    found.decided = [row for row in found.decided if row[0] in found.waiting]
    return found


def solutions(clinic: Clinic) -> tuple[Solution | None, Solution | None]:
    """Return the newest try if it is under way or failed, and the last plan that was worked out; one query."""
    rows = Solution.objects.filter(clinic=clinic).order_by("-at", "-pk").values("pk")
    newest, done = rows[:1], rows.filter(state=Solution.State.DONE)[:1]
    found = {s.state: s for s in Solution.objects.filter(Q(pk=Subquery(newest)) | Q(pk=Subquery(done)))}
    last = found.pop(Solution.State.DONE, None)
    return next(iter(found.values()), None), last


def is_under_way(solution: Solution | None) -> bool:
    """Tell whether a plan is being worked out."""
    return solution is not None and solution.state in (Solution.State.QUEUED, Solution.State.RUNNING)


def step_words(solution: Solution) -> str:
    """Say what is being done now."""
    names = [
        _("Reading who waits, and who mentors"), *(f"{solving.NAMES[v]}" for v in solving.VARIANTS),
        _("Looking at why others have nobody"), _("Writing it down"),
    ]  # fmt: skip
    if solution.state == Solution.State.QUEUED:
        return _("It starts in a moment.")
    step = min(solution.step, len(names) - 1)
    return _("Step %(n)d of %(all)d: %(what)s.") % {"n": step + 1, "all": len(names), "what": names[step]}


def under_way(newest: Solution, solution: Solution | None) -> dict:
    """Return what the fragment about a plan under way says; with an earlier plan on the page, it stays there."""
    keep = "?keep=1" if solution else ""
    return {"step": step_words(newest), "poll_url": f"{reverse('matching:progress')}{keep}"}


# The plan as it is now ------------------------------------------------------------------------


@dataclass
class Plan:
    """One variant of a solution, without what was decided or asked since."""

    solution: Solution
    variant: str
    pairs: list[tuple[int, int]]  # to look at, longest waiting first
    left: list[int]  # referrals without a mentor
    since: list[int]  # waiting, but in neither
    held: list[tuple[int, int]]
    place: dict[tuple[int, int], int]  # which of the mentor's free places a pair would take, 0 is the first
    whose: dict[int, list[int]]  # referrals planned with a mentor
    why: dict[int, dict]  # what is known of who is left


def plan_of(solution: Solution, asked: str, there: Standing) -> Plan:
    """Return a variant of a solution as far as it still stands."""
    variant = asked if asked in solution.answers else next(v for v in solving.VARIANTS if v in solution.answers)
    answer = solution.answers[variant]
    held = [(r, m) for r, m, what, _at, _ref in there.decided if what == HOLD]
    aside = {(r, m) for r, m, what, _at, _ref in there.decided if what == EXCLUDE}
    on_hold = {r for r, _m in held}
    pairs = [
        (r, m) for r, m, _points in answer["pairs"] if r in there.waiting and r not in on_hold and (r, m) not in aside
    ]
    left = [r for r in answer["unmatched"] if r in there.waiting and r not in on_hold]
    known = {r for r, _m in pairs} | set(left) | on_hold
    place, whose = _places(held + pairs)
    why = {row["referral"]: row for row in solution.unmatched}
    since = [r for r in there.waiting if r not in known]
    return Plan(solution, variant, pairs, left, since, held, place, whose, why)


def _places(pairs: list[tuple[int, int]]) -> tuple[dict[tuple[int, int], int], dict[int, list[int]]]:
    counts: Counter[int] = Counter()
    place, whose = {}, {}
    for referral, mentor in pairs:
        place[referral, mentor] = counts[mentor]
        counts[mentor] += 1
        whose.setdefault(mentor, []).append(referral)
    return place, whose


def lede(plan: Plan, waiting: int) -> str:
    """Say how many could have a mentor, and what this plan is for."""
    could = len(plan.pairs) + len(plan.held)
    if not waiting:
        return _("Nobody waits for a mentor now.")
    if not could:
        return _(
            "None of the people waiting could have a mentor in this plan. Below is why, and what would open a match."
        )
    form = _("%(could)d of the %(n)d people waiting could have a mentor now.")
    if could == waiting:
        form = ngettext(
            "The one person waiting could have a mentor now.",
            "All %(n)d people waiting could have a mentor now.",
            could,
        )
    aims = {
        "fewest": _("This plan helps the most people; you approve each pair."),
        "points": _("This plan makes the pairs that fit best; you approve each pair."),
        "wait": _("This plan helps those who wait longest first; you approve each pair."),
    }
    return f"{form % {'could': could, 'n': waiting}} {aims[plan.variant]}"


def origin(solution: Solution, tz: str) -> str:
    """Say when the plan was worked out, and from how many people and mentors."""
    now = clock.now()
    there = words.local(solution.done_at, tz)
    today = there.date() == words.local(now, tz).date()
    at = _("today at %(time)s") % {"time": f"{there:%H:%M}"} if today else words.when(solution.done_at, tz, now=now)
    people = ngettext("%(n)d person", "%(n)d people", solution.people) % {"n": solution.people}
    mentors = ngettext("%(n)d mentor", "%(n)d mentors", solution.mentors) % {"n": solution.mentors}
    return _("Worked out %(at)s, from %(people)s and %(mentors)s") % {"at": at, "people": people, "mentors": mentors}


def changed(plan: Plan, laid: Field | None) -> str:
    """Say what is different from when the plan was worked out, or nothing."""
    said, solution = [], plan.solution
    if plan.since:
        n = len(plan.since)
        said.append(ngettext("%(n)d person is not in it", "%(n)d people are not in it", n) % {"n": n})
    if laid and laid.policy.pk != solution.policy_id:
        said.append(_("the weights are others now"))
    if laid and sum(not b.lent_by for b in laid.brings) != solution.mentors:
        said.append(_("there are more or fewer mentors now"))
    text = words.listed(said)
    return (
        _("%(what)s. Work it out again to count that in.") % {"what": f"{text[:1].upper()}{text[1:]}"} if said else ""
    )


def ways(plan: Plan) -> list[dict]:
    """Return what each plan costs: people helped, points, longest wait left, and where to see it."""
    return [
        {
            "name": solving.NAMES[v], "url": f"?{urlencode({'variant': v})}", "current": v == plan.variant,
            "matched": answer["matched"], "total": answer["total"], "left": len(answer["unmatched"]),
            "longest": _days(answer["longest"]) if answer["unmatched"] else _("Nobody is left"),
        }
        for v in solving.VARIANTS if (answer := plan.solution.answers.get(v))
    ]  # fmt: skip


def _days(n: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


# Rows -----------------------------------------------------------------------------------------


class Rows:
    """Writes the rows of one page: `people` are all on it, `laid` those of them whose mentors are looked at."""

    def __init__(self, clinic: Clinic, people: list[Referral], laid: Field, there: Standing):
        self.clinic, self.laid, self.there = clinic, laid, there
        self.people = {referral.pk: (referral, facts.needs_of(referral)) for referral in people}
        self.row, self.column = solving.rows_of(laid), solving.columns_of(laid)
        self.today = facts.today_of(clinic)

    def mentee(self, pk: int) -> tuple[Referral, Needs]:
        """Return a referral on this page, and what they need."""
        return self.people[pk]

    def mentor(self, pk: int) -> Brings | None:
        """Return a mentor, or None for somebody who is none here now."""
        column = self.column.get(pk)
        return None if column is None else self.laid.brings[column]

    def fits(self, pk: int) -> int:
        """Return how many mentors may have somebody today."""
        return len(eligible(self.laid.problem, self.row[pk]))

    def waiting_words(self, pk: int) -> str:
        """Say for how long somebody waits."""
        since = words.local(self.there.waiting[pk], self.clinic.time_zone)
        days = (self.today - since.date()).days
        return _("Waiting since today") if days < 1 else _("Waiting %(days)s") % {"days": _days(days)}

    def why_gone(self, plan: Plan, referral: int, mentor: int) -> str:
        """Return why a pair of the plan is not possible any more, or nothing."""
        brings = self.mentor(mentor)
        if brings is None:
            return _("This mentor takes nobody here now")
        _referral, needs = self.mentee(referral)
        why = ranking.why_apart(needs, brings, self.laid.before.get((referral, mentor), set()))
        if not why and plan.place[referral, mentor] >= brings.free:
            why = _("%(name)s has fewer free places now, and they are for people before this one")
            return why % {"name": brings.first_name}
        return why

    def pair(self, plan: Plan, referral: int, mentor: int, chosen: dict[str, str]) -> dict:
        """Return one pair to look at."""
        row, needs = self.mentee(referral)
        brings, gone = self.mentor(mentor), self.why_gone(plan, referral, mentor)
        name = name_of(row.ref, brings.ref if brings else "")
        found = {
            "name": name, "ref": row.ref, "url": reverse("matching:find", args=[row.ref]), "title": titled(row),
            "first_name": needs.first_name, "waiting": self.waiting_words(referral), "gone": gone,
            "mentor": brings.full_name if brings else _("The mentor"), "answers": ANSWERS, "chosen": chosen.get(name, ""),
        }  # fmt: skip
        return found if gone else found | self._reasons(plan, referral, mentor)

    def _reasons(self, plan: Plan, referral: int, mentor: int) -> dict:
        i, j = self.row[referral], self.column[mentor]
        candidate, brings = ranking.of_pair(self.laid, i, j), self.laid.brings[j]
        alone = _room(1)
        return {
            "points": candidate.points, "summary": candidate.summary, "first": self._own_first(plan, i, j),
            "room": _room(brings.free), "cautions": [c for c in candidate.cautions if c != alone],
        }  # fmt: skip

    def _own_first(self, plan: Plan, i: int, j: int) -> str:
        """Say who would come first for this person alone, and whom they go to in the plan."""
        best = engine.rank(self.laid.problem, i, 1)
        column = int(best.mentors[0]) if len(best) else j
        if column == j:
            return ""
        needs, first = self.laid.needs[i], self.laid.brings[column]
        said = _("%(name)s’s own first would be %(mentor)s, %(points)d points.") % {
            "name": needs.first_name, "mentor": first.full_name, "points": int(best.points[0]) - BASE,
        }  # fmt: skip
        return f"{said} {self._goes_to(plan, first)}".strip()

    def _goes_to(self, plan: Plan, first: Brings) -> str:
        whose = plan.whose.get(first.pk, [])
        if len(whose) < first.free:
            return ""
        names = [self.people[r][1].first_name for r in whose if r in self.people]
        if len(names) != len(whose) or len(names) > SAID:
            return _("In this plan %(mentor)s is for others.") % {"mentor": first.first_name}
        said = _("In this plan %(mentor)s is for %(names)s.")
        return said % {"mentor": first.first_name, "names": words.listed(names)}

    def left(self, plan: Plan, pk: int) -> dict:
        """Return somebody without a mentor: why, and what would open a match."""
        row, needs = self.mentee(pk)
        known = plan.why.get(pk, {})
        told = known.get("in", {}).get(plan.variant, {})
        url = reverse("matching:find", args=[row.ref])
        return {
            "since": self.there.waiting[pk], "title": titled(row), "url": url, "first_name": needs.first_name,
            "phone": row.mentee.phone, "why": _why(needs, known.get("why", []), told),
            "opens": [_opening(needs, url, *option) for option in told.get("opens", [])],
        }  # fmt: skip

    def decided(self, plan: Plan | None, decision: Row) -> dict:
        """Return a pair on hold or put aside, to take back."""
        referral, mentor, what, _at, ref = decision
        row, needs = self.mentee(referral)
        brings = self.mentor(mentor)
        return {
            "title": _("%(mentee)s with %(mentor)s") % {
                "mentee": titled(row), "mentor": brings.full_name if brings else _("a mentor who takes nobody here now"),
            },
            "url": reverse("matching:find", args=[row.ref]), "held": what == HOLD, "about": needs.first_name,
            "gone": self.why_gone(plan, referral, mentor) if plan and what == HOLD else "",
            "action": reverse("matching:take-pair-back", args=[row.ref, ref]),
        }  # fmt: skip


def titled(referral: Referral) -> str:
    """Return the name of a mentee, with what they are to the patient."""
    if referral.relation == Relation.CAREGIVER:
        return _("%(name)s, partner or relative") % {"name": referral.mentee.full_name}
    return referral.mentee.full_name


def _room(free: int) -> str:
    return ngettext("Room for %(n)d more", "Room for %(n)d more", free) % {"n": free}


# Why nobody, in words -------------------------------------------------------------------------


def _why(needs: Needs, why: list, told: dict) -> str:
    """Say why somebody has nobody in the plan."""
    reason, n = told.get("reason", "nobody"), told.get("fits", 0)
    if reason == "full":
        return ngettext(
            "The one mentor who fits has no place left.", "The %(n)d mentors who fit have no place left.", n
        ) % {"n": n}
    fit = ngettext("%(n)d mentor fits", "%(n)d mentors fit", n) % {"n": n}
    if reason == "order":
        return _("%(fit)s, but the places go to people who come first in this plan.") % {"fit": fit}
    if reason == "points":
        return f"{_('%(fit)s, but fits others better.') % {'fit': fit} if n == 1 else _('%(fit)s, but fit others better.') % {'fit': fit}} {_short(told)}".strip()
    return _nobody(needs, why)


def _short(told: dict) -> str:
    n = told.get("short") or 0
    if not n:
        return ""
    form = ngettext(
        "Needs %(n)d point more to come before others.", "Needs %(n)d points more to come before others.", n
    )
    return form % {"n": n}


def _nobody(needs: Needs, why: list) -> str:
    total = sum(n for _key, n in why)
    if not total:
        return _("There is no mentor yet at this clinic.")
    if why[0][0] in ("consent", "both"):
        return f"{_hard('consent' if why[0][0] == 'consent' else 'both').why_not(needs, Brings(pk=0), 1)}."
    if len(why) == 1 and total > 1:
        said = _reason(needs, *why[0]).partition(" ")[2]
        return _("The %(n)d mentors here %(why)s.") % {"n": total, "why": said}
    reasons = words.listed(_reason(needs, key, n) for key, n in why[:SAID])
    form = ngettext("The one mentor here does not fit: %(why)s.", "None of the %(n)d mentors fits: %(why)s.", total)
    return form % {"n": total, "why": reasons}


def _reason(needs: Needs, key: str, n: int) -> str:
    """Say how many mentors are ruled out by one criterion, as a part of a sentence."""
    own = {
        FREE.key: ngettext("%(n)d is full", "%(n)d are full", n),
        CONFLICT.key: ngettext(
            "%(n)d is too close, said no, or was put aside", "%(n)d are too close, said no, or were put aside", n
        ),
        "ready": ngettext("%(n)d cannot take someone new now", "%(n)d cannot take someone new now", n),
        "only": ngettext("%(n)d mentors only women or only men", "%(n)d mentor only women or only men", n),
    }
    if key in own:
        return own[key] % {"n": n}
    said = _hard(key).why_not(needs, Brings(pk=0), n)
    return f"{n} {said[:1].lower()}{said[1:]}"


def _hard(key: str):
    return next(hard for hard in HARD if hard.key == key)


def _opening(needs: Needs, url: str, keys: list[str], free: int, both: int) -> dict:
    """Return what could be given up, how many mentors that opens, and where to look."""
    known = relaxing.known(keys)
    full = both - free
    if free:
        count = ngettext("%(n)d mentor with a free place", "%(n)d mentors with a free place", free) % {"n": free}
        more = ngettext("%(n)d more is full", "%(n)d more are full", full) % {"n": full}
        count = f"{count}, {more}" if full else count
    else:
        count = ngettext("%(n)d mentor, who is full", "%(n)d mentors, who are full", full) % {"n": full}
    return {
        "says": relaxing.phrase(known, needs), "url": f"{url}?{urlencode([('relax', key) for key in known])}",
        "count": count,
    }  # fmt: skip


# What was decided -----------------------------------------------------------------------------


def pairs_chosen(user, clinic: Clinic, chosen: list[tuple[str, str, str]]) -> list[tuple[Referral, Mentor, str]]:
    """Return the people of the pairs answered for. Raises Http404 for somebody who is not there to decide about."""
    referrals = Referral.objects.visible_to(user).filter(clinic=clinic).select_related("mentee")
    mentors = Mentor.objects.open_to(clinic).select_related("person")
    rows = {r.ref: r for r in referrals.filter(ref__in=[row[0] for row in chosen])}
    others = {m.ref: m for m in mentors.filter(ref__in=[row[1] for row in chosen])}
    if any(referral not in rows or mentor not in others for referral, mentor, _answer in chosen):
        raise Http404
    return [(rows[referral], others[mentor], answer) for referral, mentor, answer in chosen]


def told(pairs: list[tuple[Referral, Mentor, str]], what: list[Told]) -> dict:
    """Return what became of each pair, in words, under one sentence about all."""
    rows = [
        {"ok": one.made is not None, "text": _became(referral, mentor, answer, one)}
        for (referral, mentor, answer), one in zip(pairs, what, strict=True)
    ]
    asked = sum(row["ok"] and answer == APPROVE for row, (_r, _m, answer) in zip(rows, pairs, strict=True))
    not_done = sum(not row["ok"] for row in rows)
    said = [ngettext("%(n)d mentor is asked.", "%(n)d mentors are asked.", asked) % {"n": asked}] if asked else []
    if not_done:
        form = ngettext("%(n)d pair did not come about.", "%(n)d pairs did not come about.", not_done)
        said.append(form % {"n": not_done})
    people = [referral.mentee for referral, _mentor, _answer in pairs]
    return {"rows": rows, "head": " ".join(said) or _("This is saved"), "ok": not not_done, "people": people}


def _became(referral: Referral, mentor: Mentor, answer: str, one: Told) -> str:
    names = {"mentee": referral.mentee.full_name, "mentor": mentor.person.full_name, "why": one.why}
    if one.made is None:
        failed = {
            APPROVE: _("%(mentor)s is not asked for %(mentee)s. %(why)s"),
            HOLD: _("%(mentee)s with %(mentor)s is not on hold. %(why)s"),
            EXCLUDE: _("%(mentee)s with %(mentor)s is not put aside. %(why)s"),
        }
        return failed[answer] % names
    done = {
        APPROVE: _("%(mentor)s is asked for %(mentee)s. They may say no."),
        HOLD: _("%(mentee)s with %(mentor)s is on hold, and stays when the list is worked out again."),
        EXCLUDE: _("%(mentee)s with %(mentor)s is not proposed again."),
    }
    return done[answer] % names
