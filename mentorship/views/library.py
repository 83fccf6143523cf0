"""Answers the team approved to use again, and who answers questions about what."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinics import access_log
from clinics.models import Clinic
from clinics.roles import Perm, clinic_for
from common.errors import Refused, Stale
from common.policy import needs
from mentorship import questionboard as board
from mentorship.actions import library as actions
from mentorship.actions import routing
from mentorship.forms.questions import ApproveForm, LibraryFilter, LibraryForm, RoutesForm
from mentorship.models import ApprovedAnswer, Question
from mentorship.rules import library as rules
from mentorship.views.flag_settings import settings_clinic

PAGE = 25


@needs(Perm.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def routes(request: HttpRequest) -> HttpResponse:
    """Who answers what? Topics nobody is named for go to the responsible clinician."""
    clinic = settings_clinic(request)
    present = board.routes_of(clinic)
    form = RoutesForm(
        request.POST if request.method == "POST" else None, people=routing.answerers(clinic), present=present,
        initial={"version": clinic.version},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            routing.change_routes(
                clinic=clinic, by=request.user, version=form.cleaned_data["version"], routes=form.values()
            )
            messages.success(request, _("Saved. It counts from the next question on."))
            return redirect("mentorship:question-routes")
        except Stale as refusal:
            form.data = form.data.copy()
            form.data["version"] = clinic.version
            form.refuse(refusal)
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "mentorship/questions/routes.html", {"key": "question-routes", "form": form})


# The library -------------------------------------------------------------------------------


def _clinic(request: HttpRequest) -> Clinic:
    clinic = clinic_for(request, Perm.ANSWER_QUESTIONS) or clinic_for(request, Perm.COORDINATE)
    if clinic is None:
        raise Http404
    return clinic


@needs(Perm.ANSWER_QUESTIONS, Perm.COORDINATE)
@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """What did the team answer before, what waits for a second pair of eyes?"""
    clinic, form = _clinic(request), LibraryFilter(request.GET)
    chosen = form.chosen()
    rows = board.library(request.user, clinic, **chosen).order_by("topic", "question", "pk")
    context = {
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")), "form": form, "state": chosen["state"],
        "to_do": board.to_do(request.user, clinic), "may_write": rules.write.allows(request.user, clinic),
    }  # fmt: skip
    return render(request, "mentorship/questions/answers.html", context)


@needs(Perm.ANSWER_QUESTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_answer(request: HttpRequest) -> HttpResponse:
    """Write an answer to use again, from an answered question or from nothing."""
    source = _source(request)
    clinic = source.referral.clinic if source else clinic_for(request, Perm.ANSWER_QUESTIONS)
    start = LibraryForm.taken_from(source) if source else {"language": (clinic.languages or ["en"])[0]}
    form = LibraryForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.propose(clinic=clinic, by=request.user, taken_from=source, **form.values())
            messages.success(request, _("Saved. It is used once a colleague approved it."))
            return redirect("mentorship:approved-answer", row.ref)
        except Refused as refusal:
            form.refuse(refusal)
    if source and request.method != "POST":
        access_log.record(request, page="question", people=[source.referral.mentee])
    return render(request, "mentorship/questions/write.html", {"form": form, "source": source})


def _source(request: HttpRequest) -> Question | None:
    ref = request.GET.get("from", "")
    if not ref:
        return None
    rows = board.with_related(Question.objects.visible_to(request.user)).select_related("referral__about__person")
    row = get_object_or_404(rows, ref=ref)
    if not actions.may_take_from(row) or not rules.write.allows(request.user, row.referral.clinic):
        raise Http404
    return row


@needs(Perm.ANSWER_QUESTIONS, Perm.COORDINATE)
@require_http_methods(["GET", "HEAD", "POST"])
def approved_answer(request: HttpRequest, ref: str) -> HttpResponse:
    """May the team use this answer? Change it, approve it, or use it no more."""
    rows = ApprovedAnswer.objects.visible_to(request.user).select_related("clinic", "proposed_by", "approved_by")
    row = get_object_or_404(rows, ref=ref)
    sent = request.POST.get("do", "") if request.method == "POST" else ""
    until = row.clinic.today + actions.REVIEW_AFTER
    form = LibraryForm(request.POST if sent == "change" else None, initial=LibraryForm.of(row))
    approving = ApproveForm(
        request.POST if sent == "approve" else None, initial={"review_on": until, "version": row.version}
    )
    if sent:
        done = _do(request, row, {"change": form, "approve": approving}.get(sent), sent)
        if done is not None:
            return done
    may_write = rules.write.allows(request.user, row.clinic) and not row.retired_at
    context = {
        "row": row, "form": form, "approving": approving, "may_write": may_write, "today": row.clinic.today,
        "may_approve": may_write and rules.approve.allows(request.user, row), "open": sent == "change",
    }  # fmt: skip
    return render(request, "mentorship/questions/approved.html", context)


def _do(request: HttpRequest, row: ApprovedAnswer, form, sent: str) -> HttpResponse | None:
    if form is not None and not form.is_valid():
        return None
    try:
        if sent == "change":
            actions.change(answer=row.pk, by=request.user, **form.changes())
            messages.success(request, _("Saved. A colleague looks at it before it is used."))
        elif sent == "approve":
            actions.approve(answer=row.pk, by=request.user, **form.cleaned_data)
            messages.success(request, _("Approved. It is offered to whoever answers such a question."))
        elif sent == "retire":
            actions.retire(answer=row.pk, by=request.user)
            messages.success(request, _("It is used no more."))
    except Refused as refusal:
        if form is None:
            messages.warning(request, str(refusal))
            return redirect("mentorship:approved-answer", row.ref)
        form.refuse(refusal)
        return None
    return redirect("mentorship:approved-answer", row.ref)
