"""Places for coordinators: ask people, write down what they said, a group for one person."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinics import access_log
from clinics.roles import Perm
from common.errors import Refused
from common.policy import needs
from mentorship.actions import groups_places as actions
from mentorship.models import GroupPlace, PeerGroup
from mentorship.rules import groups as rules
from mentorship.views.groups import of_coordinator
from referrals.models import Referral

DOING = {
    "yes": lambda place, by, post: actions.sign_up(
        place=place.pk, by=by, rules_agreed=True, companion=post.get("companion", "")
    ),
    "no": lambda place, by, post: actions.decline(place=place.pk, by=by),
    "wait": lambda place, by, post: actions.wait(place=place.pk, by=by, companion=post.get("companion", "")),
    "leave": lambda place, by, post: actions.leave(place=place.pk, by=by),
    "again": lambda place, by, post: actions.send_again(place=place.pk, by=by),
}


@require_POST
@needs(Perm.COORDINATE)
def invite(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask the people who were ticked."""
    group = of_coordinator(request, ref)
    rows = (
        Referral.objects.visible_to(request.user).filter(ref__in=request.POST.getlist("who")).select_related("mentee")
    )
    asked = [row.mentee.first_name for row in rows.order_by("pk")[:100] if ask(request, group, row)]
    if asked:
        messages.success(request, _("Asked: %(names)s.") % {"names": ", ".join(asked)})
    return redirect("mentorship:group", ref=group.ref)


def ask(request: HttpRequest, group: PeerGroup, referral: Referral) -> bool:
    """Invite one person; say why it cannot be."""
    try:
        actions.invite(group=group.pk, referral=referral.pk, by=request.user)
    except Refused as refusal:
        messages.error(request, f"{referral.mentee.first_name}: {refusal}")
        return False
    return True


@require_POST
@needs(Perm.COORDINATE)
def place(request: HttpRequest, ref: str) -> HttpResponse:
    """Write down what somebody said about their place."""
    rows = GroupPlace.objects.visible_to(request.user).select_related("group__clinic", "referral__mentee")
    row = get_object_or_404(rows, ref=ref)
    rules.run.require(request.user, row.group)
    do = DOING.get(request.POST.get("do", ""))
    if do:
        try:
            do(row, request.user, request.POST)
            messages.success(request, _("Saved."))
        except Refused as refusal:
            messages.error(request, f"{row.referral.mentee.first_name}: {refusal}")
    return redirect("mentorship:group", ref=row.group.ref)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.COORDINATE)
def for_referral(request: HttpRequest, ref: str) -> HttpResponse:
    """A group for one person: which there are, and whether they want one instead of a mentor."""
    rows = Referral.objects.visible_to(request.user).sent().select_related("mentee", "clinic")
    referral = get_object_or_404(rows, ref=ref)
    rules.make.require(request.user, referral.clinic)
    groups = (
        PeerGroup.objects.visible_to(request.user).filter(clinic=referral.clinic).not_over().select_related("format")
    )
    if request.method == "POST":
        group = get_object_or_404(groups, ref=request.POST.get("group", ""))
        if ask(request, group, referral):
            messages.success(request, _("Asked. You see the answer on the group's page."))
        return redirect("mentorship:group-for", ref=referral.ref)
    known = {place.group_id: place for place in referral.group_places.all()}
    listed = [(row, known.get(row.pk)) for row in groups.order_by("starts_on", "pk")[:100]]
    fitting = [(row, has) for row, has in listed if referral.relation in row.format.body["mentee"]]
    access_log.record(request, page="group for", people=[referral.mentee])
    context = {"referral": referral, "mentee": referral.mentee, "clinic": referral.clinic, "groups": fitting,
               "kept": actions.KEPT, "open": referral.status == "open"}  # fmt: skip
    return render(request, "mentorship/groups/for.html", context)
