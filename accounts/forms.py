"""Signing in, passwords, and the own account."""

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.models import User
from common.forms import Buttons, Chips, PairFields, PlainForm, Sheet

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
