"""The own account, and where people arrive by a one-time link."""

from __future__ import annotations

from allauth.account.views import PasswordChangeView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from accounts import actions, limits, links, phones
from accounts.forms import AccountForm, ChoosePasswordForm, PhoneCodeForm, RemindingForm
from accounts.models import User
from common.errors import Denied, Refused
from common.policy import by_link, public, signed_in


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show and change the own account."""
    form = AccountForm(request.POST or None, instance=User.objects.visible_to(request.user).get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_details(user=request.user, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Your details are saved."))
            return _in_language(redirect("accounts:account"), request.user.language)
    return render(request, "accounts/account.html", {"form": form})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reminding(request: HttpRequest) -> HttpResponse:
    """Show and change how one is reminded."""
    form = RemindingForm(request.POST or None, instance=User.objects.visible_to(request.user).get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_reminding(user=request.user, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. It counts from the next message on."))
            return _in_language(redirect("accounts:reminding"), request.user.language)
    return render(request, "accounts/reminding.html", {"form": form})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Show whether the own number is verified, and take the code that verifies it."""
    form = PhoneCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.verify_phone(user=request.user, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Your number is verified."))
            return redirect("accounts:phone")
    return render(request, "accounts/phone.html", {"form": form, "can_be_verified": phones.can_be_verified()})


@signed_in
@require_POST
def phone_code(request: HttpRequest) -> HttpResponse:
    """Have a code sent to the own number."""
    often = limits.too_often(f"phone-codes:{request.user.ref}", phones.CODES, limits.HOUR)
    if often or limits.too_many(request, "phone-codes", limits.NEW_LINKS):
        messages.warning(request, _("You asked for several codes already. Try again in an hour."))
        return redirect("accounts:phone")
    try:
        actions.ask_phone_code(user=request.user, by=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("A code is on its way to your phone."))
    return redirect("accounts:phone")


def _in_language(response: HttpResponse, language: str) -> HttpResponse:
    """Remember the language on this device."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.HTTPS)
    return response


class ChangePassword(PasswordChangeView):
    """Change the password; other sessions end, this one goes on."""

    success_url = reverse_lazy("accounts:account")

    def form_valid(self, form):
        response = super().form_valid(form)
        messages.success(self.request, _("Your password is changed. Other devices have to sign in again."))
        return response


change_password = ChangePassword.as_view()


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session, and let the browser forget the pages it kept."""
    logout(request)
    response = redirect(settings.ACCOUNT_LOGOUT_REDIRECT_URL)
    response["Clear-Site-Data"] = '"cache"'
    return response


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember on this device in which language pages come."""
    return set_language(request)


@public
@require_safe
def arrive(request: HttpRequest, token: str) -> HttpResponse:
    """Take somebody who follows a one-time link to its page, without the token in the address.

    Uses nothing up: mail scanners and previews follow links too. The same page for a token that is
    unknown, used, expired or revoked. An address that brings many wrong ones has to wait. No answer here
    lets the token travel on as the address a browser came from.
    """
    response = _arrive(request, token)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _arrive(request: HttpRequest, token: str) -> HttpResponse:
    if limits.is_over(request):
        return render(request, "429.html", status=429)
    link = links.find(token)
    try:
        page = links.page_of(link.kind) if link else None
    except KeyError:
        page = None
    if page is None:
        limits.count_wrong(request)
        return no_longer(request, token)
    links.remember(request, link)
    return redirect(page)


def no_longer(request: HttpRequest, token: str = "") -> HttpResponse:
    """Say that a link no longer works, and what to do. For every page that needs a link.

    Whoever came by a token, or came by one lately, may ask for a new link; who that is, is not told.
    """
    may_ask = bool(token) or links.known(request, "") is not None
    return render(request, "accounts/link_gone.html", {"token": token, "may_ask": may_ask}, status=404)


@by_link("account.invite or account.reset")
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest) -> HttpResponse:
    """Choose a password after an invitation or a forgotten one."""
    found = [links.current(request, kind) for kind in actions.PASSWORD_KINDS]
    link = next((link for link in found if link and link.is_open), None)
    user = actions.account_of(link)
    if link is None or user is None:
        return no_longer(request)
    form = ChoosePasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_password(request, link=link, password=form.cleaned_data["password1"])
        except Denied:
            return no_longer(request)
        messages.success(request, _("Your password is set. You can sign in with it now."))
        return redirect(reverse("account_login"))
    return render(request, "accounts/choose_password.html", {"form": form, "person": user, "link": link})
