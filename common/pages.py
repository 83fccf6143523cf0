"""Pages for when something goes wrong: plain words, and nothing they need may be broken too."""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault, with numbers to phone. Asks the database and the session for nothing."""
    words = {"request_id": getattr(request, "id", "")[:4].upper()}
    return HttpResponseServerError(render_to_string("500.html", words))
