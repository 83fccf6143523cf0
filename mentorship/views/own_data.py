"""Everything the programme holds on a mentee, to read and as a file."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from clinics import access_log
from common.policy import by_link
from mentorship import own_data
from mentorship.mentee_session import KIND
from mentorship.views.own_page import READ, with_page
from referrals.models import Referral


@by_link(KIND)
@require_http_methods(READ)
@with_page
def data(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Show it in words, to read or print."""
    access_log.record(request, page="own data", people=[referral.mentee])
    context = {"parts": own_data.parts(referral), "person": referral.mentee, "clinic": referral.clinic}
    return render(request, "mentorship/own/data.html", context)


@by_link(KIND)
@require_http_methods(READ)
@with_page
def file(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Give the same as a file that other programs read."""
    access_log.record(request, page="own data, as a file", people=[referral.mentee])
    body = json.dumps(own_data.as_file(referral), ensure_ascii=False, indent=2)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
