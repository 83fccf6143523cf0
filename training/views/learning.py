"""The pages of somebody who learns: My training, its parts, their questions. All of it on a phone, without a script."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics.roles import Perm
from common.errors import Refused, Stale, WrongState
from common.policy import needs
from training import readiness
from training.actions import learning as actions
from training.actions import learning_help, learning_quiz
from training.forms import learning as forms
from training.models import Attempt, Mentor, ModuleProgress
from training.pages import learning as pages


def own(request: HttpRequest) -> Mentor:
    """Return the user's own record as a mentor, of the clinic they are in now if they have several."""
    rows = readiness.with_facts(Mentor.objects.visible_to(request.user)).filter(person__user=request.user)
    here = [row for row in rows if row.person.clinic_id == request.clinic.pk] or list(rows)
    if not here:
        raise Http404
    return here[0]


def _part(request: HttpRequest, ref: str) -> ModuleProgress:
    rows = ModuleProgress.objects.visible_to(request.user).own(request.user).with_tries()
    return get_object_or_404(
        rows.select_related("module", "learning__mentor__person__clinic").prefetch_related("tries"), ref=ref
    )


def _try(request: HttpRequest, ref: str) -> Attempt:
    rows = Attempt.objects.visible_to(request.user).own(request.user)
    return get_object_or_404(
        rows.select_related("progress__module", "progress__learning__mentor__person__clinic"), ref=ref
    )


@require_safe
@needs(Perm.MENTOR)
def my_training(request: HttpRequest) -> HttpResponse:
    """Where was I, what is to do, what is done."""
    return render(request, "training/learning/my_training.html", pages.my_training_context(own(request)))


@require_POST
@needs(Perm.MENTOR)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the training, or the refreshers."""
    row = own(request)
    try:
        actions.begin(mentor=row.pk, by=request.user, refresher="refresher" in request.POST)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("training:my-training")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MENTOR)
def module(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one screen of a part, where they left it; Next and Back are remembered."""
    part = _part(request, ref)
    if request.method == "POST":
        to = request.POST.get("to", "")
        try:
            place = int(to) if to.isascii() and to.isdigit() and len(to) < 4 else -1
            learning_quiz.turn_page(progress=part.pk, by=request.user, to=place)
        except Refused as refusal:
            messages.warning(request, str(refusal))
        return redirect("training:module", ref=part.ref)
    return _module(request, part)


def _module(request: HttpRequest, part: ModuleProgress, form=None, status: int = 200) -> HttpResponse:
    form = form or forms.WordsForm(initial={"words": part.written, "was": part.written})
    context = pages.module_context(part) | {"form": form, "stale": status == 409}
    return render(request, "training/learning/module.html", context, status=status)


@require_POST
@needs(Perm.MENTOR)
def write(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep what somebody writes for a part, or hand it in."""
    part = _part(request, ref)
    form = forms.WordsForm(request.POST)
    if not form.is_valid():
        return _module(request, part, form)
    hand_in = "hand-in" in request.POST
    try:
        answers = {"words": form.cleaned_data["words"], "was": form.cleaned_data["was"]}
        learning_help.save_words(progress=part.pk, by=request.user, hand_in=hand_in, **answers)
    except Stale as refusal:
        form.data = form.data.copy()
        form.data["was"] = part.written
        form.refuse(refusal)
        return _module(request, part, form, status=409)
    except WrongState as refusal:
        messages.warning(request, str(refusal))
    except Refused as refusal:
        form.refuse(refusal)
        return _module(request, part, form)
    else:
        said = _("Handed in. You hear it when somebody has read it.") if hand_in else _("Saved. You can go on later.")
        messages.success(request, said)
    return redirect("training:module", ref=part.ref)


@require_POST
@needs(Perm.MENTOR)
def begin_try(request: HttpRequest, ref: str) -> HttpResponse:
    """Open a try at the questions of a part."""
    part = _part(request, ref)
    try:
        attempt = learning_quiz.begin_try(progress=part.pk, by=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("training:module", ref=part.ref)
    return redirect("training:try", ref=attempt.ref)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MENTOR)
def attempt(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a question of an open try and keep its answer; of a try that was handed in, show the outcome."""
    row = _try(request, ref)
    if row.ended_at is not None:
        if request.method == "POST":
            messages.warning(request, _("These answers were handed in before. Nothing has changed."))
            return redirect("training:try", ref=row.ref)
        return render(request, "training/learning/result.html", pages.result_context(row))
    questions = pages.questions_of(row)
    place = pages.place_in(row, questions, _wanted(request, questions))
    if request.method == "POST":
        return _answer(request, row, questions, place)
    if place is None:
        return render(request, "training/learning/review.html", pages.review_context(row, questions))
    question = questions[place]
    initial = {"question": question.ref, "option": row.answers.get(question.ref)}
    return _question(request, row, questions, place, _form(row, question, initial=initial))


def _wanted(request: HttpRequest, questions: list) -> str:
    """Return which question is meant: the one that was answered, else the one the address says."""
    if request.method != "POST":
        return request.GET.get("q", "")
    sent = request.POST.get("question", "")
    return next((str(n) for n, question in enumerate(questions, start=1) if question.ref == sent), "")


def _form(row: Attempt, question, *args, **kwargs) -> forms.AnswerForm:
    return forms.AnswerForm(*args, options=pages.shuffled(row, question), **kwargs)


def _question(request: HttpRequest, row: Attempt, questions: list, place: int, form) -> HttpResponse:
    context = pages.question_context(row, questions, place) | {"form": form}
    return render(request, "training/learning/question.html", context)


def _answer(request: HttpRequest, row: Attempt, questions: list, place: int | None) -> HttpResponse:
    """Keep one answer and go on: to the next question, or back to the list when this was a change."""
    place = 0 if place is None else place
    form = _form(row, questions[place], request.POST)
    if form.is_valid():
        try:
            sent = {"question": form.cleaned_data["question"], "option": form.cleaned_data["option"]}
            learning_quiz.answer(attempt=row.pk, by=request.user, **sent)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect("training:try", ref=row.ref)
    return _question(request, row, questions, place, form)


@require_POST
@needs(Perm.MENTOR)
def hand_in(request: HttpRequest, ref: str) -> HttpResponse:
    """Hand a try in, once."""
    row = _try(request, ref)
    try:
        learning_quiz.hand_in(attempt=row.pk, by=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("training:try", ref=row.ref)
