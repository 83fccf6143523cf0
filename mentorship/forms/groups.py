"""What is asked about groups: making one, its meetings, who comes, who came."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import (
    ChipsMany,
    DayInput,
    EvenChips,
    FormPart,
    HourInput,
    PairFields,
    PlainForm,
    Sheet,
    form_helper,
)
from common.vocabulary import Channel, Language
from common.words import local
from mentorship import grouping
from mentorship.actions.groups import GroupData
from mentorship.models import Attendance, PeerGroup, Unit


class GroupForm(PlainForm, forms.Form):
    """A group, course, panel or event, as a coordinator says it."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("People read it. No illness in it."))
    about = forms.CharField(
        label=_("What people may expect"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    hour = forms.TimeField(label=_("At what time"), widget=HourInput)
    minutes = forms.IntegerField(
        label=_("How long, in minutes"), min_value=5, max_value=1440, required=False,
        help_text=_("Empty: as the way to meet says, where it says so."),
    )  # fmt: skip
    size_max = forms.IntegerField(label=_("Places"), min_value=1, max_value=200)
    size_min = forms.IntegerField(
        label=_("At least how many"), min_value=1, max_value=200, required=False,
        help_text=_("With fewer three days before, we tell you."),
    )  # fmt: skip
    unit = forms.ChoiceField(label=_("Who comes together"), choices=Unit, widget=EvenChips)
    language = forms.ChoiceField(label=_("Language"), choices=Language)
    channel = forms.ChoiceField(label=_("How they meet"), choices=Channel, widget=EvenChips)
    place = forms.CharField(label=_("Where"), max_length=200, required=False, help_text=_("For in person: an address."))
    video_link = forms.URLField(
        label=_("Link of the video call"), max_length=300, required=False, assume_scheme="https",
        help_text=_("Only people with a place see it, from a day before."),
        error_messages={"invalid": _("Write the whole link, for example https://meet.example.org/room")},
    )  # fmt: skip
    mentors = forms.ModelMultipleChoiceField(
        label=_("Mentors who lead it"), queryset=None, to_field_name="ref", required=False, widget=ChipsMany
    )
    leader = forms.ModelChoiceField(
        label=_("Led by a professional"), queryset=None, to_field_name="ref", required=False
    )
    moderator = forms.ModelChoiceField(
        label=_("Professional moderator"), queryset=None, to_field_name="ref", required=False,
        help_text=_("Where one is needed, nobody is invited and nothing is held without."),
    )  # fmt: skip
    ground_rules = forms.CharField(
        label=_("What we ask of each other"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One on each line. Everybody reads and agrees to them on signing up."),
    )  # fmt: skip
    sign_up_until = forms.DateField(label=_("People sign up until"), widget=DayInput, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    submit = _("Save")

    def __init__(self, *args, clinic, group: PeerGroup | None = None, **kwargs):
        self.group = group
        super().__init__(*args, **kwargs)
        mentors = grouping.mentors_of(clinic) | (
            group.mentors.select_related("person") if group else grouping.mentors_of(clinic)
        )
        self.fields["mentors"].queryset = mentors.distinct()
        self.fields["mentors"].label_from_instance = lambda mentor: mentor.person.full_name
        for name in ("leader", "moderator"):
            self.fields[name].queryset = grouping.professionals(clinic)
            self.fields[name].label_from_instance = lambda user: user.full_name

    def make_helper(self):
        """Lay the form out; the first day and hour are asked only once."""
        when = ["minutes"]
        if self.group is None:
            when = [PairFields("starts_on", "hour"), "minutes"]
        else:
            del self.fields["starts_on"], self.fields["hour"]
        helper = form_helper(
            FormPart(_("What it is"), "name", "about", "language"),
            FormPart(_("When"), *when, "sign_up_until"),
            FormPart(_("Places"), PairFields("size_max", "size_min"), "unit"),
            FormPart(_("Where"), "channel", "place", "video_link"),
            FormPart(_("Who leads"), "mentors", "leader", "moderator"),
            FormPart(_("Ground rules"), "ground_rules"),
            submit=self.submit,
        )
        helper.render_hidden_fields = True
        return helper

    def data_of(self) -> GroupData:
        """Return the answers as the action wants them."""
        answers = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        if self.group is not None:
            answers |= {"starts_on": self.group.starts_on, "hour": self.group.hour}
        answers["mentors"] = tuple(mentor.pk for mentor in answers["mentors"])
        for name in ("leader", "moderator"):
            answers[name] = answers[name].pk if answers[name] else None
        return GroupData(**answers)

    def follow(self, version: int) -> None:
        """Let the next save be over this version, with everything typed still there."""
        self.data = self.data.copy()
        self.data["version"] = version


def initial_of(group: PeerGroup) -> dict:
    """Return how a group stands, as the form shows it."""
    same = [
        name for name in GroupForm.base_fields if name not in ("mentors", "leader", "moderator", "starts_on", "hour")
    ]
    return {name: getattr(group, name) for name in same} | {
        "mentors": [mentor.ref for mentor in group.mentors.all()],
        "leader": group.leader.ref if group.leader else None,
        "moderator": group.moderator.ref if group.moderator else None,
    }


def initial_from(format, part) -> dict:
    """Return what a part of a format proposes for a new group."""
    size = part["size"] or [None, grouping.USUAL_SIZE]
    minutes = [grouping.most(rule.get("minutes")) for rule in part["rules"]]
    return {
        "name": format.name, "unit": part["unit"], "size_min": size[0], "size_max": size[-1], "language": "nl",
        "channel": grouping.channel_of(part), "ground_rules": str(grouping.RULES),
        "minutes": next((m for m in minutes if m), None),
    }  # fmt: skip


class MeetingForm(PlainForm, forms.Form):
    """When a meeting is, as clocks at the clinic show it."""

    day = forms.DateField(label=_("Day"), widget=DayInput)
    hour = forms.TimeField(label=_("At what time"), widget=HourInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    layout = [Sheet(PairFields("day", "hour"), "version")]
    submit = _("Save")


class ChangeMeetingForm(MeetingForm):
    """Another moment for a meeting, or another moderator for this once."""

    moderator = forms.ModelChoiceField(
        label=_("Moderator, for this once"), queryset=None, to_field_name="ref", required=False,
        help_text=_("Empty: the one of the group."),
    )  # fmt: skip
    layout = [Sheet(PairFields("day", "hour"), "moderator", "version")]

    def __init__(self, *args, clinic, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["moderator"].queryset = grouping.professionals(clinic)
        self.fields["moderator"].label_from_instance = lambda user: user.full_name


def initial_of_meeting(session) -> dict:
    """Return how a meeting stands, as the form shows it."""
    there = local(session.planned_at, session.group.clinic.time_zone)
    moderator = session.moderator.ref if session.moderator else None
    return {"day": there.date(), "hour": there.time(), "version": session.version, "moderator": moderator}


class AttendanceForm(PlainForm, forms.Form):
    """Who came: one tap for each person, all at once."""

    def __init__(self, *args, people, **kwargs):
        self.people = people  # [(ref, name)]
        super().__init__(*args, **kwargs)

    def make_helper(self):
        """Add a line of three answers for each person."""
        for ref, name in self.people:
            self.fields[f"came-{ref}"] = forms.ChoiceField(
                label=name, choices=Attendance.Came.choices, widget=EvenChips, required=False
            )
            self.fields[f"came-{ref}"].choices = Attendance.Came.choices
        return form_helper(tag=False)

    def rows(self) -> list:
        """Return the lines, in order."""
        return [self[f"came-{ref}"] for ref, _name in self.people]

    def came(self) -> dict[str, str]:
        """Return what was tapped, by ref of the place; who was left out stays as it was."""
        found = {ref: self.cleaned_data.get(f"came-{ref}") for ref, _name in self.people}
        return {ref: answer for ref, answer in found.items() if answer}


class NoteForm(PlainForm, forms.Form):
    """What happened that the team must know."""

    incident_note = forms.CharField(
        label=_("A note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the moderator and the coordinators read it. No names unless it is needed."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)
    layout = [Sheet("incident_note", "version")]


class CancelForm(PlainForm, forms.Form):
    """Why a group does not go on."""

    reason = forms.CharField(
        label=_("Why it does not go on"),
        max_length=300,
        help_text=_("The team reads it. Whoever was asked hears only that."),
    )
    layout = [Sheet("reason")]
    submit = _("It does not go on")


class JoinForm(PlainForm, forms.Form):
    """A mentee signs up."""

    rules_agreed = forms.BooleanField(label=_("I have read this, and it is fine"), required=False)
    companion = forms.CharField(
        label=_("Who comes with you?"), max_length=80, required=False, help_text=_("Given name.")
    )

    def __init__(self, *args, unit: str, **kwargs):
        super().__init__(*args, **kwargs)
        if unit != Unit.COUPLE:
            del self.fields["companion"]
