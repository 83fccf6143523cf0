"""Escalations that did not reach somebody: which ask for an answer, which still matter, and whom to phone. Reads only."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from accounts.models import User
from mentorship.models import RedFlag
from mentorship.workflow import FlagStatus
from messaging.models import Message
from messaging.presenters import needs_somebody

ASKING = ("flag.raised", "flag.half", "flag.climb")  # flag.told only lets a colleague know


def is_settled(message: Message, flag: RedFlag) -> bool:
    """Tell whether somebody has taken up a flag since the message about it was written."""
    if flag.status == FlagStatus.RESOLVED:
        return True
    return flag.status == FlagStatus.ACKNOWLEDGED and message.created_at <= flag.acknowledged_at


def marked(rows):
    """Return the flags with `lost`: whether a message about them did not arrive. Costs no query of its own."""
    lost = Message.objects.escalations().undelivered().filter(subject=OuterRef("ref"), kind__startswith="flag.")
    return rows.annotate(lost=Exists(lost.order_by()))


def not_reached(flags: Iterable[RedFlag]) -> dict[str, list[User]]:
    """Return per flag's ref who still matters and could not be told, the last one first. Two queries for any number.

    Whoever was told later by another message is left out, or by the text message that went beside the mail, and so is
    what somebody settled by hand.
    """
    by_ref = {flag.ref: flag for flag in flags}
    rows = Message.objects.escalations().filter(subject__in=by_ref, kind__startswith="flag.").order_by("-pk")
    latest: dict[tuple[str, str], list[Message]] = {}
    for row in rows:
        posted = latest.setdefault((row.subject, row.recipient), [])
        if not posted or posted[0].posting == row.posting:
            posted.append(row)
    lost = [m[0] for m in latest.values() if all(map(needs_somebody, m)) and not is_settled(m[0], by_ref[m[0].subject])]
    refs = {m.recipient.partition(":")[2] for m in lost if m.recipient.startswith("user:")}
    users = {user.ref: user for user in User.objects.filter(ref__in=refs)} if refs else {}
    found: dict[str, list[User]] = {}
    for row in lost:
        user = users.get(row.recipient.partition(":")[2])
        if user is not None:
            found.setdefault(row.subject, []).append(user)
    return found
