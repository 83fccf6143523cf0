"""What is asked about a mentor: the same comparable things as about somebody who looks for one."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.models import User
from clinics.roles import Role
from common.forms import (
    Chips,
    DayInput,
    EvenChips,
    FormPart,
    ListChips,
    More,
    PairFields,
    PlainForm,
    YearInput,
    form_helper,
)
from common.vocabulary import Gender, Language
from training.actions import NOBODY
from training.data import PERSON, PROFILE, Decision, MentorData
from training.models import Mentor, RestPlan
from training.workflow import Status

OUT_OF_RANGE = {
    "places": _("Choose from 0 to 10 places"), "birth_year": _("Write the year of birth, for example 1971"),
    "diagnosed_year": _("Write the year, for example 2010"),
}  # fmt: skip
DECISIONS = [choice for choice in Decision.choices if choice[0] != Decision.LATER]  # that one takes a day
SUPERVISORS = [Role.CLINICIAN, Role.COORDINATOR]
OWN_PLANS = [
    (RestPlan.KEEP, _("I go on talking with them")), (RestPlan.PAUSE, _("They wait until my rest is over")),
    (RestPlan.HAND_OVER, _("Somebody else takes over")),
]  # fmt: skip
GIVEN_PLANS = [
    (RestPlan.KEEP, _("They go on talking with them")), (RestPlan.PAUSE, _("Those wait until they are back")),
    (RestPlan.HAND_OVER, _("Somebody else takes over")),
]  # fmt: skip


class MentorForm(PlainForm, forms.ModelForm):
    """A mentor: who they are, what they lived, what they bring. Checks again what the action will check."""

    first_name = forms.CharField(label=_("Given name"), max_length=80)
    last_name = forms.CharField(label=_("Family name"), max_length=80)
    birth_year = forms.IntegerField(label=_("Year of birth"), widget=YearInput, min_value=1900, max_value=2100)
    birth_date = forms.DateField(
        label=_("Date of birth"), required=False, widget=DayInput, help_text=_("Only needed when they are about 18.")
    )
    gender = forms.ChoiceField(label=_("They are"), choices=Gender, required=False, widget=Chips)
    language = forms.ChoiceField(label=_("Language of letters"), choices=Language, initial=Language.NL)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("An invitation to sign in goes here."))
    phone = PhoneNumberField(
        label=_("Phone"),
        required=False,
        error_messages={"invalid": _("Write the whole number, for example 0470 12 34 56 or +32 470 12 34 56")},
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    same_as = forms.ChoiceField(
        label=_("We may know this person already. Is it them?"), required=False, widget=Chips(),
        help_text=_("The same person is kept once. Nobody has a mentor and is a mentor at once."),
    )  # fmt: skip

    class Meta:
        model = Mentor
        fields = PROFILE
        help_texts = {
            "topics": _("What they like to talk about."),
            "wont_discuss": _("Nobody with this as their main topic is brought to them."),
            "places": _("How many people at the same time. They choose this themselves."),
            "about_me": _("The person they are introduced to reads this. No names, no places."),
            "mentee_gender_must": _("Only when they asked for this."),
        }
        widgets = {"about_me": forms.Textarea(attrs={"rows": 3}), "mentee_gender_must": Chips}

    layout = [
        FormPart(_("Whom do they mentor?"), "role_types", "languages", "channels", "availability", "area", "places"),
        FormPart(
            _("What have they lived?"), "diagnoses", "diagnosed_year", "phases", "treatments",
            PairFields("life_stage", "work"),
        ),
        FormPart(_("What do they talk about?"), "topics", "wont_discuss", "interests", "values", "about_me"),
        FormPart(_("Agreements"), "mentee_gender_must", "supervisor"),
    ]  # fmt: skip
    submit = _("Save")
    required_many = ("role_types", "languages", "channels")

    def __init__(self, *args, clinic, alike=(), **kwargs):
        self.clinic, self.alike = clinic, alike
        super().__init__(*args, **kwargs)
        self.ask_whether()
        self.fields["supervisor"].queryset = supervisors_of(clinic, but=self.instance)
        self.fields["places"].max_value = 10
        self.fields["places"].validators.append(forms.fields.validators.MaxValueValidator(10))
        self.fields["diagnosed_year"].widget = YearInput()
        for name, sentence in OUT_OF_RANGE.items():
            self.fields[name].error_messages |= dict.fromkeys(("min_value", "max_value", "invalid"), sentence)
        for field in self.fields.values():
            field.label = capfirst(field.label)
        for name in self.required_many:
            self.fields[name].required = True
        self.helper.render_hidden_fields = True

    def make_helper(self):
        """Return the helper; who it is comes first, with the question about people alike when there are any."""
        who = FormPart(
            _("Who is it?"), *(["same_as"] if self.alike else []), PairFields("first_name", "last_name"),
            PairFields("birth_year", "gender"), PairFields("email", "phone"), "language",
            More(_("Date of birth"), "birth_date"),
        )  # fmt: skip
        return form_helper(who, *self.layout, submit=self.submit, tag=self.form_tag)

    def ask_whether(self) -> None:
        """Ask whether it is one of the people alike; without any there is nothing to ask."""
        if not self.alike:
            del self.fields["same_as"]
            return
        this = _("Yes, it is %(name)s, born in %(year)d")
        known = [(p.ref, this % {"name": p.full_name, "year": p.birth_year}) for p in self.alike]
        self.fields["same_as"].choices = [*known, (NOBODY, _("No, somebody else"))]

    def follow(self, version: int) -> None:
        """Let the next save be over this version, with everything typed still there."""
        self.data = self.data.copy()
        self.data["version"] = version

    def data_of(self) -> MentorData:
        """Return the answers as the action wants them."""
        answers = self.cleaned_data
        return MentorData(
            person={name: answers[name] for name in PERSON}, profile={name: answers[name] for name in PROFILE},
            same_as=answers.get("same_as", ""),
        )  # fmt: skip


def initial_of(mentor: Mentor) -> dict:
    """Return the person's part of the form for a mentor who is known."""
    return {name: getattr(mentor.person, name) for name in PERSON} | {"version": mentor.version}


def supervisors_of(clinic, but: Mentor | None = None):
    """Return who may look after mentors of a clinic: its clinicians and coordinators, but a mentor not themselves."""
    works = Q(memberships__clinic=clinic, memberships__ended_at=None, memberships__role__in=SUPERVISORS)
    own = but.person.user_id if but is not None and but.person_id else None
    return User.objects.filter(works, is_active=True).exclude(pk=own).distinct()


class FilterForm(PlainForm, forms.Form):
    """What to show of the list of mentors."""

    state = forms.ChoiceField(
        label=_("Who"), required=False,
        choices=[
            ("", _("All mentors")), ("ready", _("Can take someone new")), ("missing", _("Something is missing")),
            *Status.choices,
        ],
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Speaks"), required=False, choices=[("", _("Any language")), *Language.choices]
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=80)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.unmarked = True  # a filter is never required, so nobody needs to be told


class RestForm(PlainForm, forms.Form):
    """When somebody wants no new requests. No reason is asked."""

    rest_from = forms.DateField(label=_("From"), widget=DayInput)
    rest_until = forms.DateField(
        label=_("Until and with"),
        required=False,
        widget=DayInput,
        help_text=_("Leave this open if you do not know yet."),
    )
    plan = forms.ChoiceField(
        label=_("The people you talk with now"), choices=OWN_PLANS, widget=ListChips,
        help_text=_("Each is equally fine. They hear that it is not about them."),
    )  # fmt: skip
    layout = [FormPart("", PairFields("rest_from", "rest_until"), "plan")]
    submit = _("Give me this rest")


class GiveRestForm(RestForm):
    """The same, written by who looks after the mentors."""

    submit = _("Save the rest")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["plan"].label = _("The people they talk with now")
        self.fields["plan"].choices = GIVEN_PLANS


class OnForm(PlainForm, forms.Form):
    """A day on which something happened."""

    on = forms.DateField(label=_("On"), widget=DayInput)
    submit = _("Save")


class UntilForm(PlainForm, forms.Form):
    """A last day."""

    valid_until = forms.DateField(label=_("Valid until and with"), widget=DayInput)
    submit = _("Save")


class CertificateForm(PlainForm, forms.Form):
    """The two days between which a certificate counts."""

    valid_from = forms.DateField(label=_("Valid from"), widget=DayInput)
    valid_until = forms.DateField(label=_("Valid until and with"), widget=DayInput)
    layout = [FormPart("", PairFields("valid_from", "valid_until"))]
    submit = _("Give the certificate")


class VetForm(PlainForm, forms.Form):
    """A decision about an applicant. None is chosen beforehand."""

    decision = forms.ChoiceField(label=_("Decision"), choices=DECISIONS, widget=Chips)
    on = forms.DateField(label=_("Decided on"), widget=DayInput)
    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the history. The mentor may ask to read it."),
    )
    submit = _("Save the decision")


class NoteForm(PlainForm, forms.Form):
    """A step with, if wanted, a reason."""

    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the history. The mentor may ask to read it."),
    )
    submit = _("Save")


class ReasonForm(NoteForm):
    """A step that needs a reason."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True


class WillingForm(PlainForm, forms.Form):
    """Whether a mentor would help people of other clinics. None is chosen beforehand."""

    willing = forms.ChoiceField(
        label=_("What do they say?"), choices=[("yes", _("Yes")), ("no", _("No"))], widget=EvenChips
    )
    submit = _("Save")


class OwnWillingForm(PlainForm, forms.Form):
    """The same, asked of the mentor."""

    willing = forms.ChoiceField(
        label=_("Would you like that?"), widget=Chips,
        choices=[("yes", _("Yes, they may ask me")), ("no", _("No, only people of my own clinic"))],
    )  # fmt: skip
    submit = _("Save")


class SureForm(PlainForm, forms.Form):
    """A step without questions."""

    submit = _("Yes, do this")

    def make_helper(self):
        return form_helper(submit=self.submit)
