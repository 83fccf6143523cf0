"""The forms of red flags. Each is short: safety first, form later."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Chips, ListChips, PlainForm
from mentorship.actions.flags import MAX_DETAILS, MAX_DONE, MAX_TEXT, OUTCOMES
from mentorship.forms.rota import PersonField
from mentorship.models import Attempt, RedFlag, Severity
from mentorship.workflow import FlagStatus

TEXT = forms.Textarea(attrs={"rows": 3})


class DetailsForm(PlainForm, forms.Form):
    """What the person who raised it saw or heard, or feels: `own` is a worry about oneself."""

    details = forms.CharField(
        label=_("What did you see or hear?"), required=False, max_length=MAX_DETAILS, widget=TEXT,
        help_text=_("In your own words. Only the people who answer it read this."),
    )  # fmt: skip

    def __init__(self, *args, own: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if own:
            self.fields["details"].label = _("What is going on?")


class AttemptForm(PlainForm, forms.Form):
    """A call, reached or not, or a note."""

    kind = forms.ChoiceField(label=_("What did you do?"), choices=Attempt.Kind.choices, widget=Chips)
    text = forms.CharField(
        label=_("Note"), required=False, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Medical details belong in the patient file, not here."),
    )  # fmt: skip


class ResolveForm(PlainForm, forms.Form):
    """The end of a flag, with an outcome of its route."""

    outcome = forms.ChoiceField(label=_("Outcome"), widget=ListChips)
    done = forms.CharField(
        label=_("What was done"), required=False, max_length=MAX_DONE, widget=TEXT,
        help_text=_("Medical details belong in the patient file, not here."),
    )  # fmt: skip

    def __init__(self, *args, route: str, **kwargs):
        super().__init__(*args, **kwargs)
        labels = dict(RedFlag.Outcome.choices)
        self.fields["outcome"].choices = [(code, labels[code]) for code in OUTCOMES[route]]


class HandForm(PlainForm, forms.Form):
    """Which colleague is asked to take it over. `refusal` says who can be, to whoever names somebody else."""

    to = PersonField(label=_("Which colleague?"))

    def __init__(self, *args, people, refusal: str, **kwargs):
        self.people, self.refusal = people, refusal
        super().__init__(*args, **kwargs)

    def make_helper(self):
        self.fields["to"].offer(self.people)
        self.fields["to"].error_messages["invalid_choice"] = self.refusal
        return super().make_helper()


class ReopenForm(PlainForm, forms.Form):
    """Why a flag is opened again."""

    note = forms.CharField(
        label=_("Why is it opened again?"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


PERIODS = [("30", _("30 days")), ("90", _("3 months")), ("182", _("Half a year")), ("365", _("A year"))]
LEVELS = {"S1": _("1, at once"), "S2": _("2, today"), "S3": _("3, soon"), "S4": _("4, this week")}


class EscalationsForm(PlainForm, forms.Form):
    """Up to four filters above the list of every flag. What makes no sense counts as not chosen."""

    severity = forms.ChoiceField(
        label=_("How urgent"),
        required=False,
        choices=[("", _("All levels")), *((s.value, LEVELS[s]) for s in Severity)],
    )
    status = forms.ChoiceField(
        label=_("Where it stands"),
        required=False,
        choices=[("", _("All")), *FlagStatus.choices, ("late", _("Answered late"))],
    )
    route = forms.ChoiceField(
        label=_("Route"),
        required=False,
        choices=[("", _("Both")), ("clinical", _("Clinical")), ("conduct", _("Conduct"))],
    )
    period = forms.ChoiceField(label=_("Since"), required=False, choices=[*PERIODS, ("", _("The beginning"))])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.unmarked = True  # nobody must filter

    def chosen(self) -> dict:
        """Return the filters that make sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
