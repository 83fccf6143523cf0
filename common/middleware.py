"""What happens around every request."""

import logging
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import translation

from common import languages, logs
from common.errors import Denied, Refused

log = logging.getLogger(__name__)


class RequestIdMiddleware:
    """Give each request an id that may stand in logs and on the page about a failure."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4().hex[:12]
        with logs.about(request_id=request.id, path=request.path):
            response = self.get_response(request)
        response["X-Request-Id"] = request.id
        return response


class LiveMiddleware:
    """Ask whether the process lives without touching anything: no cookie is read, so no session and no account."""

    address = "/live"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == self.address:
            request.COOKIES = {}
        return self.get_response(request)


class MethodMiddleware:
    """Pages are read and forms are sent; nothing here understands any other method."""

    allowed = ("GET", "HEAD", "POST", "OPTIONS")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in self.allowed:
            return HttpResponseNotAllowed(self.allowed)
        return self.get_response(request)


class OwnWordsMiddleware:
    """Show a page in one language: the chosen one when we have words in it, else the source language."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        translation.activate(languages.spoken(translation.get_language() or ""))
        request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class RefusalMiddleware:
    """Turn a refused action that no view caught into a page that says why and what to do."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        template = "403.html" if isinstance(error, Denied) else "409.html"
        return render(request, template, {"reason": error, "refusal": error}, status=error.status)


class PrivacyMiddleware:
    """Pages about people are never kept by a browser or a proxy."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store, private")
        return response
