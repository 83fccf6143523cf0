"""The forms of a pair: its pause, what was done about an answer; endings have a module of their own."""

from __future__ import annotations

import json
import re

from django import forms
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.forms import DayInput, ListChips, PlainForm
from mentorship.actions.checks import check_days


class CommentForm(PlainForm, forms.Form):
    """What may follow a tap: short questions, and a line; `other` is the given name of who does not read it."""

    comment = forms.CharField(
        label=_("In your own words"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    form_tag = False

    def __init__(self, *args, other: str = "", questions=(), **kwargs):
        self.base_fields = {**{q.code: self._of(q, other) for q in questions}, **type(self).base_fields}
        super().__init__(*args, **kwargs)
        self.codes = [question.code for question in questions]
        self.fields["comment"].help_text = _("The coordinator reads this. %(name)s does not.") % {"name": other}

    @staticmethod
    def _of(question, other: str) -> forms.ChoiceField:
        answers = [(answer.code, answer.label) for answer in question.answers]
        return forms.ChoiceField(label=question.asks(other), choices=answers, required=False, widget=ListChips)

    @property
    def more(self) -> dict[str, str]:
        """Return the answers to the short questions."""
        return {code: self.cleaned_data[code] for code in self.codes}

    @property
    def short_questions(self) -> list:
        return [self[code] for code in self.codes]


class TeamForm(PlainForm, forms.Form):
    """A medical question that is still open, for the care team."""

    question_text = forms.CharField(
        label=_("Your question"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You may leave this empty: then the team asks you what it is about. Your mentor does not read it."),
    )  # fmt: skip
    form_tag = False


class HandleForm(PlainForm, forms.Form):
    """What was done about an answer or a silence."""

    note = forms.CharField(
        label=_("What did you do?"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Coordinators of the clinic read this."),
    )  # fmt: skip
    submit = _("It is dealt with")


class AftercareForm(HandleForm):
    """What was done after a death."""


class PauseForm(PlainForm, forms.Form):
    """Why a pair rests."""

    reason = forms.CharField(
        label=_("Why?"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Coordinators of the clinic read this. No reason is needed."),
    )  # fmt: skip
    until = forms.DateField(
        label=_("Until which day?"), required=False, widget=DayInput,
        help_text=_("On that day they go on by themselves. Leave it empty to decide later."),
    )  # fmt: skip
    submit = _("Pause their talks")


class DaysField(forms.CharField):
    """Days written with commas; gives a list of whole numbers."""

    default_error_messages = {"numbers": _("Write days as numbers with commas between, for example 10, 30, 56")}

    def prepare_value(self, value):
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value):
        text = super().to_python(value)
        parts = [part for part in re.split(r"[\s,;]+", text) if part]
        if len(parts) > 60 or not all(re.fullmatch(r"[0-9]{1,4}", part) for part in parts):
            raise forms.ValidationError(self.error_messages["numbers"], code="numbers")
        return [int(part) for part in parts]

    def run_validators(self, value):
        """The list is judged by the form's rules."""


class BeforeField(forms.CharField):
    """What the page showed, carried along; what was forged or lost counts as something else, so as an old page."""

    widget = forms.HiddenInput

    def prepare_value(self, value):
        return json.dumps(value) if isinstance(value, dict) else value

    def to_python(self, value):
        try:
            found = json.loads(super().to_python(value))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def run_validators(self, value):
        """What it holds is only compared with what is there."""


class DaysForm(PlainForm, forms.Form):
    """On which days after the introduction whom is asked. `before` is what the page showed."""

    mentee = DaysField(label=_("The mentee is asked on days"), help_text=_("Days after the introduction."))
    mentor = DaysField(
        label=_("The mentor is asked on days"), required=False, help_text=_("Days after the introduction.")
    )
    before = BeforeField(required=False)
    form_tag = False

    def clean(self):
        data = super().clean()
        for side in ("mentee", "mentor"):
            if side in data:
                try:
                    check_days(data[side], side)
                except Refused as refusal:
                    self.add_error(side, str(refusal))
        return data
