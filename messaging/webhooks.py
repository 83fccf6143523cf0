"""Where providers tell what became of messages. Signed, small, the same thing as often as they like."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import tracking
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from common import clock
from common.policy import public
from messaging import reports, sms
from messaging.backends import REF

log = logging.getLogger(__name__)

LARGEST = 256 * 1024  # bytes: some mail providers send hundreds of events at once
MAIL_OUTCOMES = {"delivered": sms.DELIVERED, "bounced": sms.FAILED, "rejected": sms.FAILED, "failed": sms.FAILED}


@csrf_exempt
@public
@require_POST
def sms_reports(request: HttpRequest) -> HttpResponse:
    """Take reports about text messages; there is no such page without a provider and a secret to check them by."""
    if not sms.is_set_up() or not settings.SMS_WEBHOOK_SECRET:
        raise Http404
    return _answer(request, _take_sms)


@csrf_exempt
@public
@require_POST
def mail_reports(request: HttpRequest) -> HttpResponse:
    """Take reports about e-mails; there is no such page without a provider and a secret to check them by."""
    if not settings.ANYMAIL_PROVIDER or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    return _answer(request, _take_mail)


def _answer(request: HttpRequest, take: Callable[[HttpRequest], object]) -> HttpResponse:
    """Take what a request holds; what goes wrong is logged without a word of it."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return HttpResponse(status=413)
        take(request)
    except (sms.BadSignature, AnymailWebhookValidationFailure):
        log.warning("A report to %s had no valid signature.", request.path)
        return HttpResponse(status=403)
    except reports.TryLater:
        return HttpResponse(status=503)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("A report to %s could not be read: %s", request.path, type(error).__name__)
        return HttpResponse(status=400)
    return HttpResponse()


def _take_sms(request: HttpRequest) -> None:
    for report in sms.provider().check_webhook(request):
        reports.take(settings.SMS_PROVIDER, report)


def _take_mail(request: HttpRequest) -> None:
    name = settings.ANYMAIL_PROVIDER
    view = import_string(f"anymail.webhooks.{name}.{settings.MAIL_PROVIDERS[name]}TrackingWebhookView")
    view.as_view()(request)


def on_tracked(sender, event, esp_name: str, **more) -> None:
    """Take one event out of a mail provider's report: opens, clicks and the like are nobody's business."""
    outcome = MAIL_OUTCOMES.get(event.event_type)
    if outcome is None or not event.message_id:
        return
    at = event.timestamp or clock.now()
    given = f"{event.message_id} {event.event_type} {event.timestamp}"  # some providers number no events
    report = sms.Report(
        event_id=str(event.event_id or hashlib.sha256(given.encode()).hexdigest())[:200],
        provider_id=str(event.message_id)[:100],
        reference=str((event.metadata or {}).get(REF) or "")[:64],
        outcome=outcome,
        words=str(event.event_type)[:40],
        at=at,
    )
    reports.take(esp_name.lower(), report)


def connect() -> None:
    """Listen to mail providers' events."""
    tracking.connect(on_tracked, dispatch_uid="messaging.webhooks.tracked")
