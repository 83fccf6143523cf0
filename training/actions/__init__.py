"""The verbs of a mentor's record. The only place that changes a mentor's status."""

from training.actions.certifying import issue_certificate, publish_agreement, revoke_certificate, sign, sign_code
from training.actions.certifying_appeals import appeal, decertify, decide_appeal
from training.actions.records import NOBODY, add_applicant, add_mentor, change_mentor, lookalikes, open_account
from training.actions.rests import back_from_rest, follow_rests, rest
from training.actions.sharing import share, stop_sharing, wish_to_share
from training.actions.steps import (
    activate,
    apply_again,
    brief_on_secrecy,
    meet_team,
    record_checks,
    retire,
    vet,
)

__all__ = [
    "NOBODY", "activate", "add_applicant", "add_mentor", "appeal", "apply_again", "back_from_rest", "brief_on_secrecy",
    "change_mentor", "decertify", "decide_appeal", "follow_rests", "issue_certificate", "lookalikes", "meet_team", "open_account", "publish_agreement",
    "record_checks", "rest", "retire", "revoke_certificate", "share", "sign", "sign_code", "stop_sharing", "vet", "wish_to_share",
]  # fmt: skip
