"""How a mentee is reminded, and in which language."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.errors import Refused, Stale
from common.policy import by_link
from mentorship.forms.own_page import RemindersForm
from mentorship.mentee_session import KIND
from mentorship.views.own_page import HOME, WRITE, changed, with_page
from referrals.actions.reminding import set_reminding
from referrals.actions.speaking import set_language
from referrals.models import Person, Referral


@by_link(KIND)
@require_http_methods(WRITE)
@with_page
def reminders(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Whether, when and in which language."""
    person = referral.mentee
    form = RemindersForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            store(person, form.cleaned_data)
        except Stale:
            return changed(request)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. It counts from the next message on."))
            return redirect(HOME)
    return render(request, "mentorship/own/reminders.html", {"form": form, "clinic": referral.clinic})


@transaction.atomic
def store(person: Person, said: dict) -> None:
    """Store both or neither."""
    system, language = User.objects.system(), said["language"]
    set_reminding(person=person.pk, by=system, **{name: value for name, value in said.items() if name != "language"})
    set_language(person=person.pk, by=system, language=language)
