"""Which time the report of choices is about."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import PlainForm


class PeriodForm(PlainForm, forms.Form):
    """How far back to look."""

    period = forms.ChoiceField(
        label=_("Which time"),
        choices=[
            ("3", _("This month and two before")),
            ("12", _("The last twelve months")),
            ("all", _("From the start")),
        ],
    )
