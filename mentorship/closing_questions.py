"""The two questions each side is asked when a pair rounds off, in words. Data, and reading it.

They ask how it was for the person, never how the other did: nobody is rated (Emb13 #83).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from mentorship.models.checks import Side

MOST_WORDS = 300
WAIT_DAYS = 5  # [D] asked so long ago, "no answer" is an answer too: nobody is held up for ever


@dataclass(frozen=True)
class ClosingQuestion:
    """One question, and the answers to choose from: (code, words)."""

    code: str
    words: str
    answers: tuple[tuple[str, str], ...]

    def label(self, code: str) -> str:
        """Return an answer in words; nothing for one that is unknown."""
        return str(dict(self.answers).get(code, ""))


_HELPED = (("yes", _("Yes")), ("somewhat", _("Somewhat")), ("no", _("No")), ("unsure", _("I cannot say")))
_AHEAD = (("yes", _("Yes")), ("nearly", _("Nearly")), ("no", _("Not yet, please ring me")))
_READY = (("soon", _("Yes, soon")), ("later", _("Later")), ("no", _("No, I would rather stop")))
QUESTIONS: dict[str, tuple[ClosingQuestion, ...]] = {
    Side.MENTEE: (
        ClosingQuestion("helped", _("Did the talks do you good?"), _HELPED),
        ClosingQuestion("ahead", _("Do you know where to turn after this?"), _AHEAD),
    ),
    Side.MENTOR: (
        ClosingQuestion("well", _("Was it good for you too?"), _HELPED),
        ClosingQuestion("again", _("Would you like to talk with somebody new?"), _READY),
    ),
}


def question(side: str, code: str) -> ClosingQuestion | None:
    """Return one question of a side; None for an unknown one."""
    return next((row for row in QUESTIONS.get(side, ()) if row.code == code), None)
