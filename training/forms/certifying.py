"""What is asked about words to sign, certificates and appeals."""

from __future__ import annotations

import hashlib

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Chips, ChipsMany, DayInput, FormPart, PairFields, PlainForm, form_helper
from training import agreements
from training.actions.certifying import LONGEST_TEXT
from training.models import Appeal, Decertification

LONG = {"rows": 12}


class AgreementForm(PlainForm, forms.Form):
    """New words, from when they count and until when they are signed. Seen before they are published."""

    body = forms.CharField(
        label=_("The words"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 22}),
        help_text=_("Plain words. A line that begins with - is one of a list; the line right above a list is its heading."),
    )  # fmt: skip
    in_force_from = forms.DateField(label=_("They count from"), widget=DayInput)
    sign_by = forms.DateField(
        label=_("To be signed until and with"), widget=DayInput,
        help_text=_("Until then whoever signed the former words goes on as before."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    form_tag = False
    layout = [FormPart("", "body", PairFields("in_force_from", "sign_by"), "version")]

    @property
    def digest(self) -> str:
        """Return what stands for these answers, so that only what was seen is published."""
        parts = [str(self.cleaned_data[name]) for name in ("body", "in_force_from", "sign_by", "version")]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    def follow(self, version: int) -> None:
        """Let the next save be over this version, with everything typed still there."""
        self.data = self.data.copy()
        self.data["version"] = version


class SignForm(PlainForm, forms.Form):
    """One tick for each text. Nothing to type."""

    form_tag = False

    def __init__(self, *args, texts, **kwargs):
        self.texts = texts
        super().__init__(*args, **kwargs)
        for text in texts:
            field = forms.BooleanField(
                label=_("I have read this and I agree"),
                error_messages={"required": _("Read this and tick it, to sign")},
            )
            self.fields[agreements.key_of(text)] = field
        self.helper = self.make_helper()

    def rows(self) -> list[tuple]:
        """Return each text with its tick."""
        return [(text, self[agreements.key_of(text)]) for text in self.texts]


class NumberForm(PlainForm, forms.Form):
    """The number of a certificate."""

    number = forms.CharField(
        label=_("Number"), max_length=40, help_text=_("It stands on the certificate, for example HW-7K2M-Q9RT-4XBD."),
    )  # fmt: skip


class DecertifyForm(PlainForm, forms.Form):
    """Why somebody may be a mentor no longer. The letter comes next."""

    reasons = forms.MultipleChoiceField(label=_("Why?"), choices=Decertification.Reason, widget=ChipsMany)
    note = forms.CharField(
        label=_("What happened"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Kept with the history. The mentor, and who decides an appeal, may read it."),
    )  # fmt: skip
    submit = _("Go on to the letter")
    layout = [FormPart("", "reasons", "note")]


class LetterForm(PlainForm, forms.Form):
    """The letter that goes with a decision, written beforehand and open to change."""

    letter = forms.CharField(
        label=_("The letter"), max_length=5000, widget=forms.Textarea(attrs=LONG),
        help_text=_("They read it behind their sign-in. Change what you like."),
    )  # fmt: skip
    form_tag = False
    layout = [FormPart("", "letter")]


class AppealForm(PlainForm, forms.Form):
    """A mentor's word against a certificate taken back."""

    text = forms.CharField(
        label=_("Why do you not agree?"), max_length=3000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Somebody else than the one who decided reads this, and answers you by letter."),
    )  # fmt: skip
    submit = _("Ask to look again")

    def make_helper(self):
        return form_helper(FormPart("", "text"), submit=self.submit)


class DecideForm(PlainForm, forms.Form):
    """What is decided about an appeal, and why. None is chosen beforehand; the letter comes next."""

    outcome = forms.ChoiceField(label=_("What do you decide?"), choices=Appeal.Outcome, widget=Chips)
    answer = forms.CharField(
        label=_("Why"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Kept with the history. The letter to the mentor comes next."),
    )  # fmt: skip
    submit = _("Go on to the letter")
    layout = [FormPart("", "outcome", "answer")]
