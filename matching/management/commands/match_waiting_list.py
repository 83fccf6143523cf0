"""Work out the waiting list of a clinic from a shell: pairs by reference, never a name."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from clinics.models import Clinic
from common.errors import Refused
from matching import actions, solving
from matching.models import Match

REASONS = {
    "nobody": "no mentor fits",
    "full": "every mentor who fits is full",
    "points": "others are worth more there",
    "order": "others come first in this variant",
}


class Command(BaseCommand):
    help = (
        "Work out the waiting list of a clinic as a whole, and print who could have whom. Nothing is changed, unless "
        "--propose is given: then each pair becomes a proposal, which holds no place until a coordinator approves it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--clinic", required=True, metavar="REF", help="The clinic's reference.")
        parser.add_argument(
            "--variant", choices=sorted(solving.VARIANTS), default=solving.USUAL,
            help="points: the most points. fewest: the fewest people left, then points (the usual one). "
            "wait: the longest wait first, then points.",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")
        parser.add_argument("--propose", action="store_true", help="Store each pair as a proposal.")
        parser.add_argument(
            "--by", metavar="EMAIL", help="Who proposes: a coordinator of the clinic. Without it, the system does."
        )

    def handle(self, *args, clinic: str, variant: str, propose: bool, by: str | None, **options):
        row = Clinic.objects.filter(ref=clinic).first()
        if row is None:
            raise CommandError("There is no clinic with this reference.")
        if by and not propose:
            raise CommandError("--by says who proposes: add --propose, or leave it out.")
        user = self.proposer(by) if propose else None
        worked = solving.work_out(row, variants=[variant])
        found = _document(row, variant, worked)
        if user is not None:
            found["proposed"] = _propose(worked, variant, user)
        self.stdout.write(json.dumps(found, indent=2) if options["json"] else "\n".join(_lines(found)))

    def proposer(self, email: str | None) -> User:
        """Return who signs the proposals. Raises CommandError for nobody known."""
        if not email:
            return User.objects.system()
        user = User.objects.filter(email__iexact=email.strip(), is_system=False).first()
        if user is None:
            raise CommandError("Nobody has an account with this address.")
        return user


def _document(clinic: Clinic, variant: str, worked: solving.Worked) -> dict[str, Any]:
    """Return the answer by references: pairs, who is left and why, holds that no longer fit, totals."""
    laid, answer = worked.laid, worked.answers[variant]
    referrals = {r.pk: r.ref for r in laid.referrals}
    mentors = {b.pk: b.ref for b in laid.brings}
    return {
        "clinic": clinic.ref, "variant": variant, "policy": laid.policy.version, "people": len(referrals),
        "mentors": len(mentors), "matched": answer["matched"], "unmatched": len(answer["unmatched"]),
        "points": answer["total"], "longest_wait_left_days": answer["longest"], "proven": answer["proven"],
        "pairs": [{"referral": referrals[r], "mentor": mentors[m], "points": n} for r, m, n in answer["pairs"]],
        "left": [_left(referrals[row["referral"]], row["in"][variant]) for row in worked.unmatched],
        "holds_that_no_longer_fit": [
            {"referral": referrals[r], "mentor": mentors.get(m, "")} for r, m in worked.misfits
        ],
    }  # fmt: skip


def _left(ref: str, why: dict[str, Any]) -> dict[str, Any]:
    opens = [{"give_up": keys, "free": free, "with_full": both} for keys, free, both in why["opens"]]
    return {"referral": ref, "reason": why["reason"], "points_short": why["short"], "fits": why["fits"], "opens": opens}


def _propose(worked: solving.Worked, variant: str, user: User) -> list[dict[str, str]]:
    """Propose each pair by itself, every rule asked; return what became of each, by reference."""
    mentors = {b.pk: b.ref for b in worked.laid.brings}
    referrals = {r.pk: r.ref for r in worked.laid.referrals}
    told = []
    for referral, mentor, _points in worked.answers[variant]["pairs"]:
        try:
            match = actions.propose(
                referral=referral, mentor=mentor, by=user, override_reason=Match.OverrideReason.PLAN
            )
            state = {"match": match.ref, "state": match.status}
        except Refused as refusal:  # only the kind: its words may hold a name
            state = {"match": "", "state": f"refused: {type(refusal).__name__}"}
        told.append({"referral": referrals[referral], "mentor": mentors[mentor], **state})
    return told


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [
        f"{found['people']} people wait, {found['mentors']} mentors.",
        f"Variant {found['variant']}: {found['matched']} matched, {found['points']} points, {found['unmatched']} left"
        + (f", the longest waits {found['longest_wait_left_days']} days." if found["unmatched"] else "."),
    ]
    lines += [f"  {p['referral']} with {p['mentor']}: {p['points']} points" for p in found["pairs"]]
    lines += [f"  {row['referral']} left: {REASONS[row['reason']]}{_more(row)}" for row in found["left"]]
    lines += [
        f"  On hold, and does not fit: {p['referral']} with {p['mentor']}" for p in found["holds_that_no_longer_fit"]
    ]
    lines += [
        f"  {p['referral']} with {p['mentor']}: {p['state']} {p['match']}".rstrip() for p in found.get("proposed", [])
    ]
    if "proposed" not in found:
        lines.append("Nothing was changed. Add --propose to store the pairs as proposals.")
    return lines


def _more(row: dict[str, Any]) -> str:
    if row["points_short"]:
        return f" ({row['points_short']} points short)"
    opens = row["opens"][0] if row["opens"] else None
    return (
        f" (without {' and '.join(opens['give_up'])}: {opens['free']} free, {opens['with_full']} with full ones)"
        if opens
        else ""
    )
