"""Words of thanks, with a yes that the mentor reads them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import PlainForm


class ThanksForm(PlainForm, forms.Form):
    """Optional as a whole; `mentor` is the given name of who may read it."""

    thanks_words = forms.CharField(
        max_length=300, widget=forms.Textarea(attrs={"rows": 2}), label="",
        error_messages={"required": _("Write a few words, or leave it: that is fine too")},
    )  # fmt: skip
    may_read = forms.BooleanField(error_messages={"required": _("Tick that your mentor may read this")}, label="")
    with_name = forms.BooleanField(label=_("With my first name"), required=False)
    form_tag = False

    def __init__(self, *args, mentor: str, **kwargs):
        super().__init__(*args, **kwargs)
        name = {"name": mentor}
        self.fields["thanks_words"].label = _("A word of thanks to %(name)s") % name
        self.fields["thanks_words"].help_text = _("No health details, please. You can take it back here.")
        self.fields["may_read"].label = _("%(name)s may read this") % name
