"""The messages of a group: an invitation, a place, a free place, a meeting moved or off, a reminder.

All go out at most once. None names the group, a person, an illness or a clinic; the video link is never in them.
What can wait leaves the reader in peace at night. A place that was taken is confirmed at once, and so is told of a
meeting that moved or is off: who reads it too late travels for nothing.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from common import clock, words
from mentorship.actions.groups import JOIN
from mentorship.models import GroupPlace, GroupSession, PeerGroup
from mentorship.notices.pairs import written
from mentorship.notices.readers import address, reader
from mentorship.querysets_closing import may_be_invited
from mentorship.workflow import PlaceStatus, SessionStatus
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from referrals.models import Referral

LINK_DAYS = 21
links.register_kind(JOIN, "mentorship:group-join")


def place_of(message: Message) -> GroupPlace | None:
    """Return the place a message is about, while its mentee may be written to."""
    agreed = Referral.objects.with_live_consent().filter(may_be_invited()).values("pk")
    rows = GroupPlace.objects.select_related("group__clinic").filter(referral__in=agreed)
    return rows.filter(ref=message.subject).first()


def _goes_on_in(message: Message, status: str) -> GroupPlace | None:
    row = place_of(message)
    return row if row and row.status == status and row.group.cancelled_at is None else None


def _invited(message: Message) -> bool:
    return _goes_on_in(message, PlaceStatus.INVITED) is not None


def _has_place(message: Message) -> bool:
    return _goes_on_in(message, PlaceStatus.SIGNED_UP) is not None


def _held(message: Message) -> bool:
    row = _goes_on_in(message, PlaceStatus.WAITING)
    return bool(row and row.offered_until and row.offered_until > clock.now())


def _gone(message: Message) -> bool:
    row = place_of(message)
    return bool(row and row.group.cancelled_at)


def _session(message: Message) -> GroupSession | None:
    return GroupSession.objects.select_related("group__clinic").filter(ref=message.data.get("session", "")).first()


def _newest_of(message: Message) -> bool:
    """Tell whether a meeting is still as the message says: not moved again, not begun."""
    row = _session(message)
    return bool(row and row.version == message.data.get("version") and row.planned_at > clock.now())


def _moved(message: Message) -> bool:
    return _has_place(message) and _newest_of(message) and _session(message).status == SessionStatus.PLANNED


def _off(message: Message) -> bool:
    return _has_place(message) and _newest_of(message) and _session(message).status == SessionStatus.CANCELLED


def _is_soon(message: Message) -> bool:
    row = _session(message)
    if row is None or row.status != SessionStatus.PLANNED or row.group.cancelled_at or row.planned_at <= clock.now():
        return False
    return words.local(row.planned_at, row.group.clinic.time_zone).date().isoformat() == message.data.get("on")


def _soon(message: Message) -> bool:
    return _has_place(message) and _is_soon(message)


def _is_today(message: Message, to: Recipient) -> bool:
    """Tell whether the meeting is on the reader's own present day."""
    row = _session(message)
    return words.local(row.planned_at, to.time_zone).date() == words.local(clock.now(), to.time_zone).date()


def _still_theirs(message: Message) -> bool:
    return PeerGroup.objects.filter(ref=message.subject).exists()


def _missed(message: Message) -> bool:
    return GroupPlace.objects.filter(ref=message.subject, status=PlaceStatus.SIGNED_UP).exists()


def _by_link(to: Recipient, message: Message, text: str) -> Rendered:
    _link, url = links.make(JOIN, message.subject, days=LINK_DAYS)
    return written(to, _("You have a message in Halfword"), text, url)


def _invite(message: Message, to: Recipient) -> Rendered:
    return _by_link(to, message, _("You can meet others in a group. Read what it is, and say yes or no as you like:"))


def _confirmed(message: Message, to: Recipient) -> Rendered:
    return _by_link(
        to,
        message,
        _("You have a place. When and where, and a file for your calendar, are here. You can stop there too:"),
    )


def _free(message: Message, to: Recipient) -> Rendered:
    return _by_link(to, message, _("A place is free for you. It is held for two days. Take it, or leave it, here:"))


def _changed(message: Message, to: Recipient) -> Rendered:
    return _by_link(to, message, _("A meeting you have a place at has a new day or hour. See here when it is:"))


def _called_off(message: Message, to: Recipient) -> Rendered:
    return _by_link(
        to, message, _("A meeting you have a place at does not take place. See here what is still to come:")
    )


def _over(message: Message, to: Recipient) -> Rendered:
    hello = _("Hello %(name)s,") % {"name": to.first_name}
    text = _(
        "The group you were asked for does not go on. We are sorry. You need not do anything, and we look further."
    )
    return Rendered(subject=_("You have a message in Halfword"), body=f"{hello}\n\n{text}\n")


def _come(message: Message, to: Recipient) -> Rendered:
    text = _("You have a meeting tomorrow. When and where is here. If you cannot come, say so there:")
    if _is_today(message, to):
        text = _("You have a meeting today. When and where is here. If you cannot come, say so there:")
    return _by_link(to, message, text)


def _lead(message: Message, to: Recipient) -> Rendered:
    text = _("Something changed in a group that you lead. See here how it stands:")
    return written(to, _("You have a message in Halfword"), text, address("mentorship:my-groups"))


def _come_to_lead(message: Message, to: Recipient) -> Rendered:
    text = _("You lead a meeting tomorrow. You see it here:")
    if _is_today(message, to):
        text = _("You lead a meeting today. You see it here:")
    return written(to, _("You have a message in Halfword"), text, address("mentorship:my-groups"))


def _missed_twice(message: Message, to: Recipient) -> Rendered:
    text = _("Somebody was not at two meetings in a row. That is nobody's fault. Please see how they are:")
    return written(to, _("You have a message in Halfword"), text, address("mentorship:group", _group_ref(message)))


def _group_ref(message: Message) -> str:
    return (
        GroupPlace.objects.filter(ref=message.subject).values_list("group__ref", flat=True).first() or message.subject
    )


def _page(message: Message) -> str:
    """Return the page of the group, for staff."""
    return reverse("mentorship:group", args=[_group_ref(message)])


AT_ONCE: dict[str, bool] = {}
WAITS, REMINDS = {"waits_for_morning": True}, {"is_reminder": True}
KINDS = tuple(
    Kind(name, reader, still_true, render, label=label, link=_page, **when)
    for name, still_true, render, when, label in (
        ("group.invite", _invited, _invite, WAITS, gettext_lazy("An invitation to a group")),
        ("group.confirmed", _has_place, _confirmed, AT_ONCE, gettext_lazy("A place in a group")),
        ("group.free", _held, _free, WAITS, gettext_lazy("A free place in a group")),
        ("group.moved", _moved, _changed, AT_ONCE, gettext_lazy("A meeting of a group changed")),
        ("group.off", _off, _called_off, AT_ONCE, gettext_lazy("A meeting of a group was cancelled")),
        ("group.gone", _gone, _over, AT_ONCE, gettext_lazy("A group does not go on")),
        ("group.soon", _soon, _come, REMINDS, gettext_lazy("A meeting of a group is coming")),
        ("group.soon-lead", _is_soon, _come_to_lead, REMINDS, gettext_lazy("A meeting to lead is coming")),
        ("group.lead", _still_theirs, _lead, AT_ONCE, gettext_lazy("A group somebody leads changed")),
        ("group.missed", _missed, _missed_twice, WAITS, gettext_lazy("Somebody was not at two meetings in a row")),
    )
)


def connect() -> None:
    """Register the kinds of message."""
    for kind in KINDS:
        kinds.register(kind)
