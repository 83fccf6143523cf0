"""Claims for expenses: a mentor sends one, somebody else decides. Ceilings hold when claimed and when approved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Invalid, NotReady, Refused, WrongState
from messaging import outbox
from training import files, money, rules_costs
from training.models import Claim, CostYear, Mentor, Upload
from training.rules_costs import MOST_KM, REAL
from training.workflow import ClaimStatus, claim_workflow

Kind = Claim.Kind
DECIDED = "cost.decided"
MOST_AT_ONCE = 200  # claims decided by one press of a button


@dataclass(frozen=True)
class Cost:
    """What somebody claims. `km` for kilometres; `cents` for all else, or None for the whole flat rate."""

    kind: str
    on: dt.date
    km: int | None = None
    cents: int | None = None
    what: str = ""


@transaction.atomic
def send_claim(*, mentor: int, by: User, cost: Cost, receipt: UploadedFile | None = None, form_key: str = "") -> Claim:
    """Send a claim for one day. The same form again returns the claim it made.

    The mentor is locked, so that two claims at once do not pass a ceiling together (Volunteers Act of 2005).
    Raises Denied, Invalid (day, amount, receipt, ceiling; with the field).
    """
    m = Mentor.objects.lock(mentor)
    rules_costs.claim.require(by, m)
    if form_key and (known := m.claims.filter(form_key=form_key).first()):
        return known
    rules_costs.check_day(m, cost.on)
    amounts = _amounts(m, cost.on)
    cents = _cents_of(cost, amounts)
    rules_costs.check_ceilings(amounts, m.claims.live(), kind=cost.kind, on=cost.on, cents=cents, km=cost.km)
    made = Claim.objects.create(
        mentor=m, kind=cost.kind, on=cost.on, km=cost.km if cost.kind == Kind.KILOMETRES else None, cents=cents,
        what=cost.what.strip(), receipt=_receipt(m, by, cost, cents, amounts, receipt), form_key=form_key,
    )  # fmt: skip
    claim_workflow.begin(made, by=by)
    return made


def _amounts(mentor: Mentor, on: dt.date) -> CostYear:
    """Return the amounts of the year of a day, locked. Raises Invalid where the clinic has set none."""
    rows = CostYear.objects.select_for_update().filter(clinic=mentor.person.clinic_id, year=on.year)
    amounts = rows.first()
    if amounts is None:
        raise Invalid(_("The clinic has not set the amounts of %(year)d yet") % {"year": on.year}, field="on")
    return amounts


def _cents_of(cost: Cost, amounts: CostYear) -> int:
    """Return what a cost comes to. Raises Invalid for nothing, or for more than makes sense."""
    if cost.kind not in Kind.values:
        raise Invalid(_("Choose an answer"), field="kind")
    if cost.kind == Kind.KILOMETRES:
        if not cost.km or not 1 <= cost.km <= MOST_KM:
            raise Invalid(_("Write the kilometres of this day, from 1 to %(most)d") % {"most": MOST_KM}, field="km")
        cents = money.of_kilometres(cost.km, amounts.km_rate)
    else:
        whole = amounts.flat_rate if cost.kind == Kind.FLAT else 0
        cents = whole if cost.cents is None else cost.cents
    if not 1 <= cents <= money.MOST_CENTS:
        raise Invalid(_("Write an amount of at least one cent, for example 12.50"), field=_amount_field(cost))
    if cost.kind in (Kind.KILOMETRES, Kind.FARES) and not cost.what.strip():
        raise Invalid(_("Say in a few words what it was for, without names"), field="what")
    return cents


def _amount_field(cost: Cost) -> str:
    return "km" if cost.kind == Kind.KILOMETRES else "amount"


def _receipt(
    mentor: Mentor, by: User, cost: Cost, cents: int, amounts: CostYear, file: UploadedFile | None
) -> Upload | None:
    """Keep the receipt, where there is one. Raises Invalid when one is needed, or when it is no receipt."""
    if cost.kind not in REAL:
        return None
    if file is None:
        if cents >= amounts.receipt_from:
            raise Invalid(_("A receipt is needed: choose a photo or a PDF of it"), field="receipt")
        return None
    return files.read_upload(file, clinic=mentor.person.clinic, by=by, field="receipt")


@transaction.atomic
def take_back_claim(*, claim: int, by: User) -> Claim:
    """Take a claim back that nobody decided about yet. Again changes nothing. Raises Denied, WrongState."""
    row = _lock(claim)
    rules_costs.claim.require(by, row.mentor)
    if row.status == ClaimStatus.WITHDRAWN:
        return row
    if row.status != ClaimStatus.SENT:
        raise WrongState(_("This claim was decided about already. Ask your coordinator to change it."))
    claim_workflow.move(row, ClaimStatus.WITHDRAWN, by=by)
    return row


@transaction.atomic
def approve_claim(*, claim: int, by: User) -> Claim:
    """Approve a claim, with the ceilings asked again. Again changes nothing.

    Raises Denied, WrongState (taken back, refused), Invalid (a ceiling that came lower, or was reached meanwhile).
    """
    row = _lock(claim)
    rules_costs.decide.require(by, row)
    if row.status in (ClaimStatus.APPROVED, ClaimStatus.EXPORTED):
        return row
    _require_sent(row)
    others = row.mentor.claims.paid().exclude(pk=row.pk)
    amounts = _amounts(row.mentor, row.on)
    rules_costs.check_ceilings(amounts, others, kind=row.kind, on=row.on, cents=row.cents, km=row.km)
    claim_workflow.move(row, ClaimStatus.APPROVED, by=by, decided_at=clock.now(), decided_by=by, why_not="")
    _tell(row, f"approved:{row.mentor.person.clinic.today}")  # several on one day are one message
    return row


def approve_claims(*, claims: Collection[int], by: User) -> tuple[list[Claim], list[tuple[Claim, str]]]:
    """Approve several claims, oldest first, each by itself; return those approved, and (claim, why) for the others.

    Raises Denied when one is not theirs to decide, NotReady for none ticked or too many at once.
    """
    rows = list(Claim.objects.filter(pk__in=claims).select_related("mentor__person").order_by("on", "pk"))
    if not rows or len(rows) > MOST_AT_ONCE:
        raise NotReady([_("Tick at least one claim.") if not rows else _("Tick fewer claims at once.")])
    for row in rows:
        rules_costs.decide.require(by, row)
    done, refused = [], []
    for row in rows:
        try:
            done.append(approve_claim(claim=row.pk, by=by))
        except Refused as refusal:
            refused.append((row, str(refusal)))
    return done, refused


@transaction.atomic
def refuse_claim(*, claim: int, by: User, why: str) -> Claim:
    """Refuse a claim with a reason the mentor reads; also one that was approved and is in no file yet.

    The same again changes nothing. Raises Denied, WrongState, Invalid (no reason).
    """
    row = _lock(claim)
    rules_costs.decide.require(by, row)
    reason = why.strip()
    if not reason:
        raise Invalid(_("Say why, so that they understand and can put it right"), field="why")
    if row.status == ClaimStatus.REFUSED:
        return row
    if row.status == ClaimStatus.EXPORTED:
        raise WrongState(_("This claim is with the finance office already. Settle it with them."))
    if row.status == ClaimStatus.WITHDRAWN:
        _require_sent(row)
    claim_workflow.move(
        row, ClaimStatus.REFUSED, by=by, note=reason, decided_at=clock.now(), decided_by=by, why_not=reason[:300]
    )
    _tell(row, f"refused:{row.ref}")
    return row


def _lock(claim: int) -> Claim:
    """Lock a claim, its mentor first."""
    mentor = Claim.objects.values_list("mentor", flat=True).get(pk=claim)
    locked = Mentor.objects.lock(mentor)
    row = Claim.objects.lock(claim)
    row.mentor = locked
    return row


def _require_sent(row: Claim) -> None:
    if row.status == ClaimStatus.WITHDRAWN:
        raise WrongState(_("The mentor took this claim back."))
    if row.status == ClaimStatus.REFUSED:
        raise WrongState(_("This claim was refused. The mentor can send it again."))


def _tell(row: Claim, key: str) -> None:
    """Tell the mentor that there is news, without amounts."""
    person = row.mentor.person
    if person.user is not None:
        outbox.post(DECIDED, row.mentor.ref, clinic=person.clinic, to=person.user, key=key)
