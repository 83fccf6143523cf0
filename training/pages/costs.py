"""What the pages about costs show, worked out from rows already fetched."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from common import words
from training import money, rules_costs
from training.forms.costs import ALL, WAITING
from training.models import Claim, CostYear, Mentor
from training.workflow import ClaimStatus

Kind = Claim.Kind
ICONS = {Kind.KILOMETRES: "car", Kind.FARES: "train-front", Kind.PHONE: "phone", Kind.FLAT: "sun"}
SIGNS = {
    ClaimStatus.SENT: ("clock", ""), ClaimStatus.APPROVED: ("circle-check", "is-ok"),
    ClaimStatus.EXPORTED: ("circle-check", "is-ok"), ClaimStatus.REFUSED: ("circle-x", "is-soon"),
    ClaimStatus.WITHDRAWN: ("undo-2", ""),
}  # fmt: skip
WAITED_LONG = dt.timedelta(days=7)


def left(mentor: Mentor, amounts: CostYear | None, today: dt.date) -> str:
    """Say what is left this year, or that the clinic has not set its amounts yet."""
    if amounts is None:
        return _("The clinic has not set the amounts of %(year)d yet. Ask your coordinator.") % {"year": today.year}
    sums = mentor.claims.live().sums(today)
    flat, km = max(amounts.year_ceiling - sums["year"], 0), max(amounts.km_ceiling - sums["km"], 0)
    kilometres = ngettext("%(n)d kilometre", "%(n)d kilometres", km) % {"n": km}
    return _("For %(year)d, %(flat)s at the flat rate and %(km)s are left.") % {
        "year": today.year, "flat": money.euro(flat), "km": kilometres,
    }  # fmt: skip


def kinds(amounts: CostYear | None) -> list[dict]:
    """Return what can be claimed, each a way to its own short form; nothing in a year without amounts."""
    if amounts is None:
        return []
    texts = {
        Kind.KILOMETRES: _("%(rate)s euro for each kilometre with your own car or bicycle.") % {"rate": money.plain_rate(amounts.km_rate)},
        Kind.FARES: _("What you paid, with the ticket."), Kind.PHONE: _("What you paid, with the bill."),
        Kind.FLAT: _("%(most)s for everything of that day but kilometres. No receipt.") % {
            "most": money.euro(min(amounts.flat_rate, amounts.day_ceiling))
        },
    }  # fmt: skip
    return [
        {"url": reverse("training:claim", args=[kind]), "icon": ICONS[kind], "title": kind.label, "text": texts[kind]}
        for kind in Kind
    ]


def amount_words(claim: Claim) -> str:
    """Say what is claimed: "€12.50", or "40 km, €17.20"."""
    if claim.km:
        return _("%(km)d km, %(amount)s") % {"km": claim.km, "amount": money.euro(claim.cents)}
    return money.euro(claim.cents)


def state_words(claim: Claim) -> str:
    """Say where a claim is, for the mentor and the office."""
    return {
        ClaimStatus.SENT: _("Sent, not answered yet"),
        ClaimStatus.APPROVED: _("Approved. It goes to the finance office with the next file."),
        ClaimStatus.EXPORTED: _("Approved, and with the finance office."),
        ClaimStatus.REFUSED: _("Not approved: %(why)s") % {"why": claim.why_not},
        ClaimStatus.WITHDRAWN: _("You took this back."),
    }[ClaimStatus(claim.status)]


def own_rows(claims) -> list[dict]:
    """Return a mentor's own claims, each with its state in words."""
    return [
        {
            "claim": claim, "amount": amount_words(claim), "state": state_words(claim),
            "icon": SIGNS[claim.status][0], "tone": SIGNS[claim.status][1],
            "can_take_back": claim.status == ClaimStatus.SENT, "can_repeat": claim.status == ClaimStatus.REFUSED,
        }
        for claim in claims
    ]  # fmt: skip


def filtered(claims: QuerySet, form) -> QuerySet:
    """Return the claims the filters ask for, oldest first; those waiting unless told otherwise."""
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    state = asked.get("state") or WAITING
    if state != ALL:
        claims = claims.filter(status=state)
    if asked.get("year"):
        claims = claims.filter(on__year=asked["year"])
    return claims.order_by("sent_at", "pk")


def list_rows(claims, user) -> list[dict]:
    """Return the claims of the office's list: a tick for those this user may decide."""
    return [
        {
            "claim": claim, "amount": amount_words(claim), "icon": SIGNS[claim.status][0], "tone": SIGNS[claim.status][1],
            "can_tick": claim.status == ClaimStatus.SENT and rules_costs.decide.allows(user, claim),
            "is_own": claim.mentor.person.user_id == user.pk,
        }
        for claim in claims
    ]  # fmt: skip


def lede(claims: QuerySet) -> str:
    """Say how many claims wait, and how many are approved and in no file yet; one query."""
    rows = claims.filter(status__in=[ClaimStatus.SENT, ClaimStatus.APPROVED]).order_by()
    found = list(rows.values_list("status", flat=True))
    waiting, approved = found.count(ClaimStatus.SENT), found.count(ClaimStatus.APPROVED)
    first = (
        ngettext("%(n)d claim waits for your answer.", "%(n)d claims wait for your answer.", waiting) % {"n": waiting}
        if waiting else _("No claim waits for an answer.")
    )  # fmt: skip
    if not approved:
        return first
    second = ngettext("%(n)d goes into the next file.", "%(n)d go into the next file.", approved) % {"n": approved}
    return f"{first} {second}"


def claim_facts(claim: Claim, today: dt.date) -> list[tuple]:
    """Return what a claim says, as label and value."""
    facts = [
        (_("Mentor"), claim.mentor.person), (_("For what"), claim.get_kind_display()),
        (_("Day"), words.day(claim.on, today=today)), (_("Amount"), amount_words(claim)),
        (_("Trip or talk"), claim.what), (_("State"), claim.get_status_display()),
    ]  # fmt: skip
    return [*facts, (_("Why not"), claim.why_not)] if claim.why_not else facts


def claim_history(claim: Claim) -> list[dict]:
    """Return what became of a claim, one line a step."""
    names = dict(ClaimStatus.choices)
    return [
        {
            "at": row.at, "title": names.get(row.to_status, row.to_status),
            "text": _("%(by)s. %(note)s") % {"by": row.by, "note": row.note} if row.note else _("By %(by)s.") % {"by": row.by},
        }
        for row in claim.history.all()
    ]  # fmt: skip


def year_rows(years) -> list[dict]:
    """Return the amounts of each year in words, for the settings."""
    return [
        {
            "year": row.year,
            "text": _("%(flat)s a day, %(most)s a year; %(rate)s euro a kilometre, %(km)d kilometres a year.") % {
                "flat": money.euro(row.flat_rate), "most": money.euro(row.year_ceiling),
                "rate": money.plain_rate(row.km_rate), "km": row.km_ceiling,
            },
        }
        for row in years
    ]  # fmt: skip


def amounts_of(clinic: Clinic, year: int) -> CostYear | None:
    """Return the amounts of a year at a clinic; None where it has set none."""
    return CostYear.objects.filter(clinic=clinic, year=year).first()


def export_rows(exports) -> list[dict]:
    """Return the files made so far: when, by whom, how many claims and what they come to."""
    return [{"at": row.at, "by": row.by, "ref": row.ref, "n": row.n, "sum": money.euro(row.cents)} for row in exports]


def approved(clinic: Clinic) -> int:
    """Count the approved claims of a clinic that are in no file yet."""
    return Claim.objects.of_clinic(clinic).filter(status=ClaimStatus.APPROVED).count()
