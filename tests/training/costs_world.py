"""Builders for what costs: the amounts of a year, claims and receipts."""

import datetime as dt
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests import factories
from training.actions.costs import Cost, approve_claim, send_claim
from training.models import Claim, CostYear

AMOUNTS = {
    "flat_rate": 4402, "day_ceiling": 4402, "year_ceiling": 176_083, "km_rate": 4300, "km_ceiling": 2000,
    "receipt_from": 0,
}  # fmt: skip
NOON = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)
TODAY = dt.date(2026, 6, 15)


def make_amounts(clinic, year=2026, **values) -> CostYear:
    """Store the amounts of a year."""
    return CostYear.objects.create(clinic=clinic, year=year, **(AMOUNTS | values))


def make_claim(mentor, kind="fares", on=TODAY, cents=1250, what="Train to the open day", **fields) -> Claim:
    """Store a claim as it was sent."""
    if kind == "km":
        fields.setdefault("km", 40)
    claim = Claim.objects.create(mentor=mentor, kind=kind, on=on, cents=cents, what=what, **fields)
    claim.history.create(from_status="", to_status=claim.status, by=mentor.person.user)
    return claim


def send(mentor, kind="flat", on=TODAY, receipt=None, form_key="", **fields) -> Claim:
    """Send a claim as its mentor does."""
    fields.setdefault("what", "Talk at the library")
    cost = Cost(kind, on, **fields)
    return send_claim(mentor=mentor.pk, by=mentor.person.user, cost=cost, receipt=receipt, form_key=form_key)


def approved(team, mentor, **fields) -> Claim:
    """Send a claim and approve it."""
    return approve_claim(claim=send(mentor, **fields).pk, by=team.coordinator)


def photo(name="ticket.png") -> SimpleUploadedFile:
    """Make a picture of a receipt."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def make_mentor(team, **fields):
    """Store a mentor who is ready."""
    return factories.make_mentor(team, **fields)
