"""What providers report later: that a message arrived after all, or that it did not."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.translation import gettext_noop

from common import clock
from messaging import delivery
from messaging.models import Message, ProviderEvent
from messaging.sms import DELIVERED, FAILED, Report
from messaging.workflow import Status

log = logging.getLogger(__name__)

NOT_DELIVERED = gettext_noop("The provider took it and said later that it did not arrive.")


class TryLater(Exception):
    """The message is just being sent: the report has to come once more."""


@transaction.atomic
def take(provider: str, report: Report) -> bool:
    """Store a report and draw its consequence, once however often it comes; False for a message that is not ours.

    Raises TryLater while the message is being sent.
    """
    message = _message_of(report)
    if message is None:
        return False
    if message.status == Status.SENDING:
        log.info("A report came while the message is being sent.", extra=delivery.about(message))
        raise TryLater
    _event, new = ProviderEvent.objects.get_or_create(
        provider=provider, event_id=report.event_id,
        defaults={
            "message": message, "provider_id": report.provider_id, "outcome": report.outcome, "words": report.words,
            "at": report.at,
        },
    )  # fmt: skip
    log.info("A provider reports: %s", report.outcome, extra=delivery.about(message))
    if new and not message.settled_at:
        if report.outcome == DELIVERED:
            _arrived(message, report)
        elif report.outcome == FAILED:
            _did_not_arrive(message, report)
    return True


def _message_of(report: Report) -> Message | None:
    """Return the message, locked: by our own reference where the provider gives it back, else by its id."""
    rows = Message.objects.select_for_update(of=("self",)).select_related("clinic").order_by()
    if report.reference:
        return rows.filter(ref=report.reference).first()
    return rows.filter(provider_id=report.provider_id).first() if report.provider_id else None


def _arrived(message: Message, report: Report) -> None:
    """Settle what was not known, given up, or about to go out once more."""
    if message.status not in (Status.UNKNOWN, Status.DEAD, Status.QUEUED):
        return
    known = {"provider_id": report.provider_id or message.provider_id, "sent_at": message.sent_at or clock.now()}
    delivery.settle(message, Status.SENT, "", was=message.status, **known)


def _did_not_arrive(message: Message, report: Report) -> None:
    """Have it go another way, or somebody hear of it; not for an earlier attempt, nor once it was delivered."""
    if message.status not in (Status.SENT, Status.UNKNOWN):
        return
    if message.provider_id and report.provider_id != message.provider_id:
        return
    if message.provider_events.filter(outcome=DELIVERED, provider_id=report.provider_id).exists():
        return
    delivery.give_up(message, clock.now(), NOT_DELIVERED, was=message.status)
