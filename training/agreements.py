"""Words mentors sign: which count, which are still to sign, and what a new version would ask of whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clinics.models import Clinic
from training.models import AgreementText, Mentor
from training.workflow import Status

SIGNING = (Status.IN_TRAINING, Status.READY, Status.ACTIVE, Status.RESTING)
TIME_TO_SIGN = dt.timedelta(days=30)  # [D]
KINDS = tuple(AgreementText.Kind)


def in_order(texts) -> list[AgreementText]:
    """Return texts in the order in which they are read: code, confidentiality, information."""
    return sorted(texts, key=lambda text: KINDS.index(AgreementText.Kind(text.kind)))


def in_force(clinic: Clinic, on: dt.date) -> list[AgreementText]:
    """Return the words that count at a clinic on a day, in order."""
    return in_order(AgreementText.objects.of_clinic(clinic).in_force(on))


def to_sign(mentor: Mentor, on: dt.date, texts: list[AgreementText] | None = None) -> list[AgreementText]:
    """Return the words in force on a day that the mentor has not signed, in order.

    `code_signed_on` is the day as of which everything in force was signed, on paper too.
    """
    texts = in_force(mentor.person.clinic, on) if texts is None else texts
    signed = mentor.code_signed_on
    return [text for text in texts if signed is None or text.in_force_from > signed]


def sign_by(texts: list[AgreementText]) -> dt.date | None:
    """Return the last day for the first of these words; None for no words."""
    return min((text.sign_by for text in texts), default=None)


def key_of(text: AgreementText) -> str:
    """Return how a form names one version of words."""
    return f"{text.kind}-{text.version}"


@dataclass(frozen=True)
class Preview:
    """What publishing words would ask: how many mentors sign (again), and of them who has not signed the former ones."""

    again: int
    first: int

    @property
    def people(self) -> int:
        return self.again + self.first


def preview(clinic: Clinic) -> Preview:
    """Count who would be asked to sign new words of a clinic: nobody is late before the last day to sign."""
    signing = Mentor.objects.of_clinic(clinic).filter(status__in=SIGNING)
    all_, first = signing.count(), signing.filter(code_signed_on=None).count()
    return Preview(again=all_ - first, first=first)
