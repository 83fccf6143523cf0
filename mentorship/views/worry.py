"""Pages on which a worry is raised: choosing it is the POST that stores it; guidance and numbers come back at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import links
from accounts.models import User
from clinics import access_log
from clinics.roles import Perm, clinic_for
from common.errors import Refused
from common.policy import by_link, needs
from matching.models import Match
from mentorship import told, worries
from mentorship.actions.flags import add_details, new_key, raise_flag
from mentorship.forms.flags import DetailsForm
from mentorship.models import RedFlag
from mentorship.workflow import UNANSWERED
from referrals.models import Referral

KIND = "check.answer"
SOURCES = {"contact": RedFlag.Source.CONTACT, "check": RedFlag.Source.CHECK}


@needs(Perm.MENTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def worry(request: HttpRequest) -> HttpResponse:
    """Whom is it about? With one pair the worries stand here at once; with none it is about oneself."""
    pairs = list(_pairs(request.user))
    if not pairs:
        return worry_myself(request)
    if len(pairs) == 1:
        return _choose(request, pair=pairs[0])
    access_log.record(request, page="worry", people=[p.referral.mentee for p in pairs], even_if_lost=True)
    context = {"pairs": pairs, "numbers": worries.numbers_of_all([p.referral.clinic for p in pairs])}
    return render(request, "mentorship/worry_whom.html", context)


@needs(Perm.MENTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def worry_about(request: HttpRequest, ref: str) -> HttpResponse:
    """Worries about one of the mentor's own people; whoever is no longer theirs gets numbers to ring first."""
    pair = _pairs(request.user).filter(ref=ref).first()
    return _not_mine(request) if pair is None else _choose(request, pair=pair)


def _not_mine(request: HttpRequest) -> HttpResponse:
    """Say that nothing was sent, the same for every pair that is not theirs: it may have ended a minute ago."""
    context = {"numbers": worries.emergency_numbers(clinic_for(request, Perm.MENTOR))}
    return render(request, "mentorship/worry_not_mine.html", context, status=404)


@needs(Perm.MENTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def worry_myself(request: HttpRequest) -> HttpResponse:
    """Worries of a mentor about themselves, or about the programme."""
    clinic = clinic_for(request, Perm.MENTOR)
    return _page(request, clinic, source=_source(request), heading=_("What worries you?"), own=True)


@needs(Perm.REFER, Perm.COORDINATE, Perm.ANSWER_QUESTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def worry_referral(request: HttpRequest, ref: str) -> HttpResponse:
    """Worries of the team about somebody of their clinic."""
    row = get_object_or_404(
        Referral.objects.visible_to(request.user).sent().select_related("clinic", "mentee"), ref=ref
    )
    access_log.record(request, page="worry", people=[row.mentee], even_if_lost=True)
    heading = _("What worries you about %(name)s?") % {"name": row.mentee.first_name}
    return _page(
        request, row.clinic, source=RedFlag.Source.STAFF, heading=heading, own=False, referral=row,
        match=worries.pair_of(row),
    )  # fmt: skip


def _pairs(user: User):
    rows = Match.objects.visible_to(user).of_mentor(user).exclude(status="approved")
    return rows.select_related("referral__clinic", "referral__mentee", "mentor__person__user").order_by("pk")


def _source(request: HttpRequest) -> str:
    return SOURCES.get(request.GET.get("from", ""), RedFlag.Source.HOME)


def _choose(request: HttpRequest, pair: Match) -> HttpResponse:
    mentee = pair.referral.mentee
    access_log.record(request, page="worry", people=[mentee], even_if_lost=True)
    heading = _("What worries you about %(name)s?") % {"name": mentee.first_name}
    return _page(request, pair.referral.clinic, source=_source(request), heading=heading, own=False, match=pair)


def _page(request: HttpRequest, clinic, *, source: str, heading: str, own: bool, **about) -> HttpResponse:
    """Show the worries, or store the chosen one and go to its guidance."""
    refusal = None
    if request.method == "POST":
        category = worries.find_category(clinic, request.POST.get("category", ""))
        if category is not None:
            try:
                flag = raise_flag(category=category, by=request.user, source=source, **sent(request, clinic), **about)
                return redirect("mentorship:worry-sent", flag.ref)
            except Refused as error:
                refusal = error
        refusal = refusal or _("Choose one of the worries below.")
    return render(request, "mentorship/worry.html", choices(request, clinic, heading, own, refusal), status=200)


def sent(request: HttpRequest, clinic) -> dict:
    """Return what the form carries beside the worry itself."""
    return {
        "client_key": request.POST.get("key", ""),
        "about_user": worries.find_teammate(clinic, request.POST.get("about", "")),
    }


def choices(request: HttpRequest, clinic, heading: str, own: bool, refusal) -> dict:
    """Return the worries to pick from, with the numbers that come before them."""
    return {
        "groups": worries.groups(clinic, own=own),
        "numbers": worries.emergency_numbers(clinic),
        "team": worries.team_of(clinic, but=request.user if request.user.is_authenticated else None),
        "heading": heading,
        "own": own,
        "key": request.POST.get("key") or new_key(),
        "refusal": refusal,
        "clinic": clinic,
        "myself_url": reverse("mentorship:worry-myself") if _is_mentor(request) and not own else "",
    }


def _is_mentor(request: HttpRequest) -> bool:
    return Perm.MENTOR in request.permissions


@needs(Perm.MENTOR, Perm.REFER, Perm.COORDINATE, Perm.ANSWER_QUESTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def worry_sent(request: HttpRequest, ref: str) -> HttpResponse:
    """Guidance and numbers first, then details for whoever likes to give them."""
    flag = worries.sent_by(request.user, ref)
    if flag is None:
        raise Http404
    return guide(
        request, flag, own=worries.is_own(flag), by=request.user, back=reverse("mentorship:worry-sent", args=[ref])
    )


def guide(request: HttpRequest, flag: RedFlag, *, own: bool, by: User, back: str, person=None) -> HttpResponse:
    """Show what to do now and whom to ring, with room for details; store those that were sent."""
    form = DetailsForm(request.POST or None, own=own)
    if request.method == "POST" and form.is_valid():
        try:
            add_details(flag=flag, by=by, person=person, text=form.cleaned_data["details"])
            messages.success(request, _("Added. The team reads it with your worry."))
            return redirect(back)
        except Refused as refusal:
            form.refuse(refusal)
    context = {
        "flag": flag,
        "form": form,
        "words": worries.said(flag.category, own=own),
        "steps": worries.guidance(flag, own=own),
        "numbers": worries.numbers(flag.category, flag.clinic),
        "telling": told.telling(flag) if flag.status in UNANSWERED else None,
        "clinic": flag.clinic,
        "own": own,
        "frame": "base_link.html" if person else "base.html",
        "main_number": worries.main_number(flag),
    }
    return render(request, "mentorship/worry_sent.html", context)


# By link -----------------------------------------------------------------------------------


@by_link(KIND)
@require_http_methods(["GET", "HEAD", "POST"])
def worry_link(request: HttpRequest) -> HttpResponse:
    """Worries of a mentee, beside their follow-up question; the link is not used up by it."""
    match = _match_of(request)
    if match is None:
        return gone(request)
    clinic, refusal = match.referral.clinic, None
    if request.method == "POST":
        category = worries.find_category(clinic, request.POST.get("category", ""))
        if category is not None:
            flag = raise_flag(
                category=category, by=User.objects.system(), person=match.referral.mentee, match=match,
                source=RedFlag.Source.CHECK, **sent(request, clinic),
            )  # fmt: skip
            return redirect("mentorship:worry-link-sent", flag.ref)
        refusal = _("Choose one of the worries below.")
    context = choices(request, clinic, _("What worries you?"), True, refusal) | {"frame": "base_link.html"}
    return render(request, "mentorship/worry.html", context)


@by_link(KIND)
@require_http_methods(["GET", "HEAD", "POST"])
def worry_link_sent(request: HttpRequest, ref: str) -> HttpResponse:
    """Guidance for a mentee who came by link."""
    match = _match_of(request)
    flag = worries.sent_by_person(match.referral.mentee, ref) if match else None
    if flag is None:
        return gone(request)
    back = reverse("mentorship:worry-link-sent", args=[ref])
    return guide(request, flag, own=True, by=User.objects.system(), person=match.referral.mentee, back=back)


def _match_of(request: HttpRequest) -> Match | None:
    link = links.current(request, KIND)
    return worries.match_of_check(link.subject) if link else None


def gone(request: HttpRequest) -> HttpResponse:
    """Say that the link is too old, with numbers to ring before anything else."""
    return render(request, "mentorship/worry_gone.html", {"numbers": worries.emergency_numbers(None)}, status=410)
