"""How an answer to a follow-up question came about, for the coordinator: every tap, and every line written. Reads only."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mentorship import checks
from mentorship.models import CheckAnswer, FollowUpCheck


def history(check: FollowUpCheck, other: str) -> list[dict]:
    """Return what was answered when, oldest first, as lines of a timeline; nothing where it was answered only once.

    `other` is the given name of the person it is about. One query.
    """
    rows = list(check.answers.select_related("by"))
    taps = [row for row in rows if row.from_answer or row.question == "comment"]
    return [_line(check, row, other) for row in rows] if taps else []


def _line(check: FollowUpCheck, row: CheckAnswer, other: str) -> dict:
    who = _("By link") if row.by.is_system else row.by.full_name
    if row.question == "comment":
        return {"at": row.at, "title": f"“{row.said}”" if row.said else _("The line was taken away"), "text": who}
    asked, after = _words(check, row, row.to_answer, other)
    title = f"“{after}”"
    if row.from_answer:
        before = _words(check, row, row.from_answer, other)[1]
        title = _("“%(answer)s”, before: “%(before)s”") % {"answer": after, "before": before}
    return {"at": row.at, "title": title, "text": f"{who}. {asked}" if row.question else who}


def _words(check: FollowUpCheck, row: CheckAnswer, code: str, other: str) -> tuple[str, str]:
    """Return a question and one of its answers in words; what is no longer asked stands as it was stored."""
    found = checks.earlier(check.day, check.to, f"{row.question}:{code}", other)
    return (found[0], str(found[1].label)) if found else ("", code or _("no answer"))
