"""Who may do what with costs and hours, and what a claim may be. Nobody decides about their own money."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinics.roles import Perm, can
from common import words
from common.errors import Invalid
from common.rules import rule
from training import money
from training.models import Claim, CostYear, Mentor
from training.workflow import Status

Kind = Claim.Kind
REAL = (Kind.FARES, Kind.PHONE)  # shown by a receipt
LONGEST_AGO = dt.timedelta(days=365)
BEGUN = (Status.IN_TRAINING, Status.READY, Status.ACTIVE, Status.RESTING)
MOST_KM = 2000  # a day: more is a slip of the pen


@rule(gettext_lazy("Only a mentor claims costs, and only their own."))
def claim(user, mentor) -> bool:
    return mentor.person.user_id == user.pk and can(user, Perm.MENTOR, mentor.person.clinic_id)


@rule(
    gettext_lazy("Somebody else who keeps the mentors' records must decide this: nobody decides about their own costs.")
)
def decide(user, claim) -> bool:
    person = claim.mentor.person
    return can(user, Perm.MANAGE_MENTORS, person.clinic_id) and person.user_id != user.pk


@rule(gettext_lazy("Only who keeps the mentors' records, or an admin, makes files for the finance office."))
def export(user, clinic) -> bool:
    return can(user, Perm.MANAGE_MENTORS, clinic) or can(user, Perm.SETTINGS, clinic)


@rule(gettext_lazy("Only who keeps the mentors' records sees the hours of all mentors."))
def see_hours(user, clinic) -> bool:
    return can(user, Perm.MANAGE_MENTORS, clinic)


# What a claim may be ---------------------------------------------------------------------


def begun_on(mentor: Mentor) -> dt.date | None:
    """Return the first day somebody was in training; costs before it are not the programme's."""
    first = mentor.history.filter(to_status__in=BEGUN).order_by("at").values_list("at", flat=True).first()
    days = [words.local(first, mentor.person.clinic.time_zone).date()] if first else []
    return min([*days, *([mentor.vetted_on] if mentor.vetted_on else [])], default=None)


def check_day(mentor: Mentor, on: dt.date, *, field: str = "on") -> None:
    """Refuse a day to come, one more than a year ago, and one before the training began. Raises Invalid."""
    today = mentor.person.clinic.today
    if on > today:
        raise Invalid(_("This day is still to come. Choose today or an earlier day"), field=field)
    if on < today - LONGEST_AGO:
        raise Invalid(_("This is more than a year ago. Ask your coordinator about it"), field=field)
    begun = begun_on(mentor)
    if begun is None:
        raise Invalid(_("Your training has not begun yet: it counts from then on"), field=field)
    if on < begun:
        day = words.day(begun, today=today, weekday=False)
        raise Invalid(
            _("Your training began on %(day)s: it counts from then on. Choose that day or a later one") % {"day": day},
            field=field,
        )


def check_ceilings(amounts: CostYear, others, *, kind: str, on: dt.date, cents: int, km: int | None) -> None:
    """Refuse what would pass a ceiling together with the `others`, a queryset of the same mentor's claims.

    The flat rate stands for every cost of a day, kilometres apart (Volunteers Act; kilometres have a ceiling of
    their own): so it is not taken together with real costs of that day [D]. Raises Invalid at the answer it is about.
    """
    sums = others.sums(on)
    if kind == Kind.FLAT:
        _check_flat(amounts, sums, cents)
    elif kind == Kind.KILOMETRES:
        _check_km(amounts, sums, km or 0)
    elif sums["day"]:
        raise Invalid(_flat_already(), field="kind")


def _flat_already() -> str:
    return _("The flat rate was claimed for this day: it stands for all costs but kilometres")


def _check_flat(amounts: CostYear, sums: dict[str, int], cents: int) -> None:
    if sums["real"]:
        raise Invalid(
            _("Real costs were claimed for this day. The flat rate stands for all costs but kilometres: choose one"),
            field="kind",
        )
    most = min(amounts.flat_rate, amounts.day_ceiling)
    if sums["day"] and sums["day"] + cents > most:
        raise Invalid(_("The flat rate is for a day, once. It was claimed for this day already"), field="on")
    if cents > most:
        raise Invalid(_("The flat rate is %(most)s a day at most") % {"most": money.euro(most)}, field="amount")
    _check_year(amounts, sums, cents)


def _check_year(amounts: CostYear, sums: dict[str, int], cents: int) -> None:
    left = max(amounts.year_ceiling - sums["year"], 0)
    if cents <= left:
        return
    values = {"left": money.euro(left), "year": amounts.year, "most": money.euro(amounts.year_ceiling)}
    if left:
        raise Invalid(
            _("Of the flat rate of %(year)d %(left)s is left. Write that amount, or less") % values, field="amount"
        )
    raise Invalid(_("The most for %(year)d is reached: %(most)s at the flat rate") % values, field="kind")


def _check_km(amounts: CostYear, sums: dict[str, int], km: int) -> None:
    left = max(amounts.km_ceiling - sums["km"], 0)
    if km > left:
        values = {"left": left, "year": amounts.year, "most": amounts.km_ceiling}
        raise Invalid(
            _("Of the %(most)d kilometres of %(year)d, %(left)d are left. Write that number, or less") % values,
            field="km",
        )
