"""The forms of questions for the care team."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Chips, PlainForm
from mentorship.actions.questions import MAX_ANSWER, MAX_TEXT
from mentorship.models import Question

HOW = [
    (Question.How.LINK, _("Send it to them in a message")),
    (Question.How.CALL, _("I ring them, or a colleague does")),
]


class AnswerForm(PlainForm, forms.Form):
    """The answer in plain words, and how the mentee hears it. The way is never chosen for the clinician."""

    answer = forms.CharField(
        label=_("In plain words"), max_length=MAX_ANSWER, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Short sentences, no difficult words. Results and doses belong in a visit or a call."),
        error_messages={"required": _("Write the answer.")},
    )  # fmt: skip
    how = forms.ChoiceField(label=_("How do they hear it?"), choices=HOW, widget=Chips)


class PutToForm(PlainForm, forms.Form):
    """A colleague to put the question to."""

    to = forms.ChoiceField(label=_("Put it to a colleague"))

    def __init__(self, *args, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {user.ref: user for user in colleagues}
        self.fields["to"].choices = [("", _("Choose")), *((ref, user.full_name) for ref, user in self.people.items())]


class CloseForm(PlainForm, forms.Form):
    """Why an answer need not be told any more."""

    note = forms.CharField(
        label=_("Why need it not be told?"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
