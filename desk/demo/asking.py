"""Somebody of the demo who asked for a mentor by the public page, and answers the team approved."""

from __future__ import annotations

from clinics.models import Clinic
from desk.demo.cast import Cast
from desk.demo.stage import Stage
from mentorship.actions import library
from referrals.actions import asking

WISH = asking.Wish(
    "Nadia",
    "Haddad",
    1989,
    "nl",
    "caregiver",
    "Yes.",
    "nadia.haddad@example.org",
    "+32470000091",
    ["family", "telling"],
)
ANSWERS = [
    ("starting", "Is it normal to be anxious before starting?",
     "Yes, many people are. Tell us what worries you most; we take the time to talk about it at your next visit."),
    ("results", "When do I hear about my blood test?",
     "We ring you within five working days when something needs to change. Otherwise you hear it at your next visit."),
]  # fmt: skip
WORDS = (
    "You need not do this alone. Here you ask, free of charge, to talk with somebody who knows it from their own life."
)


def add_asking(stage: Stage, cast: Cast) -> None:
    """Let the page be opened, somebody ask two days ago, and two answers be written and approved."""
    stage.at(stage.days_ago(40, 9), open_page, cast)
    stage.at(stage.days_ago(30, 9), approve_answers, cast)
    stage.at(stage.days_ago(2, 19), asking.ask_for_a_mentor, clinic=cast.clinic, wish=WISH)


def open_page(cast: Cast) -> None:
    """An admin opens the page, in the clinic's words."""
    clinic = Clinic.objects.get(pk=cast.clinic.pk)
    asking.change_page(clinic=clinic, by=cast.admin, version=clinic.version, is_open=True, words=WORDS)


def approve_answers(cast: Cast) -> None:
    """A clinician writes two answers, and a colleague approves them."""
    for topic, question, words in ANSWERS:
        row = library.propose(
            clinic=cast.clinic, by=cast.clinician, topic=topic, language="nl", question=question, answer=words
        )
        library.approve(answer=row.pk, by=cast.backup, version=row.version)
