"""A number for each soft criterion: to change what counts, or only to try it. The fields follow from the criteria."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import PlainForm, make_plain
from matching.actions import weighing
from matching.criteria import SOFT
from matching.models import Policy
from matching.weights import WHOLE, share_out

PREFIX = "w_"


class WeightField(forms.IntegerField):
    """How much one criterion counts."""

    def __init__(self, label, **kwargs):
        messages = weighing.words_for(str(label))
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(
            label=label, min_value=0, max_value=weighing.MOST, widget=widget, error_messages=messages, **kwargs
        )


class Numbers(PlainForm, forms.Form):
    """A number for each criterion, called `w_` and its key. `now` are the numbers in force."""

    form_tag = False

    def __init__(self, *args, now: dict[str, int], **kwargs):
        initial = {**now, **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.now = now
        for soft in SOFT:
            self.fields[soft.key] = WeightField(soft.label)
            make_plain(self.fields[soft.key])

    def add_prefix(self, field_name):
        return f"{PREFIX}{field_name}" if field_name in {soft.key for soft in SOFT} else field_name

    @property
    def numbers(self) -> dict[str, int]:
        """Return what was given for each criterion once cleaned, or what is in force where that makes no sense."""
        given = getattr(self, "cleaned_data", {})
        return {soft.key: given.get(soft.key, self.now[soft.key]) for soft in SOFT}

    def clean(self):
        data = super().clean()
        if not any(soft.key in self.errors for soft in SOFT) and not any(data[soft.key] for soft in SOFT):
            self.add_error(None, _("At least one of these must count: with 0 everywhere nobody would come first"))
        return data

    def rows(self) -> list[dict]:
        """Return each criterion as its row on the page shows it: field, number, number in force, share of 100."""
        numbers = self.numbers
        shares = share_out(WHOLE, list(numbers.values()))
        return [
            {"field": self[key], "number": n, "was": self.now[key] if n != self.now[key] else None, "share": share}
            for (key, n), share in zip(numbers.items(), shares, strict=True)
        ]


class WeightsForm(Numbers):
    """New numbers for a clinic. `compared` are the numbers whose comparison the page showed."""

    note = forms.CharField(
        label=_("Why, in a few words"), required=False, max_length=weighing.MOST_WORDS,
        help_text=_("Coordinators and admins read it in the list of versions."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    back_to = forms.IntegerField(widget=forms.HiddenInput, required=False)
    clinic = forms.CharField(widget=forms.HiddenInput, required=False)
    compared = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, policy: Policy, **kwargs):
        start = {"version": policy.version, "clinic": policy.clinic.ref}
        super().__init__(*args, now=weighing.numbers_of(policy), initial=start, **kwargs)
        self.policy = policy

    def clean(self):
        for name in ("version", "back_to", "clinic", "compared"):
            if name in self.errors:  # nobody typed these: a form that was tampered with is a form of no version
                del self.errors[name]
                self.cleaned_data[name] = None
        data = super().clean()
        if not self.errors and data["clinic"] != self.policy.clinic.ref:
            form = _("This form was opened for another clinic. Look again: the numbers would count for %(clinic)s")
            self.add_error(None, form % {"clinic": self.policy.clinic.name})
        elif not self.errors and "save" not in self.data and self.numbers_given() == self.now:
            self.add_error(None, _("These are the numbers in force already. Change one to see what it would do"))
        return data

    def numbers_given(self) -> dict[str, int]:
        """Return the numbers that were sent; only once they are cleaned."""
        return {soft.key: self.cleaned_data[soft.key] for soft in SOFT}

    @property
    def mark(self) -> str:
        """Return the numbers as one text, to know whether they are those that were compared."""
        return " ".join(f"{key}={n}" for key, n in self.numbers.items())

    @property
    def saves(self) -> bool:
        """Tell whether this is to be saved: asked for, and over the comparison of these very numbers."""
        return "save" in self.data and self.cleaned_data["compared"] == self.mark

    @property
    def is_old(self) -> bool:
        """Tell whether somebody put other numbers in force since the form was opened."""
        return self.cleaned_data["version"] != self.policy.version

    def move_on(self, **values) -> None:
        """Let the hidden fields say what the page shows now; what was typed stays."""
        self.data = self.data.copy()
        for name, value in values.items():
            self.data[name] = value
