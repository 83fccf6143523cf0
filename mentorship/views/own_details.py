"""May my mentor have my number? On the mentee's own page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import links
from accounts.models import User
from accounts.views import no_longer
from common.errors import Refused
from common.policy import by_link
from matching.actions import sharing
from mentorship import mentee_session
from mentorship.people import pair_of
from referrals.models import Referral


@by_link(mentee_session.KIND)
@require_POST
def details(request: HttpRequest) -> HttpResponse:
    """Store yes, or take it back."""
    referral = mentee_session.referral_of(request)
    pair = pair_of(referral) if referral else None
    if pair is None:
        return no_longer(request)
    try:
        agreed = request.POST.get("agreed") == "yes"
        sharing.share_details(match=pair.pk, by=User.objects.system(), side=sharing.MENTEE, agreed=agreed)
        messages.success(request, _("Saved, thank you."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect(links.page_of(mentee_session.KIND))


def card(referral: Referral, request: HttpRequest) -> dict[str, Any] | None:
    """Return what the two see of each other, for the mentee's own page."""
    pair = pair_of(referral)
    if pair is None:
        return None
    person = pair.mentor.person
    return {
        "template": "mentorship/_details_card.html", "mentor": person.first_name, "agreed": pair.mentee_shares_at,
        "shared": pair.details_shared, "phone": person.phone if pair.details_shared else "",
        "email": person.email if pair.details_shared else "",
    }  # fmt: skip
