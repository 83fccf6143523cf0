"""Signing in, passwords, and the own account."""

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts import reminding
from accounts.models import Reminders, User
from common.forms import Buttons, Chips, FormPart, HourInput, ListChips, PairFields, PlainForm, Sheet

NEW_PASSWORD_HINT = _("At least 12 characters. A short sentence is easy to remember.")


class LoginForm(PlainForm, allauth.LoginForm):
    """E-mail and password; the same words for an unknown address and a wrong password."""

    form_tag = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        self.fields["login"].widget.attrs.update(autocomplete="username")
        self.fields["password"].help_text = ""
        self.fields["password"].label = _("Password")


class ResetPasswordForm(PlainForm, allauth.ResetPasswordForm):
    """Where the link to choose a new password goes."""

    submit = _("Send me a link")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")


class NewPassword(forms.Form):
    """A new password, typed twice."""

    password1 = forms.CharField(
        label=_("New password"), strip=False, max_length=200, help_text=NEW_PASSWORD_HINT,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip
    password2 = forms.CharField(
        label=_("The same once more"), strip=False, max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args, user: User, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password1(self):
        password = self.cleaned_data["password1"]
        password_validation.validate_password(password, self.user)
        return password

    def clean(self):
        values = super().clean()
        if values.get("password1") and values.get("password2") and values["password1"] != values["password2"]:
            self.add_error("password2", _("Type the same password twice"))
        return values


class ChoosePasswordForm(PlainForm, NewPassword):
    """The first password, or a new one, after a link."""

    submit = _("Use this password")


class ChangePasswordForm(PlainForm, allauth.ChangePasswordForm):
    """A new password for somebody who knows the present one."""

    layout = [Sheet("oldpassword", "password1", "password2"), Buttons(_("Use this password"))]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("The password you have now")
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = NEW_PASSWORD_HINT
        self.fields["password2"].label = _("The same once more")


class AccountForm(PlainForm, forms.ModelForm):
    """How somebody is called, reached and spoken to."""

    layout = [
        Sheet(PairFields("first_name", "last_name"), "phone", "language"),
        Buttons(_("Save")),
    ]
    phone = PhoneNumberField(label=_("Phone"), required=False, help_text=_("For when something cannot wait."))
    language = forms.ChoiceField(
        label=_("Language of pages and messages"), widget=Chips,
        choices=[("nl", "Nederlands"), ("fr", "Français"), ("en", "English")],
    )  # fmt: skip

    class Meta:
        model = User
        fields = ["first_name", "last_name", "phone", "language"]
        labels = {"first_name": _("Given name"), "last_name": _("Family name")}


class PhoneCodeForm(PlainForm, forms.Form):
    """The six digits that were sent to a phone."""

    layout = [Sheet("code"), Buttons(_("Verify my number"))]
    code = forms.RegexField(
        r"^\d{6}$", label=_("Code"), help_text=_("Six digits."),
        error_messages={"invalid": _("Write the six digits of the message")},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip

    def __init__(self, data=None, **kwargs):
        if data is not None:
            data = data.copy()
            data["code"] = data.get("code", "").replace(" ", "")
        super().__init__(data, **kwargs)


class RemindingForm(PlainForm, forms.ModelForm):
    """When and how somebody is reminded."""

    layout = [
        FormPart(
            _("Quiet hours"), PairFields("quiet_from", "quiet_until"), "time_zone",
            lede=_("Reminders wait until these hours are over. Twice the same hour means no quiet hours."),
        ),
        FormPart(_("What we send you"), "reminders", "digest", "language"),
        Buttons(_("Save")),
    ]  # fmt: skip
    time_zone = forms.ChoiceField(label=_("Time zone"))
    language = forms.ChoiceField(
        label=_("Language of pages and messages"), widget=Chips,
        choices=[("nl", "Nederlands"), ("fr", "Français"), ("en", "English")],
    )  # fmt: skip

    class Meta:
        model = User
        fields = ["quiet_from", "quiet_until", "time_zone", "reminders", "digest", "language"]
        widgets = {"quiet_from": HourInput(), "quiet_until": HourInput(), "reminders": ListChips()}
        labels = {
            "quiet_from": _("Quiet from"), "quiet_until": _("Until"), "reminders": _("Reminders"),
            "digest": _("Send me a short overview on days when something changed"),
        }  # fmt: skip
        help_texts = {
            "reminders": _("A worry that cannot wait is told all the same, day and night."),
            "digest": _("For who refers or coordinates: how many things there are, and nobody's name."),
        }  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = reminding.zones()
        if self.instance.time_zone not in names:
            names = [self.instance.time_zone, *names]
        self.fields["time_zone"].choices = [(name, name.replace("_", " ")) for name in names]
        self.fields["reminders"].choices = Reminders.choices
