"""What a phone keeps to log a talk without a connection: an empty form that names nobody, and the script that keeps it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clinics.roles import Perm
from common import clock
from common.policy import needs, public
from mentorship.forms.contacts import LogForm
from mentorship.kept import device_key

WORKER = Path("static/js/log-worker.js")
# What other pages say of who reads them and of what waits for them. A kept page says none of it, nor uses it up.
NOTHING_OWN = {
    "messages": (), "signed_in": False, "hats": (), "clinic_name": "", "asked_of_you": 0, "account_url": "",
    "csrf_token": "", "sweeper_late": False,
}  # fmt: skip


@require_safe
@needs(Perm.MENTOR, Perm.COORDINATE)
def shell(request: HttpRequest) -> HttpResponse:
    """Show the empty form, the same for everybody but for the key under which a phone keeps what they type."""
    context = NOTHING_OWN | {
        "form": LogForm(pairs=[], now=clock.now()), "chosen": None, "close_url": reverse("mentorship:home"), "noted": [],
        "shell": True, "device_key": device_key(request.user),
    }  # fmt: skip
    return render(request, "mentorship/log.html", context)


@require_safe
@public
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the script from the address whose pages it may keep: those to log a talk, and no others."""
    return HttpResponse((settings.BASE_DIR / WORKER).read_text(encoding="utf-8"), content_type="text/javascript")
