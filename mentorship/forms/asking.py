"""The form by which a mentor asks the care team something for somebody they talk with."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.boundary_forms import AsksAboutBoundaries
from common.forms import Chips, EvenChips, PlainForm
from common.vocabulary import TEAM_TOPICS, Topic
from mentorship import medical_words
from mentorship.actions.contacts import GENERAL
from mentorship.actions.questions import MAX_TEXT

SUBJECTS = [*((topic, topic.label) for topic in Topic if topic in TEAM_TOPICS), (GENERAL, _("Something else"))]


class AskForm(AsksAboutBoundaries, PlainForm, forms.Form):
    """For whom, what about, and what they would like to know. `pairs` are the matches that may be chosen."""

    watched = ("question",)
    match = forms.ChoiceField(label=_("For whom do you ask?"), widget=EvenChips)
    topic = forms.ChoiceField(label=_("What is it about?"), choices=SUBJECTS, widget=Chips)
    question = forms.CharField(
        label=_("What would they like to know?"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "The care team reads this and answers the person you talk with. Do not use this if it cannot wait."
        ),
        error_messages={"required": _("Write what they would like to know, in a few words")},
    )  # fmt: skip

    def __init__(self, *args, pairs, chosen=None, **kwargs):
        self.pairs = {match.ref: match for match in pairs}
        super().__init__(*args, initial={"match": chosen.ref if chosen else None}, **kwargs)
        self.fields["match"].choices = [(m.ref, m.referral.mentee.first_name) for m in pairs]
        if len(self.pairs) == 1:
            self.initial["match"] = next(iter(self.pairs))
            self.fields["match"].widget = forms.HiddenInput()
        self.only = next(iter(self.pairs.values())) if len(self.pairs) == 1 else None

    def values(self) -> dict:
        """Return what the action takes."""
        match = self.pairs[self.cleaned_data["match"]]
        text = self.cleaned_data["question"]
        topic = topic_of(self.cleaned_data["topic"], text)
        return {"referral": match.referral, "match": match, "topic": topic, "text": text}

    def moved_to(self) -> str:
        """Return what a question put under "something else" turned out to be about, in words; empty otherwise."""
        chosen, topic = self.cleaned_data["topic"], self.values()["topic"]
        return "" if topic == chosen else str(Topic(topic).label)


def topic_of(chosen: str, text: str) -> str:
    """Return who it should go to: "something else" with words about medicines, dose or results is about those."""
    return medical_words.topic_of(medical_words.find(text)) or chosen if chosen == GENERAL else chosen


class MenteeAskForm(PlainForm, forms.Form):
    """What a mentee would like to know from the care team, by their own page."""

    topic = forms.ChoiceField(label=_("What is it about?"), choices=SUBJECTS, widget=Chips)
    text = forms.CharField(
        label=_("What would you like to know?"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The care team reads this and answers you. Your mentor does not see it."),
        error_messages={"required": _("Write what you would like to know, in a few words")},
    )  # fmt: skip

    def values(self) -> dict[str, str]:
        """Return what the action takes."""
        text = self.cleaned_data["text"]
        return {"topic": topic_of(self.cleaned_data["topic"], text), "text": text}
