"""Choosing a day together, by who learns; and what was seen in a role-play, by who watched."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinics.roles import Perm
from common.errors import Refused, Stale
from common.policy import needs
from training import rules_sessions as rules
from training.actions import sessions_marks as marks
from training.actions import sessions_seats as seats
from training.forms import sessions as forms
from training.models import LiveSession, Mentor, ModuleProgress, SignUp
from training.pages import sessions as pages


def _own(request: HttpRequest) -> Mentor:
    rows = Mentor.objects.visible_to(request.user).filter(person__user=request.user)
    return get_object_or_404(rows.select_related("person__clinic").order_by("pk")[:1])


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.MENTOR)
def choose(request: HttpRequest) -> HttpResponse:
    """Show the days for each part that is done together, and take a place, change it, or hear that none suits."""
    mentor = _own(request)
    found = pages.choices(mentor)
    choice = None
    if request.method == "POST":
        choice = next((c for c in found if c.progress.ref == request.POST.get("part")), None)
        if choice is None:
            messages.error(request, _("This part is not, or no longer, one you have to do."))
            return redirect("training:session-choose")
        choice.form = pages.day_form(choice, request.POST)
        if choice.form.is_valid() and _taken(request, mentor, choice):
            return redirect("training:session-choose")
    wrong = choice.form if choice else None
    return render(request, "training/sessions/own.html", {"choices": found, "mentor": mentor, "form": wrong})


def _taken(request: HttpRequest, mentor: Mentor, choice: pages.Choice) -> bool:
    """Do what was chosen; False when it was refused, with the reason at the field."""
    day, words = choice.form.cleaned_data["day"], choice.form.cleaned_data["words"]
    try:
        if day == forms.NONE:
            seats.no_day_suits(mentor=mentor.pk, module=choice.progress.module_id, by=request.user, words=words)
            messages.success(
                request, _("Thank you for saying so. Who plans the days is told, and looks for one with you.")
            )
        else:
            wanted = next(row for row in choice.days if row.ref == day)
            seats.sign_up(session=wanted.pk, mentor=mentor.pk, by=request.user)
            messages.success(request, _("You have a place. A message with the link to this page is on its way."))
    except Refused as refusal:
        choice.form.add_error("day", str(refusal))
        return False
    return True


@require_POST
@needs(Perm.MENTOR)
def give_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Give a place back. No reason is asked."""
    rows = SignUp.objects.visible_to(request.user).filter(mentor__person__user=request.user)
    row = get_object_or_404(rows, ref=ref)
    try:
        seats.give_place_back(sign_up=row.pk, by=request.user)
        messages.success(
            request, _("Your place is free for somebody else now. You can choose another day when you like.")
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("training:session-choose")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Perm.TRAIN, Perm.MANAGE_MENTORS, Perm.ANSWER_QUESTIONS)
def role_play(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask what was seen in a role-play, and keep it."""
    row = get_object_or_404(pages.watched_by(request.user), ref=ref)
    mentor, back = row.learning.mentor, _back(request, row)
    rules.observe.require(request.user, mentor)
    stale = False
    form = forms.ObserveForm(
        request.POST if request.method == "POST" else None, items=list(row.module.rubric.all()),
        name=mentor.person.first_name, initial={"number": row.used + 1, "on": mentor.person.clinic.today},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("number", "on", "words")}
        try:
            made = marks.observe(progress=row.pk, by=request.user, seen=form.seen(), **told)
        except Stale as refusal:
            stale = True
            form.follow(row.used + 1)
            form.refuse(refusal)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _said(made.passed, mentor.person.first_name))
            return redirect(back)
    context = {"form": form, "progress": row, "mentor": mentor, "tries": pages.try_words(row), "back": back}
    context["stale"] = stale
    return render(request, "training/sessions/role_play.html", context, status=409 if stale else 200)


def _said(passed: bool, name: str) -> str:
    if passed:
        return _("Saved. %(name)s has passed this part, and reads your words.") % {"name": name}
    return _("Saved. %(name)s reads your words, and can try again.") % {"name": name}


def _back(request: HttpRequest, row: ModuleProgress) -> str:
    """Return the page to go back to: the last day of this part at which the user may see them, else the mentor's."""
    days = LiveSession.objects.visible_to(request.user).held().filter(module__key=row.module.key)
    seats_there = {"sign_ups__mentor": row.learning.mentor_id, "sign_ups__cancelled_at": None}
    ref = days.filter(**seats_there).order_by("-starts_at").values_list("ref", flat=True).first()
    if ref:
        return reverse("training:session", args=[ref])
    return reverse("training:mentor", args=[row.learning.mentor.ref])
