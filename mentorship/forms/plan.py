"""The forms of a plan: another format, a date it counts from, a talk a peer notes from the mentee's end."""

from __future__ import annotations

import datetime as dt
import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock, words
from common.forms import Chips, DayInput, EvenChips, PlainForm, Sheet, Tiles
from common.vocabulary import Channel
from mentorship.actions.planning import WHY_LENGTH
from mentorship.forms.contacts import (
    CHANNEL_ICONS,
    CHANNEL_WORDS,
    DAYS,
    EARLIEST,
    NOON,
    OTHER,
    OUTCOME_ICONS,
    OUTCOMES,
    TODAY,
    YESTERDAY,
)

TOO_EARLY = _("Write the whole date, with a year of four figures")


def seen_field() -> forms.IntegerField:
    """Return the field that says how many changes the page showed."""
    return forms.IntegerField(widget=forms.HiddenInput, required=False)


class ChooseForm(PlainForm, forms.Form):
    """Which format to look at. `formats` are those to choose from."""

    format = forms.ChoiceField(label=_("Which way to meet?"), widget=forms.Select)
    form_tag = False

    def __init__(self, *args, formats, **kwargs):
        self.formats = {row.ref: row for row in formats}
        super().__init__(*args, **kwargs)
        own, ours = _("Of this clinic"), _("From the studies")
        groups: dict = {own: [], ours: []}
        for row in formats:
            name = _("%(name)s (version %(n)s)") % {"name": row.name, "n": row.number} if row.clinic_id else row.name
            groups[own if row.clinic_id else ours].append((row.ref, name))
        self.fields["format"].choices = [(label, rows) for label, rows in groups.items() if rows]

    @property
    def chosen(self):
        """Return the format that was chosen."""
        return self.formats[self.cleaned_data["format"]]


class ChangeForm(PlainForm, forms.Form):
    """Follow the format that was looked at, and why."""

    format = forms.CharField(widget=forms.HiddenInput)
    seen = seen_field()
    why = forms.CharField(
        label=_("Why?"), required=False, max_length=WHY_LENGTH, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Coordinators of the clinic read this. No reason is needed."),
    )  # fmt: skip
    submit = _("Follow this from now on")
    layout = [Sheet("format", "seen", "why")]


class AnchorForm(PlainForm, forms.Form):
    """A date the plan counts from; empty takes it back."""

    day = forms.DateField(label=_("Day"), required=False, widget=DayInput)
    seen = seen_field()
    form_tag = False

    def __init__(self, *args, label: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].label = label or self.fields["day"].label
        self.fields["day"].unmarked = True

    def clean_day(self) -> dt.date | None:
        day = self.cleaned_data["day"]
        if day and day.year < 1900:
            raise forms.ValidationError(TOO_EARLY)
        return day


class PeerLogForm(PlainForm, forms.Form):
    """How a talk went, when and how, from the mentee's end. `now` is the present moment, `tz` the clinic's zone."""

    outcome = forms.ChoiceField(
        label=_("How did it go?"), choices=OUTCOMES, widget=Tiles(icons=OUTCOME_ICONS),
        error_messages={"required": _("Choose how it went")},
    )  # fmt: skip
    when = forms.ChoiceField(label=_("When?"), choices=DAYS, initial=TODAY, widget=EvenChips)
    day = forms.DateField(label=_("Which day?"), required=False, widget=DayInput)
    channel = forms.ChoiceField(
        label=_("How?"), choices=CHANNEL_WORDS, initial=Channel.PHONE,
        widget=Chips(look="chips even cols-4", icons=CHANNEL_ICONS),
    )  # fmt: skip
    client_key = forms.CharField(max_length=36, widget=forms.HiddenInput)
    form_tag = False

    def __init__(self, *args, tz: str, now: dt.datetime, **kwargs):
        self.tz, self.now = tz, now
        super().__init__(*args, initial={"client_key": str(uuid.uuid4())}, **kwargs)
        self.fields["day"].unmarked = True

    def clean(self):
        data = super().clean()
        day = data.get("day") if data.get("when") == OTHER else None
        if data.get("when") == OTHER and day is None and "day" not in self.errors:
            self.add_error("day", _("Choose the day on which it was"))
        elif day and day.year < EARLIEST:
            self.add_error("day", TOO_EARLY)
        return data

    @property
    def at(self) -> dt.datetime:
        """Return the moment: now for today, noon of another day."""
        today = words.local(self.now, self.tz).date()
        back = {TODAY: today, YESTERDAY: today - dt.timedelta(days=1)}
        day = back.get(self.cleaned_data["when"]) or self.cleaned_data["day"]
        return self.now if day == today else clock.at_local(day, NOON, self.tz)
