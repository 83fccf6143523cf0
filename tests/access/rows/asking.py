"""A mentee's own questions, the library of answers, who answers what: rows of the table and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mentorship.models import ApprovedAnswer
from tests.access.row import PROGRAMME, Row, seen_by

LINKS: dict[str, Callable[[Any], str]] = {}
TEAM = PROGRAMME + " " + seen_by("clinician")
ROWS: dict[str, Row] = {
    "mentorship:mentee-questions": Row(get="link", post="link", by="mentee.page"),
    "mentorship:answers": Row(get="clinician coordinator"),
    "mentorship:new-answer": Row(get="clinician", post="clinician"),
    "mentorship:approved-answer": Row(kind="approved-answer", get=TEAM, post=TEAM),
    "mentorship:question-routes": Row(get="admin", post="admin"),
}


def objects(side) -> dict[str, object]:
    """Store what these addresses are about on one side of the world."""
    answer = ApprovedAnswer.objects.create(
        clinic=side.team.clinic, topic="dose", language="nl", question="Earlier?", answer="Often.",
        proposed_by=side.clinician,
    )  # fmt: skip
    return {"approved-answer": answer}
