"""The form by which a mentor asks the care team something for somebody they talk with."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Chips, EvenChips, PlainForm
from common.vocabulary import TEAM_TOPICS, Topic
from mentorship.actions.contacts import GENERAL
from mentorship.actions.questions import MAX_TEXT

SUBJECTS = [*((topic, topic.label) for topic in Topic if topic in TEAM_TOPICS), (GENERAL, _("Something else"))]


class AskForm(PlainForm, forms.Form):
    """For whom, what about, and what they would like to know. `pairs` are the matches that may be chosen."""

    match = forms.ChoiceField(label=_("For whom do you ask?"), widget=EvenChips)
    topic = forms.ChoiceField(label=_("What is it about?"), choices=SUBJECTS, widget=Chips)
    question = forms.CharField(
        label=_("What would they like to know?"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "The care team reads this and answers the person you talk with. Do not use this if it cannot wait."
        ),
        error_messages={"required": _("Write what they would like to know, in a few words")},
    )  # fmt: skip

    def __init__(self, *args, pairs, chosen=None, **kwargs):
        self.pairs = {match.ref: match for match in pairs}
        super().__init__(*args, initial={"match": chosen.ref if chosen else None}, **kwargs)
        self.fields["match"].choices = [(m.ref, m.referral.mentee.first_name) for m in pairs]
        if len(self.pairs) == 1:
            self.initial["match"] = next(iter(self.pairs))
            self.fields["match"].widget = forms.HiddenInput()
        self.only = next(iter(self.pairs.values())) if len(self.pairs) == 1 else None

    def values(self) -> dict:
        """Return what the action takes."""
        match = self.pairs[self.cleaned_data["match"]]
        return {
            "referral": match.referral, "match": match, "topic": self.cleaned_data["topic"],
            "text": self.cleaned_data["question"],
        }  # fmt: skip
