"""The forms of questions for the care team."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Chips, DayInput, FormPart, PairFields, PlainForm
from common.vocabulary import TEAM_TOPICS, Language, Topic
from mentorship.actions import library
from mentorship.actions.questions import MAX_ANSWER, MAX_TEXT
from mentorship.models import ApprovedAnswer, Question

HOW = [
    (Question.How.LINK, _("Send it to them in a message")),
    (Question.How.CALL, _("I ring them, or a colleague does")),
]

BY_TEAM_FIRST = [t for t in Topic if t in TEAM_TOPICS] + [t for t in Topic if t not in TEAM_TOPICS]
TOPICS = [(topic.value, topic.label) for topic in BY_TEAM_FIRST]


class AnswerForm(PlainForm, forms.Form):
    """The answer in plain words, and how the mentee hears it. The way is never chosen for the clinician."""

    answer = forms.CharField(
        label=_("In plain words"), max_length=MAX_ANSWER, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Short sentences, no difficult words. Results and doses belong in a visit or a call."),
        error_messages={"required": _("Write the answer.")},
    )  # fmt: skip
    how = forms.ChoiceField(label=_("How do they hear it?"), choices=HOW, widget=Chips)


class PutToForm(PlainForm, forms.Form):
    """A colleague to put the question to."""

    to = forms.ChoiceField(label=_("Put it to a colleague"))

    def __init__(self, *args, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {user.ref: user for user in colleagues}
        self.fields["to"].choices = [("", _("Choose")), *((ref, user.full_name) for ref, user in self.people.items())]


class CloseForm(PlainForm, forms.Form):
    """Why an answer need not be told any more."""

    note = forms.CharField(
        label=_("Why need it not be told?"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _topic(**more) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("About"), choices=[("", _("Choose")), *TOPICS], **more)


class RoutesForm(PlainForm, forms.Form):
    """Who answers which questions. What may only be answered by the team stands first."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, people, present, **kwargs):
        self.people, self.present = {user.ref: user for user in people}, present
        super().__init__(*args, **kwargs)

    def make_helper(self):
        for topic in BY_TEAM_FIRST:
            user = self.present.get(topic)
            gone = user is not None and user.ref not in self.people
            self.fields[topic] = forms.ChoiceField(
                label=Topic(topic).label, required=False, initial=user.ref if user and not gone else "",
                choices=[("", _("The responsible clinician")), *((r, u.full_name) for r, u in self.people.items())],
                help_text=_("%(name)s no longer answers questions here, so the responsible clinician does.")
                % {"name": user.full_name} if gone else "",
            )  # fmt: skip
            self.fields[topic].unmarked = True
        return super().make_helper()

    def parts(self):
        """Return the two groups of the page: (heading, fields)."""
        names = [str(topic) for topic in BY_TEAM_FIRST]
        n = len(TEAM_TOPICS)
        return [
            (_("Only the care team answers these"), [self[name] for name in names[:n]]),
            (_("Other subjects"), [self[name] for name in names[n:]]),
        ]

    def values(self) -> dict:
        """Return what the action takes."""
        return {str(t): self.people.get(self.cleaned_data[str(t)]) for t in BY_TEAM_FIRST}


class LibraryForm(PlainForm, forms.Form):
    """An answer to use again: question and answer without anybody's details."""

    topic = _topic()
    language = forms.ChoiceField(label=_("Language"), choices=Language)
    question = forms.CharField(
        label=_("The question"), max_length=library.MAX_QUESTION, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("As anybody might ask it: no names, dates or places."),
    )  # fmt: skip
    answer = forms.CharField(
        label=_("The answer, in plain words"), max_length=library.MAX_ANSWER, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("It is used again for other people. Nothing about one person's dose or results."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    layout = [FormPart("", PairFields("topic", "language"), "question", "answer", "version")]

    @staticmethod
    def of(row: ApprovedAnswer) -> dict:
        """Return what the form starts with."""
        return {name: getattr(row, name) for name in ("topic", "language", "question", "answer", "version")}

    @staticmethod
    def taken_from(question: Question) -> dict:
        """Return a question and its answer with names, addresses and numbers taken out."""
        names = library.names_of(question)
        return {
            "topic": question.topic, "language": question.referral.mentee.language,
            "question": library.without_details(question.text, names)[: library.MAX_QUESTION],
            "answer": library.without_details(question.answer, names),
        }  # fmt: skip

    def values(self) -> dict:
        """Return what the action that writes a new one takes."""
        return {name: self.cleaned_data[name] for name in ("topic", "language", "question", "answer")}

    def changes(self) -> dict:
        """Return what the action that changes one takes."""
        data = self.cleaned_data
        return {name: data[name] for name in ("topic", "language", "question")} | {
            "words": data["answer"], "version": data["version"] or 0,
        }  # fmt: skip


class ApproveForm(PlainForm, forms.Form):
    """Until when an answer may be used before somebody looks at it again."""

    review_on = forms.DateField(
        label=_("Look at it again on"), widget=DayInput,
        help_text=_("A year from now is usual. After that day it is not used until somebody looked."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class LibraryFilter(PlainForm, forms.Form):
    """Which answers to show."""

    state = forms.ChoiceField(label=_("Which"), required=False, choices=[
        ("", _("In use")), ("wait", _("Waiting for a colleague")), ("again", _("To look at again")),
        ("retired", _("Used no more")),
    ])  # fmt: skip
    topic = forms.ChoiceField(label=_("About"), required=False, choices=[("", _("Everything")), *TOPICS])
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("Every language")), *Language.choices]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.unmarked = True  # a filter is never required, so nobody needs to be told

    def chosen(self) -> dict[str, str]:
        """Return what was chosen; an answer nobody offered counts as none."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
