"""The amounts of a year, as the clinic sets them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from clinics import rules as clinic_rules
from clinics.actions.settings import note_change
from clinics.models import Clinic
from common.errors import Invalid, Stale
from training import money
from training.models import Claim, CostYear

FIRST, LAST = 2020, 2100
MOST_KM_A_YEAR = 50_000
MONEY = ("flat_rate", "day_ceiling", "year_ceiling", "receipt_from")
SECTION = "cost-years"


@dataclass(frozen=True)
class Amounts:
    """The amounts of one year: cents, kilometres, and a rate in hundredths of a cent for a kilometre."""

    flat_rate: int
    day_ceiling: int
    year_ceiling: int
    km_rate: int
    km_ceiling: int
    receipt_from: int


@transaction.atomic
def set_cost_year(*, clinic: Clinic, by: User, year: int, amounts: Amounts, version: int = 0) -> CostYear:
    """Set the amounts of a year; version 0 is a year that has none yet. The same amounts again change nothing.

    Nothing goes below what was approved in that year: what was promised was right then. Raises Denied, Stale,
    Invalid (with the field).
    """
    row = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    clinic_rules.change_settings.require(by, row)
    known = CostYear.objects.select_for_update().filter(clinic=row, year=year).first()
    if known and _of(known) == amounts:
        return known
    if (known.version if known else 0) != version:
        raise Stale()
    _check(year, amounts)
    _check_paid(row, year, amounts)
    return _store(row, by, year, amounts, known)


def _of(row: CostYear) -> Amounts:
    return Amounts(**{name: getattr(row, name) for name in Amounts.__dataclass_fields__})


def _check(year: int, amounts: Amounts) -> None:
    if not FIRST <= year <= LAST:
        raise Invalid(_("Write the year, for example 2026"), field="year")
    if not 0 < amounts.km_rate < 100_000:
        raise Invalid(_("Write the amount for a kilometre in euro, for example 0.43"), field="km_rate")
    if not 0 <= amounts.km_ceiling <= MOST_KM_A_YEAR:
        raise Invalid(_("Write a number of kilometres, up to 50,000"), field="km_ceiling")
    if not 1 <= amounts.flat_rate <= amounts.day_ceiling:
        raise Invalid(_("The flat rate is not more than the most a day"), field="flat_rate")
    if amounts.day_ceiling > amounts.year_ceiling:
        raise Invalid(_("The most a year is not less than the most a day"), field="year_ceiling")


def _check_paid(clinic: Clinic, year: int, amounts: Amounts) -> None:
    """Refuse an amount below what was approved or paid already."""
    paid = Claim.objects.of_clinic(clinic).paid().filter(on__year=year)
    flat = paid.filter(kind=Claim.Kind.FLAT)
    day = flat.aggregate(most=Max("cents"))["most"] or 0
    a_year = _most_of(flat, "cents")
    km = _most_of(paid.filter(kind=Claim.Kind.KILOMETRES), "km")
    for name, now, least in (
        ("flat_rate", amounts.flat_rate, day), ("day_ceiling", amounts.day_ceiling, day),
        ("year_ceiling", amounts.year_ceiling, a_year),
    ):  # fmt: skip
        if now < least:
            words = _("Somebody was paid %(paid)s under this rule in %(year)d. It cannot become less than that")
            raise Invalid(words % {"paid": money.euro(least), "year": year}, field=name)
    if amounts.km_ceiling < km:
        words = _("Somebody was paid for %(km)d kilometres in %(year)d. It cannot become less than that")
        raise Invalid(words % {"km": km, "year": year}, field="km_ceiling")


def _most_of(claims, name: str) -> int:
    """Return the most that one mentor has of something."""
    sums = claims.order_by().values("mentor").annotate(total=Sum(name)).order_by("-total")
    return sums.values_list("total", flat=True).first() or 0


def _store(clinic: Clinic, by: User, year: int, amounts: Amounts, known: CostYear | None) -> CostYear:
    before = _words(_of(known)) if known else {}
    row = known or CostYear(clinic=clinic, year=year, version=0)
    for name, value in vars(amounts).items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    after = _words(amounts)
    changes = {
        f"{year}, {label}": [before.get(label, ""), after[label]]
        for label in after
        if before.get(label) != after[label]
    }
    note_change(clinic, SECTION, changes, by)
    return row


def _words(amounts: Amounts) -> dict[str, str]:
    """Return the amounts as the history of settings shows them."""
    return {
        _("flat rate for a day"): money.euro(amounts.flat_rate),
        _("most a day at the flat rate"): money.euro(amounts.day_ceiling),
        _("most a year at the flat rate"): money.euro(amounts.year_ceiling),
        _("for a kilometre"): money.plain_rate(amounts.km_rate),
        _("most kilometres a year"): str(amounts.km_ceiling),
        _("receipt needed from"): money.euro(amounts.receipt_from),
    }
