"""From the waiting list to an introduction, for the coordinator. Fetch, bind, call one action, respond."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import access_log
from clinics.roles import Perm
from common.errors import Refused
from common.policy import needs
from matching import actions, forms, relaxing
from matching.models import Match
from matching.pages import finding, road


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.COORDINATE)
def find(request: HttpRequest, ref: str) -> HttpResponse:
    """Show who fits a person and why; ask one of them."""
    referral = get_object_or_404(finding.referrals_for_finding(request.user), ref=ref)
    form = forms.AskForm(request.POST) if request.method == "POST" else None
    relaxed = relaxing.known((form.data if form else request.GET).getlist("relax"))
    if form is not None and form.is_valid():
        answers = dict(form.cleaned_data)
        mentor = finding.mentor_to_ask(referral, answers.pop("mentor"))
        try:
            match = actions.ask_mentor(
                referral=referral.pk, mentor=mentor.pk, by=request.user, relaxations=answers.pop("relax"), **answers
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(name)s is asked. They may say no.") % {"name": mentor.person.first_name})
            return redirect("matching:match", ref=match.ref)
    if request.method != "POST":
        access_log.record(request, page="find a mentor", people=[referral.mentee])
    return render(
        request, "matching/find.html", finding.find_context(referral, form, relaxed, None if form else request.GET)
    )


def _coordinated(request: HttpRequest, ref: str) -> Match:
    return get_object_or_404(road.matches_for(request.user), ref=ref)


@require_safe
@needs(Perm.COORDINATE)
def match(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one match on its way from proposal to introduction."""
    row = _coordinated(request, ref)
    access_log.record(request, page="match", people=[row.referral.mentee])
    return render(request, "matching/match.html", road.match_context(row))


PLAIN = {
    "approve": (actions.approve, gettext_lazy("The mentor is asked.")),
    "reject": (actions.reject, gettext_lazy("The proposal is put aside.")),
    "ask": (actions.ask_mentee, gettext_lazy("They get a message with a link. Nothing is decided yet.")),
    "read": (actions.acknowledge_expectations, gettext_lazy("Saved: you went through what to expect together.")),
    "introduce": (actions.introduce, gettext_lazy("They are introduced. Both get a message.")),
}


@require_POST
@needs(Perm.COORDINATE)
def step(request: HttpRequest, ref: str, do: str) -> HttpResponse:
    """Take one step of a match that asks nothing more."""
    row = _coordinated(request, ref)
    if do not in PLAIN:
        raise Http404
    action, done = PLAIN[do]
    try:
        action(match=row.pk, by=request.user)
        messages.success(request, str(done))
    except Refused as refusal:
        for sentence in getattr(refusal, "missing", None) or [str(refusal)]:
            messages.error(request, sentence)
    return redirect("matching:match", ref=row.ref)


@require_POST
@needs(Perm.COORDINATE)
def record(request: HttpRequest, ref: str) -> HttpResponse:
    """Write down what the mentee said."""
    row = _coordinated(request, ref)
    form = forms.RecordForm(request.POST)
    if form.is_valid():
        try:
            actions.mentee_answer(match=row.pk, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The answer is saved."))
            return redirect("matching:match", ref=row.ref)
    return render(request, "matching/match.html", road.match_context(row, record=form))


@require_POST
@needs(Perm.COORDINATE)
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """Stop a match before the introduction."""
    row = _coordinated(request, ref)
    form = forms.CancelForm(request.POST)
    if form.is_valid():
        try:
            actions.cancel(match=row.pk, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("This is stopped. The mentor's place is free again."))
            return redirect("matching:match", ref=row.ref)
    return render(request, "matching/match.html", road.match_context(row, cancel=form))
