"""The form of how a clinic looks after its mentors."""

from __future__ import annotations

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common.forms import HourInput, PlainForm
from training.actions.care_settings import FIELDS, RANGES
from training.models import CareRules

HINTS = {
    "supervision_days": _("Counted from one talk to the day the next one is due."),
    "late_supervision_stops": _("They keep the people they talk with. They get nobody new until the talk took place."),
    "grace_days": _("They take nobody new meanwhile."),
    "review_share": _("Drawn by chance, at least one. 0 draws none."),
}


class CareForm(PlainForm, forms.ModelForm):
    """Days, hours and shares; `version` is that of the clinic's settings."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = CareRules
        fields = FIELDS
        widgets = {"late_from": HourInput()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = capfirst(field.label or name)
            field.help_text = HINTS.get(name, "")
        for name, (least, most) in RANGES.items():
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label, help_text=self.fields[name].help_text,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-year"}),
                error_messages={"invalid": _("Write a number, with figures only")},
            )  # fmt: skip
            self.initial.setdefault(name, getattr(self.instance, name))
            _say_range(self.fields[name], least, most)

    def _post_clean(self):
        """Leave the row as it is: the action changes it, or nothing does."""

    def values(self) -> dict:
        """Return what the action wants."""
        return {name: self.cleaned_data[name] for name in FIELDS}


def _say_range(field: forms.IntegerField, least: int, most: int) -> None:
    def check(value):
        if value is not None and not least <= value <= most:
            raise forms.ValidationError(
                _("Choose a number from %(least)d to %(most)d"), params={"least": least, "most": most}
            )

    field.validators.append(check)
