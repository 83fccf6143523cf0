"""Giving out the files people handed in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from common.policy import signed_in
from training import files


@require_safe
@signed_in
def file(request: HttpRequest, ref: str) -> HttpResponse:
    """Give a file to keep, never to open inside a page, to whoever may see what it belongs to."""
    upload = files.find(request.user, ref)
    if upload is None:
        raise Http404
    response = HttpResponse(bytes(upload.content), content_type=upload.content_type)
    response["Content-Disposition"] = content_disposition_header(True, upload.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
