"""What people fill in about messages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import PlainForm
from messaging import kinds
from messaging.workflow import Status

SETTLED = "settled"


class FilterForm(PlainForm, forms.Form):
    """Which messages to show."""

    status = forms.ChoiceField(label=_("State"), required=False)
    kind = forms.ChoiceField(label=_("What about"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", _("Every state")), *Status.choices, (SETTLED, _("Settled by hand"))]
        named = sorted(((name, kinds.label(name)) for name in kinds.names()), key=lambda pair: pair[1])
        self.fields["kind"].choices = [("", _("Everything")), *named]
        for field in self.fields.values():
            field.unmarked = True

    def apply(self, messages):
        """Return the messages asked for; an answer that is none shows all."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if chosen.get("kind"):
            messages = messages.filter(kind=chosen["kind"])
        if chosen.get("status") == SETTLED:
            return messages.exclude(settled_at=None)
        return messages.filter(status=chosen["status"]) if chosen.get("status") else messages


class SettleForm(PlainForm, forms.Form):
    """How an undelivered message was dealt with."""

    note = forms.CharField(
        label=_("What did you do instead?"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: told her by phone. Coordinators and admins read this. Name no patient."),
    )  # fmt: skip
