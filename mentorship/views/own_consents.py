"""What a mentee agreed to, one by one: the words as they read them, taken back and given again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.errors import Refused
from common.policy import by_link
from mentorship import own_page
from mentorship.mentee_session import KIND
from mentorship.own_page import Answer
from mentorship.views.own_page import HOME, WRITE, with_page
from referrals import actions
from referrals.actions.consent import words_read
from referrals.models import Consent, Referral

LINK = Consent.How.LINK


@by_link(KIND)
@require_http_methods(WRITE)
@with_page
def consent(request: HttpRequest, referral: Referral, scope: str) -> HttpResponse:
    """One of the things they agreed to, or did not."""
    page = own_page.of(referral)
    answer = next((row for row in page.answers if row.scope == scope), None)
    if answer is None:
        raise Http404
    if request.method == "POST":
        return save(request, referral, answer)
    context = {"page": page, "answer": answer, "words": words_of(referral, answer), "clinic": referral.clinic}
    return render(request, "mentorship/own/consent.html", context)


def words_of(referral: Referral, answer: Answer):
    """Return the words they agreed to; the newest ones where there is something to agree to. None where there are none."""
    if answer.is_given:
        return answer.row.text
    try:
        return words_read(referral.clinic, answer.scope.value, (), referral.mentee.language)
    except Refused:
        return None


def save(request: HttpRequest, referral: Referral, answer: Answer) -> HttpResponse:
    """Store what they say now; the same again changes nothing."""
    system, scope = User.objects.system(), answer.scope.value
    try:
        if request.POST.get("do") == "withdraw":
            actions.withdraw_consent(referral=referral.pk, scope=scope, by=system, how=LINK)
            messages.success(request, _("You have taken this back. It counts from now on."))
        elif request.POST.get("do") == "give":
            actions.give_consent(referral=referral.pk, scope=scope, by=system, how=LINK, text=_read(request))
            messages.success(request, _("You agree to this. You can take it back any day."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(HOME)


def _read(request: HttpRequest) -> int | None:
    """Return which words stood on the page."""
    shown = request.POST.get("text", "")
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else None
