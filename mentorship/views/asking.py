"""A mentor asks the care team something, without a talk to note."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clinics import access_log
from clinics.roles import Perm
from common.errors import Refused
from common.policy import needs
from mentorship.actions.questions import ask_question
from mentorship.forms.asking import AskForm
from mentorship.people import own_pairs

_SENT = gettext_lazy("The care team has the question and answers %(name)s.")
_MOVED = gettext_lazy(
    "The care team has the question and answers %(name)s. It goes to who knows about this: %(about)s. "
    "Thank you for leaving it to them."
)


@needs(Perm.MENTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, ref: str = "") -> HttpResponse:
    """What would they like to know? The team answers the mentee, never through the mentor (VdE21)."""
    pairs = list(own_pairs(request.user))
    chosen = get_object_or_404(own_pairs(request.user), ref=ref) if ref else None
    if not pairs:
        return render(request, "mentorship/log_nobody.html", {"asking": True})
    form = AskForm(request.POST if request.method == "POST" else None, pairs=pairs, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        try:
            question = ask_question(by=request.user, **form.values())
            name = question.referral.mentee.first_name
            about = form.moved_to()
            messages.success(request, (_MOVED if about else _SENT) % {"name": name, "about": about})
            return redirect("mentorship:home")
        except Refused as refusal:
            form.refuse(refusal)
    if request.method != "POST":
        access_log.record(request, page="ask the team", people=[m.referral.mentee for m in pairs])
    clinic = (chosen or pairs[0]).referral.clinic
    return render(request, "mentorship/ask.html", {"form": form, "clinic": clinic})
