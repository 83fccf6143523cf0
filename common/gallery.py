"""Every component in its states, on one page: to copy from, to look at, to test."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from common import clock
from common.forms import (
    Buttons,
    Chips,
    ChipsMany,
    Choices,
    DayInput,
    EvenChips,
    FormPart,
    ListChips,
    More,
    PairFields,
    PlainForm,
    Tiles,
    YearInput,
)
from common.policy import public

ANSWERS = [("yes", _("Yes, now")), ("later", _("Later")), ("no", _("No, thank you"))]
OUTCOMES = [
    ("talked", _("We talked")),
    ("no-answer", _("No answer")),
    ("cancelled", _("They cancelled")),
    ("absent", _("They did not come")),
]
OUTCOME_ICONS = {
    "talked": "message-circle-heart",
    "no-answer": "phone-missed",
    "cancelled": "calendar-x",
    "absent": "user-x",
}
CHANNELS = [("phone", _("Phone")), ("video", _("Video")), ("in-person", _("Met")), ("messages", _("Text"))]
CHANNEL_ICONS = {"phone": "phone", "video": "video", "in-person": "coffee", "messages": "message-square"}


class ExampleForm(PlainForm, forms.Form):
    """Every kind of field once."""

    layout = [
        FormPart(
            _("1. Who is it?"),
            PairFields("given", "family"),
            PairFields("born", "phone"),
            "email",
            "kind",
            "area",
            lede=_("About two minutes, with the person beside you."),
        ),
        FormPart(_("2. What happened?"), "outcome", "channel", "topics", "day", "pace", "note"),
        FormPart(_("3. The offer"), "offer", "consent", More(_("Add a note or the next talk"), "extra")),
        Buttons(_("Send the referral"), ("later", "1", _("Save and finish later")), cancel="#main"),
    ]

    given = forms.CharField(label=_("Given name"), max_length=80)
    family = forms.CharField(label=_("Family name"), max_length=80)
    born = forms.IntegerField(label=_("Year of birth"), widget=YearInput, help_text=_("A guess is fine."))
    phone = forms.CharField(label=_("Phone"), required=False, max_length=20)
    email = forms.EmailField(label=_("E-mail"), required=False)
    kind = forms.ChoiceField(
        label=_("They are"), choices=[("a", _("A patient")), ("b", _("A partner or relative"))], widget=Chips
    )
    area = forms.ChoiceField(
        label=_("Area"), required=False, choices=[("", _("Not said")), ("gent", "Gent"), ("tielt", "Tielt")]
    )
    outcome = forms.ChoiceField(label=_("How did it go?"), choices=OUTCOMES, widget=Tiles(icons=OUTCOME_ICONS))
    channel = forms.ChoiceField(
        label=_("How?"), choices=CHANNELS, widget=EvenChips(look="chips even cols-4", icons=CHANNEL_ICONS)
    )
    topics = forms.MultipleChoiceField(
        label=_("What about?"),
        required=False,
        widget=ChipsMany,
        help_text=_("Only the subject. What was said stays between you."),
        choices=[("a", _("Tiredness and energy")), ("b", _("Work")), ("c", _("Mood and worry"))],
    )
    day = forms.DateField(label=_("Another day"), required=False, widget=DayInput)
    pace = forms.ChoiceField(
        label=_("How is the pace?"),
        required=False,
        widget=ListChips,
        choices=[("a", _("It goes too fast for me")), ("b", _("About right")), ("c", _("It goes too slowly"))],
    )
    note = forms.CharField(label=_("Note for the coordinator"), required=False, widget=forms.Textarea({"rows": 2}))
    offer = forms.ChoiceField(
        label=_("“Would you like to talk with someone who lives with it too?”"),
        choices=ANSWERS,
        widget=Choices(
            more={
                "yes": _("We look for a mentor."),
                "later": _("We ask again on a day you choose."),
                "no": _("Care stays the same."),
            }
        ),
    )
    consent = forms.BooleanField(
        label=_("I read it aloud, and the person agreed"), help_text=_("Version 3, 1 September.")
    )
    extra = forms.CharField(label=_("Next talk"), required=False)


def examples() -> dict:
    """Return what the components on the page show."""
    now = clock.now()
    minutes, days = dt.timedelta(minutes=1), dt.timedelta(days=1)
    return {
        "form": ExampleForm(auto_id="empty_%s"),
        "wrong": ExampleForm({"born": "last yr", "email": "an@", "given": "Isabelle"}, auto_id="wrong_%s", prefix=None),
        "now": now,
        "soon": now + 38 * minutes,
        "late": now - 12 * minutes,
        "begun": now - 82 * minutes,
        "last_week": now - 6 * days,
        "urgent_rows": [
            {
                "deadline": now + 38 * minutes,
                "title": "Samira Bensalem",
                "url": "#main",
                "text": "Dr Wouters was told twice.",
                "action": "Call Dr Wouters",
                "action_tel": "+3290000012",
                "urgent": True,
            },
        ],
        "rows": [
            {
                "since": now - 4 * days,
                "title": "Marc Dubois, for Chantal Mercier",
                "url": "#main",
                "text": "Asked by e-mail.",
                "action": "Ask Fatima",
                "action_url": "#main",
                "action_about": "for Chantal",
            },
            {
                "when": "Yesterday",
                "when_more": "day 10 question",
                "title": "Youssef Amrani",
                "url": "#main",
                "text": "“Not really. It goes too fast.”",
                "action": "Call Youssef",
                "action_tel": "+3290000044",
            },
        ],
        "facts": [("Now", "Starting a treatment"), ("Language", "French (must)"), ("Age", "")],
        "history": [
            {"at": now - 3 * minutes, "title": "Raised by Rita"},
            {"at": now, "title": "Dr Wouters told", "text": "By e-mail."},
            {"at": now + 30 * minutes, "title": "Backup told", "to_come": True},
        ],
        "steps": [
            {"title": "Is there danger now?", "text": "Call 112.", "tel": "112", "tel_label": "Call 112"},
            {"title": "Stay on the line", "text": "Until somebody is there."},
        ],
        "crits": [("Topics", 23, 25), ("Age", 5, 10), ("Culture and values", 0, 10)],
        "stages": [
            {"title": "Referred", "state": "done"},
            {"title": "Mentor asked", "state": "now", "text": "Sunday"},
            {"title": "Introduced", "state": "to-come"},
            {"title": "First talk", "state": "to-come"},
        ],
        "checks": [
            {"title": "Certificate ends in 9 days", "kind": "soon", "url": "#main", "action": "Plan the renewal"},
            {"title": "Code of conduct signed", "kind": "ok", "text": "On 3 March."},
        ],
        "page_obj": Paginator(range(120), 50).page(2),
    }


@public
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component; only where debugging is on."""
    if not settings.DEBUG:
        raise Http404
    values = examples()
    values["wrong"].is_valid()
    return render(request, "gallery.html", values)
