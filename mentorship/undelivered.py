"""Escalations that did not reach somebody: which ask for an answer, which still matter, and whom to phone. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Substr

from accounts.models import User
from mentorship.models import FlagEvent, RedFlag
from mentorship.workflow import FlagStatus
from messaging.models import Message
from messaging.outbox import address
from messaging.presenters import needs_somebody

ASKING = ("flag.raised", "flag.half", "flag.climb")  # flag.told only lets a colleague know
TO_ACCOUNT = "user:"  # begins the recipient of a message to somebody with an account
HANDED = "flag.handed"
TAKEN, KEPT = "taken over", "kept"  # what the history says when a flag that somebody has is taken up anew


def is_settled(message: Message, flag: RedFlag, taken_up: dt.datetime | None = None) -> bool:
    """Tell whether somebody has taken up a flag since the message about it was written.

    `taken_up` is when somebody last did, where it is known already. A question to take it over is settled too as
    soon as it is no longer put to its reader.
    """
    if flag.status == FlagStatus.RESOLVED or (message.kind == HANDED and not _is_asked(message, flag)):
        return True
    if flag.status != FlagStatus.ACKNOWLEDGED:
        return False
    return message.created_at <= (taken_up or last_taken_up([flag])[flag.pk])


def _is_asked(message: Message, flag: RedFlag) -> bool:
    return flag.handed_to is not None and message.recipient == address(flag.handed_to)


def last_taken_up(flags: Iterable[RedFlag]) -> dict[int, dt.datetime]:
    """Return per flag that somebody has when one of them last said so: "I have this", taken over or kept. One query."""
    flags = [flag for flag in flags if flag.status == FlagStatus.ACKNOWLEDGED]
    said = Q(note__in=(TAKEN, KEPT)) | ~Q(from_status=FlagStatus.ACKNOWLEDGED)
    rows = FlagEvent.objects.filter(said, flag__in=flags, to_status=FlagStatus.ACKNOWLEDGED).order_by()
    found = dict(rows.values_list("flag").annotate(Max("at")))
    return {flag.pk: max(flag.acknowledged_at, found.get(flag.pk, flag.acknowledged_at)) for flag in flags}


def _settled(message: Message, flag: RedFlag, taken: dict[int, dt.datetime]) -> bool:
    return is_settled(message, flag, taken.get(flag.pk))


def marked(rows):
    """Return the flags with `lost`: whether a message about them did not arrive. Costs no query of its own."""
    lost = Message.objects.escalations().undelivered().filter(subject=OuterRef("ref"), kind__startswith="flag.")
    return rows.annotate(lost=Exists(lost.order_by()))


def escalations_of(flags: Iterable[RedFlag]) -> list[Message]:
    """Return the escalations of these flags, the last one first, for `not_reached` and for those who were told. One query.

    Each has `first_name`, of the account it goes to, and `since`: when its flag was last opened again, if ever.
    """
    opened = FlagEvent.objects.filter(
        flag__ref=OuterRef("subject"), from_status=FlagStatus.RESOLVED, to_status=FlagStatus.REOPENED
    )
    reader = User.objects.filter(ref=Substr(OuterRef("recipient"), len(TO_ACCOUNT) + 1)).order_by()
    rows = Message.objects.escalations().filter(subject__in=[flag.ref for flag in flags], kind__startswith="flag.")
    return list(
        rows.annotate(
            since=Subquery(opened.order_by("-at", "-pk").values("at")[:1]),
            first_name=Subquery(reader.values("first_name")[:1]),
        ).order_by("-pk")
    )


def not_reached(flags: Iterable[RedFlag], rows: Iterable[Message] | None = None) -> dict[str, list[User]]:
    """Return per flag's ref who still matters and could not be told, the last one first. Three queries for any number.

    Whoever was told later by another message is left out, or by the text message that went beside the mail, and so is
    what somebody settled by hand. `rows` are their escalations, where they were read already.
    """
    by_ref = {flag.ref: flag for flag in flags}
    latest: dict[tuple[str, str], list[Message]] = {}
    for row in escalations_of(by_ref.values()) if rows is None else rows:
        posted = latest.setdefault((row.subject, row.recipient), [])
        if not posted or posted[0].posting == row.posting:
            posted.append(row)
    lost = [sent[0] for sent in latest.values() if all(map(needs_somebody, sent))]
    taken = last_taken_up({by_ref[row.subject] for row in lost})
    lost = [row for row in lost if not _settled(row, by_ref[row.subject], taken)]
    refs = {m.recipient.partition(":")[2] for m in lost if m.recipient.startswith("user:")}
    users = {user.ref: user for user in User.objects.filter(ref__in=refs)} if refs else {}
    found: dict[str, list[User]] = {}
    for row in lost:
        user = users.get(row.recipient.partition(":")[2])
        if user is not None:
            found.setdefault(row.subject, []).append(user)
    return found
