"""What is asked of somebody who would like a mentor themselves: short, and nothing clinical."""

from __future__ import annotations

from crispy_forms.layout import HTML
from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from clinics.models import Clinic
from common.forms import Chips, ChipsMany, FormPart, PairFields, PlainForm, YearInput, form_helper
from common.vocabulary import MENTEE_TOPICS, Language, Relation
from referrals.actions.asking import MOST_WORDS, Wish
from referrals.models import SelfReferral

RELATIONS = [
    (Relation.PATIENT, _("I have the illness myself")),
    (Relation.CAREGIVER, _("I care for somebody who has it")),
]
WRONG_YEAR = dict.fromkeys(
    ("required", "invalid", "max_value", "min_value"), _("Write the year of birth, for example 1971")
)


def consent_words(clinic: Clinic) -> str:
    """Return exactly what somebody agrees to when they send the form."""
    return _now(
        "%(clinic)s may keep what I write here and get in touch with me about a mentor. "
        "I can take it back any day, and then it is erased. After 60 days it is erased by itself."
    ) % {"clinic": clinic.name}


class WishForm(PlainForm, forms.Form):
    """Who are you, how do we reach you, and what would you like to talk about?"""

    first_name = forms.CharField(
        label=_("Given name"), max_length=80, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Family name"), max_length=80, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"), widget=YearInput(), min_value=1900, max_value=2100, error_messages=WRONG_YEAR,
        help_text=_("For people of 18 or over."),
    )  # fmt: skip
    phone = PhoneNumberField(
        label=_("Phone"), required=False, widget=forms.TextInput({"autocomplete": "tel", "type": "tel"})
    )
    email = forms.EmailField(
        label=_("E-mail address"), required=False, widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("A link to see where it stands, or to take it back, goes here."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("In which language shall we talk?"), widget=Chips())
    relation = forms.ChoiceField(label=_("Which is true for you?"), choices=RELATIONS, widget=Chips(look="chips list"))
    topics = forms.MultipleChoiceField(
        label=_("What would you like to talk about?"), choices=MENTEE_TOPICS, required=False, widget=ChipsMany
    )
    consent = forms.BooleanField(
        error_messages={"required": _("We may only keep this if you agree. Tick the box, or close this page")}
    )
    website = forms.CharField(required=False, max_length=200)  # people do not see this one; machines fill it in

    form_tag = False

    def __init__(self, *args, clinic: Clinic, **kwargs):
        self.clinic = clinic
        super().__init__(*args, **kwargs)
        spoken = clinic.languages or [Language.EN]
        self.fields["language"].choices = [(code, Language(code).label) for code in spoken]
        self.fields["language"].initial = spoken[0]
        self.fields["consent"].label = consent_words(clinic)

    def make_helper(self):
        """Return the form part by part."""
        return form_helper(
            FormPart(_("Who are you?"), PairFields("first_name", "last_name"), "birth_year", "relation"),
            FormPart(_("How do we reach you?"), PairFields("phone", "email"), "language",
                     lede=_("One of the two is enough.")),
            FormPart(_("What about?"), "topics", lede=_("Nothing about your health is needed here.")),
            FormPart(_("May we keep this?"), "consent", HTML("{% include 'referrals/asking/_trap.html' %}")),
            submit=_("Send"), tag=False,
        )  # fmt: skip

    def clean(self):
        """Ask for one way to reach them, at the field."""
        data = super().clean()
        if not (data.get("phone") or data.get("email") or {"phone", "email"} & set(self.errors)):
            self.add_error("phone", _("Write a phone number or an e-mail address, so that we can reach you"))
        return data

    def wish(self) -> Wish:
        """Return the answers as the action wants them."""
        data = {n: v for n, v in self.cleaned_data.items() if n not in ("consent", "website")}
        return Wish(**data | {"phone": str(data["phone"] or ""), "consent_words": consent_words(self.clinic)})


class DeclineForm(PlainForm, forms.Form):
    """Why it does not go on through here."""

    reason = forms.ChoiceField(
        label=_("Why not?"), choices=SelfReferral.Reason.choices, widget=Chips(look="chips list"),
        help_text=_("They read kind words, and that they may always ring."), error_messages={"required": _("Choose why")},
    )  # fmt: skip


class PageForm(PlainForm, forms.Form):
    """Whether the clinic's public page is open, and its words."""

    is_open = forms.BooleanField(label=_("People can ask for a mentor themselves"), required=False)
    words = forms.CharField(
        label=_("In your own words, on the page and the leaflet"), required=False, max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Left empty, our words stand there."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)
