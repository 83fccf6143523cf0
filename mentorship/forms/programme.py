"""The settings of a clinic's programme as a form."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from common.forms import Choices, FormPart, HourInput, PlainForm
from mentorship.formats import choice, words
from mentorship.models import Programme


class ProgrammeForm(PlainForm, forms.Form):
    """What new pairs follow, what a group needs, when the daily overview goes out."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    pair_format = forms.ChoiceField(label=_("New pairs follow"), required=False)
    needs_moderator = forms.BooleanField(
        label=_("A group needs a professional moderator"), required=False,
        help_text=_("Without one, no meeting of a group can go ahead. Studies advise it; the clinic decides."),
    )  # fmt: skip
    digest_at = forms.TimeField(
        label=_("The daily overview for coordinators goes out at"), widget=HourInput,
        help_text=_("By the clocks of the clinic. Somebody who does not want it can say so under My account."),
    )  # fmt: skip
    pair_format.unmarked = True
    layout = [
        FormPart(
            _("Pairs"), "version", "pair_format",
            lede=_("It can be changed for one pair on its page. Pairs that talk already keep what they follow."),
        ),
        FormPart(_("Groups"), "needs_moderator"),
        FormPart(_("Messages"), "digest_at"),
    ]  # fmt: skip
    submit = _("Save")

    def __init__(self, *args, clinic: Clinic, programme: Programme, **kwargs):
        now = programme.pair_format
        start = {
            "version": clinic.version, "pair_format": now.ref if now else "",
            "needs_moderator": programme.needs_moderator, "digest_at": programme.digest_at,
        }  # fmt: skip
        super().__init__(*args, initial=start, **kwargs)
        self.fields["pair_format"].choices = self.formats(clinic, now)

    def make_helper(self):
        self.fields["pair_format"].widget = Choices()
        return super().make_helper()

    def formats(self, clinic: Clinic, now) -> list[tuple[str, str]]:
        """Return what pairs may follow, each with its sentence under it; what is chosen now is always there."""
        rows = choice.formats_for(clinic)
        if now and now not in rows:
            now.sentence = words.sentence(now.body)
            rows.insert(0, now)
        widget = self.fields["pair_format"].widget
        widget.more = {row.ref: row.sentence for row in rows}
        return [("", _now("What Halfword proposes, always the newest")), *((row.ref, named(row, now)) for row in rows)]


def named(row, now) -> str:
    """Return the name of a format; with its version for the one that is chosen, as there may be a newer one."""
    return _now("%(name)s, version %(n)d") % {"name": row.name, "n": row.number} if row == now else row.name
