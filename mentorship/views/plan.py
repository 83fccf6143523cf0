"""A pair's plan: the next talk moved in one tap, the whole plan, what they follow, the dates it counts from, relatives."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinics import access_log
from clinics.roles import Perm
from common import clock, words
from common.errors import Refused
from common.policy import needs
from matching.models import Match
from mentorship import dyads, follows, talks
from mentorship.actions import contacts, planning
from mentorship.calendar_files import one_talk
from mentorship.forms.plan import AnchorForm, ChangeForm, ChooseForm
from mentorship.models import Contact
from mentorship.moments import parse, version_of
from mentorship.plan_preview import preview, sentences
from mentorship.rules.pairs import PRESENT
from mentorship.views.contacts import back
from mentorship.views.pairs import seen
from mentorship.views.plan_calendar import calendar_file

TALKS = (Perm.MENTOR, Perm.COORDINATE)


# Talks ------------------------------------------------------------------------------------


def _pairs(request: HttpRequest):
    rows = Match.objects.visible_to(request.user).pairs()
    return rows.select_related("referral__mentee", "referral__clinic", "mentor__person", "enrolment__format")


def _talk(request: HttpRequest, ref: str) -> Contact:
    rows = Contact.objects.visible_to(request.user).filter(match__in=_pairs(request).order_by().values("pk"))
    return get_object_or_404(rows.select_related("match__referral__clinic", "match__mentor__person"), ref=ref)


@require_safe
@needs(*TALKS)
def talks_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The next talk with moments to move it to, and the whole plan in words."""
    match = get_object_or_404(_pairs(request), ref=ref)
    access_log.record(request, page="plan of talks", people=[match.referral.mentee])
    enrolment = getattr(match, "enrolment", None)
    context = {
        "match": match, "person": match.referral.mentee, "plan": talks.plan_of(match), "clinic": match.referral.clinic,
        "peers": dyads.are_peers(match), "format": enrolment.format if enrolment else None,
        "sentences": sentences(enrolment.format) if enrolment else [], "back_url": back(request, match),
        "undated": [label for _name, label, day in follows.dates(enrolment) if day is None] if enrolment else [],
    }  # fmt: skip
    return render(request, "mentorship/plan/talks.html", context)


@needs(*TALKS)
@require_POST
def move_to(request: HttpRequest, ref: str) -> HttpResponse:
    """Move a planned talk to a moment that was offered: one tap."""
    contact = _talk(request, ref)
    at = parse(request.POST.get("at"))
    page = redirect("mentorship:talks", contact.match.ref)
    if at is None:
        messages.warning(request, _("Choose one of the moments, or another one."))
        return page
    try:
        row = contacts.move_contact(
            contact=contact.pk, by=request.user, at=at, version=version_of(request.POST.get("version"))
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return page
    when = words.when(row.planned_at, contact.match.referral.clinic.time_zone, now=clock.now(), about=True)
    messages.success(request, _("Moved to %(when)s. The other one is told.") % {"when": when})
    return page


@require_safe
@needs(*TALKS)
def talk_file(request: HttpRequest, ref: str) -> HttpResponse:
    """One talk for somebody's own calendar."""
    contact = _talk(request, ref)
    if contact.planned_at is None:
        raise Http404
    return calendar_file(one_talk(contact, page=reverse("mentorship:talks", args=[contact.match.ref])))


# What they follow -------------------------------------------------------------------------


@needs(Perm.COORDINATE)
def change_format(request: HttpRequest, ref: str) -> HttpResponse:
    """Look at a format and the days it would draw, then let the pair follow it."""
    match = get_object_or_404(seen(request).filter(status__in=PRESENT), ref=ref)
    formats = follows.for_pairs(match.referral.clinic)
    data = request.POST if request.method == "POST" else request.GET
    choose = ChooseForm(data if "format" in data else None, formats=formats)
    chosen = choose.chosen if choose.is_bound and choose.is_valid() else None
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and chosen and form.is_valid():
        try:
            planning.change_format(
                match=match.pk, by=request.user, format=chosen.pk, why=form.cleaned_data["why"],
                seen=form.cleaned_data["seen"],
            )  # fmt: skip
            messages.success(request, _("They follow “%(name)s” from now on.") % {"name": chosen.name})
            return redirect("mentorship:pair", match.ref)
        except Refused as refusal:
            form.refuse(refusal)
    return _change_page(request, match, choose, chosen, form)


def _change_page(request: HttpRequest, match: Match, choose: ChooseForm, chosen, form: ChangeForm) -> HttpResponse:
    """Show what may be chosen; the form sends what is true now, so that a second look decides."""
    access_log.record(request, page="pair", people=[match.referral.mentee, match.mentor.person])
    now = planning.as_enrolled(match)
    fresh = {"seen": now.changes.count() if now.pk else 0, "format": chosen.ref if chosen else ""}
    if form.is_bound:
        form.data = form.data.copy()
        form.data.update({name: str(value) for name, value in fresh.items()})
    else:
        form.initial = fresh
    context = {
        "match": match, "mentee": match.referral.mentee, "mentor": match.mentor.person, "clinic": match.referral.clinic,
        "choose": choose, "form": form, "now": now.format, "now_words": sentences(now.format),
        "preview": preview(match, chosen) if chosen else None,
    }  # fmt: skip
    return render(request, "mentorship/plan/change.html", context)


@needs(Perm.COORDINATE)
def anchor(request: HttpRequest, ref: str, name: str) -> HttpResponse:
    """Give a date the plan counts from, or take it back."""
    match = get_object_or_404(seen(request).filter(status__in=PRESENT), ref=ref)
    if name not in follows.ANCHORS:
        raise Http404
    form = _anchor_form(request, match, name)
    if request.method == "POST" and form.is_valid():
        try:
            planning.set_anchor(
                match=match.pk, by=request.user, anchor=name, day=form.cleaned_data["day"],
                seen=form.cleaned_data["seen"],
            )  # fmt: skip
            messages.success(request, _("The date is saved, and the plan counts from it."))
            return redirect("mentorship:pair", match.ref)
        except Refused as refusal:
            form.data = form.data.copy()
            form.data["seen"] = str(planning.as_enrolled(match).changes.count())  # a second look decides
            form.refuse(refusal)
    access_log.record(request, page="pair", people=[match.referral.mentee, match.mentor.person])
    context = {
        "match": match, "form": form, "mentee": match.referral.mentee, "mentor": match.mentor.person,
        "label": follows.ANCHORS[name], "clinic": match.referral.clinic,
    }  # fmt: skip
    return render(request, "mentorship/plan/anchor.html", context)


def _anchor_form(request: HttpRequest, match: Match, name: str) -> AnchorForm:
    enrolment = planning.as_enrolled(match)
    day = follows.anchors(enrolment).get(name) or follows.known_from_referral(match, name)
    initial = {"day": day, "seen": enrolment.changes.count() if enrolment.pk else 0}
    return AnchorForm(request.POST or None, initial=initial, label=follows.ANCHORS[name])


@needs(Perm.COORDINATE)
@require_POST
def relatives(request: HttpRequest, ref: str) -> HttpResponse:
    """Write down that the mentee agrees that relatives join, or not any more."""
    match = get_object_or_404(seen(request), ref=ref)
    agreed = request.POST.get("relatives") == "yes"
    try:
        planning.agree_relatives(match=match.pk, by=request.user, agreed=agreed)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("Noted: relatives may join.") if agreed else _("Noted: no relatives any more.")
        messages.success(request, done)
    return redirect("mentorship:pair", match.ref)
