"""Becoming a mentor, seen by who would like to: the clinic's public page, and the pages behind their links."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import links
from accounts.models import User
from accounts.views import no_longer
from clinics.models import Clinic
from common.errors import Refused, WrongState
from common.models import new_ref
from common.policy import by_link, public
from referrals.duplicates import is_ref
from training import by_link_applying as found
from training import limits_applying as limits
from training.actions import applying as actions
from training.data_applying import ANSWERS
from training.forms.applying import ApplicationForm, AskLinkForm
from training.models import Application
from training.notices.applying import FILL, STATUS
from training.pages import applying as pages

SESSION_KEY = "applications"  # {ref of a clinic: ref of the draft begun in this browser}


def _clinic(ref: str) -> Clinic:
    clinic = found.clinic_of(ref)
    if clinic is None:
        raise Http404
    return clinic


def _too_often(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", status=429)


def _draft(request: HttpRequest, clinic: Clinic) -> Application | None:
    ref = request.session.get(SESSION_KEY, {}).get(clinic.ref, "")
    return found.own_draft(ref, clinic) if ref else None


def _remember(request: HttpRequest, clinic: Clinic, ref: str | None) -> None:
    mine = {key: value for key, value in request.session.get(SESSION_KEY, {}).items() if key != clinic.ref}
    request.session[SESSION_KEY] = mine | ({clinic.ref: ref} if ref else {})


# The page that is open to everybody -----------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@public
def apply(request: HttpRequest, ref: str) -> HttpResponse:
    """Say what being a mentor means, and ask who would like to. The form keeps itself from the first answer on."""
    clinic = _clinic(ref)
    if request.method == "POST":
        return BUTTONS.get(request.POST.get("do", "send"), _send)(request, clinic)
    row = _draft(request, clinic)
    form = ApplicationForm(initial=pages.initial(row, ApplicationForm.is_many), clinic=clinic)
    return _show(request, clinic, form, row)


def _show(request: HttpRequest, clinic: Clinic, form, row: Application | None, **more) -> HttpResponse:
    key = row.ref if row else request.POST.get("draft") or new_ref()
    context = {
        "clinic": clinic, "form": form, "key": key if is_ref(key) else new_ref(), "version": row.version if row else "",
        "saved": pages.saved_words(row), "row": row, "url": reverse("training:apply", args=[clinic.ref]),
    } | more  # fmt: skip
    return render(request, "training/applying/apply.html", context)


def _key(request: HttpRequest, row: Application | None) -> str:
    given = request.POST.get("draft", "")
    return row.ref if row else given if is_ref(given) else new_ref()


def _keep(request: HttpRequest, clinic: Clinic) -> Application:
    row = _draft(request, clinic)
    typed = {name: request.POST.getlist(name) for name in ANSWERS if name in request.POST}
    row = actions.save_draft(clinic=clinic, typed=typed, draft=_key(request, row))
    _remember(request, clinic, row.ref)
    return row


def _autosave(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    """Keep what stands in the form, and tell the page."""
    if _draft(request, clinic) is None and limits.is_over(request, "begin"):
        return JsonResponse({"problem": _("Too much at once from here. Wait a while, then go on.")}, status=429)
    try:
        row = _keep(request, clinic)
    except Refused as refusal:
        return JsonResponse({"problem": str(refusal)}, status=refusal.status)
    url = reverse("training:apply", args=[clinic.ref])
    return JsonResponse({"draft": row.ref, "version": row.version, "url": url, "saved": pages.saved_words(row)})


def _keep_and_leave(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    """Keep what stands in the form, without script too."""
    if _draft(request, clinic) is None and limits.is_over(request, "begin"):
        return _too_often(request)
    try:
        row = _keep(request, clinic)
    except Refused as refusal:
        form = ApplicationForm(request.POST, clinic=clinic)
        form.refuse(refusal)
        return _show(request, clinic, form, _draft(request, clinic))
    messages.success(request, pages.saved_words(row))
    return redirect("training:apply", ref=clinic.ref)


def _forget(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    """Erase what was typed on this device."""
    row = _draft(request, clinic)
    if row:
        actions.erase_draft(draft=row.ref)
    _remember(request, clinic, None)
    messages.success(request, _("What you typed is erased. Nothing is kept."))
    return redirect("training:apply", ref=clinic.ref)


def _send(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    """Send the form. Whoever sends it sees the same page, known here or not."""
    row = _draft(request, clinic)
    form = ApplicationForm(request.POST, clinic=clinic)
    if form.is_valid():
        if limits.is_over(request, "send"):
            return _too_often(request)
        if form.cleaned_data["website"]:  # a machine: it is told the same, and nothing is kept
            return redirect("training:apply-sent", ref=clinic.ref)
        try:
            actions.send_application(clinic=clinic, data=form.data_of(), draft=_key(request, row))
        except Refused as refusal:
            form.refuse(refusal)
        else:
            _remember(request, clinic, None)
            return redirect("training:apply-sent", ref=clinic.ref)
    return _show(request, clinic, form, row)


BUTTONS = {"autosave": _autosave, "keep": _keep_and_leave, "forget": _forget, "send": _send}


@require_safe
@public
def sent(request: HttpRequest, ref: str) -> HttpResponse:
    """Say what happens next. The same words for everybody."""
    return render(request, "training/applying/sent.html", {"clinic": _clinic(ref)})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def my_link(request: HttpRequest, ref: str) -> HttpResponse:
    """Send the link again to who applied with an address; the answer is the same for an address nobody knows."""
    clinic = _clinic(ref)
    form = AskLinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if limits.is_over(request, "link"):
            return _too_often(request)
        actions.send_link_again(clinic=clinic, email=form.cleaned_data["email"])
        messages.success(
            request, _("If somebody applied here with this address, a message with the link is on its way.")
        )
        return redirect("training:apply-link", ref=clinic.ref)
    return render(request, "training/applying/my_link.html", {"clinic": clinic, "form": form})


# Behind the links ----------------------------------------------------------------------------


def ask_who(request: HttpRequest, row: Application, back: str) -> HttpResponse:
    """Ask whoever came by a message whether the address is theirs, before anything is shown."""
    if request.method == "POST" and request.POST.get("do") == "mine":
        actions.verify_address(application=row.pk)
        return redirect(back)
    return render(request, "training/applying/ask_who.html", {"name": row.first_name, "clinic": row.clinic})


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(STATUS)
def status(request: HttpRequest) -> HttpResponse:
    """Show an applicant where they stand, and the letters to them."""
    row = found.application_of(links.current(request, STATUS))
    if row is None:
        return no_longer(request)
    if found.asks_who(row):
        return ask_who(request, row, "training:application-status")
    if row.erased_at:
        return render(request, "training/applying/gone.html", {"clinic": row.clinic})
    return render(request, "training/applying/status.html", _status_context(row))


def _status_context(row: Application) -> dict:
    return {
        "row": row, "clinic": row.clinic, "stages": pages.stages(row), "lede": pages.lede(row),
        "letters": pages.letters_of(row), "signs_in": not actions.may_take_back(row), "facts": pages.own_facts(row),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(STATUS)
def take_back(request: HttpRequest) -> HttpResponse:
    """Ask whether somebody is sure, then take their application back and erase it."""
    link = links.current(request, STATUS)
    row = found.application_of(link)
    if row is None:
        return no_longer(request)
    if found.asks_who(row) or row.erased_at:
        return redirect("training:application-status")
    refusal = None
    if request.method == "POST":
        try:
            actions.withdraw(application=row.pk, by=User.objects.system())
            return redirect("training:application-status")
        except WrongState as refused:
            refusal = str(refused)
    return render(request, "training/applying/take_back.html", {"clinic": row.clinic, "refusal": refusal})


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(FILL)
def fill(request: HttpRequest) -> HttpResponse:
    """Let somebody who was put forward say yes, with the rest of the form, or no. Nothing is kept before they agree."""
    link = links.current(request, FILL)
    row = found.nomination_of(link)
    if row is None:
        return no_longer(request)
    if row.status != "draft":
        template = "gone" if row.erased_at else "sent"
        return render(request, f"training/applying/{template}.html", {"clinic": row.clinic})
    if request.method == "POST":
        return FILL_BUTTONS.get(request.POST.get("do", "send"), _fill_send)(request, row)
    kept = pages.initial(row, ApplicationForm.is_many) or pages.named(row)
    return _show_fill(request, row, ApplicationForm(initial=kept, clinic=row.clinic))


def _show_fill(request: HttpRequest, row: Application, form) -> HttpResponse:
    return _show(
        request, row.clinic, form, row, url=reverse("training:application-fill"), nominator=row.nominated_by, told=row.nomination
    )  # fmt: skip


def _fill_keep(request: HttpRequest, row: Application) -> HttpResponse:
    """Keep what stands in the form; told to the page, or by a line on it."""
    typed = {name: request.POST.getlist(name) for name in ANSWERS if name in request.POST}
    url = reverse("training:application-fill")
    quiet = request.POST.get("do") == "autosave"
    try:
        row = actions.save_draft(clinic=row.clinic, typed=typed, draft=row.ref)
    except Refused as refusal:
        if quiet:
            return JsonResponse({"problem": str(refusal)}, status=refusal.status)
        messages.warning(request, str(refusal))
        return redirect(url)
    if quiet:
        return JsonResponse({"draft": row.ref, "version": row.version, "url": url, "saved": pages.saved_words(row)})
    messages.success(request, pages.saved_words(row))
    return redirect(url)


def _fill_no(request: HttpRequest, row: Application) -> HttpResponse:
    """Erase the nomination: they said no."""
    actions.withdraw(application=row.pk, by=User.objects.system())
    return redirect("training:application-fill")


def _fill_send(request: HttpRequest, row: Application) -> HttpResponse:
    form = ApplicationForm(request.POST, clinic=row.clinic)
    if form.is_valid():
        try:
            actions.send_application(clinic=row.clinic, data=form.data_of(), draft=row.ref, by_link=True)
            return redirect("training:apply-sent", ref=row.clinic.ref)
        except Refused as refusal:
            form.refuse(refusal)
    return _show_fill(request, row, form)


FILL_BUTTONS = {"autosave": _fill_keep, "keep": _fill_keep, "forget": _fill_no, "send": _fill_send}
