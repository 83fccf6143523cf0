"""Letting a mentee choose: what the coordinator ticks, what the mentee answers, what is written down on the phone."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import ChipsMany, Choices, ListChips, PlainForm
from matching.models import Choice

Answer = Choice.Answer


class Profiles(Choices):
    """Answers that are described below their name; each says which description is its own."""

    def create_option(self, *args, **kwargs):
        option = super().create_option(*args, **kwargs)
        option["attrs"]["aria-describedby"] = f"{option['attrs']['id']}_more"
        return option


class OfferForm(PlainForm, forms.Form):
    """Whose profiles to show: two or three of those on the page."""

    mentors = forms.MultipleChoiceField(
        label=_("Profiles to show"), widget=ChipsMany,
        error_messages={"required": _("Tick two or three mentors")},
    )  # fmt: skip

    def __init__(self, *args, choices: Sequence[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mentors"].choices = choices
        self.fields["mentors"].error_messages["invalid_choice"] = _(
            "One of these does not fit any more. Choose from those below."
        )


class ChooseForm(PlainForm, forms.Form):
    """The mentee's answer: one of the people, none of them, or you choose. None is chosen beforehand."""

    pick = forms.ChoiceField(
        label=_("Choose one"), widget=Profiles, error_messages={"required": _("Choose one of the answers below")}
    )

    def __init__(self, *args, profiles: Sequence, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pick"].choices = [
            *((p.key, p.who) for p in profiles), (Answer.NONE, _("None of these")), (Answer.YOU, _("You choose for me")),
        ]  # fmt: skip
        self.fields["pick"].widget.more = {
            Answer.NONE: _("That is fine. We will ring you to find somebody else."),
            Answer.YOU: _("That is fine too. We choose somebody who suits you well."),
        }


class HeardForm(PlainForm, forms.Form):
    """What the mentee said to the coordinator. None is chosen beforehand."""

    pick = forms.ChoiceField(label=_("What did they say?"), widget=ListChips)

    def __init__(self, *args, mentors: Sequence, **kwargs):
        super().__init__(*args, prefix="heard", **kwargs)
        self.fields["pick"].choices = [
            *((m.ref, m.person.full_name) for m in mentors), (Answer.NONE, _("None of these")),
            (Answer.YOU, _("They leave it to us")),
        ]  # fmt: skip
