"""One match on its way from proposal to introduction."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common import words
from matching import facts, forms
from matching.actions import missing_for_introduction
from matching.criteria import RELAXABLE, label_of
from matching.models import Match, MatchEvent
from matching.workflow import Status
from training.pages.records import brings


def matches_for(user):
    """Return the matches a coordinator runs, with the people and the history."""
    rows = Match.objects.visible_to(user).select_related(
        "referral__mentee",
        "referral__clinic",
        "mentor__person__user",
        "mentor__person__clinic",
        "mentee_answer_by",
        "proposed_by",
        "policy",
        "choice",
    )
    return rows.prefetch_related("history__by")


def match_context(match: Match, record=None, cancel=None) -> dict:
    """Return where a match stands and what comes next; bound forms come back with their mistakes."""
    accepted = match.status == Status.ACCEPTED
    missing = missing_for_introduction(match) if accepted else []
    return {
        "match": match, "mentee": match.referral.mentee, "mentor": match.mentor, "clinic": match.referral.clinic,
        "person": match.mentor.person, "stages": stages(match), "missing": missing, "next": next_step(match),
        "record": record or forms.RecordForm(initial={"answer": match.mentee_answer or None}),
        "cancel": cancel or forms.CancelForm(), "is_pair": match.status in (Status.INTRODUCED, Status.PAUSED, Status.ENDED),
        "is_over": match.status in (
            Status.REJECTED, Status.DECLINED, Status.EXPIRED, Status.REFUSED, Status.CANCELLED, Status.ENDED
        ),
        "crits": [
            (label_of(key), _("%(points)d of %(most)d") % {"points": points, "most": most})
            for key, (points, most) in match.contributions.items() if most
        ],
        "history": history(match), "accepted": accepted, "given_up": given_up(match),
        "lent": lent(match),
        "choice": getattr(match, "choice", None),
        "before": match.status in (Status.PROPOSED, Status.APPROVED, Status.ACCEPTED),
    }  # fmt: skip


def lent(match: Match) -> list[tuple]:
    """Return what a clinic reads of a mentor another clinic shares: the profile and until when they count, no papers."""
    home, today = match.mentor.person.clinic_id, facts.today_of(match.referral.clinic)
    if home == match.referral.clinic_id:
        return []
    valid = match.mentor.certificates.filter(revoked_at=None, valid_from__lte=today, valid_until__gte=today)
    until = valid.order_by("-valid_until").values_list("valid_until", flat=True).first()
    return [*brings(match.mentor), (_("Certificate valid until"), words.day(until, today=today) if until else "")]


def given_up(match: Match) -> str:
    """Return which musts were given up for this match, in words."""
    return words.listed(str(hard.label).lower() for hard in RELAXABLE if hard.key in match.relaxations)


def stages(match: Match) -> list[dict]:
    """Return the road to an introduction: done, now, to come."""
    mentor, mentee = match.mentor.person.first_name, match.referral.mentee.first_name
    said_yes = match.mentee_answer == Match.Answer.YES
    read = bool(match.mentee_expectations_at and match.mentor_expectations_at)
    steps = [
        (_("Proposed"), True), (_("%(name)s is asked") % {"name": mentor}, match.approved_at is not None),
        (_("%(name)s says yes") % {"name": mentor}, match.accepted_at is not None),
        (_("%(name)s says yes") % {"name": mentee}, said_yes), (_("Both know what to expect"), said_yes and read),
        (_("Introduced"), match.introduced_at is not None),
    ]  # fmt: skip
    first = next((i for i, (_title, done) in enumerate(steps) if not done), len(steps))
    return [
        {"title": title, "state": "done" if i < first else "now" if i == first else "to-come", "text": ""}
        for i, (title, _done) in enumerate(steps)
    ]


def next_step(match: Match) -> str:
    """Say in one sentence where it stands."""
    names = {"mentor": match.mentor.person.first_name, "mentee": match.referral.mentee.first_name}
    said = {
        Status.PROPOSED: _("%(mentor)s is proposed. Nobody has been asked yet."),
        Status.APPROVED: _("%(mentor)s was asked. Now it is their turn; they may say no."),
        Status.ACCEPTED: _("%(mentor)s said yes. Now it is up to %(mentee)s."),
        Status.INTRODUCED: _("They are introduced."), Status.PAUSED: _("Their talks are paused."),
        Status.REJECTED: _("This proposal was put aside."),
        Status.DECLINED: _("%(mentor)s said: not this time. That is fine. %(mentee)s waits again."),
        Status.EXPIRED: _("%(mentor)s did not answer in time. %(mentee)s waits again."),
        Status.REFUSED: _("%(mentee)s said no to this mentor. That is fine. They wait for another one, if they want."),
        Status.CANCELLED: _("This was stopped before the introduction."), Status.ENDED: _("Their talks have ended."),
    }  # fmt: skip
    if match.status == Status.ACCEPTED and match.mentee_answer == Match.Answer.CALL:
        return _("%(mentee)s asked to be called first.") % names
    if match.status == Status.ACCEPTED and match.mentee_answer == Match.Answer.YES:
        return _("Both said yes. You can introduce them when nothing is missing.")
    return said[match.status] % names


def history(match: Match) -> list[dict]:
    """Return what happened in order, one line each: the steps of the match, and what mentor and mentee said."""
    rows = [
        {"at": row.at, "title": step_title(row), "text": _("By %(by)s.") % {"by": row.by}}
        for row in match.history.all()
    ]
    return sorted([*rows, *told(match)], key=lambda line: line["at"])


def step_title(row: MatchEvent) -> str:
    """Return what a step of the history is called: the new state, or what was noted where no state changed."""
    if row.from_status == row.to_status and row.note:
        return row.note
    return dict(Status.choices).get(row.to_status, row.to_status)


def told(match: Match) -> list[dict]:
    """Return the question to the mentee, their answer with who gave it, and who knows what to expect."""
    mentor, mentee, by = match.mentor.person.first_name, match.referral.mentee.first_name, match.mentee_answer_by
    answers = {
        Match.Answer.YES: _("%(name)s says yes"), Match.Answer.NO: _("%(name)s says no"),
        Match.Answer.CALL: _("%(name)s asks to be called first"),
    }  # fmt: skip
    who = _("By their link.") if by and by.is_system else _("Written down by %(by)s.") % {"by": by}
    lines = [
        (match.mentee_asked_at, _("%(name)s is asked"), mentee, ""),
        (match.mentee_answered_at, answers.get(match.mentee_answer, ""), mentee, who),
        (match.mentor_expectations_at, _("%(name)s knows what to expect"), mentor, ""),
        (match.mentee_expectations_at, _("%(name)s knows what to expect"), mentee, ""),
    ]
    return [
        {"at": at, "title": title % {"name": name}, "text": text} for at, title, name, text in lines if at and title
    ]


def was_asked(user, ref: str) -> bool:
    """Tell whether this is an old request to this mentor that is over: an old mail leads to words, not to nowhere."""
    return Match.objects.once_asked(user).filter(ref=ref).exists()
