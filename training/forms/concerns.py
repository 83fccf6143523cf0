"""Telling a concern in confidence, and what was done about it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Chips, Choices, PlainForm, Sheet
from training.actions.concerns import LONGEST, LONGEST_ABOUT, LONGEST_DONE, Told, Whom
from training.models import Concern

SOMEBODY_ELSE = "else"
TO_WORDS = {
    Concern.To.COORDINATOR: _("They run the programme. If it is about them, it goes to the admin by itself."),
    Concern.To.ADMIN: _("Somebody above the coordinator. The coordinator does not read it."),
}


class ConcernForm(PlainForm, forms.Form):
    """A concern by somebody who did not sign in: no name is asked."""

    whom = forms.ChoiceField(label=_("Whom is it about?"), choices=Whom.choices, widget=Chips)
    name = forms.CharField(
        label=_("Their name, if you know it"), required=False, max_length=LONGEST_ABOUT,
        help_text=_("With the name we can make sure that they do not read this."),
    )  # fmt: skip
    words = forms.CharField(
        label=_("What happened?"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In your own words. When was it, and what did you see or hear?"),
    )  # fmt: skip
    to = forms.ChoiceField(label=_("Who should read this?"), choices=Concern.To.choices, widget=Choices(more=TO_WORDS))
    reach = forms.CharField(
        label=_("How can we reach you?"), required=False, max_length=200,
        help_text=_("Only if you want an answer. You may leave this empty: then nobody knows who you are."),
    )  # fmt: skip
    layout = [Sheet("whom", "name", "words", "to", "reach")]
    submit = _("Tell this in confidence")

    def told(self) -> Told:
        """Return the answers as the action wants them."""
        data = self.cleaned_data
        return Told(words=data["words"], to=data["to"], whom=data["whom"], name=data["name"], reach=data["reach"])


class SignedInConcernForm(ConcernForm):
    """A concern by somebody with an account: people of the team by name, anybody else as written."""

    person = forms.ChoiceField(label=_("Whom is it about?"), help_text=_("They never read this."))
    whom = forms.ChoiceField(label=_("What are they?"), choices=Whom.choices, required=False, widget=Chips)
    layout = [Sheet("person", "whom", "name", "words", "to", "reach")]

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {user.ref: user for user in people}
        self.fields["person"].choices = [
            ("", _("Choose")), *((ref, user.full_name) for ref, user in self.people.items()),
            (SOMEBODY_ELSE, _("A mentor, or somebody who is not in this list")),
        ]  # fmt: skip
        self.fields["whom"].help_text = _("Only when they are not in the list.")
        self.fields["reach"].help_text = _("Whoever reads this sees your name. Add a number if you like.")

    def clean(self):
        data = super().clean()
        if data.get("person") == SOMEBODY_ELSE and not data.get("whom") and "whom" not in self.errors:
            self.add_error("whom", _("Choose an answer"))
        return data

    def told(self) -> Told:
        """Return the answers as the action wants them."""
        data = self.cleaned_data
        user = self.people.get(data["person"])
        return Told(
            words=data["words"], to=data["to"], whom="" if user else data["whom"], name="" if user else data["name"],
            user=user, reach=data["reach"],
        )  # fmt: skip


class OutcomeForm(PlainForm, forms.Form):
    """What was done about a concern."""

    outcome = forms.CharField(
        label=_("What was done?"), max_length=LONGEST_DONE, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Those who may read the concern read this too."),
    )  # fmt: skip
    layout = [Sheet("outcome")]
    submit = _("Close it")
