"""What is asked of somebody who would like to be a mentor, and of those who put them forward."""

from __future__ import annotations

from crispy_forms.layout import HTML, Div
from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from common.forms import (
    Buttons,
    Chips,
    ChipsMany,
    DayInput,
    FormPart,
    More,
    PairFields,
    PlainForm,
    YearInput,
    form_helper,
)
from common.vocabulary import Channel, Diagnosis, Language, Relation, Slot
from training.actions.records import NOBODY
from training.data_applying import ANSWERS, ApplicationData, Nomination
from training.pages.applying import consent_words

ICONS = {"phone": "phone", "video": "video", "in-person": "coffee", "messages": "message-square"}
WRONG_PHONE = {"invalid": _("Write the whole number, for example 0470 12 34 56 or +32 470 12 34 56")}
RELATIONS = [
    (Relation.PATIENT, _("I have the illness myself")),
    (Relation.CAREGIVER, _("I care for somebody who has it")),
]


def _year(label, sentence, **more) -> forms.IntegerField:
    wrong = dict.fromkeys(("required", "invalid", "max_value", "min_value"), sentence)
    return forms.IntegerField(
        label=label, widget=YearInput(), min_value=1900, max_value=2100, error_messages=wrong, **more
    )


def _some(choices, label, *, required=True, icons=None, **more) -> forms.MultipleChoiceField:
    widget = ChipsMany(icons=icons)
    return forms.MultipleChoiceField(choices=choices, label=label, required=required, widget=widget, **more)


def _mail(**more) -> forms.EmailField:
    return forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput({"autocomplete": "email"}), **more)


class ApplicationForm(PlainForm, forms.Form):
    """About yourself, what you lived, how you would like to talk, and why. Checks again what the action will check."""

    first_name = forms.CharField(
        label=_("Given name"), max_length=80, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Family name"), max_length=80, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    birth_year = _year(
        _("Year of birth"), _("Write the year of birth, for example 1971"), help_text=_("Mentors are 18 or over.")
    )
    birth_date = forms.DateField(
        label=_("Date of birth"), required=False, widget=DayInput, help_text=_("Only needed when you are about 18.")
    )
    email = _mail(help_text=_("A message with a link goes here, so that you can see where you stand."))
    phone = PhoneNumberField(label=_("Phone"), required=False, error_messages=WRONG_PHONE)
    language = forms.ChoiceField(label=_("Letters and messages in"), widget=Chips())
    role_types = _some(RELATIONS, _("What do you know from your own life?"))
    diagnoses = _some([c for c in Diagnosis.choices if c[0] != Diagnosis.UNKNOWN], _("Which illness?"))
    diagnosed_year = _year(
        _("In which year were you, or the person you care for, told?"),
        _("Write the year, for example 2010"), required=False,
        help_text=_("A guess is fine."),
    )  # fmt: skip
    languages = _some(Language.choices, _("In which languages can you talk?"))
    channels = _some(Channel.choices, _("How would you like to talk?"), icons=ICONS)
    availability = _some(Slot.choices, _("When are you free, most weeks?"), required=False)
    why = forms.CharField(
        label=_("Why would you like to be a mentor?"), max_length=2000, widget=forms.Textarea({"rows": 4}),
        help_text=_("A few sentences are enough. The people who run the programme read this, nobody else."),
    )  # fmt: skip
    consent = forms.BooleanField(
        error_messages={"required": _("We may only keep this if you agree. Tick the box, or erase what you wrote")}
    )
    website = forms.CharField(required=False, max_length=200)  # people do not see this one; machines fill it in

    submit_words = _("Send")
    form_tag = False

    def __init__(self, *args, clinic, **kwargs):
        self.clinic = clinic
        super().__init__(*args, **kwargs)
        spoken = clinic.languages or [Language.EN]
        self.fields["language"].choices = [(code, Language(code).label) for code in spoken]
        self.fields["language"].initial = spoken[0]
        self.fields["consent"].label = self.consent_label()

    def consent_label(self) -> str:
        """Return exactly what is agreed to, as it is stored."""
        return consent_words(self.clinic)

    def make_helper(self):
        """Return the form part by part, in the order of a talk."""
        return form_helper(
            FormPart(
                _("Who are you?"), PairFields("first_name", "last_name"), "birth_year",
                Div(More(_("Date of birth"), "birth_date"), css_class="field"),
                PairFields("email", "phone"), "language",
            ),
            FormPart(_("What have you lived?"), "role_types", "diagnoses", "diagnosed_year"),
            FormPart(_("How would you like to talk?"), "languages", "channels", "availability"),
            FormPart(_("In your own words"), "why"),
            FormPart(_("May we keep this?"), "consent", HTML("{% include 'training/applying/_trap.html' %}")),
            self.buttons(), tag=False,
        )  # fmt: skip

    def buttons(self) -> Buttons:
        """Return the steps at the end."""
        return Buttons(self.submit_words, ("do", "keep", _("Save and go on later")))

    def data_of(self) -> ApplicationData:
        """Return the answers as the action wants them."""
        answers = {name: self.cleaned_data[name] for name in ANSWERS}
        return ApplicationData(answers, self.cleaned_data["consent"], str(self.consent_label()))

    @classmethod
    def is_many(cls, name: str) -> bool:
        """Tell whether a question takes several answers."""
        return isinstance(cls.base_fields.get(name), forms.MultipleChoiceField)


class WriteDownForm(ApplicationForm):
    """The same, filled in by a coordinator with the person beside them."""

    submit_words = _("Save")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False
        self.fields["email"].help_text = _(
            "A link to see where they stand goes here. Needed at the latest when they are accepted."
        )
        self.fields["email"].widget.attrs.pop("autocomplete", None)
        self.fields["birth_year"].help_text = ""
        labels = {
            "birth_date": "", "role_types": _("What do they know from their own life?"),
            "diagnosed_year": _("In which year were they, or the person they care for, told?"),
            "languages": _("In which languages can they talk?"), "channels": _("How would they like to talk?"),
            "availability": _("When are they free, most weeks?"), "why": _("Why would they like to be a mentor?"),
        }  # fmt: skip
        for name, label in labels.items():
            self.fields[name].label = label or self.fields[name].label
        self.fields["role_types"].choices = [
            (Relation.PATIENT, _("They have the illness themselves")),
            (Relation.CAREGIVER, _("They care for somebody who has it")),
        ]
        self.fields["birth_date"].help_text = _("Only needed when they are about 18.")
        self.fields["why"].help_text = _("In their words. They may read this.")
        self.fields["consent"].error_messages["required"] = _(
            "Ask whether this may be kept. Without a yes nothing is stored"
        )

    def consent_label(self) -> str:
        """Return what the person beside them agreed to."""
        words = _("I read this out, and they said yes: “%(words)s”")
        return words % {"words": consent_words(self.clinic)}

    def buttons(self) -> Buttons:
        """Return the one step: nothing is kept before they agree."""
        return Buttons(self.submit_words)


class AskLinkForm(PlainForm, forms.Form):
    """The address somebody applied with."""

    email = _mail()
    submit = _("Send me my link")


class NominateForm(PlainForm, forms.Form):
    """Whom a professional puts forward."""

    first_name = forms.CharField(label=_("Given name"), max_length=80)
    last_name = forms.CharField(label=_("Family name"), max_length=80)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("One message with a link goes here."))
    language = forms.ChoiceField(label=_("Language of the message"), widget=Chips())
    why = forms.CharField(
        label=_("Why would they be a good mentor?"), max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text=_("They can read this, and so can the coordinator. Nothing about their health."),
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=_("I asked them, and they said yes to being written to"),
        error_messages={"required": _("Ask them first whether we may write to them")},
    )

    def __init__(self, *args, clinic, **kwargs):
        super().__init__(*args, **kwargs)
        spoken = clinic.languages or [Language.EN]
        self.fields["language"].choices = [(code, Language(code).label) for code in spoken]
        self.fields["language"].initial = spoken[0]

    layout = [
        FormPart("", PairFields("first_name", "last_name"), PairFields("email", "language"), "why", "agreed"),
    ]
    submit = _("Send them a message")

    def data_of(self) -> Nomination:
        """Return the answers as the action wants them."""
        return Nomination(**self.cleaned_data)


class TakeUpForm(PlainForm, forms.Form):
    """Whether an applicant is somebody the clinic knows."""

    same_as = forms.ChoiceField(
        label=_("We may know this person already. Is it them?"), widget=Chips(look="chips list"),
        help_text=_("The same person is kept once. Nobody has a mentor and is a mentor at once."),
        error_messages={"required": _("Choose whether it is them")},
    )  # fmt: skip

    def __init__(self, *args, alike, **kwargs):
        super().__init__(*args, **kwargs)
        if not alike:
            del self.fields["same_as"]
            return
        this = _("Yes, it is %(name)s, born in %(year)d")
        known = [(p.ref, this % {"name": p.full_name, "year": p.birth_year}) for p in alike]
        self.fields["same_as"].choices = [*known, (NOBODY, _("No, somebody else"))]


class CloseForm(PlainForm, forms.Form):
    """A kind no: the letter they get, and a note that stays here."""

    letter = forms.CharField(
        label=_("The letter they get"), max_length=5000, widget=forms.Textarea({"rows": 10}),
        help_text=_("Change what you like. They read it behind a link."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Why, for the team only"), required=False, max_length=1000, widget=forms.Textarea({"rows": 2})
    )
    submit = _("Send the letter and close")

    def __init__(self, *args, can_write: bool, **kwargs):
        self.can_write = can_write
        super().__init__(*args, **kwargs)
        if not can_write:
            del self.fields["letter"]
            self.helper = form_helper(FormPart("", "note"), submit=_("I rang them. Close it"))


class FilterForm(PlainForm, forms.Form):
    """Which of the people who want to be a mentor to show."""

    where = forms.ChoiceField(label=_("Where they are"), required=False)
    name = forms.CharField(label=_("Name"), required=False, max_length=80)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["where"].choices = choices
        for field in self.fields.values():
            field.unmarked = True  # a filter is never required, so nobody needs to be told
