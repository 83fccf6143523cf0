"""Settings: what is taught. Versions; the one in the making is changed part by part, then published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics.models import Clinic
from clinics.roles import Perm, can, clinic_for
from common.errors import Refused, Stale
from common.policy import needs
from training import curriculum_check, learning
from training.actions import learning_curriculum as actions
from training.forms import learning_curriculum as forms
from training.models import Curriculum, Module

MAY = (Perm.MANAGE_MENTORS, Perm.SETTINGS)


def _clinic(request: HttpRequest) -> Clinic:
    found = [clinic for clinic in (clinic_for(request, permission) for permission in MAY) if clinic]
    return request.clinic if request.clinic in found else found[0]


def _draft(request: HttpRequest) -> Curriculum:
    return get_object_or_404(Curriculum.objects.visible_to(request.user), clinic=_clinic(request), published_at=None)


def _module(request: HttpRequest, ref: str) -> Module:
    rows = Module.objects.visible_to(request.user).select_related("curriculum__clinic")
    return get_object_or_404(rows.prefetch_related("pages", "questions__options", "rubric"), ref=ref)


def _list(request: HttpRequest, **more: Any) -> HttpResponse:
    clinic = _clinic(request)
    rows = Curriculum.objects.visible_to(request.user).filter(clinic=clinic)
    draft, current = rows.filter(published_at=None).first(), learning.published(clinic)
    shown = draft or current
    context = {
        "clinic": clinic, "may_set": can(request.user, Perm.SETTINGS, clinic), "draft": draft, "current": current, "shown": shown,
        "modules": list(shown.modules.annotate(asked=Count("questions", distinct=True), read=Count("pages", distinct=True)).order_by("position", "pk"))
        if shown else [],
        "versions": list(rows.annotate(people=Count("learnings__mentor", distinct=True)).select_related("published_by").order_by("-version")),
        "faults": curriculum_check.faults(draft) if draft else [],
        "publish_form": forms.PublishForm(), "add_form": forms.AddModuleForm(auto_id="add_%s"),
    }  # fmt: skip
    return render(request, "training/learning/curriculum.html", context | more)


@require_safe
@needs(*MAY)
def curriculum(request: HttpRequest) -> HttpResponse:
    """Show the versions, and the parts of the one in the making or in use."""
    return _list(request)


@require_POST
@needs(*MAY)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a new version as a copy of the one in use."""
    actions.copy_version(clinic=_clinic(request), by=request.user)
    return redirect("training:curriculum")


@require_POST
@needs(*MAY)
def publish(request: HttpRequest) -> HttpResponse:
    """Publish the version in the making."""
    form = forms.PublishForm(request.POST)
    if form.is_valid():
        try:
            actions.publish(curriculum=_draft(request).pk, by=request.user, note=form.cleaned_data["note"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Published. Who begins from now on follows this version."))
            return redirect("training:curriculum")
    return _list(request, publish_form=form)


@require_POST
@needs(*MAY)
def add(request: HttpRequest) -> HttpResponse:
    """Add a part to the version in the making."""
    form = forms.AddModuleForm(request.POST, auto_id="add_%s")
    if form.is_valid():
        try:
            made = actions.add_module(curriculum=_draft(request).pk, by=request.user, title=form.cleaned_data["title"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect("training:curriculum-module", ref=made.ref)
    return _list(request, add_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*MAY)
def module(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one part with its pages and questions; change it, or take it out, while its version is in the making."""
    row = _module(request, ref)
    if "remove" in request.POST:
        return _done(request, lambda: actions.remove_module(module=row.pk, by=request.user), "training:curriculum")
    initial = {"was": curriculum_check.mark(row), "rubric": "\n".join(item.text for item in row.rubric.all())}
    form = forms.ModuleForm(
        request.POST or None, instance=Module.objects.visible_to(request.user).get(pk=row.pk), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def save() -> None:
            actions.change_module(module=row.pk, by=request.user, values=data, rubric=data["rubric"], was=data["was"])

        if _saved(request, form, save, lambda: curriculum_check.mark(_module(request, ref))):
            return redirect("training:curriculum-module", ref=row.ref)
    context = {
        "module": row,
        "form": form,
        "is_open": row.curriculum.published_at is None,
        "faults": curriculum_check.of_module(row),
    }
    return render(request, "training/learning/curriculum_module.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*MAY)
def page(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """Change a page to read, or add one (number 0)."""
    row = _module(request, ref)
    known = next((one for one in row.pages.all() if one.position == number), None)
    if known is None and number:
        raise Http404
    if known and "remove" in request.POST:
        act = lambda: actions.remove_page(module=row.pk, by=request.user, page=known.pk)  # noqa: E731
        return _done(request, act, "training:curriculum-module", row.ref)
    initial = {"was": curriculum_check.mark(known)} | ({"title": known.title, "body": known.body} if known else {})
    form = forms.PageForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data, pk = form.cleaned_data, known.pk if known else None

        def save() -> None:
            actions.save_page(module=row.pk, by=request.user, page=pk, **data)

        if _saved(request, form, save, lambda: curriculum_check.mark(known)):
            return redirect("training:curriculum-module", ref=row.ref)
    return _part_form(request, row, form, known, _("A page to read"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*MAY)
def question(request: HttpRequest, ref: str, which: str) -> HttpResponse:
    """Change a question with its answers, or add one ("new")."""
    row = _module(request, ref)
    known = next((one for one in row.questions.all() if one.ref == which), None)
    if known is None and which != "new":
        raise Http404
    if known and "remove" in request.POST:
        act = lambda: actions.remove_question(module=row.pk, by=request.user, question=known.ref)  # noqa: E731
        return _done(request, act, "training:curriculum-module", row.ref)
    initial = {"was": curriculum_check.mark(known)} | (forms.QuestionForm.of(known) if known else {})
    form = forms.QuestionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data, name = form.cleaned_data, known.ref if known else ""

        def save() -> None:
            actions.save_question(
                module=row.pk, by=request.user, question=name, text=data["text"],
                is_emergency=data["is_emergency"], options=form.options(), was=data["was"],
            )  # fmt: skip

        if _saved(request, form, save, lambda: curriculum_check.mark(known)):
            return redirect("training:curriculum-module", ref=row.ref)
    return _part_form(request, row, form, known, _("A question"))


def _part_form(request: HttpRequest, row: Module, form, known, heading: str) -> HttpResponse:
    context = {
        "module": row, "form": form, "known": known, "heading": heading,
        "is_open": row.curriculum.published_at is None, "answers": getattr(form, "answers", None),
    }  # fmt: skip
    return render(request, "training/learning/curriculum_part.html", context)


def _saved(request: HttpRequest, form, save, mark) -> bool:
    """Save; on a refusal keep everything typed, with the reason; a second save then goes over the other change."""
    try:
        save()
    except Stale as refusal:
        form.data = form.data.copy()
        form.data["was"] = mark()
        form.refuse(refusal)
        return False
    except Refused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("Saved."))
    return True


def _done(request: HttpRequest, act, to: str, *args: str) -> HttpResponse:
    try:
        act()
        messages.success(request, _("Taken out of this version."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect(to, *args)
