"""What is decided about the pairs of a plan."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import NOT_LISTED, PlainForm
from matching.actions.solving import APPROVE
from matching.models import PairDecision

ANSWERS = [
    (APPROVE, _("Approve")),
    (PairDecision.Decision.HOLD, PairDecision.Decision.HOLD.label),
    (PairDecision.Decision.EXCLUDE, PairDecision.Decision.EXCLUDE.label),
]
NAME = re.compile(r"pair-([a-z0-9]{16})-([a-z0-9]{16})")
MOST = 100  # pairs in one form; a page shows half as many


def name_of(referral_ref: str, mentor_ref: str) -> str:
    """Return what the field of a pair is called."""
    return f"pair-{referral_ref}-{mentor_ref}"


class PlanForm(PlainForm, forms.Form):
    """One answer for each pair that was sent: approve, hold, not this pair, or nothing yet."""

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        for name in [name for name in data or () if NAME.fullmatch(name)][:MOST]:
            messages = {"invalid_choice": NOT_LISTED}
            self.fields[name] = forms.ChoiceField(required=False, choices=ANSWERS, error_messages=messages)

    def clean(self) -> dict:
        """Ask for one answer at least."""
        cleaned = super().clean()
        if not self.errors and not any(cleaned.values()):
            self.add_error(None, _("Choose for one pair at least: approve, hold, or not this pair"))
        return cleaned

    @property
    def chosen(self) -> list[tuple[str, str, str]]:
        """Return (ref of the referral, ref of the mentor, answer) of each pair with one, in the order of the page."""
        return [(*NAME.fullmatch(name).groups(), answer) for name, answer in self.cleaned_data.items() if answer]
