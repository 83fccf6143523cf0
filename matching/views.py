"""From the waiting list to an introduction. Fetch, bind, call one action, respond."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import links
from accounts.views import no_longer
from clinics import access_log
from clinics.roles import Perm
from common.errors import Refused
from common.policy import by_link, needs
from matching import actions, expectations, forms, pages
from matching import by_link as mentees
from matching.models import Match
from matching.workflow import Status
from training.models import Mentor

# For the coordinator -----------------------------------------------------------------------


@require_safe
@needs(Perm.COORDINATE)
def waiting(request: HttpRequest) -> HttpResponse:
    """List who waits for a mentor, longest first, and who is on the way to one."""
    context = pages.waiting_context(request.user, request.clinic, request.GET.get("page"))
    access_log.record(request, page="waiting list", people=context.pop("people"))
    return render(request, "matching/waiting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.COORDINATE)
def find(request: HttpRequest, ref: str) -> HttpResponse:
    """Show who fits a person and why; ask one of them."""
    referral = get_object_or_404(pages.referrals_for_finding(request.user), ref=ref)
    form = forms.AskForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        mentor = get_object_or_404(Mentor.objects.visible_to(request.user), ref=form.cleaned_data["mentor"])
        try:
            match = actions.ask_mentor(
                referral=referral.pk, mentor=mentor.pk, by=request.user,
                override_reason=form.cleaned_data["override_reason"], override_note=form.cleaned_data["override_note"],
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(name)s is asked. They may say no.") % {"name": mentor.person.first_name})
            return redirect("matching:match", ref=match.ref)
    if request.method != "POST":
        access_log.record(request, page="find a mentor", people=[referral.mentee])
    return render(request, "matching/find.html", pages.find_context(referral, form))


def _coordinated(request: HttpRequest, ref: str) -> Match:
    return get_object_or_404(pages.matches_for(request.user), ref=ref)


@require_safe
@needs(Perm.COORDINATE)
def match(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one match on its way from proposal to introduction."""
    row = _coordinated(request, ref)
    access_log.record(request, page="match", people=[row.referral.mentee])
    return render(request, "matching/match.html", pages.match_context(row))


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
    return render(request, "matching/match.html", pages.match_context(row, record=form))


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
    return render(request, "matching/match.html", pages.match_context(row, cancel=form))


# For the mentor ----------------------------------------------------------------------------


def _asked(request: HttpRequest, ref: str) -> Match:
    rows = Match.objects.visible_to(request.user).of_mentor(request.user)
    return get_object_or_404(rows.select_related("referral__mentee", "referral__clinic", "mentor__person"), ref=ref)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MENTOR)
def request(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a mentor whom they are asked for, without a name, and take their yes."""
    if pages.was_asked(request.user, ref):
        messages.info(request, _("That request is not open any more. You need not do anything."))
        return redirect("home")
    row = _asked(request, ref)
    form = forms.AcceptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.accept(match=row.pk, by=request.user, expectations=form.cleaned_data["expectations"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Thank you. Now they are asked too. You will hear from us."))
            return redirect("matching:request", ref=row.ref)
    if request.method != "POST":
        access_log.record(request, page="request", people=[row.referral.mentee])
    context = {
        "match": row, "form": form, "facts": pages.summary_for_mentor(row), "clinic": row.referral.clinic,
        "expectations": expectations.FOR_MENTOR, "open": row.status == Status.APPROVED,
        "said_yes": row.status == Status.ACCEPTED,
    }  # fmt: skip
    return render(request, "matching/request.html", context)


@require_POST
@needs(Perm.MENTOR)
def decline(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a mentor's "not this time"."""
    if pages.was_asked(request.user, ref):
        messages.info(request, _("That request is not open any more. You need not do anything."))
        return redirect("home")
    try:
        actions.decline(match=_asked(request, ref).pk, by=request.user)
        messages.success(request, _("That is fine. Somebody else is asked. Thank you for answering."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("home")


# For the mentee ----------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(mentees.KIND)
def mentee(request: HttpRequest) -> HttpResponse:
    """Let a mentee read about one mentor and say yes, no or call me. Only a POST uses the link up."""
    link = links.current(request, mentees.KIND)
    row = mentees.match_of(link)
    if row is None:
        return no_longer(request)
    form = forms.MenteeForm(
        request.POST if request.method == "POST" else None, mentor=row.mentor.person.first_name,
        initial={"answer": row.mentee_answer or None, "expectations": bool(row.mentee_expectations_at)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            if not mentees.answer(request, link, row, **form.cleaned_data):
                return no_longer(request)
            return redirect("matching:mentee")
        except Refused as refusal:
            form.refuse(refusal)
    context = {
        "match": row, "form": form, "name": row.mentor.person.first_name, "facts": pages.profile_for_mentee(row),
        "expectations": expectations.FOR_MENTEE, "clinic": row.referral.clinic, "open": row.status == Status.ACCEPTED,
        "answered": bool(link.used_at) and bool(row.mentee_answer), "link": link,
    }  # fmt: skip
    return render(request, "matching/mentee.html", context)
