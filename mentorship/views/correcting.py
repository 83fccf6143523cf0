"""The page on which a wrong outcome of a talk is put right."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics import access_log
from clinics.roles import Perm
from common.errors import Refused, Stale
from common.policy import needs
from mentorship.actions.correcting import correct_contact
from mentorship.forms.contacts import CorrectForm
from mentorship.models import Contact
from mentorship.rules import pairs as rules
from mentorship.views.contacts import back
from mentorship.workflow import ContactStatus

RELATED = ("match__referral__mentee", "match__referral__clinic", "match__mentor__person")


@needs(Perm.MENTOR, Perm.COORDINATE)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, ref: str) -> HttpResponse:
    """How did it go after all? What was noted first stays in the history."""
    row = get_object_or_404(Contact.objects.visible_to(request.user).select_related(*RELATED), ref=ref)
    refusal = why_not(request, row)
    if refusal:
        messages.warning(request, refusal)
        return redirect(back(request, row.match))
    form = CorrectForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        try:
            correct_contact(contact=row.pk, by=request.user, **form.cleaned_data)
            messages.success(request, _("It is put right."))
            return redirect(back(request, row.match))
        except Stale as error:
            row.refresh_from_db()
            form.data = form.data.copy()
            form.data["version"] = row.version
            form.refuse(error)
        except Refused as error:
            form.refuse(error)
    if request.method != "POST":
        access_log.record(request, page="log a talk", people=[row.match.referral.mentee])
    context = {
        "form": form, "contact": row, "person": row.match.referral.mentee, "clinic": row.match.referral.clinic,
        "back_url": back(request, row.match),
    }  # fmt: skip
    return render(request, "mentorship/correct.html", context)


def why_not(request: HttpRequest, row: Contact) -> str:
    """Return why this talk cannot be put right by the reader now, in words; empty when it can."""
    if row.logged_at is None or row.status == ContactStatus.PLANNED:
        return _("This talk has not been noted yet.")
    return "" if rules.correct.allows(request.user, row) else str(rules.correct.reason)
