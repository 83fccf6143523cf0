"""Pages of supervision. Fetch, bind, call one action, respond."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import access_log
from clinics.roles import Perm, can, clinic_for
from common import clock, words
from common.errors import Denied, Refused
from common.policy import needs
from training import rules
from training import rules_supervising as may
from training.actions import supervising as actions
from training.actions import supervising_held as held
from training.care_rules import rules_of
from training.forms import supervising as forms
from training.models import Mentor, SupervisionPart, SupervisionTalk
from training.pages import supervising as pages
from training.views.records import _own, _visible

STAFF = (Perm.MANAGE_MENTORS, Perm.ANSWER_QUESTIONS)
PER_PAGE = 50


def _clinic(request: HttpRequest):
    return clinic_for(request, Perm.MANAGE_MENTORS) or clinic_for(request, Perm.ANSWER_QUESTIONS)


@require_safe
@needs(*STAFF)
def supervision(request: HttpRequest) -> HttpResponse:
    """List the mentors somebody looks after, late ones first; for who keeps the records, everybody else's below."""
    clinic = request.clinic if request.clinic and can_look(request, request.clinic) else _clinic(request)
    own = list(pages.cared_for(request.user, clinic))
    keeps = can(request.user, Perm.MANAGE_MENTORS, clinic)
    others = None
    if keeps:
        rows = Mentor.objects.visible_to(request.user).of_clinic(clinic).exclude(person__user=request.user)
        rows = pages.with_next(rows.exclude(pk__in=[m.pk for m in own]))
        others = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [pages.list_row(m, request.user) for m in own], "lede": pages.lede(own, clinic.today), "keeps": keeps,
        "page_obj": others, "others": [pages.list_row(m, request.user, names=True) for m in others or []],
    }  # fmt: skip
    return render(request, "training/supervising/list.html", context)


def can_look(request: HttpRequest, clinic) -> bool:
    """Tell whether the user may look after mentors of a clinic."""
    return any(can(request.user, perm, clinic) for perm in STAFF)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MANAGE_MENTORS)
def name_supervisor(request: HttpRequest, ref: str) -> HttpResponse:
    """Say who looks after a mentor."""
    row = _visible(request, ref)
    rules.change.require(request.user, row)
    start = {"supervisor": row.supervisor.ref} if row.supervisor else {}
    form = forms.SupervisorForm(request.POST if request.method == "POST" else None, mentor=row, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_supervisor(mentor=row.pk, by=request.user, supervisor=form.pk() or 0)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved: who looks after %(name)s.") % {"name": row.person.first_name})
            return redirect("training:mentor", ref=row.ref)
    name = {"name": row.person.first_name}
    context = {
        "form": form, "mentor": row, "heading": _("Who looks after %(name)s?") % name, "too_late": False,
        "lede": _("Somebody who asks how it goes, and whom they can always ring."),
    }  # fmt: skip
    return render(request, "training/step.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*STAFF)
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a talk with one mentor or a group."""
    chosen = request.GET.get("mentor", "")
    found = list(_to_plan_with(request))
    start = {"mentors": [m.ref for m in found if m.ref == chosen]}
    form = forms.PlanForm(request.POST if request.method == "POST" else None, mentors=found, initial=start)
    if request.method == "POST" and form.is_valid():
        pks = form.pks()
        clinic = next(m.person.clinic for m in found if m.pk == pks[0])
        kind = SupervisionTalk.Kind.GROUP if len(pks) > 1 else SupervisionTalk.Kind.ONE_TO_ONE
        try:
            talk = actions.plan_talk(
                mentors=pks,
                by=request.user,
                planned_at=form.moment(clinic),
                where=form.cleaned_data["where"],
                kind=kind,
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The talk is planned. They get a message."))
            return redirect("training:talk", ref=talk.ref)
    return render(request, "training/supervising/plan.html", {"form": form, "nobody": not found})


def _to_plan_with(request: HttpRequest):
    """Return the mentors at work with whom somebody may plan a talk: never with themselves."""
    rows = pages.with_next(Mentor.objects.visible_to(request.user).exclude(person__user=request.user))
    return rows.filter(supervisor__isnull=False)


def _talk(request: HttpRequest, ref: str) -> SupervisionTalk:
    rows = SupervisionTalk.objects.visible_to(request.user).select_related("clinic", "supervisor")
    return get_object_or_404(rows, ref=ref)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*STAFF)
def talk(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a talk: to its supervisor with the agenda and the notes, to who keeps the records only when it is."""
    row = _talk(request, ref)
    if not may.hold.allows(request.user, row):
        if request.method == "POST":
            raise Denied(may.hold.reason)
        return _from_outside(request, row)
    parts = pages.parts_of(row, request.user)
    found = [pages.items(part) for part in parts]
    bound = request.POST if request.method == "POST" else None
    sides = [pages.beside(part) for part in parts]
    page = _Page(row, parts, found, bound)
    if request.method == "POST":
        answer = page.keep(request) if request.POST.get("do") in ("autosave", "keep") else page.save(request)
        if answer is not None:
            return answer
    people = {person.pk: person for rows in found for item in rows for person in item.people}
    access_log.record(request, page="supervision", people=people.values())
    return render(request, "training/supervising/talk.html", page.context(sides))


class _Page:
    """The forms of a talk, one for each mentor and one for the next talk."""

    def __init__(self, row: SupervisionTalk, parts: list[SupervisionPart], found: list, bound):
        self.row, self.parts, self.found = row, parts, found
        self.forms = [forms.PartForm(bound, part=p, items=i) for p, i in zip(parts, found, strict=True)]
        last = row.clinic.today + rules_of(row.clinic).supervision_days * actions.DAY
        start = {"version": row.version, "next_where": row.where}
        self.next = forms.NextForm(bound, last_day=last, today=row.clinic.today, initial=start)

    def save(self, request: HttpRequest) -> HttpResponse | None:
        """Save what was agreed; None where something needs another look, with the reason in a form."""
        checked = [form.is_valid() for form in (*self.forms, self.next)]  # each one, so that each says what is wrong
        if not all(checked):
            return None
        try:
            held.save_talk(
                talk=self.row.pk, by=request.user, version=self.next.cleaned_data["version"],
                agreed={form.prefix: form.agreed() for form in self.forms}, next_at=self.next.moment(self.row.clinic),
                next_where=self.next.cleaned_data["next_where"],
            )  # fmt: skip
        except Refused as refusal:
            self.refuse(refusal)
            return None
        messages.success(request, _("Saved. Only they and you can read what was agreed."))
        return redirect(self.after(request))

    def after(self, request: HttpRequest) -> str:
        """Return where to go: to the rest of a mentor who would rather rest, where the user may give it."""
        for form in self.forms:
            if form.cleaned_data["came"] == "yes" and form.cleaned_data["new"] == held.New.REST:
                if can(request.user, Perm.MANAGE_MENTORS, self.row.clinic_id):
                    return reverse("training:step", args=[form.part.mentor.ref, "rest"])
                text = _("%(name)s gets a message to choose the days of the rest.")
                messages.info(request, text % {"name": form.part.mentor.person.first_name})
        return reverse("training:talk", args=[self.row.ref])

    def refuse(self, refusal: Refused) -> None:
        """Show why it was refused at the field it is about, in whichever form that is."""
        named = getattr(refusal, "field", None) or ""
        ref, _dash, name = named.partition("-")
        form = next((form for form in self.forms if form.prefix == ref), self.next)
        name = (
            name
            if form is not self.next
            else {"day": "next_day", "hour": "next_hour", "where": "next_where"}.get(named, named)
        )
        for sentence in getattr(refusal, "missing", None) or [str(refusal)]:
            form.add_error(name if name in form.fields else None, sentence)

    def keep(self, request: HttpRequest) -> HttpResponse:
        """Keep what was typed so far, by itself or because of the button."""
        try:
            row = held.keep_draft(
                talk=self.row.pk, by=request.user, version=_number(request.POST.get("version")),
                typed={form.prefix: form.typed() for form in self.forms},
            )  # fmt: skip
        except Refused as refusal:
            if request.POST.get("do") == "autosave":
                return JsonResponse({"problem": str(refusal)}, status=refusal.status)
            messages.warning(request, str(refusal))
            return redirect("training:talk", ref=self.row.ref)
        at = f"{words.local(clock.now(), row.clinic.time_zone):%H:%M}"
        url = reverse("training:talk", args=[row.ref])
        saved = _("Draft saved at %(time)s") % {"time": at}
        if request.POST.get("do") == "autosave":
            return JsonResponse({"draft": row.ref, "version": row.version, "url": url, "saved": saved, "sofar": ""})
        messages.success(request, saved)
        return redirect(url)

    def context(self, sides: list) -> dict[str, Any]:
        """Return what the page shows."""
        done = self.row.saved_at is not None or self.row.cancelled_at is not None
        return {
            "talk": self.row, "forms": self.forms, "next": self.next, "done": done, "sides": sides, "clinic": self.row.clinic,
            "heading": pages.heading(self.parts, self.row), "over": pages.over(self.row),
            "lede": pages.talk_lede(self.row, self.found), "is_early": pages.is_early(self.row), "is_link": pages.is_link(self.row.where),
            "told": [(part, [i for i in rows if i.key in part.talked]) for part, rows in zip(self.parts, self.found, strict=True)],
        }  # fmt: skip


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _from_outside(request: HttpRequest, row: SupervisionTalk) -> HttpResponse:
    """Show who keeps the records when a talk is and with whom; never what is talked about."""
    may.change.require(request.user, row)
    mentors = Mentor.objects.visible_to(request.user).filter(supervision__talk=row).select_related("person")
    names = words.listed([mentor.person.full_name for mentor in mentors])
    context = {"talk": row, "names": names, "over": pages.over(row), "clinic": row.clinic}
    return render(request, "training/supervising/outside.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*STAFF)
def move(request: HttpRequest, ref: str) -> HttpResponse:
    """Put a talk at another moment."""
    row = _talk(request, ref)
    may.change.require(request.user, row)
    there = words.local(row.planned_at, row.clinic.time_zone)
    start = {"day": there.date(), "hour": there.time(), "where": row.where, "version": row.version}
    form = forms.MoveForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.move_talk(
                talk=row.pk, by=request.user, version=form.cleaned_data["version"], planned_at=form.moment(row.clinic),
                where=form.cleaned_data["where"],
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The talk is moved. They get a message."))
            return redirect("training:talk", ref=row.ref)
    return render(request, "training/supervising/move.html", {"form": form, "talk": row})


@require_POST
@needs(*STAFF)
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """Call a talk off."""
    row = _talk(request, ref)
    try:
        actions.cancel_talk(talk=row.pk, by=request.user)
        messages.success(request, _("The talk is called off. They get a message."))
    except Denied:
        raise
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("training:talk", ref=row.ref)
    return redirect("training:supervision")


@require_safe
@needs(Perm.MENTOR)
def mine(request: HttpRequest) -> HttpResponse:
    """Show a mentor their talks: the next one, and what was agreed in former ones."""
    return render(request, "training/supervising/mine.html", pages.own_context(_own(request), request.user))


@require_POST
@needs(Perm.MENTOR)
def topic(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep what a mentor wants to talk about."""
    mentor = _own(request)
    rows = SupervisionPart.objects.visible_to(request.user).filter(mentor__person__user=request.user)
    part = get_object_or_404(rows.select_related("talk"), ref=ref)
    form = forms.TopicForm(request.POST)
    if form.is_valid():
        try:
            actions.add_topic(part=part.pk, by=request.user, topic=form.cleaned_data["topic"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. Your supervisor reads it before the talk."))
            return redirect("training:my-supervision")
    return render(request, "training/supervising/mine.html", pages.own_context(mentor, request.user, form, part))
