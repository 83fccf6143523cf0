"""Delivery: claim a message, send it outside any transaction, write down what became of it."""

from __future__ import annotations

import datetime as dt
import logging
import random
import re
import secrets
import time
from dataclasses import dataclass, replace
from math import inf

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Least
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from common import clock, languages
from messaging import backends, kinds, nudge, signals, sms
from messaging.models import SMS, Delivery, Message
from messaging.workflow import Status

log = logging.getLogger(__name__)

NONE, SECOND, MINUTE = dt.timedelta(), dt.timedelta(seconds=1), dt.timedelta(minutes=1)
# Longer than a send can take, by SMTP (see smtp.py) or a provider: an expired lease means that the sender is gone.
LEASE = {Delivery.AT_LEAST_ONCE: 40 * SECOND, Delivery.AT_MOST_ONCE: 3 * MINUTE}
# How long to wait after each failed attempt; when the list ends, people must deal with it.
BACKOFF = {
    Delivery.AT_LEAST_ONCE: [10 * SECOND, 20 * SECOND, 40 * SECOND, *[MINUTE] * 12],
    Delivery.AT_MOST_ONCE: [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 240 * MINUTE],
}
JITTER = 0.2
AHEAD = 5 * MINUTE  # nothing waits longer for another attempt, or is being sent for longer: the clock was set back
# What was given up: how often it is tried once more when its way works again, and until how long after.
ONCE_MORE, NO_MORE = 10 * MINUTE, 24 * 60 * MINUTE
REPORT_COMES = MINUTE  # a text that perhaps arrived: its report, which ends the attempts, comes first
LINK = re.compile(r"https?://\S+")

NO_LONGER = gettext_noop("It was no longer needed when its time came.")
NOT_WANTED = gettext_noop("The reader wants no reminders.")
NO_ADDRESS = gettext_noop("There is no verified address to send it to.")
WORKER_LOST = gettext_noop("The machine stopped while it was being sent.")
NO_ANSWER = gettext_noop("The mail server took it and did not answer: it may have arrived.")
UNKNOWN_KIND = gettext_noop("This version of the software does not know this kind of message.")
FAILED = gettext_noop("It could not be sent after several attempts.")
FAULTY = gettext_noop("It could not be written, because of a fault in the software.")

__all__ = ["Claim", "claim", "deliver", "give_up", "release_stuck", "send_due", "settle"]


@dataclass(frozen=True)
class Claim:
    """A message that is ours to send until the lease ends; `reader` where the claim had to know them already."""

    message: Message
    kind: kinds.Kind
    token: str
    reader: kinds.Recipient | None = None


def about(message: Message) -> dict[str, str]:
    """Return what a line of the log says about a message: which one, and nothing else."""
    return {"message_ref": message.ref}


def send_due(
    limit: int = 100, now: dt.datetime | None = None, *, overdue: dt.timedelta = NONE, budget: float = inf, **only
) -> int:
    """Send what is due, escalations first, then the longest overdue; return how many were sent.

    `overdue` is how long they must have been due, but for those that were tried before, as nobody else is told when
    these are due again; `only` narrows the choice (for example delivery=...);
    `budget` is the number of seconds after which no further message is begun. One that fails does not
    keep the others.
    """
    now = now or clock.now()
    started = time.monotonic()
    sent = 0
    rows = Message.objects.due(now).filter(Q(due_at__lte=now - overdue) | Q(attempts__gt=0), **only)
    for pk in list(rows.values_list("pk", flat=True)[:limit]):
        if time.monotonic() - started > budget:
            break
        sent += deliver(pk, now) == Status.SENT
    return sent


def deliver(pk: int, now: dt.datetime | None = None) -> str | None:
    """Send one message if it is due and nobody else has it; return its new status, or None when it is not ours.

    Raises DatabaseError when the database is away.
    """
    now = now or clock.now()
    try:
        mine = claim(pk, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        return _fault_before_claim(pk, now, error)
    if not isinstance(mine, Claim):
        return mine
    return _send(mine, now)


# Claiming -------------------------------------------------------------------------------------


def claim(pk: int, now: dt.datetime) -> Claim | str | None:
    """Take a due message for sending, asking once more whether it is still right.

    Returns the claim; or the status it got instead (cancelled, dead, or queued when its reader's quiet hours hold
    it back); or None when it is not due or taken.
    """
    with transaction.atomic():
        message = _lock(pk, now)
        if message is None:
            return None
        try:
            kind = kinds.get(message.kind)
        except KeyError:
            return settle(message, Status.DEAD, UNKNOWN_KIND, was=Status.QUEUED)
        if not kind.still_true(message):
            return settle(message, Status.CANCELLED, NO_LONGER, was=Status.QUEUED)
        reader = kind.recipient(message) if kind.waits else None
        if reader and (held := _hold_back(message, kind, reader, now)):
            return held
        token = secrets.token_hex(16)
        taken = Message.objects.filter(pk=pk, status=Status.QUEUED).update(
            status=Status.SENDING, lease_token=token, lease_until=_lease_end(message, now), attempts=F("attempts") + 1,
        )  # fmt: skip
        if not taken:
            return None
        message.attempts += 1
        return Claim(message, kind, token, reader)


def _hold_back(message: Message, kind: kinds.Kind, reader: kinds.Recipient, now: dt.datetime) -> str | None:
    """Leave a reminder out, or put it off, as its reader wishes now; None when it may go."""
    if kind.is_reminder and not reader.wants_reminders:
        return settle(message, Status.CANCELLED, NOT_WANTED, was=Status.QUEUED)
    due_at = reader.quiet.after(now)
    if due_at == now:
        return None
    return settle(message, Status.QUEUED, "", was=Status.QUEUED, due_at=due_at, wanted_at=due_at)


def _lease_end(message: Message, now: dt.datetime) -> dt.datetime:
    # Real time: inside a simulated past the lease must not look long expired to a real sweeper.
    return max(now, timezone.now()) + LEASE[Delivery(message.delivery)]


def _lock(pk: int, now: dt.datetime) -> Message | None:
    rows = Message.objects.filter(pk=pk, status=Status.QUEUED, due_at__lte=now).order_by()
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return rows.first()  # SQLite: the transaction already holds the one write lock


def _fault_before_claim(pk: int, now: dt.datetime, error: Exception) -> str | None:
    """A kind that cannot even say whether it is still true counts as a failed attempt."""
    message = Message.objects.filter(pk=pk, status=Status.QUEUED).first()
    if message is None:
        return None
    log.error("The kind %s failed before sending: %s", message.kind, type(error).__name__, extra=about(message))
    Message.objects.filter(pk=pk, status=Status.QUEUED).update(attempts=F("attempts") + 1)
    message.attempts += 1
    return _later(message, now, FAULTY, was=Status.QUEUED)


# Sending --------------------------------------------------------------------------------------


def _send(mine: Claim, now: dt.datetime) -> str | None:
    message = mine.message
    try:
        recipient = mine.reader or mine.kind.recipient(message)
        channel = backends.channel_for(recipient, message.channel)
        if recipient is None or channel is None:
            return _give_up(mine, now, NO_ADDRESS)
        message.channel = channel
        with translation.override(languages.spoken(recipient.language)):
            text = write(mine.kind, message, recipient)
    except (OperationalError, InterfaceError):
        return _failed(mine, now, FAILED)
    except Exception as error:
        log.error("The kind %s could not be written: %s", message.kind, type(error).__name__, extra=about(message))
        return _failed(mine, now, FAULTY)
    return _hand_over(mine, now, channel, recipient, text)


def _hand_over(mine: Claim, now: dt.datetime, channel: str, recipient: kinds.Recipient, text: kinds.Rendered):
    try:
        provider_id = backends.send(channel, mine.message, recipient, text)
    except backends.Refused as refusal:
        return _give_up(mine, now, refusal.problem)
    except backends.Unsure as error:
        log.warning("Message %s: not known whether it arrived (%s)", mine.message.ref, error, extra=about(mine.message))
        if mine.message.delivery == Delivery.AT_LEAST_ONCE:
            return _failed(mine, now, NO_ANSWER, at_least=REPORT_COMES if channel == SMS else NONE)
        return _finish(mine, Status.UNKNOWN, NO_ANSWER, channel=channel)
    except Exception as error:
        log.warning("Message %s was not sent: %s", mine.message.ref, type(error).__name__, extra=about(mine.message))
        return _failed(mine, now, FAILED)
    return _finish(mine, Status.SENT, "", sent_at=clock.now(), channel=channel, provider_id=provider_id)


def write(kind: kinds.Kind, message: Message, reader: kinds.Recipient) -> kinds.Rendered:
    """Return the text in the language that is active, with its short form where it goes as a text message."""
    text = kind.render(message, reader)
    if message.channel != SMS:
        return text
    short = kind.render_short(message, reader) if kind.render_short else shorten(message, text)
    return replace(text, short=short)


def shorten(message: Message, text: kinds.Rendered) -> str:
    """Return the subject, the first link and a number to call: all that a text message says."""
    number = message.clinic.flag_phone or message.clinic.phone
    link = LINK.search(text.body)
    lines = [text.subject, link.group() if link else "", number.as_international if number else ""]
    return "\n".join(line for line in lines if line)


# What became of it ----------------------------------------------------------------------------


def _failed(mine: Claim, now: dt.datetime, problem: str, *, at_least: dt.timedelta = NONE) -> str | None:
    return _with_patience(
        lambda: _later(mine.message, now, problem, was=Status.SENDING, token=mine.token, at_least=at_least)
    )


def _give_up(mine: Claim, now: dt.datetime, problem: str) -> str | None:
    return _with_patience(lambda: give_up(mine.message, now, problem, was=Status.SENDING, token=mine.token))


def give_up(message: Message, now: dt.datetime, problem: str, *, was: str, token: str = "") -> str | None:
    """Have a message whose silence harms go on as a text message, if it can; else it is dead and somebody hears."""
    if not _can_go_as_text(message):
        return settle(message, Status.DEAD, problem, was=was, token=token)
    again = {"channel": SMS, "attempts": 0, "due_at": now, "provider_id": ""}
    status = settle(message, Status.QUEUED, problem, was=was, token=token, **again)
    if status:
        transaction.on_commit(lambda: nudge.send_pk(message.pk))
    return status


def _can_go_as_text(message: Message) -> bool:
    if message.delivery != Delivery.AT_LEAST_ONCE or message.channel == SMS or not sms.is_set_up():
        return False
    if Message.objects.filter(key=message.twin_key).exists():  # it went both ways from the start
        return False
    try:
        reader = kinds.get(message.kind).recipient(message)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.error("The reader of kind %s was not found: %s", message.kind, type(error).__name__, extra=about(message))
        return False
    return bool(reader and reader.phone)


def _finish(mine: Claim, status: str, problem: str, **values) -> str | None:
    return _with_patience(lambda: settle(mine.message, status, problem, was=Status.SENDING, token=mine.token, **values))


def _later(
    message: Message, now: dt.datetime, problem: str, *, was: str, token: str = "", at_least: dt.timedelta = NONE
) -> str | None:
    """Put a message that failed back for another attempt, or give it up after the last one."""
    waits = BACKOFF[Delivery(message.delivery)]
    if message.attempts > len(waits):
        return give_up(message, now, problem, was=was, token=token)
    wait = waits[message.attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)
    wait = max(wait, at_least)
    return settle(message, Status.QUEUED, problem, was=was, token=token, due_at=now + wait)


def settle(message: Message, status: str, problem: str, *, was: str, token: str = "", **values) -> str | None:
    """Write a status if the message is still as it was left; None when somebody else has it by now."""
    rows = Message.objects.filter(pk=message.pk, status=was, **({"lease_token": token} if token else {}))
    with transaction.atomic():
        values |= {"status": status, "problem": str(problem)[:200], "lease_token": "", "lease_until": None}
        if not rows.update(**values):
            log.warning("Message %s was taken over before it was finished.", message.ref, extra=about(message))
            return None
        message.status, message.problem = status, values["problem"]
        if status in (Status.DEAD, Status.UNKNOWN):
            _tell(message)
    return status


def _tell(message: Message) -> None:
    """Let the upper floors know that a message is given up; one that fails undoes only itself.

    Nobody needs to know when the same news has arrived the other way. What is still on its way has not arrived:
    two that fail at one moment must not wait for each other.
    """
    if Message.objects.filter(key=message.twin_key, status=Status.SENT).exists():
        return
    log.error(
        "Message %s of kind %s was not delivered: %s", message.ref, message.kind, message.status, extra=about(message)
    )
    try:
        with transaction.atomic():
            signals.gave_up.send(Message, message=message)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.error("A receiver of gave_up failed: %s", type(error).__name__, extra=about(message))


def _with_patience(write):
    """Write down what became of a message even if the database restarts just now."""
    for wait in (0.5, 2, 5):
        try:
            return write()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(wait)
    return write()


# Leases ---------------------------------------------------------------------------------------


def release_stuck(now: dt.datetime) -> int:
    """Deal with messages whose sender is gone; return how many.

    At least once: queued again, as silence harms more. At most once: not known, for the coordinator to see.
    """
    _forget_the_future(now)
    _try_again_what_was_given_up(now)
    stuck = list(Message.objects.stuck(now).select_related("clinic")[:500])
    return sum(_release(message, now) is not None for message in stuck)


def _forget_the_future(now: dt.datetime) -> None:
    """Let nothing that cannot wait wait for a time of day to come again, after somebody set the clock back."""
    now = max(now, timezone.now())  # inside a simulated past the present is no future
    # No escalation is stored for later, and no attempt is further away than AHEAD.
    Message.objects.escalations().filter(due_at__gt=now + AHEAD, status=Status.QUEUED).update(
        due_at=now, wanted_at=Least("wanted_at", Value(now))
    )
    Message.objects.filter(status=Status.SENDING, lease_until__gt=now + AHEAD).update(lease_until=now)


def _try_again_what_was_given_up(now: dt.datetime) -> None:
    """Queue escalations of a day that could not be sent for one more attempt, when something else goes out that way again.

    Until then, and when it fails too, they are among what did not arrive. What somebody settled stays settled.
    """
    given_up = Message.objects.escalations().filter(
        status=Status.DEAD, problem=FAILED, settled_at=None, due_at__range=(now - NO_MORE, now - ONCE_MORE)
    )
    others = Message.objects.filter(
        status=Status.SENT, due_at__range=(now - ONCE_MORE, now), channel=OuterRef("channel")
    )
    works = Exists(others.filter(sent_at__gt=OuterRef("due_at")).order_by())
    attempts = len(BACKOFF[Delivery.AT_LEAST_ONCE])
    given_up.filter(works).update(status=Status.QUEUED, due_at=now, attempts=attempts)


def _release(message: Message, now: dt.datetime) -> str | None:
    token = message.lease_token
    if message.delivery == Delivery.AT_MOST_ONCE:
        return settle(message, Status.UNKNOWN, WORKER_LOST, was=Status.SENDING, token=token)
    if message.attempts > len(BACKOFF[Delivery.AT_LEAST_ONCE]):  # it may be this one that kills its senders
        return give_up(message, now, WORKER_LOST, was=Status.SENDING, token=token)
    return settle(message, Status.QUEUED, WORKER_LOST, was=Status.SENDING, token=token)
