"""Approved claims in one file for the finance office, each claim in one file only."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common.errors import WrongState
from common.vocabulary import Language
from training import csv_files, rules_costs
from training.models import Claim, Export
from training.workflow import ClaimStatus, claim_workflow


@transaction.atomic
def export_claims(*, clinic: Clinic, by: User) -> Export:
    """Put every approved claim in one file, and keep the file as it was made.

    The clinic is locked, so that two at once do not pay anybody twice. Raises Denied, WrongState (nothing to pay).
    """
    row = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    rules_costs.export.require(by, row)
    waiting = Claim.objects.of_clinic(row).filter(status=ClaimStatus.APPROVED)
    claims = list(waiting.select_for_update(of=("self",)).select_related("mentor__person").order_by("on", "pk"))
    if not claims:
        raise WrongState(_("No approved claim waits for a file. The last file is in the list below."))
    made = Export.objects.create(clinic=row, by=by, content=_file(row, claims))
    for claim in claims:
        claim_workflow.move(claim, ClaimStatus.EXPORTED, by=by, export=made)
    return made


def _file(clinic: Clinic, claims: list[Claim]) -> bytes:
    """Write the file in the clinic's first language."""
    language = next(iter(clinic.languages), Language.EN)
    with translation.override(language):
        head = [
            _("Date"),
            _("Mentor"),
            _("For what"),
            _("Kilometres"),
            _("Amount in euro"),
            _("What it was"),
            _("Claim"),
        ]
        rows = [
            [
                claim.on.isoformat(), claim.mentor.person.full_name, str(claim.get_kind_display()), claim.km or "",
                csv_files.amount(claim.cents, language), claim.what, claim.ref,
            ]
            for claim in claims
        ]  # fmt: skip
    return csv_files.written([head, *rows])
