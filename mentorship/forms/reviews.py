"""What somebody saw in a pair that was drawn."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import ListChips, PlainForm, Sheet
from mentorship.actions.reviews import LONGEST
from mentorship.models import MatchReview


class ReviewForm(PlainForm, forms.Form):
    """How a pair is, in one answer and some words."""

    outcome = forms.ChoiceField(label=_("How is it?"), choices=MatchReview.Outcome.choices, widget=ListChips)
    words = forms.CharField(
        label=_("What you saw, and what is agreed"), required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("The coordinator and the mentor's supervisor read this."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)
    layout = [Sheet("outcome", "words", "version")]
    submit = _("Save")
