"""Pages of questions for the care team: the list, one to answer, and the mentee's page by link."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import links
from accounts.models import User
from clinics import access_log
from clinics.roles import Perm
from common import clock
from common.errors import Refused
from common.policy import by_link, needs
from mentorship import questionboard as board
from mentorship import worries
from mentorship.actions import library
from mentorship.actions import questions as actions
from mentorship.forms.questions import AnswerForm, CloseForm, PutToForm
from mentorship.models import ApprovedAnswer, Question
from mentorship.rules import library as library_rules
from mentorship.rules import questions as rules
from mentorship.workflow import QuestionStatus
from referrals.models import Referral

KIND = "question.answer"
PAGE = 50
RECENT = dt.timedelta(days=30)


@needs(Perm.ANSWER_QUESTIONS, Perm.COORDINATE)
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Those that wait, the nearest date first; answers to be told by phone; and what was answered lately."""
    rows = board.with_related(Question.objects.visible_to(request.user))
    waiting = Paginator(rows.waiting().order_by("due_at", "pk"), PAGE).get_page(request.GET.get("page"))
    to_tell = list(rows.to_tell().order_by("answered_at", "pk")[:PAGE])
    lately = rows.exclude(status=QuestionStatus.ASKED).filter(answered_at__gte=clock.now() - RECENT)
    done = list(lately.exclude(pk__in=[row.pk for row in to_tell]).order_by("-answered_at", "-pk")[:PAGE])
    access_log.record(request, page="questions", people=[row.referral.mentee for row in [*waiting, *to_tell, *done]])
    context = {"waiting": waiting, "page_obj": waiting, "to_tell": to_tell, "done": done}
    return render(request, "mentorship/questions.html", context)


@needs(Perm.ANSWER_QUESTIONS, Perm.COORDINATE)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, ref: str) -> HttpResponse:
    """What do I answer, so that it is understood at home?"""
    row = get_object_or_404(board.with_related(Question.objects.visible_to(request.user)), ref=ref)
    forms, suggested = _forms(request, row), board.suggestions(row)
    if request.method == "POST" and request.POST.get("use"):
        forms["answer_form"] = _filled(request, suggested)
    elif request.method == "POST":
        done = _do(request, row, forms)
        if done is not None:
            return done
        row = get_object_or_404(board.with_related(Question.objects.visible_to(request.user)), ref=ref)
    else:
        access_log.record(request, page="question", people=[row.referral.mentee])
    context = forms | {
        "question": row,
        "clinic": row.referral.clinic,
        "asker": board.asker(row),
        "may_answer": rules.answer.allows(request.user, row) and row.status == QuestionStatus.ASKED,
        "may_follow": rules.follow_up.allows(request.user, row),
        "can_write": actions.can_be_written_to(row.referral),
        "suggested": suggested,
        "may_keep": library.may_take_from(row) and library_rules.write.allows(request.user, row.referral.clinic),
        "can_flag": Referral.objects.visible_to(request.user).filter(pk=row.referral_id).exists(),
    }
    return render(request, "mentorship/question.html", context)


def _forms(request: HttpRequest, row: Question) -> dict:
    sent = request.POST.get("do") if request.method == "POST" else None
    colleagues = [user for user in actions.answerers(row.referral.clinic) if user.pk != row.routed_to_id]
    return {
        "answer_form": AnswerForm(request.POST if sent == "answer" else None),
        "put_form": PutToForm(request.POST if sent == "put" else None, colleagues=colleagues),
        "close_form": CloseForm(request.POST if sent == "close" else None),
    }


def _filled(request: HttpRequest, suggested: list[ApprovedAnswer]) -> AnswerForm:
    """Return the form with an approved answer in it, after what was typed already; nothing is sent."""
    chosen = next((row.answer for row in suggested if row.ref == request.POST["use"]), "")
    typed = request.POST.get("answer", "").strip()
    words = typed if chosen in typed else "\n\n".join(filter(None, [typed, chosen]))
    return AnswerForm(initial={"answer": words, "how": request.POST.get("how", "")})


def _do(request: HttpRequest, row: Question, forms: dict) -> HttpResponse | None:
    """Carry out what was sent; return where to go, or None to show the page again with the reason."""
    form = forms.get(
        {"answer": "answer_form", "put": "put_form", "close": "close_form"}.get(request.POST.get("do", ""), "")
    )
    if form is not None and not form.is_valid():
        return None
    try:
        words = _carry_out(request, row, form)
    except Refused as refusal:
        if form is not None:
            form.refuse(refusal)
            return None
        messages.warning(request, str(refusal))
        return redirect("mentorship:question", row.ref)
    if words:
        messages.success(request, words)
    return redirect("mentorship:questions" if isinstance(form, PutToForm) else "mentorship:question", *_args(form, row))


def _args(form, row: Question) -> list[str]:
    return [] if isinstance(form, PutToForm) else [row.ref]


def _carry_out(request: HttpRequest, row: Question, form) -> str:
    user = request.user
    if isinstance(form, AnswerForm):
        done = actions.answer(question=row.pk, by=user, **form.cleaned_data)
        by_link = done.how == Question.How.LINK
        return _("Sent. They read it by a link in a message.") if by_link else _("Saved. Ring them, then say so here.")
    if isinstance(form, PutToForm):
        actions.put_to(question=row.pk, by=user, to=form.people[form.cleaned_data["to"]])
        return _("Your colleague was told.")
    if isinstance(form, CloseForm):
        actions.close(question=row.pk, by=user, note=form.cleaned_data["note"])
        return _("Closed.")
    if request.POST.get("do") == "told":
        actions.pass_on(question=row.pk, by=user)
        return _("Good. They have heard the answer.")
    return ""


# By link -----------------------------------------------------------------------------------


@by_link(KIND)
@require_http_methods(["GET", "HEAD", "POST"])
def answer_link(request: HttpRequest) -> HttpResponse:
    """What does it mean for me, and is it clear? One tap tells us; another tap does not harm."""
    link = links.current(request, KIND)
    row = board.by_link(link.subject) if link else None
    if row is None:
        return render(request, "accounts/link_gone.html", status=410)
    refusal = None
    if request.method == "POST":
        if not links.consume(request, link):
            return render(request, "accounts/link_gone.html", status=410)
        try:
            _heard(request.POST.get("clear", ""), row)
            return redirect("mentorship:answer-link")
        except Refused as error:
            refusal = error
    clinic = row.referral.clinic
    numbers = worries.clinic_numbers(clinic)
    context = {"question": row, "clinic": clinic, "numbers": numbers, "refusal": refusal, "heard": _answer_of(row)}
    return render(request, "mentorship/answer.html", context)


def _heard(clear: str, row: Question) -> None:
    system = User.objects.system()
    if clear == "yes":
        actions.pass_on(question=row.pk, by=system)
    elif clear == "call":
        actions.ask_for_a_call(question=row.pk, by=system)


def _answer_of(row: Question) -> str:
    if row.status == QuestionStatus.PASSED_ON:
        return "yes"
    return "call" if row.status == QuestionStatus.ANSWERED and row.how == Question.How.CALL else ""
