"""May the other one have my number? Each side says so for themselves; a coordinator writes down what a mentee said."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinics.roles import Perm
from common.errors import Refused
from common.policy import needs
from matching import rules
from matching.actions import sharing
from matching.models import Match


@require_POST
@needs(Perm.MENTOR, Perm.COORDINATE)
def details(request: HttpRequest, ref: str) -> HttpResponse:
    """Store yes, or take it back: the mentor's own, else what the mentee told a coordinator."""
    rows = Match.objects.visible_to(request.user).select_related("mentor__person", "referral__mentee")
    row = get_object_or_404(rows, ref=ref)
    side = sharing.MENTOR if rules.is_mentor_of(request.user, row) else sharing.MENTEE
    try:
        sharing.share_details(match=row.pk, by=request.user, side=side, agreed=request.POST.get("agreed") == "yes")
        messages.success(request, _("Saved."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(back)
    return redirect("matching:request" if side == sharing.MENTOR else "matching:match", ref=row.ref)
