"""The referral form. The offer comes first; the names of fields are those the actions refuse with."""

from __future__ import annotations

from crispy_forms.layout import HTML, Div
from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.models import User
from common.forms import (
    Buttons,
    Chips,
    ChipsMany,
    DayInput,
    EvenChips,
    FormPart,
    More,
    PairFields,
    PlainForm,
    YearInput,
    form_helper,
)  # fmt: skip
from common.vocabulary import (
    MENTEE_TOPICS,
    AgeWish,
    Area,
    Channel,
    Diagnosis,
    Gender,
    GenderWish,
    Interest,
    Language,
    LifeStage,
    Matters,
    Must,
    Phase,
    Relation,
    Slot,
    Treatment,
    Value,
    Work,
)  # fmt: skip
from referrals import meanwhile
from referrals.actions.submitting import clinicians_of
from referrals.data import NEEDS, ConsentData, PersonData, ReferralData
from referrals.facts import OWN_WORDS
from referrals.models import Consent, Offer, Scope

NOT_SAID = [("", _("Not said"))]
YES_NO = [("yes", _("Yes")), ("no", _("No"))]
ICONS = {"phone": "phone", "video": "video", "in-person": "coffee", "messages": "message-square"}
OF_NEW_PEOPLE = ("first_name", "last_name", "birth_year", "birth_date", "clinic_number")
# What travels with the form without being asked: known people by ref, and people it is not.
BEGAN = tuple(f"began_{name}" for name in meanwhile.FIELDS)  # what was known of somebody when they were chosen
CARRIED = ("person", "about", "not_same", "earlier", *BEGAN)


def one_of(choices, label, *, required=True, look=Chips, **more) -> forms.ChoiceField:
    """Return a question with one answer out of a list."""
    return forms.ChoiceField(choices=choices, label=label, required=required, widget=look(), **more)


def some_of(choices, label, *, required=False, icons=None, **more) -> forms.MultipleChoiceField:
    """Return a question with several answers out of a list."""
    widget = ChipsMany(icons=icons)
    return forms.MultipleChoiceField(choices=choices, label=label, required=required, widget=widget, **more)


def listed(choices, label, *, required=False, **more) -> forms.ChoiceField:
    """Return a question with one answer out of a long list."""
    return forms.ChoiceField(choices=[*NOT_SAID, *choices], label=label, required=required, **more)


def year(label, sentence, **more) -> forms.IntegerField:
    """Return a question for a year, with one sentence for whatever is no year."""
    wrong = dict.fromkeys(("required", "invalid", "max_value", "min_value"), sentence)
    return forms.IntegerField(
        label=label, widget=YearInput(), min_value=1, max_value=9999, error_messages=wrong, **more
    )


def phone_number() -> PhoneNumberField:
    """Return a question for a phone number, with our own sentence for an impossible one."""
    return PhoneNumberField(label=_("Phone"), required=False, error_messages={"invalid": OWN_WORDS["phone"]})


class OneOfPeople(forms.ModelChoiceField):
    """One person out of a list, by public ref."""

    validate_no_null_characters = ProhibitNullCharactersValidator(message=_("Choose one of the answers below"))

    def label_from_instance(self, obj) -> str:
        """Show the whole name."""
        return obj.full_name


def follow_up(when: str, *fields) -> Div:
    """Return questions that are only asked after an answer ("offer=later"); without script they always show."""
    return Div(*fields, data_when=when, css_class="field")


def folded(title, *fields) -> Div:
    """Return questions behind a line that opens."""
    return Div(More(title, *fields), css_class="field")


class OfferFields(PlainForm, forms.Form):
    """What they answered, and for "later" when to ask again and how to remember them."""

    offer = one_of(
        Offer.Answer.choices, _("“Would you like to talk with someone who lives with it too?”"), look=EvenChips,
        error_messages={"required": _("Choose what they answered")},
    )  # fmt: skip
    ask_again_on = forms.DateField(label=_("When may you ask again?"), required=False, widget=DayInput())
    label = forms.CharField(
        label=_("How will you remember them?"), required=False, max_length=80,
        help_text=_("Only you and your team see this. Everything else is forgotten until then."),
    )  # fmt: skip


class LaterForm(OfferFields):
    """ "Later", on the first screen."""

    offer = None

    def __init__(self, *args, known=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ask_again_on"].required = True
        self.fields["ask_again_on"].error_messages["required"] = _("Choose the day on which to ask again")
        if known:
            del self.fields["label"]


class ReferForm(OfferFields):
    """Everything a referral says. `clinic` gives languages and clinicians; `known` is a person found before."""

    # Who is it?
    first_name = forms.CharField(label=_("Given name"), max_length=80)
    last_name = forms.CharField(label=_("Family name"), max_length=80)
    birth_year = year(_("Year of birth"), _("Write the year of birth, for example 1971"))
    birth_date = forms.DateField(label=_("Date of birth"), required=False, widget=DayInput())
    clinic_number = forms.CharField(label=_("Number at the clinic"), required=False, max_length=40)
    phone = phone_number()
    phone_read_back = forms.BooleanField(label=_("I read the number back to them"), required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    email_read_back = forms.BooleanField(label=_("I read the address back to them"), required=False)
    language = one_of([], _("Letters and messages in"))
    gender = one_of(Gender.choices, _("They call themselves"), required=False)
    relation = one_of(Relation.choices, _("They are"))
    about_agreed = forms.BooleanField(label=_("That person agreed to be named here"), required=False)
    # Where are they now?
    phase = one_of(Phase.choices, _("What is going on at the moment?"))
    diagnosis = forms.ChoiceField(choices=[("", _("Choose one")), *Diagnosis.choices], label=_("Diagnosis"))
    diagnosed_year = year(
        _("Year they were told"), _("Write the year, for example 2026"), required=False, help_text=_("A guess is fine.")
    )
    diagnosed_month = listed(list(MONTHS.items()), _("Month"), help_text=_("Only if they know."))
    treatments = some_of(Treatment.choices, _("Treatment"), help_text=_("Only to find someone who has lived it."))
    # What would they like to talk about?
    topics = some_of(
        MENTEE_TOPICS, _("Topics"),
        help_text=_("Ask: “What would you ask someone who has been through it?” Choose what they say."),
    )  # fmt: skip
    # Their days
    life_stage = one_of(LifeStage.choices, _("What fills their days?"), required=False)
    work = one_of(Work.choices, _("Work or study"), required=False)
    area = listed(Area.choices, _("Where they live, about"))
    interests = some_of(Interest.choices, _("What they like"))
    values = some_of(Value.choices, _("What counts in their life"))
    # What suits them?
    languages = some_of(
        Language.choices, _("Languages they speak easily"), required=True,
        error_messages={"required": _("Choose at least one language")},
    )  # fmt: skip
    channels = some_of(
        Channel.choices, _("How they would like to talk"), required=True, icons=ICONS,
        error_messages={"required": _("Choose at least one way to talk")},
    )  # fmt: skip
    availability = some_of(Slot.choices, _("When they are free"))
    gender_wish = one_of(GenderWish.choices, _("The mentor is"), initial=GenderWish.ANY)
    age_wish = one_of(AgeWish.choices, _("Age of the mentor"), initial=AgeWish.ANY)
    matters_most = one_of(
        Matters.choices, _("What matters most to them?"), required=False,
        help_text=_("This one counts one and a half times."),
    )  # fmt: skip
    musts = some_of(
        Must.choices, _("Is one of these a must?"),
        help_text=_("A must rules people out. Leave it open where you can: more mentors then fit."),
    )  # fmt: skip
    cautions = forms.CharField(
        label=_("Anything to be careful about?"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The coordinator reads this and checks it by hand. No mentor sees it."),
    )  # fmt: skip
    # Consent: one answer per scope
    consent_profile = one_of(YES_NO, Scope.PROFILE.label, look=EvenChips)
    consent_contact = one_of(YES_NO, Scope.CONTACT.label, look=EvenChips)
    consent_evaluation = one_of(YES_NO, Scope.EVALUATION.label, look=EvenChips)
    consent_research = one_of(YES_NO, Scope.RESEARCH.label, look=EvenChips)
    consent_how = one_of([c for c in Consent.How.choices if c[0] != "link"], _("How did they answer?"))
    clinician = OneOfPeople(
        User.objects.none(), to_field_name="ref", required=False, label=_("Responsible clinician"),
        help_text=_("Answers questions and worries about them."),
    )  # fmt: skip
    # Carried along: shown by the page itself, so that the link in the summary of mistakes leads there.
    person = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": "who"}))
    about = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": "about-whom"}))

    def __init__(self, *args, clinic, known=None, **kwargs):
        self.clinic, self.known = clinic, known
        super().__init__(*args, **kwargs)
        spoken = clinic.languages or [Language.EN]
        self.fields["language"].choices = [(code, Language(code).label) for code in spoken]
        self.fields["clinician"].queryset = clinicians_of(clinic)
        usual = clinic.default_clinician
        self.fields["clinician"].empty_label = usual.full_name if usual else _("Choose one")
        if known:
            for name in OF_NEW_PEOPLE:
                del self.fields[name]
        else:  # the notice about people alike is the place of the mistake
            self.fields["person"].widget.attrs["id"] = "alike"
        self.helper = form_helper(*self.parts(), tag=False)
        self.helper.form_show_errors = True

    def parts(self) -> list:
        """Return the form part by part, in the order of the conversation."""
        new = [] if self.known else [
            PairFields("first_name", "last_name"),
            "birth_year",
            HTML("{% include 'referrals/_alike.html' %}"),
        ]  # fmt: skip
        return [
            FormPart(_("1. The offer"), "offer", follow_up("offer=later", PairFields("ask_again_on", "label"))),
            FormPart(
                _("2. Who is it?"), HTML("{% include 'referrals/_find.html' %}"), *new,
                PairFields(Div("phone", "phone_read_back"), Div("email", "email_read_back")),
                PairFields("language", "gender"), "relation",
                follow_up("relation=caregiver", HTML("{% include 'referrals/_about.html' %}"), "about_agreed"),
                *([] if self.known else [self.rarely()]),
            ),
            FormPart(
                _("3. Where are they now?"), "phase",
                "diagnosis", PairFields("diagnosed_year", "diagnosed_month"), "treatments",
                lede=_("For a relative: where the person they care for is now."),
            ),
            FormPart(_("4. What would they like to talk about?"), "topics"),
            FormPart(
                _("5. Their days"), "life_stage", "work", "area",
                folded(_("What they like, and what counts for them"), "interests", "values"),
            ),
            FormPart(
                _("6. What suits them?"), "languages", "channels", "availability",
                PairFields("gender_wish", "age_wish"), "matters_most", "musts", "cautions",
            ),
            FormPart(
                _("7. What do they agree to?"), HTML("{% include 'referrals/_words.html' %}"),
                PairFields("consent_profile", "consent_contact"), PairFields("consent_evaluation", "consent_research"),
                "consent_how",
            ),
            FormPart(_("8. Who answers for them?"), "clinician"),
            Buttons(_("Send the referral"), ("do", "keep", _("Save and finish later"))),
        ]  # fmt: skip

    @staticmethod
    def rarely() -> Div:
        """Return what is rarely needed of a new person."""
        return folded(_("Date of birth, number at the clinic"), PairFields("birth_date", "clinic_number"))

    def clean(self):
        """Ask the year they were told where a diagnosis has a name."""
        cleaned = super().clean()
        told = cleaned.get("diagnosed_year") or "diagnosed_year" in self.errors
        named = cleaned.get("diagnosis") not in (None, "", Diagnosis.UNKNOWN)
        if named and not told and cleaned.get("phase") != Phase.WAITING:
            self.add_error("diagnosed_year", _("Write the year they were told, for example 2026"))
        return cleaned

    def who(self, began=None) -> PersonData:
        """Return the person as typed; names and birth of somebody known stay as they are stored."""
        get = self.cleaned_data.get
        known = self.known
        return PersonData(
            first_name=known.first_name if known else get("first_name"),
            last_name=known.last_name if known else get("last_name"),
            birth_year=known.birth_year if known else get("birth_year"),
            birth_date=get("birth_date"), clinic_number=get("clinic_number") or "",
            gender=get("gender"), language=get("language"),
            email=get("email") or "", email_read_back=get("email_read_back"),
            phone=str(get("phone") or ""), phone_read_back=get("phone_read_back"),
            began=began or {},
        )  # fmt: skip

    def answers(self, *, not_same=(), texts=(), began=None) -> ReferralData:
        """Return what the action is given. Only for a valid form."""
        get = self.cleaned_data.get
        consents = {scope.value: get(f"consent_{scope.value}") == "yes" for scope in Scope}
        clinician = get("clinician")
        return ReferralData(
            who=self.who(began), consent=ConsentData(consents, get("consent_how"), tuple(texts)),
            relation=get("relation"), person=self.known.ref if self.known else get("person"), not_same=tuple(not_same),
            about=get("about") if get("relation") == Relation.CAREGIVER else "", about_agreed=get("about_agreed"),
            diagnosis=get("diagnosis"), diagnosed_year=get("diagnosed_year"),
            diagnosed_month=int(get("diagnosed_month")) if get("diagnosed_month") else None, phase=get("phase"),
            clinician=clinician.ref if clinician else "",
            needs={name: get(name) for name in NEEDS},
        )  # fmt: skip


def is_many(name: str) -> bool:
    """Tell whether a question of the form takes several answers."""
    field = ReferForm.base_fields.get(name)
    return isinstance(field, forms.MultipleChoiceField) or name == "not_same"
