"""The waiting list: who waits, and who is on the way."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.vocabulary import (
    Channel,
    Language,
    Relation,
    Topic,
)
from matching import facts, ranking
from matching.models import Match
from matching.workflow import Status
from referrals.labels import labels
from referrals.models import Referral

PER_PAGE = 50


def waiting_context(user, clinic, page_number) -> dict:
    """Return who waits, longest first, with how many mentors fit today; and who is on the way."""
    rows = facts.with_needs(facts.waiting(Referral.objects.visible_to(user).filter(clinic=clinic)))
    page = Paginator(rows, PER_PAGE).get_page(page_number)
    referrals = list(page.object_list)
    fits = ranking.fit_counts(clinic, referrals) if referrals else {}
    matches = Match.objects.visible_to(user).filter(
        referral__clinic=clinic, status__in=[Status.APPROVED, Status.ACCEPTED]
    )
    asked = list(matches.select_related("referral__mentee", "mentor__person").order_by("approved_at", "pk")[:PER_PAGE])
    return {
        "page_obj": page, "rows": [_waiting_row(r, fits[r.pk]) for r in referrals],
        "on_the_way": [_asked_row(m) for m in asked], "lede": _waiting_lede(page.paginator.count, fits),
        "people": [r.mentee for r in referrals] + [m.referral.mentee for m in asked],
    }  # fmt: skip


def _waiting_lede(count: int, fits: dict[int, int]) -> str:
    if not count:
        return _("Nobody waits for a mentor now.")
    could = sum(n > 0 for n in fits.values())
    form = ngettext(
        "%(n)d person waits. A mentor fits for %(could)d today.",
        "%(n)d people wait. A mentor fits for %(could)d of them today.",
        count,
    )
    return form % {"n": count, "could": could}


def _waiting_row(referral: Referral, fit: int) -> dict:
    mentee, url = referral.mentee, reverse("matching:find", args=[referral.ref])
    wishes = ". ".join(filter(None, [_wish_line(referral), _fit_words(fit)]))
    return {
        "since": referral.submitted_at, "title": _titled(referral), "url": url, "text": f"{wishes}.",
        "action": _("Find a mentor"), "action_url": url, "action_about": _("for %(name)s") % {"name": mentee.first_name},
    }  # fmt: skip


def _titled(referral: Referral) -> str:
    if referral.relation == Relation.CAREGIVER:
        return _("%(name)s, partner or relative") % {"name": referral.mentee.full_name}
    return referral.mentee.full_name


def _wish_line(referral: Referral) -> str:
    parts = [labels(Language, referral.languages), labels(Channel, referral.channels).lower()]
    if referral.topics:
        parts.append(_("about %(topics)s") % {"topics": labels(Topic, referral.topics[:2]).lower()})
    return ", ".join(filter(None, parts))


def _fit_words(n: int) -> str:
    if not n:
        return _("No mentor fits today")
    return ngettext("%(n)d mentor fits", "%(n)d mentors fit", n) % {"n": n}


def _asked_row(match: Match) -> dict:
    names = {"mentee": match.referral.mentee.full_name, "mentor": match.mentor.person.full_name}
    said_yes = match.status == Status.ACCEPTED
    form = _("%(mentor)s said yes.") if said_yes else _("%(mentor)s was asked and has not answered yet.")
    url = reverse("matching:match", args=[match.ref])
    return {
        "since": match.accepted_at if said_yes else match.approved_at, "title": names["mentee"], "url": url,
        "text": form % names, "action": _("Open"), "action_url": url,
        "action_about": match.referral.mentee.first_name,
    }  # fmt: skip
