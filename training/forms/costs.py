"""What is asked about costs and hours."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput, PairFields, PlainForm, Sheet, YearInput
from common.models import new_ref
from training import money
from training.files import ACCEPT
from training.models import Claim, OtherHours
from training.workflow import ClaimStatus

Kind = Claim.Kind
NO_NAMES = _("A few words. The coordinator and the finance office read this: no names of people you talk with.")
FIELDS = {
    Kind.KILOMETRES: ("on", "km", "what"), Kind.FARES: ("on", "amount", "what", "receipt"),
    Kind.PHONE: ("on", "amount", "what", "receipt"), Kind.FLAT: ("on", "amount", "what"),
}  # fmt: skip


class EuroField(forms.CharField):
    """An amount in euro, with a comma or a point; whole cents inside."""

    read, write = staticmethod(money.cents), staticmethod(money.plain)

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "w-year"})
        )
        super().__init__(max_length=30, **kwargs)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.read(text)
        except ValueError as mistake:
            raise forms.ValidationError(str(mistake)) from None

    def prepare_value(self, value):
        return self.write(value) if isinstance(value, int) else value


class RateField(EuroField):
    """An amount in euro for a kilometre; hundredths of a cent inside."""

    read, write = staticmethod(money.hundredths), staticmethod(money.plain_rate)


class ClaimForm(PlainForm, forms.Form):
    """A claim of one kind: only what this kind needs is asked."""

    on = forms.DateField(label=_("Which day?"), widget=DayInput)
    km = forms.IntegerField(
        label=_("How many kilometres, there and back?"), min_value=1,
        widget=YearInput, error_messages={
            "min_value": _("Write the kilometres of this day, from 1"),
            "invalid": _("Write whole kilometres, with figures only, for example 12"),
        },
    )  # fmt: skip
    amount = EuroField(label=_("How much, in euro?"))
    what = forms.CharField(label=_("For which trip or talk?"), max_length=200, help_text=NO_NAMES)
    receipt = forms.FileField(
        label=_("Receipt"), required=False, allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={
            "invalid": _("Choose a photo or a PDF of the receipt"),
            "required": _("A receipt is needed: choose a photo or a PDF of it"),
        },
    )  # fmt: skip
    form_key = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    submit = _("Send")

    def __init__(self, *args, kind: str, amounts=None, **kwargs):
        self.kind = kind
        super().__init__(*args, **kwargs)
        for name in [n for n in self.fields if n not in (*FIELDS[kind], "form_key")]:
            del self.fields[name]
        self.initial.setdefault("form_key", new_ref())
        self._word(amounts)
        self.helper = self.make_helper()
        self.helper.render_hidden_fields = True

    def _word(self, amounts) -> None:
        """Say what is optional, and what the amounts of this year are."""
        fields = self.fields
        if self.kind in (Kind.PHONE, Kind.FLAT):
            fields["what"].required = False
        if self.kind == Kind.PHONE:
            fields["what"].label = _("What was it for?")
        if self.kind == Kind.FLAT:
            fields["amount"].required = False
            fields["amount"].label = _("A smaller amount")
            whole = money.euro(min(amounts.flat_rate, amounts.day_ceiling)) if amounts else ""
            fields["amount"].help_text = (
                _("Leave this empty for the whole flat rate, %(whole)s.") % {"whole": whole} if whole else ""
            )
        if "receipt" in fields:
            fields["receipt"].help_text = _receipt_words(amounts)
            fields["receipt"].required = amounts is not None and not amounts.receipt_from

    def make_helper(self):
        """Return the helper with the fields of this kind on one sheet."""
        self.layout = [Sheet(*[name for name in FIELDS[self.kind] if name in self.fields])]
        return super().make_helper()

    def ask_file_again(self) -> None:
        """Say that the file must be chosen again: a browser keeps none."""
        if self.errors and self.files.get("receipt") and not self.has_error("receipt"):
            self.add_error("receipt", _("Choose the receipt once more: a browser does not keep files"))


def _receipt_words(amounts):
    if amounts and amounts.receipt_from:
        return _("A photo or a PDF, at most 5 MB. Needed from %(amount)s on.") % {
            "amount": money.euro(amounts.receipt_from)
        }
    return _("A photo or a PDF of it, at most 5 MB.")


class HoursForm(PlainForm, forms.Form):
    """Hours nothing else in the programme knows of."""

    on = forms.DateField(label=_("Which day?"), widget=DayInput)
    hours = forms.IntegerField(
        label=_("Hours"), required=False, min_value=0, max_value=24, widget=YearInput,
        error_messages=dict.fromkeys(("min_value", "max_value"), _("Write whole hours, from 0 to 24")),
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, min_value=0, max_value=59, widget=YearInput,
        error_messages=dict.fromkeys(("min_value", "max_value"), _("Write minutes, from 0 to 59")),
    )  # fmt: skip
    what = forms.CharField(
        label=OtherHours._meta.get_field("what").verbose_name.capitalize(), max_length=200,
        help_text=_("A few words, for example: stand at the open day. No names of people you talk with."),
    )  # fmt: skip
    form_key = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    layout = [Sheet("on", PairFields("hours", "minutes"), "what")]
    submit = _("Save")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("form_key", new_ref())
        self.helper.render_hidden_fields = True

    def total(self) -> int:
        """Return the minutes in all."""
        return (self.cleaned_data["hours"] or 0) * 60 + (self.cleaned_data["minutes"] or 0)


WAITING, ALL = ClaimStatus.SENT, "all"


class CostsFilter(PlainForm, forms.Form):
    """Which claims are shown."""

    state = forms.ChoiceField(
        label=_("Show"), required=False,
        choices=[
            (WAITING, _("Waiting for an answer")), (ClaimStatus.APPROVED, _("Approved, not in a file yet")),
            (ClaimStatus.EXPORTED, _("With the finance office")), (ClaimStatus.REFUSED, _("Refused")), (ALL, _("All")),
        ],
    )  # fmt: skip
    year = forms.IntegerField(label=_("Year"), required=False, min_value=2000, max_value=2100, widget=YearInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.unmarked = True  # a filter is never required, so nobody needs to be told


class RefuseForm(PlainForm, forms.Form):
    """Why a claim is refused."""

    why = forms.CharField(
        label=_("Why not?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The mentor reads this. Say what would put it right."),
    )  # fmt: skip


class CostYearForm(PlainForm, forms.Form):
    """The amounts of one year."""

    year = forms.IntegerField(
        label=_("Year"), min_value=2020, max_value=2100, widget=YearInput,
        error_messages=dict.fromkeys(("min_value", "max_value", "invalid"), _("Write the year, for example 2026")),
    )  # fmt: skip
    flat_rate = EuroField(label=_("Flat rate for a day"), help_text=_("What this clinic pays for a day, in euro."))
    day_ceiling = EuroField(label=_("Most a day at the flat rate"), help_text=_("By law: 44.02 in 2026."))
    year_ceiling = EuroField(label=_("Most a year at the flat rate"), help_text=_("By law: 1,760.83 in 2026."))
    km_rate = RateField(label=_("For a kilometre"), help_text=_("In euro, up to four figures after the point."))
    km_ceiling = forms.IntegerField(
        label=_("Most kilometres a year"), min_value=0, max_value=50_000, widget=YearInput,
        error_messages=dict.fromkeys(("min_value", "max_value"), _("Write a number of kilometres, up to 50,000")),
    )  # fmt: skip
    receipt_from = EuroField(
        label=_("A receipt is needed from"), help_text=_("For fares and phone, in euro. 0 is always.")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class YearForm(PlainForm, forms.Form):
    """Which year is shown."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=2000, max_value=2100, widget=YearInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].unmarked = True  # a filter is never required
