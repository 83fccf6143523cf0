"""The kinds of message. Upper apps register theirs in notices.py; messaging knows none by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from messaging.quiet import Quiet

if TYPE_CHECKING:
    from accounts.models import User
    from messaging.models import Message


@dataclass(frozen=True)
class Recipient:
    """Where a message goes, found at the moment of sending. An empty or unverified address is no address."""

    first_name: str
    email: str = ""
    phone: str = ""
    language: str = "en"
    time_zone: str = "Europe/Brussels"
    quiet_from: dt.time = dt.time(0)
    quiet_until: dt.time = dt.time(0)
    wants_reminders: bool = True

    @property
    def quiet(self) -> Quiet:
        """Return when they want to be left in peace; the same two hours mean never."""
        return Quiet(self.quiet_from, self.quiet_until, self.time_zone)


@dataclass(frozen=True)
class Rendered:
    """What the reader gets. No patient, diagnosis or clinic in it."""

    subject: str
    body: str
    short: str = ""  # the text message, where it goes as one


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    `still_true(message)` is asked again at the moment of sending and says whether the message is still
    right; `recipient(message)` finds the verified address then; `render(message, recipient)` writes it in
    the recipient's language (already activated). `at_least_once` is for kinds where silence harms:
    escalations, which are never cancelled for want of an address but raise an alarm.

    `waits_for_morning` keeps it out of the reader's quiet hours; `is_reminder` does so too, and leaves it out
    for who wants no reminders. Neither goes with `at_least_once`.
    """

    name: str
    recipient: Callable[[Message], Recipient | None]
    still_true: Callable[[Message], bool]
    render: Callable[[Message, Recipient], Rendered]
    at_least_once: bool = False
    label: str = ""  # how the outbox page calls it
    # Where staff deal with what the message is about when it does not arrive: an address behind sign-in.
    link: Callable[[Message], str] | None = None
    waits_for_morning: bool = False
    is_reminder: bool = False
    # The text message where the usual one (the subject, the first link, a number to call) will not do.
    render_short: Callable[[Message, Recipient], str] | None = None

    @property
    def waits(self) -> bool:
        """Tell whether the reader's quiet hours hold it back."""
        return self.waits_for_morning or self.is_reminder


_kinds: dict[str, Kind] = {}
Secret = Callable[["User"], QuerySet]
_secrets: list[Secret] = []


def keep_from(secret: Secret) -> None:
    """Have `secret(user)` tell, as a query for refs, about what a user may not even learn that there are messages."""
    if secret not in _secrets:
        _secrets.append(secret)


def kept_from(user: User) -> list[QuerySet]:
    """Return queries for the refs of what nobody may let this user know of."""
    return [secret(user) for secret in _secrets]


def register(kind: Kind) -> None:
    """Make a kind known. Registering a name twice is a mistake, unless it is the same object."""
    if _kinds.get(kind.name, kind) is not kind:
        raise ValueError(f"The kind {kind.name} is registered twice.")
    if kind.at_least_once and kind.waits:
        raise ValueError(f"The kind {kind.name} cannot wait: its silence harms.")
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    """Return a kind by name. Raises KeyError for an unknown one."""
    return _kinds[name]


def names() -> list[str]:
    """Return every registered name, sorted."""
    return sorted(_kinds)


def label(name: str) -> str:
    """Return how people call a kind; the bare name for one this version does not know."""
    kind = _kinds.get(name)
    return str(kind.label or name) if kind else name


def link(message: Message) -> str:
    """Return the page about what a message is about, for staff; empty when there is none."""
    kind = _kinds.get(message.kind)
    return kind.link(message) if kind and kind.link else ""
