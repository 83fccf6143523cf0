"""People and roles."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clinics import actions
from clinics.forms import InviteForm, PeopleFilter, RolesForm
from clinics.models import Membership
from clinics.people import colleagues
from clinics.roles import Perm, clinic_for
from common import clock
from common.errors import Refused, Stale
from common.policy import needs

PER_PAGE = 50
LONG_AWAY = dt.timedelta(days=182)


def _memberships(request: HttpRequest):
    clinic = clinic_for(request, Perm.MANAGE_PEOPLE)
    return clinic, Membership.objects.visible_to(request.user).filter(clinic=clinic, user__is_system=False)


@needs(Perm.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """List everybody who has a role here, and invite somebody."""
    clinic, memberships = _memberships(request)
    form = InviteForm(request.POST or None, auto_id="invite_%s")
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.invite(clinic=clinic, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            words = {"name": user.full_name}
            has_account = user.has_usable_password()
            messages.success(
                request,
                _("%(name)s had an account already, and has the role now.") % words if has_account
                else _("An invitation is on its way to %(name)s.") % words,
            )  # fmt: skip
            return redirect("clinics:people")
    return render(request, "clinics/people.html", _list(request, clinic, memberships) | {"form": form})


def _list(request: HttpRequest, clinic, memberships) -> dict:
    chosen = PeopleFilter(request.GET or None, auto_id="filter_%s")
    everyone = colleagues(memberships.filter(Q(ended_at=None) | Q(user__is_active=False)))
    invited = [person for person in everyone if person.invited]
    shown = [person for person in everyone if not person.invited]
    active = sum(person.user.is_active for person in shown)
    away = [p for p in shown if p.user.is_active and p.user.last_login and clock.now() - p.user.last_login > LONG_AWAY]
    if chosen.is_bound and chosen.is_valid():
        words, role = chosen.cleaned_data["q"].lower(), chosen.cleaned_data["role"]
        shown = [p for p in shown if p.fits(words, role)]
        invited = [p for p in invited if p.fits(words, role)]
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "clinic": clinic, "filter": chosen, "page_obj": page, "invited": invited, "active": active, "away": len(away),
        "long_ago": clock.now() - LONG_AWAY,
    }  # fmt: skip


def _person(request: HttpRequest, ref: str) -> tuple:
    clinic, memberships = _memberships(request)
    found = get_object_or_404(memberships.filter(user__ref=ref).values_list("user__ref", flat=True).distinct())
    return clinic, colleagues(memberships.filter(user__ref=found))[0]


@needs(Perm.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one person who has or had a role here, and give or take roles."""
    clinic, colleague = _person(request, ref)
    now = " ".join(colleague.roles)
    form = RolesForm(request.POST or None, initial={"roles": colleague.roles, "was": now})
    if request.method == "POST" and form.is_valid():
        roles, was = form.cleaned_data["roles"], form.cleaned_data["was"].split() if "was" in form.data else None
        try:
            actions.set_roles(clinic=clinic, by=request.user, user=colleague.user, roles=roles, was=was)
        except Stale as stale:
            form = RolesForm({"roles": roles, "was": now})
            form.refuse(stale)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The roles of %(name)s are saved.") % {"name": colleague.user.full_name})
            return redirect("clinics:person", ref)
    status = 409 if form.errors else 200
    context = {"clinic": clinic, "colleague": colleague, "form": form, "is_self": colleague.user.pk == request.user.pk}
    return render(request, "clinics/person.html", context, status=status)


DONE = {
    "again": (actions.send_again, gettext_lazy("The invitation is sent again.")),
    "back": (actions.take_back, gettext_lazy("The invitation is taken back.")),
    "close": (actions.deactivate, gettext_lazy("The account is closed. Every open session has ended.")),
    "open": (actions.reactivate, gettext_lazy("The account is open again.")),
}


@needs(Perm.MANAGE_PEOPLE)
@require_POST
def person_do(request: HttpRequest, ref: str, verb: str) -> HttpResponse:
    """Send an invitation again or take it back, close an account or open it."""
    clinic, colleague = _person(request, ref)
    action, done = DONE[verb]
    try:
        action(clinic=clinic, by=request.user, user=colleague.user)
    except Refused as refusal:
        for sentence in getattr(refusal, "missing", None) or [str(refusal)]:
            messages.error(request, sentence)
    else:
        messages.success(request, done)
    return redirect("clinics:person", ref) if verb in ("close", "open") else redirect("clinics:people")
