"""A mentor's private calendar: its page, and the address a calendar program reads."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinics.roles import Perm
from common.policy import needs, public
from mentorship import limits
from mentorship.actions import feeds as actions
from mentorship.calendar_files import CONTENT_TYPE, feed_of, find, open_feed


@needs(Perm.MENTOR)
def my_calendar(request: HttpRequest) -> HttpResponse:
    """Make the address, replace it or take it back. It is shown once, in the answer to the tap that made it."""
    address = ""
    if request.method == "POST" and "revoke" in request.POST:
        if actions.revoke_feed(by=request.user):
            messages.success(request, _("The address no longer works."))
        return redirect("mentorship:my-calendar")
    if request.method == "POST":
        _feed, token = actions.make_feed(by=request.user)
        address = settings.SITE_URL + reverse("mentorship:calendar-feed", args=[token])
    context = {"feed": open_feed(request.user), "address": address}
    return render(request, "mentorship/plan/calendar.html", context)


@require_safe
@public
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give a mentor's talks to the calendar program that knows the secret address. Who tries many has to wait."""
    if limits.is_over(request):
        return HttpResponse(status=429, content_type="text/plain")
    feed = find(token)
    if feed is None:
        limits.count_wrong(request)
        raise Http404
    return calendar_file(feed_of(feed.user))


def calendar_file(content: bytes) -> HttpResponse:
    """Answer with a calendar file that nobody on the way keeps."""
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'attachment; filename="halfword.ics"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
