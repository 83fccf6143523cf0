"""GatewayAPI's Mobile Messaging API. What of it was confirmed, and where, is in docs/adr/0015."""

from __future__ import annotations

import hashlib
import hmac
import json

import requests
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_noop

from common import clock
from messaging.outcome import Failed, Refused, Unsure, is_final, never_left
from messaging.sms import ACCEPTED, DELIVERED, FAILED, BadSignature, Report

TIMEOUT = (3, 10)  # seconds to connect, and to wait for an answer
NUMBER_REFUSED = gettext_noop("The provider of text messages does not take this message or number.")
# A status that is not known here is no proof of anything: the message stays as it is.
OUTCOMES = {
    "DELIVERED": DELIVERED, "EXPIRED": FAILED, "DELETED": FAILED, "UNDELIVERABLE": FAILED, "REJECTED": FAILED,
}  # fmt: skip
STATUS_OF_SMS = "message.status.sms"


class GatewayAPI:
    """Sends by HTTPS with a token; reports come back signed. It takes no key against a second copy, and answers no questions."""

    def send(self, key: str, number: str, text: str) -> str:
        """Hand one text over; see Provider.send."""
        body = {"sender": settings.SMS_SENDER, "recipient": int(number.lstrip("+")), "message": text, "reference": key}
        headers = {"Authorization": f"Token {settings.SMS_TOKEN}", "Accept": "application/json"}
        url = f"{settings.SMS_URL}/mobile/single"
        try:
            answer = requests.post(url, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            if never_left(error):
                raise
            raise Unsure(type(error).__name__) from None
        if is_final(answer.status_code):
            raise Refused(NUMBER_REFUSED)
        if not answer.ok or answer.is_redirect:
            raise Failed(str(answer.status_code))
        return _id_in(answer)

    def check_webhook(self, request: HttpRequest) -> list[Report]:
        """Return the report in a signed request, or none for an event of another kind."""
        digest = hmac.new(settings.SMS_WEBHOOK_SECRET.encode(), request.body, hashlib.sha256).hexdigest()
        given = request.headers.get("Signature", "")
        if not settings.SMS_WEBHOOK_SECRET or not constant_time_compare(given, f"v1={digest}"):
            raise BadSignature
        envelope = json.loads(request.body)
        if not isinstance(envelope, dict) or envelope.get("event_type") != STATUS_OF_SMS:
            return []
        return [_report(envelope)]


def _id_in(answer: requests.Response) -> str:
    """Return the provider's id: a text that was taken stays taken, whatever the answer looks like."""
    try:
        return str(answer.json()["msg_id"])[:100]
    except (ValueError, KeyError, TypeError):
        return ""


def _report(envelope: dict) -> Report:
    event = envelope.get("event")
    if not isinstance(event, dict) or not envelope.get("event_id"):
        raise ValueError("no event")
    status = str(event.get("status") or "")[:40]
    at = parse_datetime(str(event.get("status_at") or envelope.get("timestamp") or ""))
    return Report(
        event_id=str(envelope["event_id"])[:200],
        provider_id=str(event.get("msg_id") or "")[:100],
        reference=str(event.get("reference") or "")[:16],
        outcome=OUTCOMES.get(status, ACCEPTED),
        words=status,
        at=at if at and at.tzinfo else clock.now(),
    )
