"""Where messages to a person go: only addresses that were read back to them."""

from __future__ import annotations

from accounts.models import Reminders
from messaging.kinds import Recipient
from referrals.models import Person

NEEDED = (
    "first_name", "email", "email_verified_at", "phone", "phone_verified_at", "language", "time_zone", "quiet_from",
    "quiet_until", "reminders", "clinic__time_zone",
)  # fmt: skip


def recipient_for_person(ref: str) -> Recipient | None:
    """Return how to reach a person by verified addresses only; None for somebody unknown."""
    person = Person.objects.select_related("clinic").only(*NEEDED).filter(ref=ref).first()
    return recipient_of(person) if person else None


def recipient_of(person: Person) -> Recipient:
    """Return how to reach a person, read with their clinic, by verified addresses only."""
    return Recipient(
        first_name=person.first_name,
        email=person.email if person.email_verified_at else "",
        phone=str(person.phone) if person.phone and person.phone_verified_at else "",
        language=person.language,
        time_zone=person.time_zone or person.clinic.time_zone,
        quiet_from=person.quiet_from,
        quiet_until=person.quiet_until,
        wants_reminders=person.reminders != Reminders.NONE,
    )
