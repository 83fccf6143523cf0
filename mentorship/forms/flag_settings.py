"""The forms of what a clinic does with worries."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Chips, Choices, PlainForm
from mentorship.actions import flag_settings as actions
from mentorship.models import About, FlagCategory, FlagTiming, Group, Severity

LEVELS = {
    Severity.S1: _("1, at once"), Severity.S2: _("2, today"), Severity.S3: _("3, soon"), Severity.S4: _("4, this week"),
}  # fmt: skip
UNITS = [("minutes", _("minutes")), ("days", _("working days"))]


class VersionForm(PlainForm, forms.Form):
    """Carries the version of the clinic's settings that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class WorryForm(VersionForm):
    """One worry: its words, how urgent it is, what to do and whom to call."""

    name = forms.CharField(
        label=_("The worry, in a mentor's words"),
        max_length=120,
        error_messages={"required": _("Give it a name that a mentor recognises.")},
    )
    severity = forms.ChoiceField(label=_("How urgent"), choices=[(s.value, LEVELS[s]) for s in Severity], widget=Chips)
    about = forms.ChoiceField(
        label=_("About whom"), choices=About.choices,
        widget=Choices(more={
            About.PERSON: _("It goes to the clinician, then the backup, a coordinator, an admin."),
            About.MENTOR: _("It goes to coordinators and admins only. The pair pauses; the mentor sees nothing."),
            About.STAFF: _("It goes to coordinators and admins, never to the person it is about."),
        }),
    )  # fmt: skip
    group = forms.ChoiceField(label=_("Under which heading"), choices=Group.choices, widget=Chips)
    guidance = forms.CharField(
        label=_("Do this now"), max_length=900, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One to four short sentences, each on its own line."),
    )  # fmt: skip
    numbers = forms.CharField(
        label=_("Numbers to call"), required=False, max_length=900, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on a line: the number, a comma, what it is for. For example: 112, Danger to life"),
    )  # fmt: skip
    thanks = forms.BooleanField(label=_("Thank the mentor for saying so"), required=False)
    active = forms.BooleanField(label=_("In use"), required=False)

    @staticmethod
    def of(category: FlagCategory | None) -> dict:
        """Return what the form starts with."""
        if category is None:
            return {"active": True, "severity": Severity.S3, "about": About.PERSON, "group": Group.BODY}
        start = {name: getattr(category, name) for name in ("name", "severity", "about", "group", "thanks", "active")}
        start["guidance"] = "\n".join(category.guidance)
        start["numbers"] = "\n".join(f"{row['number']}, {row['label']}" for row in category.numbers)
        return start

    def clean_guidance(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["guidance"].splitlines() if line.strip()]

    def clean_numbers(self) -> list[dict]:
        rows = []
        for line in filter(None, (line.strip() for line in self.cleaned_data["numbers"].splitlines())):
            number, _comma, label = (part.strip() for part in line.partition(","))
            figures = number.replace(" ", "").removeprefix("+")
            if not label or not figures.isascii() or not figures.isdigit() or not 2 <= len(figures) <= 15:
                raise forms.ValidationError(
                    _("Write each as a number, a comma, and what it is for: 112, Danger to life")
                )
            rows.append({"label": label[:80], "number": number})
        return rows

    def values(self) -> dict:
        """Return what the action wants."""
        return {name: self.cleaned_data[name] for name in actions.WORRY_FIELDS}


class DeadlinesForm(VersionForm):
    """Per severity: how long to answer, until the next rung, to resolve."""

    def __init__(self, *args, timings: dict[str, FlagTiming], **kwargs):
        self.timings = timings
        super().__init__(*args, **kwargs)

    def make_helper(self):
        for severity in Severity:
            for name in actions.TIMES:
                self._add(severity, name)
            self.fields[f"{severity}-open"] = forms.BooleanField(
                label=_("Count only the hours the clinic is open, to answer"), required=False,
                initial=self.timings[severity].in_working_hours,
            )  # fmt: skip
        return super().make_helper()

    def _add(self, severity: str, name: str) -> None:
        minutes, days = (getattr(self.timings[severity], field) for field in actions.TIMES[name])
        labels = {"answer": _("To answer"), "repeat": _("Until the next rung"), "resolve": _("To resolve")}
        number = forms.IntegerField(
            label=labels[name], initial=minutes or days, min_value=1, max_value=actions.MOST_MINUTES,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-year"}),
            error_messages={
                "min_value": _("A deadline of zero would never be met. Write 1 or more."),
                "max_value": _("This is far too long for somebody who waits."),
                "invalid": _("Write a number, with figures only"), "required": _("Write a number, with figures only"),
            },
        )  # fmt: skip
        unit = forms.ChoiceField(
            label=_("counted in"), choices=UNITS, initial="minutes" if minutes else "days", widget=Chips
        )
        self.fields[f"{severity}-{name}"], self.fields[f"{severity}-{name}-unit"] = number, unit

    def rows(self):
        """Return (severity, its words, [(number, unit) ...], the box) for the page."""
        return [
            (
                severity, LEVELS[severity],
                [(self[f"{severity}-{name}"], self[f"{severity}-{name}-unit"]) for name in actions.TIMES],
                self[f"{severity}-open"],
            )
            for severity in Severity
        ]  # fmt: skip

    def values(self) -> dict:
        """Return what the action wants."""
        data, found = self.cleaned_data, {}
        for severity in Severity:
            found[severity.value] = {"in_working_hours": data[f"{severity}-open"]}
            for name, (minutes, days) in actions.TIMES.items():
                in_minutes = data[f"{severity}-{name}-unit"] == "minutes"
                length = data[f"{severity}-{name}"]
                found[severity.value] |= {minutes: length if in_minutes else None, days: None if in_minutes else length}
        return found
