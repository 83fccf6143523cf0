"""A mentee reads about one mentor, and answers, by a one-time link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import links
from accounts.views import no_longer
from common.errors import Refused
from common.policy import by_link
from matching import by_link as mentees
from matching import expectations, forms
from matching.pages import sides
from matching.workflow import Status


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
        initial={"answer": row.mentee_answer or None, "expectations": bool(row.mentee_expectations_at), "shares": bool(row.mentee_shares_at)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            if not mentees.answer(request, link, row, **form.cleaned_data):
                return no_longer(request)
            return redirect("matching:mentee")
        except Refused as refusal:
            form.refuse(refusal)
    context = {
        "match": row, "form": form, "name": row.mentor.person.first_name, "facts": sides.profile_for_mentee(row),
        "expectations": expectations.FOR_MENTEE, "clinic": row.referral.clinic, "open": row.status == Status.ACCEPTED,
        "answered": bool(link.used_at) and bool(row.mentee_answer), "link": link,
    }  # fmt: skip
    return render(request, "matching/mentee.html", context)
