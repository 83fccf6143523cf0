"""The waiting list: the plan for it, who waits, and who is on the way."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from common.vocabulary import Channel, Language, Topic
from matching import facts, ranking
from matching.models import Solution
from matching.pages import plan as plans
from matching.workflow import Status
from referrals.labels import labels
from referrals.models import Referral

PER_PAGE = 50


def waiting_context(user, clinic: Clinic, asked: QueryDict, *, form=None, told=None) -> dict:
    """Return the waiting list: the plan if one was worked out, who is left or new, who is on the way.

    `asked` is what the address says (variant, page, left); `form` decisions that were refused, `told` what became
    of decisions. Six queries, and three more for the facts of everybody shown.
    """
    there = plans.standing(user, clinic)
    newest, solution = plans.solutions(clinic)
    plan = plans.plan_of(solution, asked.get("variant", ""), there) if solution else None
    pairs = Paginator(plan.pairs if plan else [], PER_PAGE).get_page(asked.get("page"))
    left = Paginator(plan.left if plan else [], PER_PAGE).get_page(asked.get("left"))
    others_name = "others" if plan else "page"
    others = Paginator(plan.since if plan else list(there.waiting), PER_PAGE).get_page(asked.get(others_name))
    decided, on_the_way = there.decided[:PER_PAGE], there.on_the_way[:PER_PAGE]
    shown = [r for r, _m in pairs] + [*left, *others] + [row[0] for row in [*decided, *on_the_way]]
    compared = {r for r, _m in pairs} | {*others} | {row[0] for row in decided}
    rows = _rows(user, clinic, shown, compared, there)
    chosen = form.data if form is not None else {}
    return {
        "plan": plan, "waiting": len(there.waiting), "chosen_way": bool(plan) and "variant" in asked,
        "again": f"?{asked.urlencode()}" if asked else "", "others_name": others_name, "pairs_page": pairs, "left_page": left, "page_obj": others, "form": form, "told": told,
        "pairs": [rows.pair(plan, r, m, chosen) for r, m in pairs], "left": [rows.left(plan, pk) for pk in left],
        "rows": [_waiting_row(rows, pk) for pk in others],
        "decided": [rows.decided(plan, row) for row in decided],
        "on_the_way": [_asked_row(rows, row) for row in on_the_way],
        "lede": plans.lede(plan, len(there.waiting)) if plan else _waiting_lede(rows, there, others),
        "people": [referral.mentee for referral, _needs in rows.people.values()] if rows else [],
        **_state(clinic, newest, plan, rows),
    }  # fmt: skip


def _rows(user, clinic: Clinic, shown: list[int], compared: set[int], there: plans.Standing) -> plans.Rows | None:
    """Fetch everybody on the page, and lay out those to compare with mentors; nobody costs nothing."""
    if not shown:
        return None
    people = list(facts.with_needs(Referral.objects.visible_to(user).filter(clinic=clinic, pk__in=shown)))
    laid = ranking.lay_out(clinic, [referral for referral in people if referral.pk in compared])
    return plans.Rows(clinic, people, laid, there)


def _state(clinic: Clinic, newest: Solution | None, plan: plans.Plan | None, rows: plans.Rows | None) -> dict:
    """Return how far the working out is, and what has changed since."""
    under_way = newest if plans.is_under_way(newest) else None
    ways = plans.ways(plan) if plan else []
    return {
        "under_way": under_way is not None, **(plans.under_way(under_way, plan and plan.solution) if under_way else {"step": ""}),
        "failed": newest is not None and not under_way,
        "over": plans.origin(plan.solution, clinic.time_zone) if plan else "", "ways": ways,
        "same_ways": len({(way["matched"], way["total"], way["longest"]) for way in ways}) == 1,
        "changed": plans.changed(plan, rows.laid if rows else None) if plan else "",
    }  # fmt: skip


def _waiting_lede(rows: plans.Rows | None, there: plans.Standing, page) -> str:
    count = len(there.waiting)
    if not rows or not count:
        return _("Nobody waits for a mentor now.")
    if page.paginator.num_pages > 1:
        return _("%(n)d people wait, the longest waiting first.") % {"n": count}
    could = sum(rows.fits(pk) > 0 for pk in page)
    form = ngettext(
        "%(n)d person waits. A mentor fits for %(could)d today.",
        "%(n)d people wait. A mentor fits for %(could)d of them today.",
        count,
    )
    return form % {"n": count, "could": could}


def _waiting_row(rows: plans.Rows, pk: int) -> dict:
    referral, _needs = rows.mentee(pk)
    mentee, url = referral.mentee, reverse("matching:find", args=[referral.ref])
    wishes = ". ".join(filter(None, [_wish_line(referral), _fit_words(rows.fits(pk))]))
    return {
        "since": referral.submitted_at, "title": plans.titled(referral), "url": url, "text": f"{wishes}.",
        "action": _("Find a mentor"), "action_url": url, "action_about": _("for %(name)s") % {"name": mentee.first_name},
    }  # fmt: skip


def _wish_line(referral: Referral) -> str:
    parts = [labels(Language, referral.languages), labels(Channel, referral.channels).lower()]
    if referral.topics:
        parts.append(_("about %(topics)s") % {"topics": labels(Topic, referral.topics[:2]).lower()})
    return ", ".join(filter(None, parts))


def _fit_words(n: int) -> str:
    if not n:
        return _("No mentor fits today")
    return ngettext("%(n)d mentor fits", "%(n)d mentors fit", n) % {"n": n}


def _asked_row(rows: plans.Rows, match: plans.Row) -> dict:
    referral_pk, mentor_pk, status, since, ref = match
    referral, mentor = rows.mentee(referral_pk)[0], rows.mentor(mentor_pk)
    form = _("%(mentor)s was asked and has not answered yet.")
    if status == Status.ACCEPTED:
        form = _("%(mentor)s said yes.")
    url = reverse("matching:match", args=[ref])
    return {
        "since": since, "title": referral.mentee.full_name, "url": url,
        "text": form % {"mentor": mentor.full_name if mentor else _("The mentor")}, "action": _("Open"),
        "action_url": url, "action_about": referral.mentee.first_name,
    }  # fmt: skip
