"""Asking for a new one-time link, where a kind of link allows it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import limits, links
from common.policy import public


@public
@sensitive_post_parameters("token")
@require_POST
def link_again(request: HttpRequest) -> HttpResponse:
    """Send a new link to the address on file, if it is somebody's and it is right; the answer is always the same."""
    if not limits.may_ask_again(request):
        return render(request, "429.html", status=429)
    link = links.known(request, request.POST.get("token", ""))
    send = links.renewal_of(link)
    if link is not None and send is not None:
        send(link.subject)
    return render(request, "accounts/link_asked.html")
