"""A mentor is asked, and answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinics import access_log
from clinics.roles import Perm
from common.errors import Refused
from common.policy import needs
from matching import actions, expectations, forms
from matching.actions import answering
from matching.models import Match
from matching.pages import road, sides
from matching.workflow import Status


def _asked(request: HttpRequest, ref: str) -> Match:
    rows = Match.objects.visible_to(request.user).of_mentor(request.user)
    return get_object_or_404(rows.select_related("referral__mentee", "referral__clinic", "mentor__person"), ref=ref)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MENTOR)
def request(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a mentor whom they are asked for, without a name, and take their yes."""
    if road.was_asked(request.user, ref):
        messages.info(request, _("That request is not open any more. You need not do anything."))
        return redirect("home")
    row = _asked(request, ref)
    form = forms.AcceptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.accept(match=row.pk, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Thank you. Now they are asked too. You will hear from us."))
            return redirect("matching:request", ref=row.ref)
    if request.method != "POST":
        access_log.record(request, page="request", people=[row.referral.mentee])
    context = {
        "match": row, "form": form, "facts": sides.summary_for_mentor(row), "clinic": row.referral.clinic,
        "expectations": expectations.FOR_MENTOR, "open": row.status == Status.APPROVED,
        "said_yes": row.status == Status.ACCEPTED,
        "not_now": [] if form.is_bound else answering.not_now(row.mentor),
    }  # fmt: skip
    return render(request, "matching/request.html", context)


@require_POST
@needs(Perm.MENTOR)
def decline(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a mentor's "not this time"."""
    if road.was_asked(request.user, ref):
        messages.info(request, _("That request is not open any more. You need not do anything."))
        return redirect("home")
    try:
        actions.decline(match=_asked(request, ref).pk, by=request.user)
        messages.success(request, _("That is fine. Somebody else is asked. Thank you for answering."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("home")
