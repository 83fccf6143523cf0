"""What a mentor is asked about how they are, and what a supervisor writes about what they did."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import ListChips, PlainForm
from training.actions.caring_wellbeing import LATER
from training.models import CareTask, WellbeingCheck


class MoreForm(PlainForm, forms.ModelForm):
    """What may follow the first tap. Every question is optional."""

    class Meta:
        model = WellbeingCheck
        fields = (*LATER, "words")
        widgets = dict.fromkeys(LATER, ListChips) | {"words": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "sleep": _("My sleep"), "memories": _("Old memories of my own"), "illness": _("My own illness"),
            "worth": _("Is it worth it to you?"), "words": _("Something you want to say"),
        }  # fmt: skip
        help_texts = {"words": _("Your supervisor reads what you say here, and nobody else.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in LATER:
            field = self.fields[name]
            field.choices = [choice for choice in field.choices if choice[0]]

    def later(self) -> list:
        """Return the short questions, for the page."""
        return [self[name] for name in LATER]


class DoneForm(PlainForm, forms.ModelForm):
    """What somebody did for a mentor, if they like to say so."""

    class Meta:
        model = CareTask
        fields = ("note",)
        labels = {"note": _("What you did")}
        help_texts = {"note": _("Seen by whoever looks after this mentor. No medical details.")}
