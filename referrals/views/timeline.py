"""What happened to a referral, and the road it is on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common import words
from referrals import progress
from referrals.data import CloseReason
from referrals.models import Consent, Referral
from referrals.workflow import Status

S = Status


def timeline(referral: Referral, consents: list[Consent], reader) -> list[dict]:
    """Return every line in order of time: states, questions and answers, consent taken back, upper floors."""
    lines = [_of_change(change, referral, reader) for change in referral.history.select_related("by")]
    lines += _of_notes(referral, reader)
    lines += [_of_withdrawal(c, reader) for c in consents if c.withdrawn_at and c.given]
    lines += [
        {"at": step.at, "title": step.title, "text": step.detail, "to_come": step.to_come}
        for step in progress.steps(referral)
    ]
    lines = [line for line in lines if line]
    lines.sort(key=lambda line: (bool(line.get("to_come")), line["at"]))
    return lines


def _who(user, reader) -> str:
    return _("You") if user == reader else user.first_name


def _of_change(change, referral: Referral, reader) -> dict | None:
    names = {"who": _who(change.by, reader), "name": referral.mentee.first_name}
    came_from = change.from_status
    titles = {
        S.SUBMITTED: _("%(who)s referred %(name)s"),
        S.OPEN: _("%(who)s opened the referral again") if came_from == S.CLOSED else _("%(who)s accepted the referral"),
        S.DEFERRED: _("%(who)s put the referral off"),
        S.CLOSED: _("%(who)s closed the referral"),
    }
    if change.to_status == came_from == S.OPEN:
        titles[S.OPEN] = _("%(who)s wrote down what they want now")
    if change.to_status == S.SUBMITTED and came_from == S.DEFERRED:
        titles[S.SUBMITTED] = _("The referral was taken up again")
    title = titles.get(change.to_status)
    if title is None or (change.to_status == S.SUBMITTED and came_from == S.RETURNED):
        return None  # the question and the answer stand there themselves
    return {"at": change.at, "title": title % names, "text": _closing(change, referral), "to_come": False}


def _closing(change, referral: Referral) -> str:
    if change.to_status == change.from_status == S.OPEN:
        return {"a group, no mentor": _("A group, no mentor."), "a mentor after all": _("A mentor.")}.get(
            change.note, ""
        )
    if change.to_status != S.CLOSED:
        return ""
    reason = dict(CloseReason.choices).get(referral.close_reason, "")
    return " ".join(str(part) for part in (reason and f"{reason}.", change.note) if part)


def _of_notes(referral: Referral, reader) -> list[dict]:
    lines = []
    for note in referral.triage_notes.select_related("by"):
        asks = note.by_id != referral.created_by_id
        title = _("%(who)s asked a question") if asks else _("%(who)s answered")
        names = {"who": _who(note.by, reader)}
        lines.append({"at": note.at, "title": title % names, "text": note.text, "to_come": False})
    return lines


def _of_withdrawal(consent: Consent, reader) -> dict:
    title = _("A yes was taken back") if consent.withdrawn_by.is_system else _("%(who)s wrote down a change of mind")
    return {
        "at": consent.withdrawn_at, "title": title % {"who": _who(consent.withdrawn_by, reader)},
        "text": consent.get_scope_display(), "to_come": False,
    }  # fmt: skip


def stages(referral: Referral, said: progress.Progress | None) -> list[dict]:
    """Return the road everybody knows: referred, accepted, a mentor, rounded off."""
    group = progress.FINISHED if referral.status == S.CLOSED else said.group if said else progress.LOOKING
    accepted = bool(referral.opened_at) or referral.status == S.OPEN
    reached = (
        0 if not accepted else {progress.LOOKING: 1, progress.IN_GROUP: 1, progress.HAS: 2, progress.FINISHED: 3}[group]
    )
    if referral.status == S.CLOSED:
        reached = 3
    titles = [_("Referred"), _("Accepted"), _("Has a mentor"), _("Rounded off")]
    dates = [referral.submitted_at, referral.opened_at, said.since if said and group == progress.HAS else None, None]
    return [
        {
            "title": title, "text": _short(date, referral) if n <= reached else "",
            "state": "done" if n < reached else "now" if n == reached else "to-come",
        }
        for n, (title, date) in enumerate(zip(titles, dates, strict=True))
    ]  # fmt: skip


def _short(date, referral: Referral) -> str:
    if not date:
        return ""
    there = words.local(date, referral.clinic.time_zone).date()
    return words.day(there, today=referral.clinic.today, weekday=False)
