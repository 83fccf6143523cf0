"""The forms of a mentee's own page: few questions, none about why."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import reminding
from accounts.models import Reminders
from common.forms import DayInput, HourInput, ListChips, PlainForm
from common.vocabulary import Language
from mentorship.actions import own_page
from referrals.models import Person


class AnotherForm(PlainForm, forms.Form):
    """Another mentor: a reason only if they like."""

    pair = forms.CharField(widget=forms.HiddenInput, max_length=16)  # which mentor it was when the page was read
    why = forms.ChoiceField(label=_("If you like, tell us why"), required=False, widget=ListChips)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["why"].choices = [("", _("I would rather not say")), *own_page.why_another().items()]


class PauseForm(PlainForm, forms.Form):
    """A pause, until a day."""

    pair = forms.CharField(widget=forms.HiddenInput, max_length=16)
    until = forms.DateField(
        label=_("Until which day?"), widget=DayInput, help_text=_("On that day your talks go on by themselves.")
    )


class RemindersForm(PlainForm, forms.Form):
    """How somebody is reminded, and in which language."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reminders = forms.ChoiceField(label=_("Reminders"), choices=Reminders.choices, widget=ListChips)
    quiet_from = forms.TimeField(label=_("No reminders from"), widget=HourInput)
    quiet_until = forms.TimeField(
        label=_("Until"), widget=HourInput, help_text=_("The same two times mean: reminders at any hour.")
    )
    language = forms.ChoiceField(label=_("Language of our messages"), choices=Language.choices)
    time_zone = forms.ChoiceField(label=_("Which clock do you live by?"), required=False)

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, initial=self.now(person), **kwargs)
        zones = [(name, name.replace("_", " ")) for name in reminding.zones()]
        self.fields["time_zone"].choices = [("", _("The same as the clinic")), *zones]

    @staticmethod
    def now(person: Person) -> dict[str, str | int | dt.time]:
        """Return what stands now."""
        names = ("version", "reminders", "quiet_from", "quiet_until", "language", "time_zone")
        return {name: getattr(person, name) for name in names}
