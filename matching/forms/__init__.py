"""What the pages of this floor ask, by what it is about."""

from matching.forms.asking import AcceptForm, AskForm, CancelForm, MenteeForm, RecordForm
from matching.forms.choosing import ChooseForm, HeardForm, OfferForm
from matching.forms.solving import PlanForm

__all__ = [
    "AcceptForm", "AskForm", "CancelForm", "ChooseForm", "HeardForm", "MenteeForm", "OfferForm", "PlanForm",
    "RecordForm",
]  # fmt: skip
