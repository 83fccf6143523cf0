"""What is asked about the clinic's rules for choosing mentors."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from clinics.roles import Role
from common.forms import ChipsMany, DayInput, FormPart, ListChips, More, PairFields, PlainForm, YearInput
from training.actions.selecting_policy import BOUNDS, STAFF
from training.models import AdmissionPolicy
from training.models.policy import STARTER_WHO, FunctioningRule, PaperKind, SelectionStep

BEFORE = [
    ("check", _("A valid background check")),
    ("briefing", _("A secrecy briefing")),
    ("team", _("To have met the team")),
]
ROLES = [(role, Role(role).label) for role in STAFF]
WHO = {
    "interview": _("Who talks with them?"), "ratings": _("Who may rate?"), "references": _("Who rings references?"),
    "check": _("Who looks at papers?"), "sponsor": _("Who may vouch?"), "insurance": _("Who goes through benefit and insurance?"),
    "conflicts": _("Who asks about a conflict of interests?"),
}  # fmt: skip


def number(label, hint=""):
    """Return a field for a small number."""
    return forms.IntegerField(label=label, help_text=hint, widget=YearInput)


class AdmissionForm(PlainForm, forms.Form):
    """The next version of the rules, filled in as the newest one stands."""

    needed = forms.MultipleChoiceField(
        label=_("What is asked before a yes"),
        choices=SelectionStep,
        required=False,
        widget=ChipsMany(look="chips list"),
    )
    papers = forms.MultipleChoiceField(
        label=_("Papers needed before a yes"), choices=PaperKind, required=False, widget=ChipsMany
    )
    assessors = number(_("People who rate"), _("From 1 to 3. Two see more than one."))
    references = number(_("References to ring"), _("From 0 to 4."))
    functioning = forms.ChoiceField(
        label=_("Living with the illness"), choices=FunctioningRule, widget=ListChips,
        help_text=_("Opinions differ, so this is the clinic’s own rule. It stands beside the sentences people rate with."),
    )  # fmt: skip
    check_months = number(_("Months a background check counts"))
    certificate_months = number(_("Months a certificate counts"))
    before = forms.MultipleChoiceField(
        label=_("Before somebody takes the first person"),
        choices=BEFORE,
        required=False,
        widget=ChipsMany(look="chips list"),
    )
    in_force_from = forms.DateField(label=_("Counts from"), widget=DayInput, help_text=_("Today or a day to come."))
    note = forms.CharField(label=_("What changed, and why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    form_tag = False
    layout = [
        FormPart(_("Before a decision"), "needed", "papers", PairFields("assessors", "references"), "functioning"),
        FormPart("", More(_("Who may do what"), *(f"who_{step}" for step in SelectionStep.values))),
        FormPart(_("Before and while somebody mentors"), "before", PairFields("check_months", "certificate_months")),
        FormPart(_("From when"), "in_force_from", "note"),
    ]  # fmt: skip

    def __init__(self, data=None, *, clinic: Clinic, newest: AdmissionPolicy | None):
        self.clinic, self.newest = clinic, newest
        super().__init__(data, initial=usual(clinic, newest))
        self.fields["note"].required = newest is not None
        for field, (least, most) in BOUNDS.items():
            text = _("Write a number from %(least)d to %(most)d") % {"least": least, "most": most}
            self.fields[field].error_messages |= dict.fromkeys(("min_value", "max_value"), text)
            self.fields[field].min_value, self.fields[field].max_value = least, most
            self.fields[field].validators += [
                forms.fields.validators.MinValueValidator(least), forms.fields.validators.MaxValueValidator(most),
            ]  # fmt: skip

    def make_helper(self):
        """Return the helper; who may do what is one ring of roles a step."""
        for step, label in WHO.items():
            field = forms.MultipleChoiceField(label=label, choices=ROLES, required=False, widget=ChipsMany)
            field.help_text = _("Nobody chosen: whoever keeps the mentors’ records.")
            field.initial = self.initial.get(f"who_{step}")
            self.fields[f"who_{step}"] = field
        for name in ("needed", "papers", "before", *(f"who_{step}" for step in WHO)):
            self.fields[name].unmarked = True  # nothing ticked is an answer too
        return super().make_helper()

    @property
    def told(self) -> dict[str, Any]:
        """Return the answers as the action wants them."""
        a = self.cleaned_data
        names = (
            "needed",
            "papers",
            "assessors",
            "references",
            "functioning",
            "check_months",
            "certificate_months",
            "note",
        )
        values = {name: a[name] for name in names} | {f"needs_{key}": key in a["before"] for key, _label in BEFORE}
        who = {step: a[f"who_{step}"] for step in WHO}
        return {"values": values, "who": who, "in_force_from": a["in_force_from"]}

    @property
    def mark(self) -> str:
        """Return a mark of these very answers, to tell whether somebody saw what they would change."""
        told = json.dumps(self.told, default=str, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def set(self, **values: Any) -> None:
        """Put hidden answers in the place of those that came."""
        self.data = self.data.copy()
        for key, value in values.items():
            self.data[key] = str(value)


def usual(clinic: Clinic, newest: AdmissionPolicy | None) -> dict[str, Any]:
    """Return the newest version as answers; where there is none, what a clinic begins with."""
    p = newest or AdmissionPolicy(clinic=clinic, needed=SelectionStep.values, papers=["background"], who=STARTER_WHO)
    names = ("needed", "papers", "assessors", "references", "functioning", "check_months", "certificate_months")
    before = [key for key, _label in BEFORE if getattr(p, f"needs_{key}")]
    start = max(clinic.today, newest.in_force_from) if newest else clinic.today
    return {name: getattr(p, name) for name in names} | {f"who_{step}": p.who.get(step, []) for step in WHO} | {
        "before": before, "in_force_from": start, "version": newest.version if newest else 0,
    }  # fmt: skip
