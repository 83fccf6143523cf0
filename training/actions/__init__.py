"""The verbs of a mentor's record. The only place that changes a mentor's status."""

from training.actions.records import NOBODY, add_mentor, change_mentor, lookalikes
from training.actions.rests import back_from_rest, follow_rests, rest
from training.actions.sharing import share, stop_sharing, wish_to_share
from training.actions.steps import (
    activate,
    apply_again,
    brief_on_secrecy,
    decertify,
    issue_certificate,
    meet_team,
    record_checks,
    retire,
    revoke_certificate,
    sign_code,
    vet,
)

__all__ = [
    "NOBODY", "activate", "add_mentor", "apply_again", "back_from_rest", "brief_on_secrecy", "change_mentor", "decertify",
    "follow_rests", "issue_certificate", "lookalikes", "meet_team", "record_checks", "rest", "retire", "revoke_certificate",
    "share", "sign_code", "stop_sharing", "vet", "wish_to_share",
]  # fmt: skip
