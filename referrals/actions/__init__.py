"""The verbs of this floor. The only place that changes the status of a referral."""

from referrals.actions.consent import give_consent, new_consent_text, withdraw_consent
from referrals.actions.drafts import erase_draft, expire_drafts, save_draft
from referrals.actions.offers import due_offers, make_offer
from referrals.actions.only_group import set_only_group
from referrals.actions.people import add_phase, change_addresses, say_not_the_same
from referrals.actions.submitting import submit
from referrals.actions.triage import (
    accept,
    answer_return,
    close,
    defer,
    reopen,
    resume,
    resume_due,
    return_with_question,
)

__all__ = [
    "accept", "add_phase", "answer_return", "change_addresses", "close", "defer", "due_offers", "erase_draft",
    "expire_drafts", "give_consent", "make_offer", "new_consent_text", "reopen", "resume", "resume_due",
    "return_with_question", "save_draft", "say_not_the_same", "set_only_group", "submit", "withdraw_consent",
]  # fmt: skip
