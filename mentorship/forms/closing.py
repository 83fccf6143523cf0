"""The forms of goals and endings."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput, ListChips, PlainForm, Sheet
from matching.workflow import EndReason
from mentorship import closing_questions
from mentorship.actions.closing import Wish
from mentorship.actions.goals import MOST_WORDS
from mentorship.models import Closing, ClosingAnswer, Goal

ANOTHER = (Wish.ANOTHER, Wish.GROUP, Wish.NOTHING)
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class GoalForm(PlainForm, forms.Form):
    """One thing they would like, in their own words."""

    text = forms.CharField(label=_("What I would like"), max_length=MOST_WORDS)
    form_tag = False


class GoalTogetherForm(GoalForm):
    """The same, written down by the mentor with the mentee."""

    text = forms.CharField(
        label=_("What they would like, in their words"), max_length=MOST_WORDS,
        help_text=_("Write it down together. It is theirs: they can take it away any time."),
    )  # fmt: skip


class QuestionsForm(PlainForm, forms.Form):
    """The two closing questions of one side, a line with each, and invitations where the programme may invite."""

    form_tag = False

    def __init__(
        self, *args, side: str, given: Mapping[str, ClosingAnswer], invites: bool, alumni: bool | None, **kwargs
    ):
        self.asked = closing_questions.QUESTIONS[side]
        initial = {}
        for code, row in given.items():
            initial |= {code: row.answer, f"comment-{code}": row.comment}
        if alumni is not None:
            initial["alumni"] = "yes" if alumni else "no"
        self.base_fields = {**self._fields(), **({"alumni": self._alumni()} if invites else {})}
        super().__init__(*args, initial=initial, **kwargs)

    def _fields(self) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        for question in self.asked:
            fields[question.code] = forms.ChoiceField(
                label=question.words, choices=question.answers, required=False, widget=ListChips
            )
            fields[f"comment-{question.code}"] = forms.CharField(
                label=_("In a line, if you like"), required=False, max_length=closing_questions.MOST_WORDS,
                help_text=_("The coordinator reads this. The other of you does not."),
            )  # fmt: skip
        return fields

    @staticmethod
    def _alumni() -> forms.ChoiceField:
        return forms.ChoiceField(
            label=_("May the programme invite you now and then, for example to a group?"), choices=YES_NO, required=False,
            widget=ListChips, help_text=_("You can change this any day."),
        )  # fmt: skip

    def values(self) -> dict:
        """Return what the action takes."""
        data = self.cleaned_data
        return {
            "answers": {q.code: data.get(q.code, "") for q in self.asked},
            "comments": {q.code: data.get(f"comment-{q.code}", "") for q in self.asked},
            "alumni": {"yes": True, "no": False}.get(data.get("alumni", "")),
        }


class LookBackForm(PlainForm, forms.Form):
    """How each goal went, and whether the numbers are deleted."""

    form_tag = False

    def __init__(self, *args, goals: list[Goal], deleted: bool, **kwargs):
        self.goals = goals
        fields: dict[str, forms.Field] = {
            f"goal-{goal.ref}": forms.ChoiceField(
                label=f"“{goal.text}”", choices=Goal.Outcome, required=False, widget=ListChips
            )
            for goal in goals
        }
        if not deleted:
            fields["deleted"] = forms.BooleanField(
                label=_("The numbers and addresses are deleted, also from the phone"), required=False
            )
        self.base_fields = fields
        super().__init__(*args, initial={f"goal-{goal.ref}": goal.outcome for goal in goals}, **kwargs)

    def outcomes(self) -> list[tuple[Goal, str]]:
        """Return the goals about which something was said."""
        said = [(goal, self.cleaned_data.get(f"goal-{goal.ref}", "")) for goal in self.goals]
        return [(goal, outcome) for goal, outcome in said if outcome]


class StopForm(PlainForm, forms.Form):
    """A mentor stops with somebody; a reason is never needed."""

    reason = forms.ChoiceField(
        label=_("What is it about?"), required=False, widget=ListChips,
        choices=[("", _("I would rather not say")), ("rest", _("I need a rest")), ("fit", _("We do not fit well")),
                 ("boundaries", _("It asks more of me than I can give")), ("other", _("Something else"))],
    )  # fmt: skip
    note = forms.CharField(
        label=_("In your own words"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the coordinator reads this."),
    )  # fmt: skip
    form_tag = False


class LeaveForm(PlainForm, forms.Form):
    """A mentor pauses with one person, until a day."""

    until = forms.DateField(
        label=_("Until which day?"), widget=DayInput, help_text=_("On that day your talks go on by themselves.")
    )
    form_tag = False


class NextForm(PlainForm, forms.Form):
    """What somebody would like after an ending."""

    wish = forms.ChoiceField(
        label=_("What would you like now?"), choices=[(w.value, w.label) for w in ANOTHER], widget=ListChips
    )
    form_tag = False


class EndForm(PlainForm, forms.Form):
    """Why a pair ends, and what the mentee would like next. No blame in any reason."""

    reason = forms.ChoiceField(label=_("Why does it end?"), choices=EndReason, widget=ListChips)
    wish = forms.ChoiceField(
        label=_("What would the mentee like next?"), required=False, widget=ListChips,
        choices=[("", _("Not asked yet")), *[(w.value, w.label) for w in ANOTHER]],
        help_text=_("Who would like another mentor keeps the place in the line."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Coordinators of the clinic read this."),
    )  # fmt: skip
    submit = _("End the pair")
    layout = [Sheet("reason", "wish", "note")]


class ClosingForm(PlainForm, forms.Form):
    """A planned ending: what goes on after it, the day of the last talk, contact afterwards, a talk with the mentor."""

    bridge = forms.CharField(
        label=_("Other support after this"), max_length=200,
        help_text=_("For example a group of the patients' association, or the nurse's phone hour. It comes before the last talk."),
    )  # fmt: skip
    last_contact_on = forms.DateField(
        label=_("Day of the last talk"), widget=DayInput, help_text=_("Talks planned after this day leave the plan.")
    )
    future = forms.ChoiceField(label=_("Contact after this"), choices=Closing.Future, widget=ListChips)
    debrief_on = forms.DateField(
        label=_("Talk with the mentor about it, on"), required=False, widget=DayInput,
        help_text=_("Leave it empty for a week after the last talk."),
    )  # fmt: skip
    submit = _("Save the plan for the ending")


class BackForm(PlainForm, forms.Form):
    """Consent, asked anew: one answer for each scope, with its words."""

    form_tag = False

    def __init__(self, *args, words: Mapping[str, tuple[str, str]], **kwargs):
        self.base_fields = {
            f"consent_{scope}": forms.ChoiceField(label=label, help_text=text, choices=YES_NO, widget=ListChips)
            for scope, (label, text) in words.items()
        }
        self.scopes = list(words)
        super().__init__(*args, **kwargs)

    def answers(self) -> dict[str, bool]:
        """Return yes or no for each scope."""
        return {scope: self.cleaned_data[f"consent_{scope}"] == "yes" for scope in self.scopes}
