"""The forms of the rota."""

from __future__ import annotations

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from common.forms import Buttons, Chips, ChipsMany, DayInput, FormPart, HourInput, PairFields, PlainForm
from mentorship.actions.rota import MOST_WEEKS

OWN = ("own", _("Other hours"))


class PersonField(forms.ChoiceField):
    """One of some people, by their ref; gives the user."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.people = {}

    def offer(self, people) -> None:
        """Say whom to choose from."""
        self.people = {user.ref: user for user in people}
        self.choices = [("", _("Choose somebody")), *((user.ref, user.full_name) for user in people)]

    def clean(self, value):
        return self.people.get(super().clean(value))


class PlanForm(PlainForm, forms.Form):
    """Somebody on call once, or on the same weekdays for some weeks."""

    layout = [
        FormPart(_("Who, and when"), "user", "first_day", "part", PairFields("starts", "ends")),
        FormPart(_("More than once?"), "weekdays", "weeks", "second"),
        Buttons(_("Put on call")),
    ]
    user = PersonField(label=_("Who"))
    first_day = forms.DateField(label=_("First day"), widget=DayInput)
    part = forms.ChoiceField(
        label=_("Which hours"), choices=[OWN], widget=Chips,
        help_text=_("Other hours that end no later than they start end on the next day."),
    )  # fmt: skip
    starts = forms.TimeField(label=_("From"), widget=HourInput, required=False)
    ends = forms.TimeField(label=_("Until"), widget=HourInput, required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these days of each week"), choices=list(WEEKDAYS.items()), coerce=int, widget=ChipsMany,
        required=False, help_text=_("None chosen: only the first day."),
    )  # fmt: skip
    weeks = forms.IntegerField(
        label=_("For how many weeks"), min_value=1, max_value=MOST_WEEKS, initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-year"}),
        error_messages={
            name: _("Write a number from 1 to 26, with figures only") for name in ("invalid", "min_value", "max_value")
        },
    )  # fmt: skip
    second = forms.BooleanField(label=_("As the second, beside somebody who is on call then"), required=False)

    def __init__(self, *args, people, parts, **kwargs):
        self.people, self.parts = people, parts
        super().__init__(*args, **kwargs)

    def make_helper(self):
        self.fields["user"].offer(self.people)
        self.fields["part"].choices = [*self.parts, OWN]
        return super().make_helper()

    def clean(self):
        data = super().clean()
        if data.get("part") == OWN[0]:
            data["part"] = ""
            for name in ("starts", "ends"):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Write a time, for example 17:00"))
        return data

    def values(self) -> dict:
        """Return what the action wants."""
        names = ("user", "first_day", "part", "starts", "ends", "weekdays", "weeks", "second")
        return {name: self.cleaned_data[name] for name in names}


class OfferForm(PlainForm, forms.Form):
    """Whom to ask to take a shift."""

    to = PersonField(label=_("Which colleague?"))

    def __init__(self, *args, people, **kwargs):
        self.people = people
        super().__init__(*args, **kwargs)

    def make_helper(self):
        self.fields["to"].offer(self.people)
        return super().make_helper()
