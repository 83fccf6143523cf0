"""Forms about a clinic, its people and its access log."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

import holidays
from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.models import User
from clinics import hours
from clinics.actions.settings import MOST_HOURS
from clinics.models import Clinic
from clinics.roles import Role
from common.forms import Buttons, ChipsMany, DayInput, FormPart, PairFields, PlainForm
from common.vocabulary import Language

COUNTRIES = [
    ("", _("None")),
    ("BE", "België / Belgique"),
    ("NL", "Nederland"),
    ("LU", "Luxembourg"),
    ("FR", "France"),
    ("DE", "Deutschland"),
    ("GB", "United Kingdom"),
    ("IE", "Ireland"),
]
TRAINER_SEES = _("A trainer sees only the training days they teach: who comes, who was there, and role-plays.")
SHORT_NUMBER = re.compile(r"^\+?[\d ./()-]{3,20}$")


class InviteForm(PlainForm, forms.Form):
    """Invite somebody by mail."""

    layout = ["first_name", "last_name", "email", "roles"]
    submit = _("Send the invitation")

    first_name = forms.CharField(label=_("Given name"), max_length=80)
    last_name = forms.CharField(label=_("Family name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    roles = forms.MultipleChoiceField(
        label=_("Roles in this clinic"), choices=Role.choices, widget=ChipsMany, help_text=TRAINER_SEES
    )


class RolesForm(PlainForm, forms.Form):
    """The roles somebody has in this clinic, and those they had when the page was opened."""

    was = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    roles = forms.MultipleChoiceField(
        label=_("Roles in this clinic"), choices=Role.choices, widget=ChipsMany, required=False, help_text=TRAINER_SEES
    )
    roles.unmarked = True  # none is an answer too


class PeopleFilter(PlainForm, forms.Form):
    """Whom to show in the list of people."""

    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=100, widget=forms.SearchInput())
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All roles")), *Role.choices])
    q.unmarked = role.unmarked = True


class LogFilter(PlainForm, forms.Form):
    """Which looks to show."""

    who = forms.CharField(label=_("Who looked"), required=False, max_length=100, widget=forms.SearchInput())
    whom = forms.CharField(label=_("At whom"), required=False, max_length=100, widget=forms.SearchInput())
    page = forms.ChoiceField(label=_("What was shown"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Until and with"), required=False, widget=DayInput)
    who.unmarked = whom.unmarked = page.unmarked = since.unmarked = until.unmarked = True

    def __init__(self, *args, pages=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["page"].choices = [("", _("Everything")), *pages]


class Dated(forms.Form):
    """Carries the version a form was filled in over."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class HoursNumber(forms.IntegerField):
    """How many hours somebody gets, from one hour to 14 days."""

    def __init__(self, **kwargs):
        words = _("Choose between 1 hour and 14 days (336 hours)")
        messages = {"min_value": words, "max_value": words, "invalid": words}
        super().__init__(min_value=1, max_value=MOST_HOURS, error_messages=messages, **kwargs)


class BasicsForm(PlainForm, Dated, forms.ModelForm):
    """What the clinic is called, where it is and who answers."""

    layout = [
        FormPart(_("The clinic"), "version", "name", PairFields("phone", "flag_phone"), "languages", "time_zone"),
        FormPart(
            _("Who answers, and how fast"),
            "default_clinician",
            PairFields("mentor_answer_hours", "first_contact_hours"),
        ),
        Buttons(_("Save")),
    ]
    phone = PhoneNumberField(label=_("Phone of the programme"))
    flag_phone = PhoneNumberField(label=_("Phone for worries, in working hours"), required=False)
    languages = forms.MultipleChoiceField(label=_("Languages"), choices=Language.choices, widget=ChipsMany)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    mentor_answer_hours = HoursNumber(label=_("Hours a mentor has to answer"))
    first_contact_hours = HoursNumber(label=_("Hours until the first talk"))

    class Meta:
        model = Clinic
        fields = [
            "name",
            "phone",
            "flag_phone",
            "languages",
            "time_zone",
            "default_clinician",
            "mentor_answer_hours",
            "first_contact_hours",
        ]
        labels = {
            "name": _("Name of the clinic"),
            "default_clinician": _("Clinician who answers when none is named"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix")))
        self.fields["time_zone"].choices = [(zone, zone.replace("_", " ")) for zone in zones]
        self.fields["default_clinician"].queryset = User.objects.filter(
            is_active=True,
            memberships__clinic=self.instance,
            memberships__role=Role.CLINICIAN,
            memberships__ended_at=None,
        )
        self.fields["default_clinician"].required = True
        self.initial["version"] = self.instance.version


class HoursField(forms.CharField):
    """The opening hours of one day, written out."""

    def to_python(self, value):
        try:
            return hours.read(super().to_python(value))
        except ValueError as error:
            raise ValidationError(error.args[0]) from None

    def prepare_value(self, value):
        return hours.write(value) if isinstance(value, list) else value

    def run_validators(self, value):
        return None  # what was read is no text any more

    def validate(self, value):
        return None


class ClosingDaysForm(PlainForm, forms.Form):
    """From which day to which the clinic is closed, and why."""

    first = forms.DateField(label=_("First day"), widget=DayInput)
    last = forms.DateField(label=_("Last day"), required=False, widget=DayInput, help_text=_("Empty for one day only."))
    reason = forms.CharField(label=_("Why"), max_length=80)


class HoursForm(PlainForm, Dated):
    """When the clinic works, day by day."""

    country = forms.ChoiceField(label=_("Public holidays"), required=False, choices=COUNTRIES)
    country.unmarked = True
    country.help_text = _("On these days the clinic is closed.")

    def __init__(self, *args, clinic: Clinic, **kwargs):
        self.clinic = clinic
        initial = {f"day_{n}": clinic.calendar.hours.get(n, []) for n in WEEKDAYS}
        super().__init__(*args, initial={**initial, "country": clinic.country, "version": clinic.version}, **kwargs)
        known = {code for code, _name in COUNTRIES}
        if clinic.country not in known and clinic.country in holidays.list_supported_countries():
            self.fields["country"].choices = [*COUNTRIES, (clinic.country, clinic.country)]

    def make_helper(self):
        for number, name in WEEKDAYS.items():
            self.fields[f"day_{number}"] = HoursField(label=str(name).capitalize(), required=False, max_length=100)
            self.fields[f"day_{number}"].unmarked = True
        days = [f"day_{number}" for number in WEEKDAYS]
        hint = _("Write 08:30-17:00, or 08:30-12:00 and 13:00-17:00. Leave a day empty when the clinic is closed.")
        self.layout = [
            FormPart(_("Hours"), "version", PairFields(*days), lede=hint),
            FormPart("", "country"),
            Buttons(_("Save")),
        ]
        return super().make_helper()

    def spans(self) -> dict[int, hours.Spans]:
        """Return the hours by weekday, Monday 0."""
        return {number: self.cleaned_data[f"day_{number}"] for number in WEEKDAYS}


class NumberForm(PlainForm, forms.Form):
    """One number shown in an emergency."""

    label = forms.CharField(label=_("What it is for"), max_length=80, required=False)
    number = forms.CharField(label=_("Number"), max_length=20, required=False)
    label.unmarked = number.unmarked = True

    def clean_number(self):
        number = self.cleaned_data["number"].strip()
        if number and not (SHORT_NUMBER.match(number) and sum(c.isdigit() for c in number) >= 3):
            raise ValidationError(_("Write a number, for example 1733 or +32 9 000 00 10"))
        return number

    def clean(self):
        values = super().clean()
        if values.get("number") and not values.get("label") and "label" not in self.errors:
            self.add_error("label", _("Say what this number is for"))
        if values.get("label") and not values.get("number") and "number" not in self.errors:
            self.add_error("number", _("Write the number, or take the words away"))
        return values


NumberFormSet = forms.formset_factory(NumberForm, extra=2, max_num=9, absolute_max=12)
