"""Whom a supervisor looks after when somebody of a pair died. Other reasons have their own page, one floor down."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinics import access_log
from clinics.roles import Perm
from common.policy import needs
from mentorship import lent
from mentorship.actions import pairs as actions
from mentorship.forms.pairs import AftercareForm
from mentorship.models import Aftercare
from mentorship.views.pairs import seen


@require_safe
@needs(Perm.COORDINATE, Perm.ANSWER_QUESTIONS)
def mine(request: HttpRequest) -> HttpResponse:
    """Whom do I look after? The tasks put to the reader, the oldest first."""
    rows = Aftercare.objects.visible_to(request.user).open().put_to(request.user)
    tasks = list(
        rows.select_related("match__mentor__person", "match__referral__mentee", "match__referral__clinic")
        .order_by("created_at", "pk")[:50]
    )  # fmt: skip
    for task in tasks:
        task.is_lent = lent.is_lent(task.match)
    mentors = [task.match.mentor.person for task in tasks]
    people = mentors + [task.match.referral.mentee for task in tasks if not task.is_lent]
    if people:
        access_log.record(request, page="after a death", people=people)
    context = {"tasks": [(task, AftercareForm(prefix=task.ref)) for task in tasks]}
    return render(request, "mentorship/aftercare.html", context)


@needs(Perm.COORDINATE, Perm.ANSWER_QUESTIONS)
@require_POST
def done(request: HttpRequest, ref: str) -> HttpResponse:
    """Note that somebody rang, or looked after the mentor."""
    task = get_object_or_404(Aftercare.objects.visible_to(request.user).select_related("match"), ref=ref)
    form = AftercareForm(request.POST, prefix=task.ref)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    if form.errors:
        messages.error(request, _("Make the note shorter: at most 300 characters."))
    else:
        actions.finish_aftercare(task=task.pk, by=request.user, note=note)
        messages.success(request, _("Noted. Thank you for doing this."))
    if seen(request).filter(pk=task.match_id).exists():
        return redirect("mentorship:pair", task.match.ref)
    return redirect("home")
