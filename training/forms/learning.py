"""What the training asks: one answer to a question, something written, and what staff say about it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import ChipsMany, ListChips, PlainForm
from training.actions.learning_help import LONGEST_NOTE, LONGEST_TEXT


class AnswerForm(PlainForm, forms.Form):
    """One question: its answers are sentences. Every answer that was shown is a choice; what is right stays behind."""

    form_tag = False
    question = forms.CharField(widget=forms.HiddenInput)
    option = forms.ChoiceField(label=_("Choose one"), widget=ListChips)

    def __init__(self, *args, options, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["option"].choices = [(option.ref, option.text) for option in options]


class WordsForm(PlainForm, forms.Form):
    """Something to write for a part. Saved as often as they like; an empty text is saved too."""

    form_tag = False
    words = forms.CharField(
        label=_("Your words"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("The coordinator or your supervisor reads this. Name nobody you talk with."),
    )  # fmt: skip
    was = forms.CharField(required=False, strip=False, widget=forms.HiddenInput, max_length=4 * LONGEST_TEXT)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].unmarked = True  # it may be empty while they save, and not when they hand it in


class ReadForm(PlainForm, forms.Form):
    """A word about what was written: needed to give it back, welcome when it is good."""

    form_tag = False
    remark = forms.CharField(
        label=_("A word to go with it"), required=False, max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("They read this on their own page."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["remark"].unmarked = True  # it may be empty with a yes only


class RoundForm(PlainForm, forms.Form):
    """What was agreed in the talk after the last try."""

    submit = _("Give the tries again")
    round = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What did you agree?"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("They do not read this. Who keeps the mentors' records, and the supervisor, do."),
    )  # fmt: skip


class ElsewhereForm(PlainForm, forms.Form):
    """Parts that somebody learned elsewhere, and where."""

    submit = _("Take these parts as done")
    parts = forms.MultipleChoiceField(label=_("Which parts?"), widget=ChipsMany(look="chips list"))
    reason = forms.CharField(
        label=_("Where and when did they learn it?"), max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("For example: mentor at the patients' association, 2023."),
    )  # fmt: skip

    def __init__(self, *args, parts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parts"].choices = [(part.ref, part.module.title) for part in parts]
