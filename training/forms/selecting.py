"""What is asked while an applicant is chosen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Chips, ChipsMany, DayInput, EvenChips, ListChips, PlainForm, Tiles, YearInput
from common.vocabulary import Channel
from training import anchors, files, selection
from training.actions.selecting import staff_for
from training.actions.selecting_papers import latest_check
from training.data import Decision
from training.models import Mentor, Reference, SelectionNote
from training.models.policy import PaperKind, SelectionStep

Answer = SelectionNote.Answer
ICONS = {Decision.ACCEPT: "check", Decision.LATER: "calendar-clock", Decision.REDIRECT: "route", Decision.DECLINE: "x"}


class AboutForm(PlainForm, forms.Form):
    """A form about one applicant."""

    submit = _("Save")

    def __init__(self, *args, mentor: Mentor, initial=None, **kwargs):
        self.mentor = mentor
        super().__init__(*args, initial=self.usual() | (initial or {}), **kwargs)

    def usual(self) -> dict[str, Any]:
        """Return what is harmless and usual."""
        return {}

    @property
    def today(self):
        return self.mentor.person.clinic.today


def words_field(label, hint="", *, required=False, rows=3, most=1000):
    """Return a field for a few sentences."""
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    )


class TalkForm(AboutForm):
    """A talk with an applicant."""

    on = forms.DateField(label=_("On"), widget=DayInput)
    channel = forms.ChoiceField(label=_("How"), choices=Channel, widget=Chips)
    notes = words_field(_("What was said"), _("They may ask to read this."), most=2000)

    def usual(self):
        return {"on": self.today}


class RatersForm(AboutForm):
    """Who is asked to rate."""

    assessors = forms.TypedMultipleChoiceField(label=_("Who rates?"), coerce=int, widget=ChipsMany(look="chips list"))
    submit = _("Ask them")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = set(
            self.mentor.ratings.filter(round=selection.Facts(self.mentor).round).values_list("assessor", flat=True)
        )
        staff = [user for user in staff_for(SelectionStep.RATINGS, self.mentor) if user.pk not in known]
        self.fields["assessors"].choices = [(user.pk, user.full_name) for user in staff]


class ReleaseForm(AboutForm):
    """Who is asked no longer."""

    rating = forms.TypedChoiceField(label=_("Who need not rate?"), coerce=int, widget=ListChips)
    submit = _("Ask them no longer")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = self.mentor.ratings.open().select_related("assessor")
        self.fields["rating"].choices = [(row.pk, row.assessor.full_name) for row in rows]


class ReferenceForm(AboutForm):
    """Somebody who can say something about an applicant."""

    name = forms.CharField(label=_("Name"), max_length=120)
    relation = forms.CharField(
        label=_("How they know each other"),
        max_length=120,
        help_text=_("For example: led the choir with them for five years."),
    )
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)


class RungForm(AboutForm):
    """What a reference said when rung."""

    reference = forms.TypedChoiceField(label=_("Who was rung?"), coerce=int, widget=ListChips)
    outcome = forms.ChoiceField(label=_("What they said"), choices=Reference.Outcome, widget=ListChips)
    words = words_field(_("In their words"))
    on = forms.DateField(label=_("On"), widget=DayInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = self.mentor.references.all()
        self.fields["reference"].choices = [(row.pk, f"{row.name}, {row.relation}") for row in rows]

    def usual(self):
        return {"on": self.today}


class SponsorForm(AboutForm):
    """Who is asked to vouch."""

    sponsor = forms.TypedChoiceField(label=_("Who knows them?"), coerce=int, widget=ListChips)
    submit = _("Ask for a word")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = set(self.mentor.sponsorships.values_list("sponsor", flat=True))
        staff = [user for user in staff_for(SelectionStep.SPONSOR, self.mentor) if user.pk not in known]
        self.fields["sponsor"].choices = [(user.pk, user.full_name) for user in staff]


class PaperForm(AboutForm):
    """A paper, and until when it counts."""

    kind = forms.ChoiceField(label=_("Which paper?"), choices=PaperKind, widget=ListChips)
    file = forms.FileField(
        label=_("File"), allow_empty_file=True, widget=forms.FileInput(attrs={"accept": files.ACCEPT}),
        help_text=_("A PDF, or a photo as JPEG or PNG, of 5 MB at most."),
        error_messages={"required": _("Choose a file"), "invalid": _("Choose a file")},
    )  # fmt: skip
    valid_until = forms.DateField(
        label=_("Valid until and with"), required=False, widget=DayInput, help_text=_("Needed for a background check.")
    )

    def usual(self):
        return {"kind": PaperKind.BACKGROUND, "valid_until": latest_check(self.mentor)}


class RemovePaperForm(AboutForm):
    """Which paper does not belong here."""

    paper = forms.TypedChoiceField(label=_("Which paper does not belong here?"), coerce=int, widget=ListChips)
    submit = _("Take it out")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = self.mentor.papers.present().select_related("upload").defer("upload__content")
        self.fields["paper"].choices = [(row.pk, f"{row.get_kind_display()}: {row.upload.name}") for row in rows]


def answer_field(label, hint="", *answers):
    """Return a ring of answers about one item."""
    return forms.ChoiceField(label=label, help_text=hint, choices=answers, widget=EvenChips)


class InsuranceForm(AboutForm):
    """Benefit and insurance, gone through with the applicant. Belgian law on volunteers; the clinic signs it off [D]."""

    ANSWERS = [(Answer.YES, _("Yes")), (Answer.OPEN, _("Not yet"))]
    MAYBE = [(Answer.YES, _("In order")), (Answer.NONE, _("Does not apply")), (Answer.OPEN, _("Not yet"))]
    liability = answer_field(
        _("Liability insurance explained"), _("What the clinic’s insurance covers, and what it does not."), *ANSWERS
    )
    public_body = answer_field(
        _("They volunteer for a non-profit or public body"), _("Only those may work with volunteers."), *ANSWERS
    )
    incapacity = answer_field(
        _("On incapacity benefit: the fund’s advisory doctor finds it compatible"),
        _("Ask this before they begin."),
        *MAYBE,
    )
    incapacity_words = words_field(_("What the doctor said"), rows=2)
    unemployed = answer_field(
        _("Unemployed: form C45B is handed in"), _("At the unemployment office, beforehand."), *MAYBE
    )
    unemployed_words = words_field(_("What the office said"), rows=2)
    expenses = answer_field(
        _("Expenses explained"), _("What is paid back, the most a day and a year, and how."), *ANSWERS
    )

    def usual(self):
        notes = {note.item: note for note in self.mentor.selection_notes.all()}
        known = {key: notes[item].answer for key, item in self.items() if item in notes}
        return known | {f"{key}_words": notes[item].words for key, item in self.items() if item in notes}

    @classmethod
    def items(cls) -> list[tuple[str, str]]:
        """Return (field, item) pairs."""
        return [(item.replace("-", "_"), item) for item in selection.INSURANCE]


class ConflictsForm(AboutForm):
    """A conflict of interests, asked and answered."""

    conflicts = forms.ChoiceField(
        label=_("Is there anything that could pull them two ways?"), widget=ListChips,
        help_text=_("A seller of treatments, a post at the clinic, a case against it, family of the team."),
        choices=[(Answer.NONE, _("None named")), (Answer.YES, _("Yes, and this is how we deal with it")), (Answer.OPEN, _("Not asked yet"))],
    )  # fmt: skip
    words = words_field(_("What, and what was agreed"))

    def usual(self):
        note = self.mentor.selection_notes.filter(item=selection.CONFLICTS).first()
        return {"conflicts": note.answer, "words": note.words} if note else {}

    def clean(self):
        answers = super().clean()
        if answers.get("conflicts") == Answer.YES and not (answers.get("words") or "").strip():
            self.add_error("words", _("Write what it is, and what was agreed"))
        return answers


class KnownForm(AboutForm):
    """Somebody who was chosen before the clinic worked with these rules."""

    on = forms.DateField(label=_("Chosen on"), widget=DayInput)
    why = words_field(_("By whom, and how"), _("Kept with the history. They may ask to read it."), required=True)
    submit = _("Accept them")


class AgainForm(AboutForm):
    """The way back, without questions."""

    submit = _("Yes, open the way back")


def sentences(about: str) -> forms.TypedChoiceField:
    """Return a ring of four anchored sentences."""
    return forms.TypedChoiceField(
        label=anchors.TITLES[about], coerce=int, choices=anchors.choices(about), widget=ListChips
    )


class RateForm(PlainForm, forms.Form):
    """What one assessor saw: sentences, none chosen beforehand."""

    communication = sentences("communication")
    insight = sentences("insight")
    functioning = sentences("functioning")
    professionalism = sentences("professionalism")
    words = words_field(_("What made you choose this?"), _("They may ask to read it."), most=2000)
    form_tag = False

    def __init__(self, *args, hint="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["functioning"].help_text = hint


class StatementForm(PlainForm, forms.Form):
    """The word of somebody who knows an applicant."""

    known_years = forms.IntegerField(
        label=_("For how many years have you known them?"), widget=YearInput, min_value=0, max_value=80,
        error_messages=dict.fromkeys(("min_value", "max_value"), _("Write how many years, from 0 to 80")),
    )  # fmt: skip
    vouches = forms.ChoiceField(
        label=_("Would you put your trust in them as a mentor?"), widget=ListChips,
        choices=[("yes", _("Yes, I vouch for them")), ("no", _("No, or not now"))],
    )  # fmt: skip
    words = words_field(_("In your words"), _("The people who decide read this, and they may ask to read it."))
    submit = _("Give my word")


class DecisionForm(PlainForm, forms.Form):
    """A decision about an applicant. None is chosen beforehand."""

    decision = forms.ChoiceField(
        label=_("What do you decide?"), widget=Tiles(look="tiles in-row", icons=ICONS),
        choices=[
            (Decision.ACCEPT, _("Yes, to training")), (Decision.LATER, _("Not now, on a date")),
            (Decision.REDIRECT, _("Another role")), (Decision.DECLINE, _("No")),
        ],
    )  # fmt: skip
    until = forms.DateField(
        label=_("Ask again on"), required=False, widget=DayInput, help_text=_("Only for “Not now”: within two years.")
    )
    why = words_field(_("Why, in a sentence they may read"), required=True, rows=2)
    form_tag = False


class LetterForm(PlainForm, forms.Form):
    """The letter, to read and change before it goes."""

    letter = forms.CharField(label=_("The letter"), max_length=5000, widget=forms.Textarea(attrs={"rows": 16}))
    decision = forms.ChoiceField(choices=Decision, widget=forms.HiddenInput)
    why = forms.CharField(max_length=1000, widget=forms.HiddenInput)
    until = forms.DateField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    form_tag = False

    def follow(self, version: int) -> None:
        """Let the next sending be over this version, with everything typed still there."""
        self.data = self.data.copy()
        self.data["version"] = version
