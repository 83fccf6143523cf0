"""What the pages of this floor ask, by what it is about."""

from matching.forms.asking import AcceptForm, AskForm, CancelForm, MenteeForm, RecordForm
from matching.forms.choosing import ChooseForm, HeardForm, OfferForm

__all__ = [
    "AcceptForm", "AskForm", "CancelForm", "ChooseForm", "HeardForm", "MenteeForm", "OfferForm", "RecordForm",
]  # fmt: skip
