"""The forms of talks: log one, plan one, move one."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from common.boundary_forms import AsksAboutBoundaries, token
from common.forms import Chips, ChipsMany, DayInput, EvenChips, HourInput, PairFields, PlainForm, Sheet, Tiles
from common.vocabulary import TEAM_TOPICS, Channel, Topic
from mentorship import medical_words
from mentorship.actions.contacts import NOTE_LENGTH, QUESTION_LENGTH
from mentorship.rules.pairs import with_relatives
from mentorship.workflow import ContactStatus

OUTCOMES = [
    (ContactStatus.TALKED, _("We talked")),
    (ContactStatus.NO_ANSWER, _("No answer")),
    (ContactStatus.CANCELLED, _("They cancelled")),
    (ContactStatus.DID_NOT_COME, _("They did not come")),
]
OUTCOME_ICONS = {
    "talked": "message-circle-heart",
    "no-answer": "phone-missed",
    "cancelled": "calendar-x",
    "did-not-come": "user-x",
}
CHANNEL_WORDS = [
    (Channel.PHONE, _("Phone")), (Channel.VIDEO, _("Video")), (Channel.IN_PERSON, _("Met")), (Channel.MESSAGES, _("Text")),
]  # fmt: skip
CHANNEL_ICONS = {"phone": "phone", "video": "video", "in-person": "coffee", "messages": "message-square"}
MINUTES = [
    (10, _("10 min")), (20, _("20 min")), (30, _("30 min")), (45, _("45 min")), (60, _("1 hour")), (90, _("More")),
]  # fmt: skip
TODAY, YESTERDAY, OTHER = "today", "yesterday", "other"
DAYS = [(TODAY, _("Today")), (YESTERDAY, _("Yesterday")), (OTHER, _("Another day"))]
USUAL = [Topic.FATIGUE, Topic.PAIN, Topic.WORK, Topic.FAMILY, Topic.MOOD, Topic.MOVING, Topic.STARTING, Topic.FUTURE]
SHOWN_TOPICS = 8
KEPT_DAYS = 14  # how long a phone may have kept a talk that could not be sent
ASK_TEAM, NO_QUESTION = "ask", "note"  # what somebody says of a note with words for the care team
NOON = dt.time(12)
EVENING = dt.time(19)
EARLIEST = 2000  # the first midnight of the calendar is no moment in UTC
STILL_TO_COME = _("Choose a day that is still to come")


class LogForm(AsksAboutBoundaries, PlainForm, forms.Form):
    """What came of a talk. `pairs` are the matches that may be chosen, `now` the present moment.

    A form without pairs is the one a phone keeps for when there is no connection: it names nobody.
    """

    watched = ("note", "question")
    match = forms.ChoiceField(
        label=_("With whom"), widget=EvenChips,
        error_messages={
            "invalid_choice": _("You do not talk with this person any more. Choose somebody else, or throw it away"),
        },
    )  # fmt: skip
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
    minutes = forms.TypedChoiceField(
        label=_("About how long?"), choices=MINUTES, coerce=int, empty_value=None, required=False, widget=EvenChips
    )
    with_relatives = forms.BooleanField(label=_("Somebody close to them was there too"), required=False)
    topics = forms.MultipleChoiceField(label=_("What about?"), choices=Topic, required=False, widget=ChipsMany)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "You and the coordinator read this. The person you talk with can ask to read it. "
            "Nothing about medicines or results, please."
        ),
    )  # fmt: skip
    next_day = forms.DateField(label=_("Next talk, which day"), required=False, widget=DayInput)
    next_hour = forms.TimeField(label=_("About what time"), required=False, widget=HourInput)
    question = forms.CharField(
        label=_("What would they like to know?"), required=False, max_length=QUESTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "The care team reads this and answers the person you talk with. Do not use this if it cannot wait."
        ),
    )  # fmt: skip
    money = forms.BooleanField(
        label=_("Money or a gift came up"), required=False,
        help_text=_("Nothing wrong with you. Whoever looks after you hears it, and thinks along with you."),
    )  # fmt: skip
    client_key = forms.CharField(max_length=36, widget=forms.HiddenInput)
    saved_on = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, pairs, chosen=None, now: dt.datetime, **kwargs):
        self.pairs = {match.ref: match for match in pairs}
        self.now = now
        kwargs["initial"] = {"client_key": str(uuid.uuid4()), "match": chosen.ref if chosen else None}
        super().__init__(*args, **kwargs)
        self.fields["match"].choices = [(m.ref, m.referral.mentee.first_name) for m in pairs]
        self.fields["minutes"].unmarked = self.fields["day"].unmarked = True
        only = next(iter(self.pairs.values())) if len(self.pairs) == 1 else None
        if only or not self.pairs:
            self.initial["match"] = only.ref if only else None
            if not self.is_bound or self["match"].value() in self.pairs:  # else there is something to choose anew
                self.fields["match"].widget = forms.HiddenInput()
        self.chosen = chosen or only
        self._take_away_relatives()

    def _take_away_relatives(self) -> None:
        """Ask about relatives only where somebody agreed; what was ticked on a phone before is refused in words."""
        self.relatives_of = [match.ref for match in self.pairs.values() if with_relatives(match)]
        if not self.relatives_of and not self["with_relatives"].value():
            del self.fields["with_relatives"]

    @property
    def topic_groups(self) -> dict[str, list]:
        """Return the boxes of the subjects: those agreed or usual first, the others, and the care team's."""
        agreed = [t for t in (self.chosen.referral.topics if self.chosen else []) if t not in TEAM_TOPICS]
        first = list(dict.fromkeys([*agreed, *USUAL]))[: max(SHOWN_TOPICS, len(agreed))]
        boxes = {str(box.data["value"]): box for box in self["topics"]}
        rest = [t for t in boxes if t not in first and t not in TEAM_TOPICS]
        return {
            "first": [boxes[t] for t in first],
            "rest": [boxes[t] for t in rest],
            "team": [boxes[t] for t in boxes if t in TEAM_TOPICS],
        }

    @property
    def is_open(self) -> dict[str, bool]:
        """Tell which of the parts that open hold something, so that nothing typed is hidden."""
        groups, chosen = self.topic_groups, set(self["topics"].value() or [])
        return {
            "rest": any(str(box.data["value"]) in chosen for box in [*groups["rest"], *groups["team"]]),
            "note": self._holds("note", "next_day", "next_hour", "money"),
            "question": self._holds("question") or bool(chosen & {str(topic) for topic in TEAM_TOPICS}),
        }

    def _holds(self, *names: str) -> bool:
        return any(self[name].value() or self[name].errors for name in names)

    def clean(self):
        data = super().clean()
        self._offer_to_ask(data)
        match = self.pairs.get(data.get("match", ""))
        if match is None:
            return data
        tz = match.referral.clinic.time_zone
        data["at"] = self._moment(data, tz)
        data["next_at"] = self._next(data, tz)
        return data

    medical: tuple[str, ...] = ()  # words of the note that are for the care team, until somebody says what to do

    def _offer_to_ask(self, data: dict) -> None:
        """Medicines, doses and results never stay with a mentor (VdE21 #66): offer to make the note a question."""
        note, topics = data.get("note") or "", list(data.get("topics") or [])
        found = medical_words.find(note)
        if not found or self.asks or data.get("question") or set(topics) & {str(topic) for topic in TEAM_TOPICS}:
            return
        self.medical_token = token({"medical": note})
        choice = self.choice_of((ASK_TEAM, NO_QUESTION), self.medical_token)
        if choice == ASK_TEAM:
            data |= {"question": note, "note": "", "topics": [*topics, medical_words.topic_of(found)]}
        elif not choice:
            self.medical = tuple(row.word for row in found)
            self.add_error("note", _("This may be for the care team. Say below what to do with it"))

    def _moment(self, data: dict, tz: str) -> dt.datetime | None:
        today = self.now.astimezone(ZoneInfo(tz)).date()
        kept = data.get("saved_on")
        base = kept if kept and today - dt.timedelta(days=KEPT_DAYS) <= kept <= today else today
        day = {TODAY: base, YESTERDAY: base - dt.timedelta(days=1)}.get(data.get("when", TODAY))
        day = data.get("day") or day
        if day is None:
            if "day" not in self.errors:
                self.add_error("day", _("Choose the day on which it was"))
            return None
        return self.now if day == today else clock.at_local(day, NOON, tz)

    def _next(self, data: dict, tz: str) -> dt.datetime | None:
        day = data.get("next_day")
        if not day:
            if data.get("next_hour"):
                self.add_error("next_day", _("Choose the day of the next talk"))
            return None
        if day.year < EARLIEST:
            self.add_error("next_day", STILL_TO_COME)
            return None
        at = clock.at_local(day, data.get("next_hour") or EVENING, tz)
        if at <= self.now:
            self.add_error("next_day", STILL_TO_COME)
        elif at > self.now + dt.timedelta(days=366):
            self.add_error("next_day", _("Choose a day within a year from now"))
        return at

    def values(self) -> dict:
        """Return what the action takes."""
        data = self.cleaned_data
        return {
            "match": self.pairs[data["match"]].pk, "client_key": data["client_key"], "outcome": data["outcome"],
            "when": data["at"], "channel": data["channel"], "minutes": data["minutes"], "topics": data["topics"],
            "note": data["note"], "question": data["question"], "next_at": data["next_at"],
            "with_relatives": data.get("with_relatives", False), "money": data["money"],
        }  # fmt: skip


class PlanForm(PlainForm, forms.Form):
    """A day, an hour and a way to talk; `tz` is the clinic's."""

    day = forms.DateField(label=_("Which day?"), widget=DayInput)
    hour = forms.TimeField(label=_("About what time?"), widget=HourInput)
    channel = forms.ChoiceField(
        label=_("How?"), choices=CHANNEL_WORDS, initial=Channel.PHONE,
        widget=Chips(look="chips even cols-4", icons=CHANNEL_ICONS),
    )  # fmt: skip
    submit = _("Save this day")
    layout = [Sheet(PairFields("day", "hour"), "channel")]

    def __init__(self, *args, tz: str, **kwargs):
        self.tz = tz
        super().__init__(*args, **kwargs)

    def clean_day(self):
        if self.cleaned_data["day"].year < EARLIEST:
            raise forms.ValidationError(STILL_TO_COME)
        return self.cleaned_data["day"]

    @property
    def at(self) -> dt.datetime:
        """Return the chosen moment."""
        return clock.at_local(self.cleaned_data["day"], self.cleaned_data["hour"], self.tz)


class MoveForm(PlanForm):
    """Another day for a planned talk. `version` is the one that was shown."""

    channel = None
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    layout = [Sheet(PairFields("day", "hour"), "version")]


class CorrectForm(PlainForm, forms.Form):
    """How a talk went after all. `version` is the one that was shown."""

    outcome = forms.ChoiceField(
        label=_("How did it go after all?"), choices=OUTCOMES, widget=Tiles(icons=OUTCOME_ICONS),
        error_messages={"required": _("Choose how it went")},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    submit = _("Put it right")
    layout = [Sheet("outcome", "version")]
