"""What is asked about training days: planning one, choosing one, who came, what was seen."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import (
    Chips,
    ChipsMany,
    DayInput,
    EvenChips,
    FormPart,
    HourInput,
    ListChips,
    PairFields,
    PlainForm,
    form_helper,
)
from common.words import local
from training import sessions
from training.data_sessions import SessionData
from training.models import LiveSession, RubricItem

NONE = "none"
NO_DAY = {
    "required": _("Choose a day"), "invalid_choice": _("That day cannot be chosen any more. Choose one of these"),
}  # fmt: skip
SEEN = [("2", _("Clearly")), ("1", _("A bit")), ("0", _("Not yet"))]


class SessionForm(PlainForm, forms.Form):
    """One training day, as clocks at the clinic show it."""

    module = forms.ModelChoiceField(label=_("Part of the training"), queryset=None, to_field_name="ref")
    trainer = forms.ModelChoiceField(
        label=_("Who teaches"), queryset=None, to_field_name="ref",
        help_text=_("A trainer, a coordinator or a clinician of this clinic. You invite a trainer under People and roles."),
    )  # fmt: skip
    organisation = forms.CharField(
        label=_("From which organisation"), max_length=120, required=False,
        help_text=_("For somebody of a patient organisation, for example. Mentors read it."),
    )  # fmt: skip
    day = forms.DateField(label=_("Day"), widget=DayInput)
    starts = forms.TimeField(label=_("Starts at"), widget=HourInput)
    ends = forms.TimeField(label=_("Ends at"), widget=HourInput)
    how = forms.ChoiceField(label=_("How"), choices=LiveSession.How, widget=EvenChips)
    place = forms.CharField(
        label=_("Where"), max_length=200, required=False,
        help_text=_("For in person. It goes into people's own calendars: an address, no ward and no illness."),
    )  # fmt: skip
    link = forms.URLField(
        label=_("Link of the video call"), max_length=200, required=False, assume_scheme="https",
        help_text=_("For video. Only people with a place see it, from one hour before."),
        error_messages={"invalid": _("Write the whole link, for example https://meet.example.org/room")},
    )  # fmt: skip
    places = forms.IntegerField(
        label=_("Places"), initial=8, min_value=1, max_value=60,
        error_messages=dict.fromkeys(("min_value", "max_value"), _("Choose from 1 to 60 places")),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    layout = [
        FormPart(_("What, and who"), "module", "trainer", "organisation"),
        FormPart(_("When"), "day", PairFields("starts", "ends")),
        FormPart(_("Where"), "how", "place", "link", "places"),
    ]
    submit = _("Save the day")

    def __init__(self, *args, clinic, session: LiveSession | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["module"].queryset = sessions.modules_of(clinic, session.module_id if session else None)
        self.fields["trainer"].queryset = sessions.trainers_of(clinic)
        self.fields["trainer"].label_from_instance = lambda user: user.full_name
        self.helper.render_hidden_fields = True

    def follow(self, version: int) -> None:
        """Let the next save be over this version, with everything typed still there."""
        self.data = self.data.copy()
        self.data["version"] = version

    def data_of(self) -> SessionData:
        """Return the answers as the action wants them."""
        answers = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        answers["module"], answers["trainer"] = answers["module"].pk, answers["trainer"].pk
        return SessionData(**answers)


def initial_of(session: LiveSession) -> dict:
    """Return how a day stands, as the form shows it."""
    zone = session.clinic.time_zone
    starts, ends = local(session.starts_at, zone), local(session.ends_at, zone)
    same = ("organisation", "how", "place", "link", "places", "version")
    return {name: getattr(session, name) for name in same} | {
        "module": session.module.ref, "trainer": session.trainer.ref,
        "day": starts.date(), "starts": starts.time(), "ends": ends.time(),
    }  # fmt: skip


class ChooseDayForm(PlainForm, forms.Form):
    """Which day, for one part; none of them is an answer like the others."""

    part = forms.CharField(widget=forms.HiddenInput, max_length=20)
    day = forms.ChoiceField(label=_("Which day?"), widget=ListChips, error_messages=NO_DAY)
    words = forms.CharField(
        label=_("Which days would suit you?"), max_length=300, required=False,
        help_text=_("Only when none of these does. Who plans the days reads it."),
    )  # fmt: skip

    def __init__(self, *args, days, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = [*days, (NONE, _("None of these suits me"))]

    def make_helper(self):
        """Return the helper; the page writes the form itself."""
        return form_helper(tag=False)


class CameForm(PlainForm, forms.Form):
    """Who is there: a tick for each person with a place."""

    came = forms.MultipleChoiceField(label=_("Who is there?"), required=False, widget=ChipsMany)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["came"].choices = people
        self.fields["came"].unmarked = True


class ObserveForm(PlainForm, forms.Form):
    """What was seen in a role-play, item by item, and words for the mentor."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    on = forms.DateField(label=_("When was it?"), widget=DayInput)
    words = forms.CharField(
        label=_("What to say to them"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("They read this: what went well, and one thing to try next. Nothing about anybody's illness."),
    )  # fmt: skip

    def __init__(self, *args, items: list[RubricItem], name: str, **kwargs):
        self.items, self.name = items, name
        super().__init__(*args, **kwargs)

    def make_helper(self):
        """Add a field for each item of the rubric, and lay all of it out."""
        for item in self.items:
            self.fields[f"item-{item.ref}"] = forms.ChoiceField(
                label=item.text, choices=SEEN, widget=Chips, error_messages={"required": _("Choose an answer")}
            )
        names = [f"item-{item.ref}" for item in self.items]
        helper = form_helper(
            FormPart(_("What did you see?"), *names), FormPart(_("For %(name)s") % {"name": self.name}, "words", "on"),
            submit=_("Save what I saw"),
        )  # fmt: skip
        helper.render_hidden_fields = True
        return helper

    def follow(self, number: int) -> None:
        """Let the next save be this try, with everything typed still there."""
        self.data = self.data.copy()
        self.data["number"] = number

    def seen(self) -> dict[str, int]:
        """Return what was seen, by ref of the item."""
        return {item.ref: int(self.cleaned_data[f"item-{item.ref}"]) for item in self.items}
