"""The decision about an applicant: yes, not now, another role, or no; each with a kind letter somebody read first."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import words
from common.errors import Invalid, NotReady, Stale, WrongState
from training import rules, selection
from training.actions import learning
from training.actions.letters import send_letter
from training.actions.selecting import short
from training.actions.selecting_papers import months_on
from training.actions.steps import vet
from training.data import Decision
from training.models import Letter, Mentor
from training.workflow import Status

LONGEST_WHY = 1000  # characters
BECOMES = {
    Decision.ACCEPT: Status.IN_TRAINING, Decision.LATER: Status.LATER, Decision.REDIRECT: Status.REDIRECTED,
    Decision.DECLINE: Status.DECLINED,
}  # fmt: skip
LETTERS = {
    Decision.ACCEPT: Letter.Kind.ACCEPTED, Decision.LATER: Letter.Kind.LATER, Decision.REDIRECT: Letter.Kind.REDIRECTED,
    Decision.DECLINE: Letter.Kind.DECLINED,
}  # fmt: skip


@transaction.atomic
def decide(
    *, mentor: int, by: User, decision: str, why: str, letter: str, version: int, until: dt.date | None = None
) -> Mentor:
    """Decide about an applicant and send the letter. A yes lets the training begin and invites them to sign in.

    `version` is that of the record the page showed: an older one raises Stale. `until` is the day to ask again after
    "not now", within two years. The same decision again sends nothing more. Raises Denied, WrongState, Stale, Invalid,
    NotReady (a yes: each missing thing in words).
    """
    m = Mentor.objects.lock(mentor)
    rules.decide.require(by, m)
    if decision not in Decision.values:
        raise Invalid(_("Choose an answer"), field="decision")
    chosen = Decision(decision)
    if m.status == BECOMES[chosen]:
        return m
    _check_open(m, version)
    reason, day = check(m, chosen, why, until)
    m = vet(mentor=m.pk, by=by, decision=chosen, note=reason, until=day)
    send_letter(mentor=m, kind=LETTERS[chosen], body=letter, by=by)
    if chosen == Decision.ACCEPT:
        learning.begin(mentor=m.pk, by=by)
    return m


def check(mentor: Mentor, decision: Decision, why: str, until: dt.date | None) -> tuple[str, dt.date | None]:
    """Return the reason and, for "not now", the day to ask again. Raises Invalid."""
    reason = short(why, "why", LONGEST_WHY)
    if not reason:
        raise Invalid(_("Write in a sentence why: they may ask to read it"), field="why")
    if decision != Decision.LATER:
        return reason, None
    today = mentor.person.clinic.today
    if until is None:
        raise Invalid(_("Choose the day to ask again"), field="until")
    if until <= today:
        raise Invalid(_("Choose a day to come"), field="until")
    last = months_on(today, 24)
    if until > last:
        text = _("Choose a day within two years, until %(day)s") % {"day": words.day(last, today=today, weekday=False)}
        raise Invalid(text, field="until")
    return reason, until


def look_ahead(mentor: Mentor, by: User, decision: Decision, why: str, until: dt.date | None) -> None:
    """Raise whatever would refuse this decision, before somebody writes the letter. Changes nothing."""
    rules.decide.require(by, mentor)
    _check_open(mentor, mentor.version)
    check(mentor, decision, why, until)
    lacking = selection.why_not_accept(mentor) if decision == Decision.ACCEPT else []
    if lacking:
        raise NotReady(lacking)


def _check_open(mentor: Mentor, version: int) -> None:
    if mentor.status not in selection.UNDER_WAY:
        raise WrongState(_("It was decided in the meantime: %(how)s.") % {"how": mentor.get_status_display()})
    if mentor.version != version:
        raise Stale(
            _("Something about them changed while you were writing. Look at it first; your words are kept below.")
        )
    if mentor.status == Status.LATER:
        raise WrongState(_("They are to be asked again later. Open the way back first."))


@transaction.atomic
def accept_known(*, mentor: int, by: User, why: str, on: dt.date | None = None) -> Mentor:
    """Accept somebody who was chosen before the clinic worked with these rules, with the reason kept in the history.

    No letter goes. Again changes nothing. Raises Denied, WrongState, Invalid, NotReady (a mentee now).
    """
    reason = short(why, "why", LONGEST_WHY)
    if not reason:
        raise Invalid(_("Write by whom and how they were chosen"), field="why")
    note = _("Chosen before, in another way: %(why)s") % {"why": reason}
    m = vet(mentor=mentor, by=by, decision=Decision.ACCEPT, on=on, note=note, known_before=True)
    learning.begin(mentor=m.pk, by=by)
    return m
