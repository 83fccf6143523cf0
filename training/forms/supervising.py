"""The forms of supervision: who looks after whom, when they talk, what was agreed."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from common import clock, words
from common.forms import Chips, ChipsMany, DayInput, HourInput, ListChips, PairFields, PlainForm, Sheet
from training.actions.supervising_held import LONGEST_NOTES, Agreed, New
from training.forms.records import supervisors_of


class SupervisorForm(PlainForm, forms.Form):
    """Who looks after a mentor; the mentor themselves is not among the answers."""

    supervisor = forms.ChoiceField(
        label=_("Who looks after them"), widget=ListChips, help_text=_("A clinician or coordinator of the clinic.")
    )
    layout = [Sheet("supervisor")]
    submit = _("Save")

    def __init__(self, *args, mentor, **kwargs):
        super().__init__(*args, **kwargs)
        people = supervisors_of(mentor.person.clinic).exclude(pk=mentor.person.user_id)
        self.fields["supervisor"].choices = [(user.ref, user.full_name) for user in people.order_by("first_name", "pk")]

    def pk(self) -> int | None:
        """Return the account that was chosen."""
        from accounts.models import User

        return User.objects.filter(ref=self.cleaned_data["supervisor"]).values_list("pk", flat=True).first()


class MomentForm(PlainForm, forms.Form):
    """When and where a talk is."""

    day = forms.DateField(label=_("Day"), widget=DayInput)
    hour = forms.TimeField(label=_("Hour"), widget=HourInput)
    where = forms.CharField(
        label=_("Where, or the video link"), required=False, max_length=200, help_text=_("The mentor reads this.")
    )
    layout = [Sheet(PairFields("day", "hour"), "where")]
    submit = _("Save and tell them")

    def moment(self, clinic) -> dt.datetime:
        """Return the moment that was typed, in the clinic's time zone."""
        return clock.at_local(self.cleaned_data["day"], self.cleaned_data["hour"], clinic.time_zone)


class PlanForm(MomentForm):
    """A new talk: with one mentor, or with several of the same supervisor."""

    mentors = forms.MultipleChoiceField(
        label=_("With whom"), widget=ChipsMany, help_text=_("Tick one, or several for a talk in a group.")
    )
    layout = [Sheet("mentors", PairFields("day", "hour"), "where")]

    def __init__(self, *args, mentors, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_ref = {mentor.ref: mentor.pk for mentor in mentors}
        self.fields["mentors"].choices = [(mentor.ref, mentor.person.full_name) for mentor in mentors]

    def pks(self) -> list[int]:
        """Return which mentors were ticked."""
        return [self.by_ref[ref] for ref in self.cleaned_data["mentors"]]


class MoveForm(MomentForm):
    """Another moment or place for a talk that is planned."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    layout = [Sheet(PairFields("day", "hour"), "where", "version")]


class TopicForm(PlainForm, forms.Form):
    """What a mentor wants to talk about themselves."""

    topic = forms.CharField(
        label=_("Something you want to talk about"), required=False, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Your supervisor reads this before the talk. Nobody else."),
    )  # fmt: skip
    form_tag = False


class PartForm(PlainForm, forms.Form):
    """What was agreed with one mentor. `prefix` is the ref of the part."""

    came = forms.ChoiceField(
        label=_("Did you talk?"), choices=[("yes", _("Yes")), ("no", _("No, they did not come"))], widget=Chips
    )
    talked = forms.MultipleChoiceField(required=False)
    notes = forms.CharField(
        label=_("What you agreed"), required=False, max_length=LONGEST_NOTES, widget=forms.Textarea(attrs={"rows": 5})
    )
    new = forms.ChoiceField(label=_("May they take someone new?"), choices=New.choices, required=False, widget=Chips)
    new_from = forms.DateField(label=_("From"), required=False, widget=DayInput(attrs={"class": "w-auto"}))
    form_tag = False

    def __init__(self, *args, part, items, **kwargs):
        kwargs["initial"] = _typed(part.draft)
        super().__init__(*args, prefix=part.ref, **kwargs)
        self.part, self.items, name = part, items, part.mentor.person.first_name
        self.fields["talked"].choices = [(item.key, item.title) for item in items]
        self.fields["notes"].help_text = _t(
            "Only %(name)s and you can read this. Nothing about the people they talk with."
        ) % {"name": name}
        self.fields["new"].label = _t("May %(name)s take someone new?") % {"name": name}
        for field in ("new", "notes"):
            self.fields[field].unmarked = True

    def rows(self) -> list[tuple]:
        """Return the agenda with what is ticked: (item, id, ticked)."""
        ticked = self["talked"].value() or []
        return [(item, f"{self.prefix}-talk-{n}", item.key in ticked) for n, item in enumerate(self.items, start=1)]

    def agreed(self) -> Agreed:
        """Return the answers as the action wants them."""
        data = self.cleaned_data
        return Agreed(data["came"] == "yes", data["talked"], data["notes"], data["new"], data["new_from"])

    def typed(self) -> dict:
        """Return what stands in the form, also what makes no sense yet."""
        return {name: self[name].value() or "" for name in self.fields}


def _typed(draft: dict) -> dict:
    return {name: value for name, value in draft.items() if value not in ("", None)}


class NextForm(PlainForm, forms.Form):
    """The next talk with the same people. Left empty, it is planned later."""

    next_day = forms.DateField(label=_("Day"), required=False, widget=DayInput)
    next_hour = forms.TimeField(label=_("Hour"), required=False, widget=HourInput)
    next_where = forms.CharField(label=_("Where, or the video link"), required=False, max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)
    form_tag = False

    def __init__(self, *args, last_day: dt.date, today: dt.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["next_day"].help_text = _t("Before %(day)s is over.") % {"day": words.day(last_day, today=today)}

    def clean(self):
        data = super().clean()
        for one, other, text in (
            ("next_day", "next_hour", _("Choose an hour too")), ("next_hour", "next_day", _("Choose a day too")),
        ):  # fmt: skip
            if data.get(one) is not None and data.get(other) is None and other not in self.errors:
                self.add_error(other, text)
        return data

    def moment(self, clinic) -> dt.datetime | None:
        """Return the moment of the next talk, or None."""
        day, hour = self.cleaned_data.get("next_day"), self.cleaned_data.get("next_hour")
        return clock.at_local(day, hour, clinic.time_zone) if day and hour else None
