"""What is asked on the way to an introduction."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Chips, Choices, EvenChips, PlainForm
from matching.criteria import RELAXABLE
from matching.models import Match

Answer = Match.Answer


class AskForm(PlainForm, forms.Form):
    """Whom to ask; and why, when it is not the first in the order."""

    mentor = forms.CharField(widget=forms.HiddenInput, max_length=16)
    relax = forms.MultipleChoiceField(
        required=False, choices=[(hard.key, hard.label) for hard in RELAXABLE], widget=forms.MultipleHiddenInput
    )
    asked = forms.BooleanField(label=_("I asked, and it is fine"), required=False)
    override_reason = forms.ChoiceField(
        label=_("Why not the first in the order?"),
        choices=Match.OverrideReason,
        required=False,
        widget=Chips,
        help_text=_("Kept with the match, so we learn from it."),
    )
    override_note = forms.CharField(label=_("In a few words"), required=False, max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["asked"].unmarked = self.fields["override_reason"].unmarked = (
            True  # the action asks for it whenever it is shown
        )


class AcceptForm(PlainForm, forms.Form):
    """The mentor's yes."""

    expectations = forms.BooleanField(
        label=_("I have read what to expect"), error_messages={"required": _("Tick that you have read what to expect")}
    )

    shares = forms.BooleanField(
        label=_("When we are introduced, they may have my phone number and e-mail address"), required=False,
        help_text=_("You see theirs, and they yours, once both of you agreed. You can take it back any day."),
    )  # fmt: skip


class MenteeForm(PlainForm, forms.Form):
    """Three equal answers about one mentor."""

    answer = forms.ChoiceField(label=_("What would you like?"), widget=Choices)
    expectations = forms.BooleanField(label=_("I have read what to expect"), required=False)
    shares = forms.BooleanField(
        label=_("They may have my phone number and e-mail address"), required=False,
        help_text=_("Only if you say yes, and only once you are introduced. You can take it back any day."),
    )  # fmt: skip

    def __init__(self, *args, mentor: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = [
            (Answer.YES, _("Yes, I would like to talk with %(name)s") % {"name": mentor}),
            (Answer.NO, _("No, rather not")),
            (Answer.CALL, _("Call me first")),
        ]
        self.fields["answer"].widget.more = {
            Answer.YES: _("The coordinator introduces you, and you hear from them."),
            Answer.NO: _("That is fine. You need not say why. We can look for someone else."),
            Answer.CALL: _("The coordinator rings you. Nothing is decided yet."),
        }


class RecordForm(PlainForm, forms.Form):
    """What the mentee said to the coordinator. None is chosen beforehand."""

    answer = forms.ChoiceField(label=_("What did they say?"), choices=Answer, widget=EvenChips)
    expectations = forms.BooleanField(label=_("We went through what to expect together"), required=False)
    shares = forms.BooleanField(label=_("The mentor may have their phone number and e-mail address"), required=False)


class CancelForm(PlainForm, forms.Form):
    """Why it stops before the introduction."""

    reason = forms.CharField(label=_("Why"), required=False, max_length=300)
