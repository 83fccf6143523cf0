"""The follow-up questions as data: who is asked what, and which answers call for somebody (evidence C).

Days 10 and 21 follow Joo22; the other days and the words are our own proposals [D]. A clinic may move days:
a day asks the question of the nearest day before it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

MENTEE, MENTOR = "mentee", "mentor"
TEAM = "team"  # what a format asks of the coordinator: looked after, never answered
MOST_DAYS = 32_768  # more than a day's field holds
OUTCOME_DAY = 180  # asked also after a planned closing
SILENCE = dt.timedelta(days=5)  # [D] no answer for so long reaches the coordinator

NOT_COMFORTABLE = "not-comfortable"
NOT_SPOKEN = "not-spoken"
OTHER_MENTOR = "other-mentor"

# Default days, (day, who is asked).
DAYS = (
    (3, MENTOR), (10, MENTEE), (10, MENTOR), (21, MENTOR), (30, MENTEE), (30, MENTOR), (56, MENTEE), (56, MENTOR),
    (84, MENTEE), (84, MENTOR), (OUTCOME_DAY, MENTEE),
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One answer to tap. `calls` says whether somebody of the team looks at it."""

    code: str
    label: Any
    calls: bool = False


@dataclass(frozen=True)
class MoreQuestion:
    """One more question after the tap, always optional; `code` is the key under which its answer is stored."""

    code: str
    text: Any
    answers: tuple[Answer, ...]

    def asks(self, name: str) -> str:
        """Return the question about somebody by name."""
        return str(self.text) % {"name": name}

    def find(self, code: str) -> Answer | None:
        """Return the answer with this code, if the question has it."""
        return next((answer for answer in self.answers if answer.code == code), None)


@dataclass(frozen=True)
class CheckQuestion:
    """One question with its answers; `%(name)s` in the text is the given name of the other."""

    text: Any
    answers: tuple[Answer, ...]
    more: tuple[MoreQuestion, ...] = ()

    def asks(self, name: str) -> str:
        """Return the question about somebody by name."""
        return str(self.text) % {"name": name}

    def find(self, code: str) -> Answer | None:
        """Return the answer with this code, if the question has it."""
        return next((answer for answer in self.answers if answer.code == code), None)


NOT_SPOKEN_YET = Answer(NOT_SPOKEN, _("We have not spoken"), calls=True)
UNEASY = Answer(NOT_COMFORTABLE, _("I am not comfortable with it"), calls=True)
SOMEBODY_ELSE = Answer(OTHER_MENTOR, _("I would like another mentor"), calls=True)
YES = Answer("yes", _("Yes"))
UNSURE = Answer("unsure", _("I do not know yet"))

# Pace, boundaries and a medical question left open (evidence C, day 30): short answers after the tap.
PACE = MoreQuestion(
    "pace",
    _("How is the pace?"),
    (Answer("too-fast", _("Too fast"), calls=True), Answer("right", _("About right")), Answer("slow", _("Too slow"))),
)
BOUNDARIES = MoreQuestion(
    "limits",
    _("Does %(name)s leave it to you what you talk about, and what not?"),
    (Answer("yes", _("Yes")), Answer("mostly", _("Mostly")), Answer("no", _("No"), calls=True)),
)
MEDICAL = MoreQuestion(
    "medical",
    _("Is there a medical question nobody answered?"),
    (Answer("none", _("No")), Answer("open", _("Yes"), calls=True)),
)
STEERED = MoreQuestion(
    "steered",
    _("Do you ever feel pressed or steered by %(name)s?"),  # VdE21 #49: natural authority cuts both ways
    (Answer("no", _("No")), Answer("a-little", _("A little")), Answer("yes", _("Yes"), calls=True)),
)
MONEY = MoreQuestion(
    "money",
    _("Has there been money, a loan or a larger gift between you and %(name)s, or was it asked for?"),
    (Answer("no", _("No")), Answer("yes", _("Yes"), calls=True)),
)
ENDING = MoreQuestion(
    "ending",
    _("Would you like to plan a good ending together?"),
    (Answer("not-yet", _("Not yet")), Answer("yes", _("Yes, please"), calls=True)),
)

QUESTIONS: dict[tuple[int, str], CheckQuestion] = {
    (1, TEAM): CheckQuestion(_("Their way to meet asks you to look at how it goes with %(name)s."), ()),
    (3, MENTOR): CheckQuestion(
        _("Could you reach %(name)s?"),
        (
            Answer("yes", _("Yes, we have spoken")),
            Answer("agreed", _("Not yet, but we have agreed on a day")),
            NOT_SPOKEN_YET,
            Answer("help", _("I would like help with this"), calls=True),
            UNEASY,
        ),
    ),
    (10, MENTEE): CheckQuestion(
        _("Is %(name)s the right person for you to talk with?"),
        (YES, UNSURE, UNEASY, NOT_SPOKEN_YET, SOMEBODY_ELSE),
        more=(STEERED,),
    ),
    (10, MENTOR): CheckQuestion(
        _("Are you at ease talking with %(name)s?"),
        (YES, UNSURE, UNEASY, NOT_SPOKEN_YET, Answer("help", _("I would like help with this"), calls=True)),
    ),
    (21, MENTOR): CheckQuestion(
        _("Is all well between you and %(name)s?"),
        (
            YES,
            Answer("quiet", _("It has gone quiet, and that is fine")),
            NOT_SPOKEN_YET,
            UNEASY,
            Answer("help", _("I would like help with this"), calls=True),
        ),
    ),
    (30, MENTEE): CheckQuestion(
        _("Do the talks with %(name)s help you?"),
        (
            YES,
            Answer("a-little", _("A little")),
            UNEASY,
            NOT_SPOKEN_YET,
            SOMEBODY_ELSE,
        ),
        more=(PACE, BOUNDARIES, STEERED, MONEY, MEDICAL),
    ),
    (30, MENTOR): CheckQuestion(
        _("How is it going with %(name)s?"),
        (
            Answer("well", _("Well")),
            Answer("medical", _("Well, but a medical question is still open"), calls=True),
            Answer("too-much", _("It takes more out of me than I can give"), calls=True),
            UNEASY,
            NOT_SPOKEN_YET,
        ),
        more=(MONEY,),
    ),
    (56, MENTEE): CheckQuestion(
        _("Would you like to go on talking with %(name)s?"),
        (YES, Answer("enough", _("I have had what I needed")), UNSURE, UNEASY, NOT_SPOKEN_YET, SOMEBODY_ELSE),
    ),
    (56, MENTOR): CheckQuestion(
        _("Would you like to go on talking with %(name)s?"),
        (YES, UNSURE, Answer("stop", _("I would rather stop"), calls=True), UNEASY, NOT_SPOKEN_YET),
    ),
    (84, MENTEE): CheckQuestion(
        _("Did talking with %(name)s do you good?"),
        (
            YES,
            Answer("a-little", _("A little")),
            Answer("no", _("Not really"), calls=True),
            UNEASY,
            NOT_SPOKEN_YET,
            SOMEBODY_ELSE,
        ),
        more=(ENDING, MONEY),
    ),
    (84, MENTOR): CheckQuestion(
        _("Is it time to plan a good ending with %(name)s?"),
        (
            Answer("go-on", _("Not yet, we go on for a while")),
            Answer("plan-ending", _("Yes, please"), calls=True),
            UNEASY,
            NOT_SPOKEN_YET,
        ),
    ),
    (OUTCOME_DAY, MENTEE): CheckQuestion(
        _("It is half a year since you met %(name)s. How is it now?"),
        (
            Answer("well", _("I am all right")),
            Answer("again", _("I would like to talk with a mentor again"), calls=True),
            Answer("other-help", _("I need other help"), calls=True),
            Answer(NOT_COMFORTABLE, _("I did not feel comfortable with it"), calls=True),
        ),
    ),
}

CALL_FOR_SOMEBODY = frozenset(a.code for q in QUESTIONS.values() for a in q.answers if a.calls)
MORE_THAT_CALLS = sorted({(m.code, a.code) for q in QUESTIONS.values() for m in q.more for a in m.answers if a.calls})


def spans_with_more() -> list[tuple[str, int, int]]:
    """Return (side, first day, day after the last) of the checks that ask further questions, as `question` gives them."""
    found = []
    for (day, to), asked in QUESTIONS.items():
        if asked.more:
            days = sorted(d for d, side in QUESTIONS if side == to)
            first = 0 if day == days[0] else day
            found.append((to, first, min((d for d in days if d > day), default=MOST_DAYS)))
    return found


def question(day: int, to: str) -> CheckQuestion:
    """Return what one side is asked on a day: the question of the nearest day not after it, else the first."""
    days = sorted(d for d, side in QUESTIONS if side == to)
    return QUESTIONS[max((d for d in days if d <= day), default=days[0]), to]


def earlier(day: int, to: str, was: str | None, name: str) -> tuple[str, Answer] | None:
    """Return the question and the answer behind "question:code" of the history; None for none, or one no longer asked."""
    code, _colon, answer = (was or "").partition(":")
    asked = question(day, to)
    found = next((more for more in asked.more if more.code == code), None) if code else asked
    given = found.find(answer) if found else None
    return (found.asks(name), given) if found and given else None


def in_words(day: int, to: str, answer: str, more: dict, name: str) -> list[tuple[str, Answer]]:
    """Return each question of a check that was answered, about somebody by name, with its answer; the tap first."""
    asked = question(day, to)
    found = [
        (asked.asks(name), asked.find(answer)),
        *((m.asks(name), m.find(more.get(m.code, ""))) for m in asked.more),
    ]
    return [(text, given) for text, given in found if given is not None]
