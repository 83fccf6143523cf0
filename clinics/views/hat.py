"""Changing hat."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinics.middleware import HAT
from clinics.roles import memberships_of
from common.policy import signed_in


@signed_in
@require_POST
def hat(request: HttpRequest) -> HttpResponse:
    """Go on under another of one's own memberships; anybody else's is not there."""
    chosen = next((m for m in memberships_of(request.user) if str(m.pk) == request.POST.get("membership")), None)
    if chosen is None:
        raise Http404
    request.session[HAT] = chosen.pk
    words = {"role": chosen.get_role_display(), "clinic": chosen.clinic.name}
    messages.success(request, _("You now work as: %(role)s, %(clinic)s.") % words)
    return redirect("home")
