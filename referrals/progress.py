"""How a referral is getting on, in plain words, as upper floors tell it. This floor knows only its own states.

An upper app registers in AppConfig.ready():

    progress.register(words)          words(referrals) -> {referral pk: Progress}, in one query for the whole list
    progress.register_steps(steps)    steps(referral) -> [Step], what happened and what comes, never what was said
    progress.register_hold(hold)      hold(referral) -> a sentence when it cannot be put back or put off now, or ""
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

LOOKING, HAS, IN_GROUP, FINISHED = "looking", "has", "in-group", "finished"  # the groups of a list


@dataclass(frozen=True)
class Progress:
    """One line about a referral: the group it stands in, the words, since when, the mentor's given name.

    `url` and `action` are the coordinators' next step, if there is one.
    """

    group: str
    words: str
    since: dt.datetime | None = None
    mentor: str = ""
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Step:
    """One line of the timeline; `to_come` for what is only expected."""

    at: dt.datetime
    title: str
    detail: str = ""
    to_come: bool = False


_words: list[Callable] = []
_steps: list[Callable] = []
_holds: list[Callable] = []


def register(words: Callable[[list], dict[int, Progress]]) -> None:
    """Let an upper app tell how referrals get on; what a later one says wins."""
    if words not in _words:
        _words.append(words)


def register_steps(steps: Callable[[object], Iterable[Step]]) -> None:
    """Let an upper app add lines to a referral's timeline."""
    if steps not in _steps:
        _steps.append(steps)


def register_hold(hold: Callable[[object], str]) -> None:
    """Let an upper app say why a referral cannot be returned or deferred now."""
    if hold not in _holds:
        _holds.append(hold)


def of(referrals: list) -> dict[int, Progress]:
    """Return what upper floors say about these referrals, by pk."""
    found: dict[int, Progress] = {}
    for words in _words:
        found.update(words(referrals) if referrals else {})
    return found


def steps(referral) -> list[Step]:
    """Return the lines upper floors add to a timeline."""
    return [step for told in _steps for step in told(referral)]


def held(referral) -> str:
    """Return why a referral cannot be put back or put off, or nothing."""
    return next((reason for hold in _holds if (reason := hold(referral))), "")
