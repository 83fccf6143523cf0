"""The forms of this floor."""

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    """A name or a part of one."""

    q = forms.CharField(
        label=_("Name"), help_text=_("Given name, family name or both."), max_length=80, min_length=2,
        error_messages={"min_length": _("Write at least two letters.")},
        validators=[ProhibitNullCharactersValidator(message=_("Write letters only."))],
    )  # fmt: skip
