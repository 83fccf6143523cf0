"""Pages of looking after mentors: a mentor says how they are, a supervisor sees who could use a word."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import access_log
from clinics.roles import Perm
from common.errors import Refused
from common.policy import needs
from training import care
from training.actions import caring, caring_flare, caring_wellbeing
from training.forms.caring import DoneForm, MoreForm
from training.models import CareTask, Mentor, WellbeingCheck
from training.pages import caring as pages


def _own(request: HttpRequest) -> Mentor:
    """Return the record of the reader as a mentor, of the clinic of the hat first."""
    rows = Mentor.objects.visible_to(request.user).filter(person__user=request.user)
    found = sorted(rows.select_related("person__clinic", "supervisor"), key=lambda m: m.person.clinic != request.clinic)
    if not found:
        raise Http404
    return found[0]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MENTOR)
def wellbeing(request: HttpRequest) -> HttpResponse:
    """How are you? One tap saves; the rest is optional, and another tap changes the answer."""
    mentor = _own(request)
    row = caring_wellbeing.newest(mentor)
    refusal = None
    more = request.method == "POST" and "drain" not in request.POST
    form = MoreForm(request.POST if more else None, instance=row or WellbeingCheck(mentor=mentor))
    if request.method == "POST" and (not more or form.is_valid()):
        try:
            _save(request, mentor, form)
        except Refused as reason:
            refusal = reason
        else:
            return redirect("training:wellbeing")
    chosen = WellbeingCheck.objects.visible_to(request.user).filter(pk=row.pk).first() if row else None
    context = {
        "mentor": mentor, "row": chosen, "answers": WellbeingCheck.Drain.choices, "form": form, "refusal": refusal,
        "present": mentor.status in care.AT_WORK,
    }  # fmt: skip
    return render(request, "training/caring/wellbeing.html", context)


def _save(request: HttpRequest, mentor: Mentor, form: MoreForm) -> None:
    if "drain" in request.POST:
        caring_wellbeing.answer(mentor=mentor.pk, by=request.user, drain=request.POST["drain"])
        return
    said = form.cleaned_data
    caring_wellbeing.say_more(mentor=mentor.pk, by=request.user, answers=said, words=said["words"])


@require_POST
@needs(Perm.MENTOR)
def gifts(request: HttpRequest) -> HttpResponse:
    """Something about gifts or money came up: say so with one tap."""
    _do(request, caring_flare.say_gifts, _("Thank you for saying so. Your supervisor will talk it over with you."))
    return redirect("training:wellbeing")


@require_POST
@needs(Perm.MENTOR)
def flare(request: HttpRequest) -> HttpResponse:
    """A flare, or in hospital: one tap."""
    says = _("You get no new requests until you are better. Your supervisor will get in touch. Take care of yourself.")
    _do(request, caring_flare.begin_flare, says)
    return redirect("training:rest")


@require_POST
@needs(Perm.MENTOR)
def better(request: HttpRequest) -> HttpResponse:
    """I am better."""
    _do(request, caring_flare.end_flare, _("Good to hear. New requests may come again."))
    return redirect("training:rest")


def _do(request: HttpRequest, action, done: str) -> None:
    try:
        action(mentor=_own(request).pk, by=request.user)
        messages.success(request, done)
    except Refused as refusal:
        messages.warning(request, str(refusal))


@require_safe
@needs(Perm.ANSWER_QUESTIONS, Perm.MANAGE_MENTORS)
def tasks(request: HttpRequest) -> HttpResponse:
    """List the mentors who could use a word, with why, a number to ring, and what was done."""
    return _tasks_page(request)


def _tasks_page(request: HttpRequest, wrong: tuple[int, DoneForm] | None = None) -> HttpResponse:
    found = list(pages.tasks_of(request.user)[: pages.MOST + 1])
    shown = found[: pages.MOST]
    forms = {task.pk: DoneForm(auto_id=f"id-{task.ref}-%s") for task in shown} | dict([wrong] if wrong else [])
    access_log.record(request, page="mentors to look after", people=[task.mentor.person for task in shown])
    context = {
        "entries": [pages.entry(task, request.user, forms[task.pk]) for task in shown],
        "more": len(found) > pages.MOST, "lede": pages.lede(len(shown)), "errors": wrong,
    }  # fmt: skip
    return render(request, "training/caring/tasks.html", context)


@require_POST
@needs(Perm.ANSWER_QUESTIONS, Perm.MANAGE_MENTORS)
def done(request: HttpRequest, ref: str) -> HttpResponse:
    """Note that somebody looked after a mentor."""
    task = get_object_or_404(CareTask.objects.visible_to(request.user).select_related("mentor__person"), ref=ref)
    form = DoneForm(request.POST, auto_id=f"id-{task.ref}-%s")
    if not form.is_valid():
        return _tasks_page(request, (task.pk, form))
    try:
        caring.finish_task(task=task.pk, by=request.user, note=form.cleaned_data["note"])
        messages.success(request, _("Thank you. It is written down."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("training:care-tasks")
