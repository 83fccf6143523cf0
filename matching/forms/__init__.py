"""What the pages of this floor ask, by what it is about."""

from matching.forms.asking import AcceptForm, AskForm, CancelForm, MenteeForm, RecordForm

__all__ = ["AcceptForm", "AskForm", "CancelForm", "MenteeForm", "RecordForm"]
