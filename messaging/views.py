"""The outbox, messages that did not arrive, mails that stayed here, and the health of the machinery."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages as notes
from django.core.paginator import Paginator
from django.db.models import Count, Window
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from clinics import access_log
from clinics.roles import Perm
from common import clock
from common.errors import Denied, Refused
from common.policy import may_ask, needs, public
from messaging import actions, health, kinds, presenters
from messaging.forms import FilterForm, SettleForm
from messaging.models import LocalMail, Message

PAGE = 50
SHOWN = 20  # undelivered messages above the list; the rest is on their own page


@public
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Say that this process answers. Touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


@public
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether requests can be served: 503 only without the database or with migrations missing."""
    report = health.report(clock.now())
    return JsonResponse(report, status=503 if report["status"] == "unavailable" else 200)


@require_GET
@needs(Perm.OUTBOX)
def outbox(request: HttpRequest) -> HttpResponse:
    """List every message of the clinic, newest first, with what did not arrive above."""
    visible = Message.objects.visible_to(request.user, [Perm.OUTBOX])
    form = FilterForm(request.GET)
    page = Paginator(form.apply(visible), PAGE).get_page(request.GET.get("page"))
    undelivered = visible.undelivered().order_by("delivery", "due_at").annotate(in_all=Window(Count("*")))
    first = list(undelivered[:SHOWN])
    context = {
        "form": form,
        "page_obj": page,
        "messages_shown": presenters.with_words(page),
        "undelivered": presenters.rows(first),
        "undelivered_count": first[0].in_all if first else 0,
        "waiting_count": visible.waiting().count(),
        "local_mail": settings.LOCAL_MAIL,
    }
    return render(request, "messaging/outbox.html", context)


@require_GET
@needs(Perm.COORDINATE, Perm.OUTBOX)
def undelivered(request: HttpRequest) -> HttpResponse:
    """List what did not or may not have arrived, escalations first."""
    found = Message.objects.visible_to(request.user).undelivered().order_by("delivery", "due_at")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "messaging/undelivered.html", {"page_obj": page, "rows": presenters.rows(page)})


@require_GET
@needs(Perm.COORDINATE, Perm.OUTBOX)
def message(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one message: what became of it, and what can be done."""
    row = get_object_or_404(Message.objects.visible_to(request.user).select_related("clinic"), ref=ref)
    return _message_page(request, row, SettleForm())


def _message_page(request: HttpRequest, row: Message, form: SettleForm, status: int = 200) -> HttpResponse:
    about = kinds.link(row)
    context = {
        "message": presenters.with_words([row])[0],
        "clinic": row.clinic,
        "items": presenters.timeline(row),
        "open": presenters.needs_somebody(row),
        "page_about": about if may_ask(request, about) else "",
        "may_see_outbox": Perm.OUTBOX in request.permissions,
        "form": form,
    }
    return render(request, "messaging/message.html", context, status=status)


@require_POST
@needs(Perm.COORDINATE, Perm.OUTBOX)
def again(request: HttpRequest, ref: str) -> HttpResponse:
    """Send an undelivered message once more."""
    row = get_object_or_404(Message.objects.visible_to(request.user), ref=ref)
    return _do(request, row, SettleForm(), actions.retry, _("It is on its way again."))


@require_POST
@needs(Perm.COORDINATE, Perm.OUTBOX)
def settle(request: HttpRequest, ref: str) -> HttpResponse:
    """Note that somebody dealt with an undelivered message in another way."""
    row = get_object_or_404(Message.objects.visible_to(request.user), ref=ref)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _message_page(request, row, form)
    return _do(request, row, form, actions.settle, _("Noted. It no longer asks for attention."), **form.cleaned_data)


def _do(request: HttpRequest, row: Message, form: SettleForm, action, done: str, **values) -> HttpResponse:
    try:
        action(message=row.pk, by=request.user, **values)
    except Denied:
        raise
    except Refused as refusal:
        notes.warning(request, str(refusal))
    else:
        notes.success(request, done)
    return redirect("messaging:message", ref=row.ref)


# Mails that stayed on this machine ------------------------------------------------------------


@require_GET
@needs(Perm.OUTBOX)
def mails(request: HttpRequest) -> HttpResponse:
    """List the mails that stayed on this machine."""
    _only_where_mail_stays()
    page = Paginator(LocalMail.objects.visible_to(request.user), PAGE).get_page(request.GET.get("page"))
    access_log.record(request, page="mails", people=presenters.people_in(page))
    return render(request, "messaging/mails.html", {"page_obj": page})


@require_GET
@needs(Perm.OUTBOX)
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one mail as its reader would see it."""
    _only_where_mail_stays()
    found = get_object_or_404(LocalMail.objects.visible_to(request.user), pk=pk)
    access_log.record(request, page="mail", people=presenters.people_in([found]))
    return render(request, "messaging/mail.html", {"mail": found, "sender": settings.DEFAULT_FROM_EMAIL})


def _only_where_mail_stays() -> None:
    if not settings.LOCAL_MAIL:
        raise Http404
