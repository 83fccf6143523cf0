"""The waiting list: the plan for it, who waits, and who is on the way."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.paginator import Page, Paginator
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


def waiting_context(user, clinic: Clinic, asked: QueryDict, *, form=None, told: dict | None = None) -> dict:
    """Return the waiting list: the plan if one was worked out, who is left or new, who is on the way.

    `asked` is what the address says (the variant, and a page of each list); `form` answers that were refused, `told`
    what became of answers. Three queries, and five more for the facts of everybody shown.
    """
    there = plans.standing(user, clinic)
    newest, solution = plans.solutions(clinic)
    plan = plans.plan_of(solution, asked.get("variant", ""), there) if solution else None
    pages = _pages(plan, there, asked)
    rows = _rows(user, clinic, pages, there)
    return {
        "plan": plan, "waiting": len(there.waiting), "pages": pages, "others_name": "others" if plan else "page",
        "again": f"?{asked.urlencode()}" if asked else "", "chosen_way": bool(plan) and "variant" in asked,
        "form": form, "told": told, "people": _people(rows, told),
        "lede": plans.lede(plan, len(there.waiting)) if plan else _waiting_lede(rows, there, pages["others"]),
        "clinic_is_on": clinic.is_on, **_lists(rows, plan, pages, form.data if form is not None else {}), **_state(clinic, newest, plan, rows),
    }  # fmt: skip


def _pages(plan: plans.Plan | None, there: plans.Standing, asked: QueryDict) -> dict[str, Page]:
    """Return the five lists, each cut to the page asked for."""
    lists = {
        "pairs": plan.pairs if plan else [], "left": plan.left if plan else [],
        "others": plan.since if plan else list(there.waiting), "decided": there.decided, "way": there.on_the_way,
    }  # fmt: skip
    names = {"pairs": "page", "others": "others" if plan else "page"}
    return {key: Paginator(rows, PER_PAGE).get_page(asked.get(names.get(key, key))) for key, rows in lists.items()}


def _lists(rows: plans.Rows | None, plan: plans.Plan | None, pages: dict[str, Page], chosen: Mapping) -> dict:
    """Return what stands in each of the five lists. Without anybody shown all are empty."""
    return {
        "pairs": [rows.pair(plan, r, m, chosen) for r, m in pages["pairs"]],
        "left": [rows.left(plan, pk) for pk in pages["left"]],
        "rows": [_waiting_row(rows, pk) for pk in pages["others"]],
        "decided": [rows.decided(plan, row) for row in pages["decided"]],
        "on_the_way": [_asked_row(rows, row) for row in pages["way"]],
    }  # fmt: skip


def _people(rows: plans.Rows | None, told: dict | None) -> list:
    """Return every mentee the page names."""
    shown = [referral.mentee for referral, _needs in rows.people.values()] if rows else []
    return shown + (told["people"] if told else [])


def _rows(user, clinic: Clinic, pages: dict[str, Page], there: plans.Standing) -> plans.Rows | None:
    """Fetch everybody on the page, and lay out those to compare with mentors; nobody costs nothing."""
    compared = {*pages["others"]} | {row[0] for key in ("pairs", "decided") for row in pages[key]}
    shown = compared | {*pages["left"]} | {row[0] for row in pages["way"]}
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
    if not referral.has_consent:
        return _no_yes_row(referral)
    wishes = ". ".join(filter(None, [_wish_line(referral), _fit_words(rows.fits(pk))]))
    return {
        "since": referral.submitted_at, "title": plans.titled(referral), "url": url, "text": f"{wishes}.",
        "action": _("Find a mentor"), "action_url": url, "action_about": _("for %(name)s") % {"name": mentee.first_name},
    }  # fmt: skip


def _no_yes_row(referral: Referral) -> dict:
    """Say that nobody can be asked without their consent; the way leads to the referral."""
    url, name = reverse("referrals:detail", args=[referral.ref]), {"name": referral.mentee.first_name}
    return {
        "since": referral.submitted_at, "title": plans.titled(referral), "url": url,
        "text": _("A yes is missing or was taken back, so nobody can be asked now."), "action": _("Look at it"),
        "action_url": url, "action_about": _("for %(name)s") % name,
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
