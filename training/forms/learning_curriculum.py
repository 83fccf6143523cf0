"""What is asked about a part of the training, its pages and its questions."""

from __future__ import annotations

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from common.forms import Chips, PlainForm
from training.models import Module

ANSWERS = 5  # at most, for one question
KINDS = [("", _("Not right")), ("right", _("Right")), ("unsafe", _("Could harm: fails the part by itself"))]


class ModuleForm(PlainForm, forms.ModelForm):
    """How a part is called, what it is for, how it is passed."""

    form_tag = False
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    rubric = forms.CharField(
        label=_("What to look for in a role-play"), required=False, max_length=6000,
        widget=forms.Textarea(attrs={"rows": 5}), help_text=_("One thing a line. Only for a role-play."),
    )  # fmt: skip

    class Meta:
        model = Module
        fields = ("title", "objective", "minutes", "passing", "pass_mark", "attempts", "is_live", "is_refresher")
        widgets = {"passing": Chips(look="chips list")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _bound(self.fields["minutes"], 1, 600, _("Write from 1 to 600 minutes"))
        _bound(self.fields["pass_mark"], 50, 100, _("Write from 50 to 100 per cent"))
        _bound(self.fields["attempts"], 1, 3, _("Write 1, 2 or 3"))

    def _get_validation_exclusions(self):
        return {*super()._get_validation_exclusions(), "curriculum", "key"}


def _bound(field: forms.Field, least: int, most: int, sentence) -> None:
    """Keep a number within what makes sense, with one sentence for both ends."""
    field.min_value, field.max_value = least, most
    field.validators = [MinValueValidator(least, sentence),
                        MaxValueValidator(most, sentence)]  # fmt: skip
    field.widget = forms.NumberInput(attrs={"inputmode": "numeric"})


class PageForm(PlainForm, forms.Form):
    """A page to read."""

    form_tag = False
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=120)
    body = forms.CharField(
        label=_("Words"), max_length=6000, widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("An empty line begins a new paragraph. Lines that begin with “- ” are a list."),
    )  # fmt: skip


def _answer_fields(n: int) -> dict[str, forms.Field]:
    words = {"required": False, "max_length": 500}
    return {
        f"answer_{n}": forms.CharField(label=_("Words of the answer"), required=False, max_length=300),
        f"kind_{n}": forms.ChoiceField(label=_("It is"), required=False, choices=KINDS),
        f"feedback_{n}": forms.CharField(
            label=_("What is said about it"), widget=forms.Textarea(attrs={"rows": 2}), **words
        ),
    }


class QuestionForm(PlainForm, forms.Form):
    """A question with up to five answers; an answer without words is left out."""

    form_tag = False
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Question"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    is_emergency = forms.BooleanField(label=_("This is about an emergency: it must be right"), required=False)

    def __init__(self, *args, **kwargs):
        for n in range(1, ANSWERS + 1):
            self.base_fields |= _answer_fields(n)
        super().__init__(*args, **kwargs)

    @classmethod
    def of(cls, question) -> dict:
        """Return what a form about this question begins with."""
        values = {"text": question.text, "is_emergency": question.is_emergency}
        for n, option in enumerate(question.options.all()[:ANSWERS], start=1):
            kind = "right" if option.is_right else "unsafe" if option.is_unsafe else ""
            values |= {f"answer_{n}": option.text, f"kind_{n}": kind, f"feedback_{n}": option.feedback}
        return values

    @property
    def answers(self) -> list[tuple]:
        """Return the fields of each answer, for the page."""
        return [(n, self[f"answer_{n}"], self[f"kind_{n}"], self[f"feedback_{n}"]) for n in range(1, ANSWERS + 1)]

    def options(self) -> list[dict]:
        """Return the answers that have words."""
        data = self.cleaned_data
        return [
            {"text": data[f"answer_{n}"], "right": data[f"kind_{n}"] == "right", "unsafe": data[f"kind_{n}"] == "unsafe",
             "feedback": data[f"feedback_{n}"]}
            for n in range(1, ANSWERS + 1) if data[f"answer_{n}"]
        ]  # fmt: skip


class PublishForm(PlainForm, forms.Form):
    """What changed, for who reads it later."""

    form_tag = False
    note = forms.CharField(label=_("What changed?"), max_length=300)


class AddModuleForm(PlainForm, forms.Form):
    """A part to add."""

    form_tag = False
    title = forms.CharField(label=_("Title of a new part"), max_length=120)
