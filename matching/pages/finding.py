"""Who fits one person, and why."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Prefetch
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.vocabulary import (
    AgeWish,
    Channel,
    Interest,
    Language,
    Matters,
    Must,
    Slot,
    Topic,
    Treatment,
    Value,
)
from matching import facts, forms, ranking, relaxing
from matching.models import Match
from matching.pages import choosing, trying
from matching.ranking import Found
from referrals.labels import labels, life
from referrals.models import Referral
from training.models import Mentor


def referrals_for_finding(user):
    """Return the referrals a coordinator may find a mentor for, with everything a ranking needs."""
    live = Prefetch("matches", queryset=Match.objects.live().select_related("mentor__person"), to_attr="live_matches")
    return facts.with_needs(Referral.objects.visible_to(user).sent()).prefetch_related(live)


def mentor_to_ask(referral: Referral, ref: str) -> Mentor:
    """Return a mentor this clinic may ask, their own or a shared one. Raises Http404."""
    return get_object_or_404(Mentor.objects.open_to(referral.clinic), ref=ref)


def find_context(referral: Referral, bound=None, relaxed: Collection[str] = (), query: QueryDict | None = None) -> dict:
    """Return the page on which a mentor is found; `bound` is a form that was refused, `relaxed` what is given up.

    `query` may hold other weights, to try.
    """
    laid = ranking.lay_out(referral.clinic, [referral], relaxed)
    tried = trying.trial(laid, query or QueryDict())
    found = ranking.answer(tried.laid)
    today = facts.today_of(referral.clinic)
    candidates = [
        {
            "c": c, "age": today.year - c.mentor.birth_year, "form": _ask_form(c, bound, relaxed), "given_up": relaxing.phrase(c.relaxed, found.needs), "room": _room(c.mentor.free) if c.mentor.free > 1 else "",
            "crits": [(line.label, line.points, line.out_of) for line in c.lines if line.out_of],
            "since": _since(c, today), "mistaken": bound is not None and bound.data.get("mentor") == c.mentor.ref,
        }
        for c in found.candidates
    ]  # fmt: skip
    context = {
        "referral": referral, "mentee": referral.mentee, "clinic": referral.clinic, "found": found,
        "candidates": candidates, "lede": _find_lede(found), "facts": needs_facts(referral, today),
        "live": referral.live_matches[0] if referral.live_matches else None,
        "may_ask": referral.status == "open" and not referral.live_matches, "age": today.year - referral.mentee.birth_year,
        "bound": bound, "out": sum(len(r.mentors) for r in found.ruled_out),
        "stray": bound is not None and not any(row["mistaken"] for row in candidates),
        "first": found.candidates[0].mentor.first_name if found.candidates else "",
        "widest": max((line.out_of for c in found.candidates for line in c.lines), default=0),
        "opening": [] if relaxed else relaxing.options(laid), "relaxed": relaxing.phrase(relaxed, found.needs),
        "choosing": choosing.part(referral, candidates),
    }  # fmt: skip
    return context | trying.part(tried, context, relaxed)


def _ask_form(candidate, bound, relaxed):
    auto_id = f"id_{candidate.mentor.ref}_%s"
    if bound is not None and bound.data.get("mentor") == candidate.mentor.ref:
        bound.auto_id = auto_id
        return bound
    return forms.AskForm(initial={"mentor": candidate.mentor.ref, "relax": list(relaxed)}, auto_id=auto_id)


def _room(free: int) -> str:
    return ngettext("Room for %(n)d more.", "Room for %(n)d more.", free) % {"n": free}


def _since(candidate, today) -> str:
    since = candidate.mentor.mentor_since
    years = (today - since).days // 365 if since else 0
    if years < 1:
        return _("Mentor for less than a year.")
    return ngettext("Mentor for %(n)d year.", "Mentor for %(n)d years.", years) % {"n": years}


def _find_lede(found: Found) -> str:
    if not found.fits:
        return _("No mentor fits today. Below is why, and what would open it.")
    form = ngettext(
        "%(fits)d of %(n)d mentors fits. You decide, and the mentor may say no.",
        "%(fits)d of %(n)d mentors fit. You decide, and the mentor may say no.", found.fits,
    )  # fmt: skip
    return form % {"fits": found.fits, "n": found.total}


def needs_facts(referral: Referral, today) -> list[tuple]:
    """Return what the mentee asked for, as label and value."""
    whom = referral.get_gender_wish_display()
    rows = [
        (_("They are"), referral.get_relation_display()), (_("Now"), _now(referral)),
        (_("Treatment"), labels(Treatment, referral.treatments)), (_("Topics"), labels(Topic, referral.topics)),
        (_("Language"), _must(referral, Must.LANGUAGE, labels(Language, referral.languages))),
        (_("How"), _must(referral, Must.CHANNEL, labels(Channel, referral.channels))),
        (_("When"), _must(referral, Must.AVAILABILITY, labels(Slot, referral.availability))),
        (_("Mentor"), _must(referral, Must.GENDER, str(whom))), (_("Life"), life(referral)),
        (_("Interests"), labels(Interest, referral.interests)), (_("What counts"), labels(Value, referral.values)),
        (_("Area"), referral.get_area_display()),
    ]  # fmt: skip
    if referral.age_wish == AgeWish.NEAR:
        rows.append((_("Age"), referral.get_age_wish_display()))
    if referral.matters_most:
        rows.append((_("Most of all"), Matters(referral.matters_most).label))
    return rows


def _now(referral: Referral) -> str:
    parts = [
        str(referral.get_phase_display()),
        str(referral.get_diagnosis_display()).lower() if referral.diagnosis else "",
    ]
    if referral.diagnosed_year:
        parts.append(_("told in %(year)s") % {"year": referral.diagnosed_year})
    return ", ".join(filter(None, parts))


def _must(referral: Referral, must: str, text: str) -> str:
    return _("%(wish)s (must)") % {"wish": text} if text and must in referral.musts else text
