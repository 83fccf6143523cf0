"""Forms that point out ways to reach somebody before anything is stored.

    class NoteForm(AsksAboutBoundaries, PlainForm, forms.Form):
        watched = ("note",)

    {% include "components/boundaries.html" %}    inside the form, above its buttons

What was found is named, with two choices: take it out, or save it as it is. A choice counts for these very words only.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping

from django import forms
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from common import boundaries

CHOICE = "said"  # the name of the two buttons
AS_IS, OUT = "as-is", "out"
KINDS = {
    boundaries.Kind.PHONE: _("a phone number"),
    boundaries.Kind.EMAIL: _("an e-mail address"),
    boundaries.Kind.LINK: _("a web address"),
    boundaries.Kind.ADDRESS: _("where somebody lives"),
}


def token(words: Mapping[str, str]) -> str:
    """Return what stands for these very words, so that a choice made about others does not count."""
    return salted_hmac("common.boundaries", repr(sorted(words.items())), algorithm="sha256").hexdigest()[:32]


class AsksAboutBoundaries(forms.Form):
    """Refuse once what holds a way to reach somebody; `watched` names the fields."""

    watched: tuple[str, ...] = ()
    kept_choice = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def clean(self):
        data = super().clean() or {}
        words = {name: data.get(name) or "" for name in self.watched if name not in self.errors}
        found = {name: boundaries.find(text) for name, text in words.items()}
        self.pieces = [(KINDS[p.kind], p.text) for pieces in found.values() for p in pieces]
        self.choice_token = token(words) if self.pieces else ""
        choice = self.choice_of((AS_IS, OUT), self.choice_token) if self.pieces else ""
        if choice == OUT:
            data |= {name: boundaries.take_out(text) for name, text in words.items()}
        elif self.pieces and choice != AS_IS:
            for name, pieces in found.items():
                if pieces:
                    self.add_error(name, _("This holds a way to reach somebody. Say below what to do with it"))
        self.asks = bool(self.pieces) and not choice
        return data

    asks = False  # whether the two choices are shown

    @property
    def given(self) -> str:
        """Return the choices that were made, with what each is about, separated by spaces."""
        return str(self.data.get(CHOICE) or self.data.get(self.add_prefix("kept_choice")) or "")

    def choice_of(self, choices: Iterable[str], about: str) -> str:
        """Return which of these choices was made about the words `about` stands for, or nothing."""
        for choice in choices:
            if any(hmac.compare_digest(given.encode(), f"{choice}:{about}".encode()) for given in self.given.split()):
                return choice
        return ""
