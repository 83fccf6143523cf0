"""What counts in matching: the numbers in force, what others would change today, and every version there was."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from clinics.models import Clinic
from clinics.roles import Perm, can, clinic_for
from common import words
from matching import comparing, rules
from matching.actions import weighing
from matching.comparing import Comparison, Swap
from matching.criteria import label_of
from matching.forms.weights import PREFIX, WeightsForm
from matching.models import Policy
from matching.solving import NAMES, USUAL
from matching.weights import WHOLE

VERSIONS = 10  # on one page
SWAPS, NAMED = 100, 40  # people named at most


def clinic_of(request) -> Clinic:
    """Return the clinic of the hat, or else another where the user may change what counts."""
    if request.clinic is not None and rules.change_weights.allows(request.user, request.clinic):
        return request.clinic
    return clinic_for(request, Perm.COORDINATE) or clinic_for(request, Perm.SETTINGS)


def weights_context(user: User, policy: Policy, form: WeightsForm, page_number, *, stale: bool = False) -> dict:
    """Return the page; `people` are those it names. A form that is in order comes with what it would change."""
    clinic, numbers = policy.clinic, form.numbers
    names = can(user, Perm.COORDINATE, clinic)  # an admin does not see who waits, only how many
    compared = form.is_bound and form.is_valid()
    comparison = comparing.compare(clinic, numbers) if compared else None
    if form.is_bound:
        form.move_on(version=policy.version, clinic=clinic.ref, compared=form.mark if compared else "")
    return {
        "clinic": clinic, "policy": policy, "form": form, "rows": form.rows(), "widest": max(1, *numbers.values()),
        "total": sum(numbers.values()), "whole": WHOLE, "key": weighing.SECTION, "settings": can(user, Perm.SETTINGS, clinic),
        "changed": changes(form.now, numbers), "next": policy.version + 1, "coordinates": names,
        "unseen": compared and "save" in form.data and not stale,
        **(comparison_context(comparison, names) if comparison else {"comparison": None, "people": []}),
        **(stale_context(policy, form) if stale else {"theirs": [], "last": None}), **history_context(policy, page_number),
    }  # fmt: skip


def changes(before: dict[str, int], after: dict[str, int]) -> str:
    """Say which numbers differ: "Kind of work from 10 to 20, age from 10 to 5"."""
    said = [
        _("%(what)s from %(before)d to %(after)d") % {"what": label_of(key), "before": before[key], "after": n}
        for key, n in after.items()
        if before[key] != n
    ]
    return "; ".join(said)


def stale_context(policy: Policy, form: WeightsForm) -> dict:
    """Return the numbers somebody else put in force meanwhile, where they differ from mine."""
    mine = form.numbers
    return {
        "theirs": [(label_of(key), n) for key, n in form.now.items() if n != mine[key]],
        "last": policy if policy.by else None,
    }


def is_way_back(policy: Policy, back_to: int | None, numbers: dict[str, int]) -> bool:
    """Tell whether these are still the numbers of the version somebody went back to."""
    old = Policy.objects.filter(clinic=policy.clinic, version=back_to).first() if back_to else None
    return old is not None and weighing.numbers_of(old) == numbers


# What would change --------------------------------------------------------------------------


def comparison_context(found: Comparison, names: bool) -> dict:
    """Return the difference in words, and the people it names; nobody for a reader who may not see who waits."""
    named = {"swaps": found.swaps[:SWAPS], "same": found.same[:NAMED], "none": found.none[:NAMED]}
    people = [swap.referral.mentee for swap in named["swaps"]] + [r.mentee for r in (*named["same"], *named["none"])]
    return {
        "comparison": found, "plan": NAMES[USUAL], "lede": _lede(found), "hopeless": _hopeless(found),
        "swaps": [{"name": s.referral.mentee.full_name, "ref": s.referral.ref, "text": _swap(s)} for s in named["swaps"]],
        "swaps_more": len(found.swaps) - len(named["swaps"]),
        "same": _listed(named["same"], found.same), "none": _listed(named["none"], found.none),
        "people": people if names else [],
    }  # fmt: skip


def _lede(found: Comparison) -> str:
    if not found.people:
        return _("Nobody waits for a mentor now, so nothing changes today.")
    if not found.swaps:
        form = ngettext(
            "%(n)d person waits, and nothing would change.", "%(n)d people wait, and nothing would change for any of them.",
            found.people,
        )  # fmt: skip
        return form % {"n": found.people}
    form = ngettext(
        "Of %(all)d people who wait, something would change for one.",
        "Of %(all)d people who wait, something would change for %(n)d.",
        len(found.swaps),
    )  # fmt: skip
    return " ".join([form % {"all": found.people, "n": len(found.swaps)}, *_won_and_lost(found)])


def _won_and_lost(found: Comparison) -> list[str]:
    won = ngettext("One more finds a mentor.", "%(n)d more find a mentor.", found.found) % {"n": found.found}
    lost = ngettext("One loses a mentor.", "%(n)d lose a mentor.", found.lost) % {"n": found.lost}
    return [won] * bool(found.found) + [lost if found.lost else _("Nobody loses a mentor.")]


def _swap(swap: Swap) -> str:
    names = {
        "after": swap.after.full_name if swap.after else "", "before": swap.before.full_name if swap.before else "",
    }  # fmt: skip
    if swap.after is None:
        form = _("Nobody instead of %(before)s.")
    elif swap.before is None:
        form = _("%(after)s, where there was nobody.")
    else:
        form = _("%(after)s instead of %(before)s.")
    return f"{form % names} {swap.why}".strip()


def _listed(shown, everybody) -> dict:
    """Return names as people say them, with how many more there are."""
    names = [referral.mentee.full_name for referral in shown]
    more = len(everybody) - len(names)
    if more:
        names.append(ngettext("%(n)d other", "%(n)d others", more) % {"n": more})
    return {"count": len(everybody), "names": words.listed(names)}


def _hopeless(found: Comparison) -> str:
    """Say what would help those who have nobody either way."""
    if not found.hopeless:
        return _("There are too few free places; numbers do not change that.")
    if found.hopeless == len(found.none):
        return _("No mentor may have them today. Numbers do not help them; another mentor does.")
    form = ngettext(
        "%(n)d of them has no mentor who may; for the others there are too few free places.",
        "%(n)d of them have no mentor who may; for the others there are too few free places.", found.hopeless,
    )  # fmt: skip
    return form % {"n": found.hopeless}


# Versions -----------------------------------------------------------------------------------


def history_context(policy: Policy, page_number) -> dict:
    """Return every version, newest first, with its numbers and how to come back to it."""
    rows = Policy.objects.filter(clinic=policy.clinic).select_related("by").order_by("-version")
    page = Paginator(rows, VERSIONS).get_page(page_number)
    now = weighing.numbers_of(policy)
    return {"page_obj": page, "versions": [_version_row(row, policy, now) for row in page.object_list]}


def _version_row(row: Policy, policy: Policy, now: dict[str, int]) -> dict:
    numbers = weighing.numbers_of(row)
    return {
        "policy": row, "is_now": row.pk == policy.pk, "same": numbers == now,
        "numbers": [(label_of(key), n) for key, n in numbers.items()],
        "fields": [(f"{PREFIX}{key}", n) for key, n in numbers.items()],
    }  # fmt: skip
