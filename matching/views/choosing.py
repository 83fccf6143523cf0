"""A mentee chooses between two or three people without names; the coordinator offers it and sees what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import links
from accounts.views import no_longer
from clinics.roles import Perm
from common.errors import Refused
from common.policy import by_link, needs
from matching import actions, by_link_choice, forms
from matching.models import Choice
from matching.pages import choosing, finding


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(by_link_choice.KIND)
def choose(request: HttpRequest) -> HttpResponse:
    """Let a mentee choose who they would like to talk with. Only a POST uses the link up."""
    link = links.current(request, by_link_choice.KIND)
    choice = by_link_choice.choice_of(link)
    if choice is None:
        return no_longer(request)
    found = choosing.profiles(choice)
    form = forms.ChooseForm(request.POST if request.method == "POST" else None, profiles=found)
    if request.method == "POST" and form.is_valid():
        answer = choosing.answer_in(form.cleaned_data["pick"], found)
        try:
            if not by_link_choice.choose(request, link, choice, **answer):
                return no_longer(request)
            return redirect("matching:choose")
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "matching/choose.html", choosing.choose_context(choice, link, form, found))


@require_POST
@needs(Perm.COORDINATE)
def offer(request: HttpRequest, ref: str) -> HttpResponse:
    """Send two or three profiles to the mentee."""
    referral = get_object_or_404(finding.referrals_for_finding(request.user), ref=ref)
    context = finding.find_context(referral)
    rows = context["candidates"]
    form = forms.OfferForm(request.POST, choices=choosing.tickable(rows), auto_id="show-%s")
    if form.is_valid():
        chosen = [row["c"].mentor.pk for row in rows if row["c"].mentor.ref in form.cleaned_data["mentors"]]
        try:
            actions.offer_choice(referral=referral.pk, mentors=chosen, by=request.user)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            text = _("%(name)s gets a message with a link to choose.") % {"name": referral.mentee.first_name}
            messages.success(request, text)
            return redirect("matching:find", ref=referral.ref)
    context["choosing"] = choosing.part(referral, rows, offer=form)
    return render(request, "matching/find.html", context | {"offer": form})


def _coordinated(request: HttpRequest, ref: str) -> Choice:
    rows = Choice.objects.visible_to(request.user).select_related("referral")
    return get_object_or_404(rows.prefetch_related("mentors__person"), ref=ref)


@require_POST
@needs(Perm.COORDINATE)
def heard(request: HttpRequest, ref: str) -> HttpResponse:
    """Write down what the mentee chose on the phone."""
    choice = _coordinated(request, ref)
    form = forms.HeardForm(request.POST, mentors=choosing.by_name(choice))
    if form.is_valid():
        try:
            choice = actions.choose(choice=choice.pk, by=request.user, **choosing.heard_answer(choice, form))
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The answer is saved."))
            if choice.match:
                return redirect("matching:match", ref=choice.match.ref)
            return redirect("matching:find", ref=choice.referral.ref)
    referral = get_object_or_404(finding.referrals_for_finding(request.user), pk=choice.referral_id)
    context = finding.find_context(referral)
    context["choosing"] = choosing.part(referral, context["candidates"], heard=form)
    return render(request, "matching/find.html", context | {"heard": form})


@require_POST
@needs(Perm.COORDINATE)
def take_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a question back that was not answered yet."""
    choice = _coordinated(request, ref)
    try:
        actions.take_back_choice(choice=choice.pk, by=request.user)
        messages.success(request, _("This is taken back. The link says that the question is not open any more."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("matching:find", ref=choice.referral.ref)
