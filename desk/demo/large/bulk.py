"""Rows by the thousand: kept until there are enough, then written model by model in the order they need each other."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any, TypeVar

from django.db import models, reset_queries

from accounts.models import User
from clinics.models import AccessLog, Clinic, Membership
from common.models import ALPHABET, REF_LENGTH, StatusChange
from matching.models import Match, MatchEvent
from mentorship.models import (
    Aftercare,
    Attempt,
    Contact,
    ContactEvent,
    Enrolment,
    FlagEvent,
    FollowUpCheck,
    Question,
    QuestionEvent,
    RedFlag,
    Rung,
)
from messaging import outbox
from messaging.models import Delivery, Message
from referrals.models import (
    Consent,
    Offer,
    Patient,
    PatientDiagnosis,
    Person,
    PhaseChange,
    Referral,
    ReferralEvent,
    TriageNote,
)
from training.models import Certificate, Mentor, MentorEvent

Row = TypeVar("Row", bound=models.Model)
ORDER: tuple[type[models.Model], ...] = (
    User, Membership, Person, Mentor, MentorEvent, Certificate, Patient, PatientDiagnosis, PhaseChange, Referral,
    ReferralEvent, Offer, Consent, TriageNote, Match, MatchEvent, Enrolment, Contact, ContactEvent, FollowUpCheck, Aftercare,
    Question, QuestionEvent, RedFlag, FlagEvent, Rung, Attempt, Message, AccessLog,
)  # fmt: skip
ENOUGH = 8000  # rows held before they are written: memory stays the same for any size
BATCH = 1000


class Bulk:
    """Collects rows and writes them. Refs are drawn from the seed, so that the same seed gives the same rows."""

    def __init__(self, rng: Random):
        self.rng = rng
        self._rows: dict[type[models.Model], list[models.Model]] = {model: [] for model in ORDER}
        self._held = 0

    def ref(self, length: int = REF_LENGTH) -> str:
        """Return a public reference. It can be worked out from the seed, which is fine for invented people."""
        return "".join(self.rng.choices(ALPHABET, k=length))

    def add(self, row: Row) -> Row:
        """Keep a row for the next writing."""
        self._rows[type(row)].append(row)
        self._held += 1
        return row

    def held(self, model: type[Row]) -> list[Row]:
        """Return the rows of a model that are not written yet."""
        return self._rows[model]  # type: ignore[return-value]

    def flush(self, *, all: bool = True) -> None:
        """Write what is held; without `all`, only when there is enough of it."""
        if not all and self._held < ENOUGH:
            return
        for model in ORDER:
            model._base_manager.bulk_create(self._rows[model], batch_size=BATCH)
            self._rows[model] = []
        self._held = 0
        reset_queries()  # with debug on, every statement would stay in memory

    # -- what comes with many rows

    def history(self, model: type[StatusChange], subject: dict[str, Any], *steps: tuple) -> None:
        """Write a history: each step is (status, who or their pk, when), perhaps with a note."""
        before = ""
        for status, by, at, *note in steps:
            who = getattr(by, "pk", by)
            self.add(model(from_status=before, to_status=status, by_id=who, at=at, note="".join(note), **subject))
            before = status

    def message(self, kind: str, subject: str, clinic: Clinic, to: Any, at: dt.datetime, **more: Any) -> Message:
        """Write a message to a user or a person, or to a label and ref, that went out at this moment."""
        recipient = to if isinstance(to, str) else outbox.address(to)
        key = more.pop("key", "")
        values: dict[str, Any] = {
            "status": "sent", "delivery": Delivery.AT_MOST_ONCE, "attempts": 1, "due_at": at, "created_at": at,
            "sent_at": at + dt.timedelta(seconds=4),
        }  # fmt: skip
        return self.add(
            Message(
                ref=self.ref(), key=f"{kind}:{subject}:{key}:{recipient}", kind=kind, clinic=clinic, recipient=recipient,
                subject=subject, **(values | more),
            )
        )  # fmt: skip

    def look(self, by: User, clinic: Clinic, page: str, person: Person, at: dt.datetime) -> None:
        """Write that somebody of the team opened a page about a person."""
        self.add(AccessLog(clinic=clinic, by=by, at=at, page=page, people=f" {person.ref} "))
