"""A mentee's own page: opened by a one-time link, then theirs in this browser for a short while."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import links
from accounts.models import User
from common import words
from common.errors import Refused
from common.policy import by_link
from matching.actions import pausing
from matching.notices_choice import KIND as CHOOSE
from mentorship import mentee_session, own_page
from mentorship.actions import own_page as actions
from mentorship.forms.own_page import AnotherForm, PauseForm
from mentorship.mentee_session import KIND
from referrals.models import Referral

READ, WRITE = ["GET", "HEAD"], ["GET", "HEAD", "POST"]
HOME = "mentorship:own-page"


def with_page(view: Callable) -> Callable:
    """Give a view the referral whose page is open in this browser; who has none sees how to come back."""

    @wraps(view)
    def asked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        referral = mentee_session.referral_of(request)
        return closed(request) if referral is None else view(request, referral, *args, **kwargs)

    return asked


def closed(request: HttpRequest) -> HttpResponse:
    """Lead to the page that opens it, or say that it is closed, that nothing was changed, and how to come back."""
    if mentee_session.referral_to_open(request) is not None:
        return redirect(HOME)
    context = {"may_ask": links.known(request, "") is not None, "token": ""}
    return render(request, "mentorship/own/closed.html", context, status=410)


def changed(request: HttpRequest) -> HttpResponse:
    """Go back to a page that is no longer what a form showed."""
    messages.warning(request, _("This has changed in the meantime. Nothing was done; look again below."))
    return redirect(HOME)


@by_link(KIND)
@require_http_methods(WRITE)
def home(request: HttpRequest) -> HttpResponse:
    """Show the page; before that, one button that opens it. A link that is only looked at stays good."""
    if request.method == "POST":
        return redirect(HOME) if mentee_session.open_page(request) else closed(request)
    referral = mentee_session.referral_of(request)
    if referral is not None:
        return render(request, "mentorship/own/page.html", own_page.context(request, referral))
    if mentee_session.referral_to_open(request) is not None:
        return render(request, "mentorship/own/open.html")
    return closed(request)


@by_link(KIND)
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close the page in this browser, in every tab, and let it forget what it kept."""
    mentee_session.close_page(request)
    response = redirect(HOME)
    response["Clear-Site-Data"] = '"cache"'
    return response


@by_link(KIND)
@require_http_methods(WRITE)
@with_page
def another(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Another mentor: it is nobody's fault, and a reason is not needed."""
    pair = own_page.pair_of(referral)
    if pair is None:
        return redirect(HOME)
    form = AnotherForm(request.POST if request.method == "POST" else None, initial={"pair": pair.ref})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["pair"] != pair.ref:
            return changed(request)
        try:
            actions.ask_another(match=pair.pk, by=User.objects.system(), why=form.cleaned_data["why"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, _("We look for somebody else. You keep your place in the line, and the coordinator knows.")
            )
            return redirect(HOME)
    context = {"form": form, "name": pair.mentor.person.first_name, "clinic": referral.clinic}
    return render(request, "mentorship/own/another.html", context)


@by_link(KIND)
@require_http_methods(WRITE)
@with_page
def pause(request: HttpRequest, referral: Referral) -> HttpResponse:
    """A pause until a day; on that day the talks go on by themselves."""
    pair = own_page.pair_of(referral)
    if pair is None:
        return redirect(HOME)
    initial = {"pair": pair.ref, "until": pair.pause_until}
    form = PauseForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["pair"] != pair.ref:
            return changed(request)
        try:
            pausing.pause_until(match=pair.pk, by=User.objects.system(), until=form.cleaned_data["until"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            day = words.day(form.cleaned_data["until"], today=referral.clinic.today)
            text = _("Your talks are paused until %(day)s. Your mentor knows that it is not about them.")
            messages.success(request, text % {"day": day})
            return redirect(HOME)
    context = {"form": form, "name": pair.mentor.person.first_name, "clinic": referral.clinic}
    return render(request, "mentorship/own/pause.html", context)


@by_link(KIND)
@require_POST
@with_page
def go_on(request: HttpRequest, referral: Referral) -> HttpResponse:
    """End one's own pause earlier."""
    pair = own_page.pair_of(referral)
    if pair is None or request.POST.get("pair") != pair.ref:
        return changed(request)
    try:
        pausing.end_own_pause(match=pair.pk, by=User.objects.system())
        messages.success(request, _("Your talks go on."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(HOME)


@by_link(KIND)
@require_http_methods(WRITE)
@with_page
def stop(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Stop, any time and without a reason, after one more look."""
    page = own_page.of(referral)
    if not page.may_stop:
        return redirect(HOME)
    if request.method == "POST":
        try:
            actions.stop(referral=referral.pk, by=User.objects.system())
            messages.success(request, _("You have stopped. Nothing more is planned or sent. Your care stays the same."))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(HOME)
    return render(request, "mentorship/own/stop.html", {"page": page, "clinic": referral.clinic})


@by_link(KIND)
@require_POST
@with_page
def choose(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Lead to the page on which they choose who they talk with, as the link in its message does."""
    choice = own_page.open_choice(referral)
    if choice is None:
        return changed(request)
    link, _address = links.make(CHOOSE, choice.ref, days=1)
    links.remember(request, link)
    return redirect(links.page_of(CHOOSE))
