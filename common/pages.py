"""Pages for when something goes wrong: plain words, and nothing they need may be broken too."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

WORTH_COPYING = 20  # characters: what is shorter is quickly written again


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault, with numbers to phone. Asks the database and the session for nothing."""
    words = {"request_id": getattr(request, "id", "")[:4].upper()}
    return HttpResponseServerError(render_to_string("500.html", words))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form came with an old key, with numbers to phone, and give back the words that were in it."""
    return render(request, "403_csrf.html", {"typed": typed_words(request)}, status=403)


def typed_words(request: HttpRequest) -> list[str]:
    """Return the longer words of a form, to be copied; never a password.

    Only where the session came along: browsers send it with our own forms, so no other site can put words here.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return []
    values = [value for name, sent in request.POST.lists() if "password" not in name for value in sent]
    return [value for value in values if len(value) > WORTH_COPYING and len(value.split()) > 1]
