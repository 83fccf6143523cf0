"""A mentee asks the care team something by their own page, and reads what was answered."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views import no_longer
from common.errors import Refused
from common.policy import by_link
from mentorship import mentee_session, worries
from mentorship import questionboard as board
from mentorship.actions.questions import ask_by_page
from mentorship.forms.asking import MenteeAskForm
from referrals.workflow import Status


@by_link(mentee_session.KIND)
@require_http_methods(["GET", "HEAD", "POST"])
def mentee_questions(request: HttpRequest) -> HttpResponse:
    """What would I like to know, and what did the team say?"""
    referral = mentee_session.referral_of(request)
    if referral is None:
        return no_longer(request)
    form = MenteeAskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_by_page(referral=referral, **form.values())
            messages.success(request, _("The care team has your question. They answer you, not your mentor."))
            return redirect("mentorship:mentee-questions")
        except Refused as refusal:
            form.refuse(refusal)
    context = {
        "form": form, "clinic": referral.clinic, "questions": board.of_mentee(referral),
        "numbers": worries.clinic_numbers(referral.clinic), "may_ask": referral.status != Status.CLOSED,
    }  # fmt: skip
    return render(request, "mentorship/questions/mentee.html", context)
