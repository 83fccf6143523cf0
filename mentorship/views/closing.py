"""Endings for those with an account: the mentor rounds off or stops, the team notes what was said and looks after."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import access_log
from clinics.roles import Perm, clinics_where
from common import clock, words
from common.errors import Refused
from common.policy import needs
from matching.actions import pausing
from matching.models import Match
from matching.workflow import EndReason
from mentorship.actions import closing as actions
from mentorship.actions import goals
from mentorship.forms.closing import GoalTogetherForm, LeaveForm, LookBackForm, QuestionsForm, StopForm
from mentorship.models import Closing, Goal, Side
from mentorship.people import own_pairs
from mentorship.querysets_closing import ClosingQuerySet, alumni
from mentorship.views.pairs import seen

WRITE = ["GET", "HEAD", "POST"]
A_LIST = 200
# How a mentor's reason is called at the end of a pair.
STOPS = {
    "": EndReason.MENTOR, "rest": EndReason.MENTOR, "fit": EndReason.FIT, "boundaries": EndReason.OTHER,
    "other": EndReason.OTHER,
}  # fmt: skip


def closing_of(match: Match) -> Closing | None:
    """Return the checklist of a pair whose ending is planned."""
    row = getattr(match, "closing", None)
    return row if row is not None and row.future else None


def look_back_form(request: HttpRequest, match: Match, closing: Closing | None) -> LookBackForm:
    """Return the form about the goals and the numbers."""
    rows = Goal.objects.visible_to(request.user).kept().filter(referral=match.referral)
    deleted = closing is None or closing.numbers_deleted_at is not None
    return LookBackForm(request.POST if request.method == "POST" else None, goals=list(rows), deleted=deleted)


def questions_form(match: Match, closing: Closing, side: str, data=None) -> QuestionsForm:
    """Return the form with the closing questions of one side, as answered so far."""
    given = {row.question: row for row in match.closing_answers.filter(side=side)}
    invites, alumni_said = closing.future == Closing.Future.ALUMNI, getattr(closing, f"{side}_alumni")
    return QuestionsForm(data, side=side, given=given, invites=invites, alumni=alumni_said)


def save_look_back(match: Match, form: LookBackForm, user) -> None:
    """Store what was said about goals and numbers, all or nothing."""
    with transaction.atomic():
        for goal, outcome in form.outcomes():
            goals.look_back(match=match.pk, goal=goal.pk, by=user, outcome=outcome)
        if form.cleaned_data.get("deleted"):
            actions.say_deleted(match=match.pk, by=user)


# The mentor -------------------------------------------------------------------------------


@needs(Perm.MENTOR)
@require_http_methods(WRITE)
def own(request: HttpRequest, ref: str) -> HttpResponse:
    """Rounding off, for the mentor: goals, the numbers, two questions about themselves."""
    match = get_object_or_404(own_pairs(request.user), ref=ref)
    closing = closing_of(match)
    form = look_back_form(request, match, closing)
    data = request.POST if request.method == "POST" else None
    asked = questions_form(match, closing, Side.MENTOR, data) if closing else None
    if data is not None and form.is_valid() and (asked is None or asked.is_valid()):
        try:
            with transaction.atomic():
                save_look_back(match, form, request.user)
                if asked is not None:
                    actions.answer(match=match.pk, by=request.user, side=Side.MENTOR, **asked.values())
            messages.success(request, _("Saved, thank you."))
            return redirect("mentorship:closing-own", match.ref)
        except Refused as refusal:
            (asked or form).refuse(refusal)
    return own_page(request, match, form, asked)


def own_page(request: HttpRequest, match: Match, form, asked, goal: GoalTogetherForm | None = None) -> HttpResponse:
    """Show the mentor's page of an ending."""
    access_log.record(request, page="rounding off", people=[match.referral.mentee])
    last = getattr(getattr(match, "enrolment", None), "last_contact_on", None)
    context = {
        "match": match, "form": form, "asked": asked, "goal_form": goal or GoalTogetherForm(), "last": last,
        "name": match.referral.mentee.first_name, "closing": closing_of(match),
    }  # fmt: skip
    return render(request, "mentorship/closing/own.html", context)


@needs(Perm.MENTOR)
@require_POST
def goal(request: HttpRequest, ref: str) -> HttpResponse:
    """Write down a goal together with the mentee."""
    match = get_object_or_404(own_pairs(request.user), ref=ref)
    form = GoalTogetherForm(request.POST)
    if form.is_valid():
        try:
            goals.write(match=match.pk, by=request.user, text=form.cleaned_data["text"])
            messages.success(request, _("It is written down."))
            return redirect("mentorship:closing-own", match.ref)
        except Refused as refusal:
            form.refuse(refusal)
    closing, rows = closing_of(match), Goal.objects.visible_to(request.user).kept().filter(referral=match.referral)
    back = LookBackForm(goals=list(rows), deleted=closing is None or closing.numbers_deleted_at is not None)
    return own_page(request, match, back, questions_form(match, closing, Side.MENTOR) if closing else None, form)


@needs(Perm.MENTOR)
@require_http_methods(WRITE)
def stop(request: HttpRequest, ref: str) -> HttpResponse:
    """Stop with somebody before the time, without blame."""
    match = get_object_or_404(own_pairs(request.user), ref=ref)
    form = StopForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["reason"]
        note = " ".join(
            filter(
                None, [str(dict(form.fields["reason"].choices)[why]) + "." if why else "", form.cleaned_data["note"]]
            )
        )
        try:
            actions.end_early(match=match.pk, by=request.user, side=Side.MENTOR, reason=STOPS[why], note=note)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            name = match.referral.mentee.first_name
            messages.success(
                request,
                _("Your talks with %(name)s have ended. %(name)s hears it kindly, without a reason. "
                  "Please delete the number from your phone. Somebody talks with you about it soon.") % {"name": name},
            )  # fmt: skip
            return redirect("training:rest" if why == "rest" else "mentorship:home")
    if request.method != "POST":
        access_log.record(request, page="stopping", people=[match.referral.mentee])
    return render(
        request,
        "mentorship/closing/stop.html",
        {"match": match, "form": form, "name": match.referral.mentee.first_name},
    )


@needs(Perm.MENTOR)
@require_http_methods(WRITE)
def leave(request: HttpRequest, ref: str) -> HttpResponse:
    """A pause with this person alone: they wait, or somebody else takes over (see `stop`)."""
    match = get_object_or_404(own_pairs(request.user), ref=ref)
    form = LeaveForm(request.POST if request.method == "POST" else None, initial={"until": match.pause_until})
    name, mine = match.referral.mentee.first_name, pausing.is_mentors(match)
    if request.method == "POST" and ("go-on" in request.POST or form.is_valid()):
        try:
            if "go-on" in request.POST:
                pausing.end_mentors_pause(match=match.pk, by=request.user)
                messages.success(request, _("Your talks go on."))
            else:
                row = pausing.pause_as_mentor(match=match.pk, by=request.user, until=form.cleaned_data["until"])
                day = words.day(row.pause_until, today=match.referral.clinic.today)
                text = _("Your talks with %(name)s are paused until %(day)s. %(name)s knows that it is not about them.")
                messages.success(request, text % {"name": name, "day": day})
            return redirect("mentorship:home")
        except Refused as refusal:
            if "go-on" in request.POST:
                messages.error(request, str(refusal))
                return redirect("mentorship:home")
            form.refuse(refusal)
    if request.method != "POST":
        access_log.record(request, page="a pause", people=[match.referral.mentee])
    return render(
        request, "mentorship/closing/leave.html",
        {"match": match, "form": form, "name": name, "mine": mine, "going_on": match.status == "introduced"},
    )  # fmt: skip


@needs(Perm.MENTOR)
@require_http_methods(WRITE)
def invitations(request: HttpRequest) -> HttpResponse:
    """May the programme invite me now and then? Changed any day."""
    mine = Closing.objects.visible_to(request.user).filter(match__mentor__person__user=request.user)
    if request.method == "POST":
        try:
            actions.agree_as_mentor(by=request.user, agrees=request.POST.get("agrees") == "yes")
            messages.success(request, _("Saved, thank you."))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("mentorship:closing-invitations")
    said = list(mine.order_by("-pk").values_list("mentor_alumni", flat=True)[:A_LIST])
    context = {"any": bool(said), "agrees": any(said), "said": any(answer is not None for answer in said)}
    return render(request, "mentorship/closing/invitations.html", context)


# The team ---------------------------------------------------------------------------------


@needs(Perm.COORDINATE)
@require_http_methods(WRITE)
def noted(request: HttpRequest, ref: str) -> HttpResponse:
    """Note what the mentee or the mentor said about goals and numbers, for example by phone."""
    match = get_object_or_404(seen(request).select_related("closing"), ref=ref)
    form = look_back_form(request, match, closing_of(match))
    if request.method == "POST" and form.is_valid():
        try:
            save_look_back(match, form, request.user)
            messages.success(request, _("Saved."))
            return redirect("mentorship:pair", match.ref)
        except Refused as refusal:
            form.refuse(refusal)
    if request.method != "POST":
        access_log.record(request, page="pair", people=[match.referral.mentee, match.mentor.person])
    context = {"match": match, "form": form, "mentee": match.referral.mentee, "mentor": match.mentor.person}
    return render(request, "mentorship/closing/noted.html", context)


@require_safe
@needs(Perm.COORDINATE, Perm.ANSWER_QUESTIONS)
def debriefs(request: HttpRequest) -> HttpResponse:
    """Which mentors wait for a talk about a pair that ended? The mentee is not named: it is about the mentor."""
    rows = Closing.objects.visible_to(request.user).filter(ClosingQuerySet.looked_after_by(request.user))
    rows = rows.filter(match__status="ended", debrief_at=None, debrief_on__isnull=False)
    rows = rows.select_related("match__mentor__person__clinic").order_by("debrief_on", "pk")
    found = list(rows[:A_LIST])
    if found:
        access_log.record(request, page="talks after an ending", people=[row.match.mentor.person for row in found])
    return render(request, "mentorship/closing/debriefs.html", {"rows": found, "now": clock.now()})


@needs(Perm.COORDINATE, Perm.ANSWER_QUESTIONS)
@require_POST
def debrief_done(request: HttpRequest, ref: str) -> HttpResponse:
    """Note that somebody talked with the mentor."""
    row = get_object_or_404(Closing.objects.visible_to(request.user), match__ref=ref)
    actions.note_debrief(match=row.match_id, by=request.user)
    messages.success(request, _("Noted. Thank you for doing this."))
    return redirect("mentorship:debriefs")


@require_safe
@needs(Perm.COORDINATE)
def former(request: HttpRequest) -> HttpResponse:
    """Who agreed to be invited now and then, by clinic."""
    rows = alumni(*clinics_where(request.user, Perm.COORDINATE)).select_related(
        "match__referral__mentee", "match__mentor__person"
    )
    found = list(rows.order_by("match__referral__mentee__first_name", "pk")[:A_LIST])
    people = [row.match.referral.mentee for row in found if row.mentee_alumni and row.agrees]
    people += [row.match.mentor.person for row in found if row.mentor_alumni]
    if people:
        access_log.record(request, page="former pairs", people=people)
    return render(request, "mentorship/closing/former.html", {"rows": found})
