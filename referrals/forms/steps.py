"""The small forms of a referral's page: one step each."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Chips, DayInput, EvenChips, PlainForm
from common.vocabulary import Language, Phase
from referrals.data import CloseReason, ConsentData
from referrals.forms.refer import YES_NO, phone_number
from referrals.models import Consent, Scope

HOW = [choice for choice in Consent.How.choices if choice[0] != "link"]


def words(label, **more) -> forms.CharField:
    """Return a question answered in one's own words."""
    return forms.CharField(label=label, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), **more)


class NothingForm(PlainForm, forms.Form):
    """A step without a question."""


class AnswerForm(PlainForm, forms.Form):
    text = words(_("Your answer"), help_text=_("The coordinators read it."))


class QuestionForm(PlainForm, forms.Form):
    question = words(_("Your question"), help_text=_("The person who referred them reads it and answers here."))


class DeferForm(PlainForm, forms.Form):
    ask_again_on = forms.DateField(label=_("Until when?"), widget=DayInput())


class CloseForm(PlainForm, forms.Form):
    reason = forms.ChoiceField(choices=CloseReason.choices, label=_("Why?"), widget=Chips())
    note = words(_("A word about it"), required=False)


class ConsentForm(PlainForm, forms.Form):
    """One scope, one answer, how it was told."""

    scope = forms.ChoiceField(choices=Scope.choices, label=_("About what?"), widget=Chips())
    given = forms.ChoiceField(
        choices=[("no", _("No, they take it back")), ("yes", _("Yes, they agree"))], label=_("What do they say now?"),
        widget=Chips(),
    )  # fmt: skip
    how = forms.ChoiceField(choices=HOW, label=_("How did they tell it?"), widget=Chips())


class PhaseForm(PlainForm, forms.Form):
    phase = forms.ChoiceField(choices=Phase.choices, label=_("What is going on now?"), widget=Chips())


class ReachForm(PlainForm, forms.Form):
    """How to reach somebody; an address counts once it was read back."""

    phone = phone_number()
    phone_read_back = forms.BooleanField(label=_("I read the number back to them"), required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    email_read_back = forms.BooleanField(label=_("I read the address back to them"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput(), required=False)


class ReopenForm(PlainForm, forms.Form):
    """Every consent asked anew."""

    consent_profile = forms.ChoiceField(choices=YES_NO, label=Scope.PROFILE.label, widget=EvenChips())
    consent_contact = forms.ChoiceField(choices=YES_NO, label=Scope.CONTACT.label, widget=EvenChips())
    consent_evaluation = forms.ChoiceField(choices=YES_NO, label=Scope.EVALUATION.label, widget=EvenChips())
    consent_research = forms.ChoiceField(choices=YES_NO, label=Scope.RESEARCH.label, widget=EvenChips())
    consent_how = forms.ChoiceField(choices=HOW, label=_("How did they answer?"), widget=Chips())

    def consent(self) -> ConsentData:
        """Return the answers as the action is given them."""
        get = self.cleaned_data.get
        return ConsentData({s.value: get(f"consent_{s.value}") == "yes" for s in Scope}, get("consent_how"))


class ConsentTextForm(PlainForm, forms.Form):
    """New words for one scope in one language."""

    scope = forms.ChoiceField(choices=Scope.choices, label=_("About what?"), widget=Chips())
    language = forms.ChoiceField(choices=(), label=_("In which language?"), widget=Chips())
    text = forms.CharField(
        label=_("The words, as they are read aloud"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Short and plain. Say that they can stop any day and that their care stays the same."),
    )  # fmt: skip
    submit = _("Use these words from now on")

    def __init__(self, *args, clinic, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(code, Language(code).label) for code in clinic.languages or ["en"]]
