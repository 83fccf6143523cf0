"""A mentor's own costs and hours, on a phone. Fetch, bind, call one action, respond."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics.roles import Perm
from common.errors import Refused
from common.policy import needs
from training.actions import costs as actions
from training.actions import hours as hours_actions
from training.forms import costs as forms
from training.models import Claim, Mentor, OtherHours
from training.pages import costs as pages
from training.pages import hours as hours_pages

SHOWN = 30


def _own(request: HttpRequest) -> Mentor:
    """Return the mentor somebody is, first of all at the clinic of the hat."""
    rows = Mentor.objects.visible_to(request.user).filter(person__user=request.user)
    found = list(rows.select_related("person__clinic"))
    here = [row for row in found if row.person.clinic_id == request.clinic.pk] or found
    if not here:
        raise Http404
    return here[0]


@require_safe
@needs(Perm.MENTOR)
def mine(request: HttpRequest) -> HttpResponse:
    """Show a mentor what can be claimed, what is left this year, what became of each claim, and their hours."""
    mentor = _own(request)
    today = mentor.person.clinic.today
    amounts = pages.amounts_of(mentor.person.clinic, today.year)
    claims = Claim.objects.visible_to(request.user).filter(mentor=mentor)[:SHOWN]
    context = {
        "mentor": mentor, "left": pages.left(mentor, amounts, today), "kinds": pages.kinds(amounts),
        "rows": pages.own_rows(claims), "hours": hours_pages.own(mentor, today.year),
    }  # fmt: skip
    return render(request, "training/costs/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MENTOR)
def claim(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask what one kind of claim needs, and send it. What was typed stays; a file is chosen again."""
    if kind not in Claim.Kind.values:
        raise Http404
    mentor = _own(request)
    today = mentor.person.clinic.today
    amounts = pages.amounts_of(mentor.person.clinic, today.year)
    sent = request.method == "POST"
    form = forms.ClaimForm(
        request.POST if sent else None, request.FILES if sent else None, kind=kind, amounts=amounts,
        initial=_again(request, mentor, kind) or {"on": today},
    )  # fmt: skip
    if sent and form.is_valid() and _send(request, mentor, form):
        return redirect("training:my-costs")
    form.ask_file_again()
    context = {
        "form": form, "kind": Claim.Kind(kind), "left": pages.left(mentor, amounts, today),
        "is_flat": kind == Claim.Kind.FLAT,
    }  # fmt: skip
    return render(request, "training/costs/claim.html", context)


def _send(request: HttpRequest, mentor: Mentor, form: forms.ClaimForm) -> bool:
    answers = form.cleaned_data
    cost = actions.Cost(
        form.kind, answers["on"], km=answers.get("km"), cents=answers.get("amount"), what=answers["what"]
    )
    try:
        made = actions.send_claim(
            mentor=mentor.pk, by=request.user, cost=cost, receipt=answers.get("receipt"), form_key=answers["form_key"]
        )
    except Refused as refusal:
        form.refuse(refusal)
        return False
    sent = _("Sent: %(what)s, %(amount)s. You hear when it is answered.")
    messages.success(request, sent % {"what": made.get_kind_display(), "amount": pages.amount_words(made)})
    return True


def _again(request: HttpRequest, mentor: Mentor, kind: str) -> dict:
    """Return the answers of a claim to send once more; none unless one of the mentor's own is named."""
    named = Claim.objects.visible_to(request.user).filter(mentor=mentor, kind=kind, ref=request.GET.get("again", ""))
    row = named.first()
    return {"on": row.on, "km": row.km, "amount": row.cents, "what": row.what} if row else {}


@require_POST
@needs(Perm.MENTOR)
def take_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Let a mentor take back a claim that nobody answered yet."""
    own = Claim.objects.visible_to(request.user).filter(mentor__person__user=request.user)
    row = get_object_or_404(own, ref=ref)
    try:
        actions.take_back_claim(claim=row.pk, by=request.user)
        messages.success(request, _("You took it back."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("training:my-costs")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MENTOR)
def my_hours(request: HttpRequest) -> HttpResponse:
    """Let a mentor enter hours nothing else knows of, and see their own sum in words."""
    mentor = _own(request)
    today = mentor.person.clinic.today
    form = forms.HoursForm(request.POST if request.method == "POST" else None, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            hours_actions.add_hours(
                mentor=mentor.pk, by=request.user, on=answers["on"], minutes=form.total(), what=answers["what"],
                form_key=answers["form_key"],
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("training:my-hours")
    entries = OtherHours.objects.visible_to(request.user).filter(mentor=mentor)[:SHOWN]
    context = {"form": form, "sums": hours_pages.own(mentor, today.year), "entries": hours_pages.entries(entries)}
    return render(request, "training/costs/my_hours.html", context)


@require_POST
@needs(Perm.MENTOR)
def remove_hours(request: HttpRequest, ref: str) -> HttpResponse:
    """Take out hours a mentor entered by mistake."""
    own = OtherHours.objects.visible_to(request.user).filter(mentor__person__user=request.user)
    row = get_object_or_404(own, ref=ref)
    hours_actions.remove_hours(mentor=row.mentor_id, by=request.user, ref=row.ref)
    messages.success(request, _("Taken out."))
    return redirect("training:my-hours")
