"""What is seen on a training day: who came, and what somebody did in a role-play."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Denied, Invalid, Stale, WrongState
from messaging import outbox
from training import rules_sessions as rules
from training import sessions
from training.actions.learning import locked, passed
from training.actions.sessions import SEEN
from training.models import LiveSession, Mentor, Module, ModuleProgress, Observation, RubricItem, SignUp
from training.workflow import Status

LONGEST_WORDS = 1000  # characters
MOST = 2  # for one item: clearly seen
OLDEST = dt.timedelta(days=366)
How = ModuleProgress.How


@transaction.atomic
def mark_attendance(*, session: int, came: Collection[str], by: User) -> LiveSession:
    """Write down who came (refs of sign-ups); everybody else with a place did not. Again with others corrects it.

    A module that is passed by being there is passed by it; a role-play is not. Rows are locked in the order mentors,
    day. Raises Denied (also about oneself), WrongState (cancelled, or too early), Invalid (field "came").
    """
    rules.mark.require(by, LiveSession.objects.get(pk=session))
    pks = SignUp.objects.live().filter(session=session).values_list("mentor", flat=True)
    mentors = {pk: Mentor.objects.lock(pk) for pk in sorted(pks)}
    row = LiveSession.objects.lock(session)
    rules.mark.require(by, row)
    if not sessions.may_mark(row, clock.now()):
        raise WrongState(
            _("Who came can be written down from half an hour before the start, unless the day is cancelled.")
        )
    seats = list(row.sign_ups.live().filter(mentor__in=mentors))
    if not set(came) <= {seat.ref for seat in seats}:
        raise Invalid(_("Somebody gave their place back meanwhile. Look at the list again"), field="came")
    for seat in seats:
        _mark(row, seat, mentors[seat.mentor_id], seat.ref in came, by)
    return row


def _mark(session: LiveSession, seat: SignUp, mentor: Mentor, came: bool, by: User) -> None:
    if seat.came == came:
        return
    if mentor.person.user_id == by.pk:
        if came:
            raise Denied(_("Somebody else must say whether you came: nobody passes themselves."))
        return
    was, seat.came, seat.marked_at, seat.marked_by = seat.came, came, clock.now(), by
    seat.save(update_fields=["came", "marked_at", "marked_by"])
    if session.module.passing != Module.Passing.PRESENCE:
        return
    if came:
        for pk in _parts(session, mentor).filter(passed_at=None).values_list("pk", flat=True):
            passed(locked(pk), How.PRESENT, by)
    elif was:
        _take_pass_back(session, mentor)


def _parts(session: LiveSession, mentor: Mentor):
    return ModuleProgress.objects.filter(learning__mentor=mentor, module__key=session.module.key)


def _take_pass_back(session: LiveSession, mentor: Mentor) -> None:
    """Undo a pass that a slip of the pen gave, unless they were at another day, too."""
    key = session.module.key
    if mentor.sign_ups.filter(came=True, session__module__key=key).exclude(session=session).exists():
        return
    if mentor.status != Status.IN_TRAINING:
        raise WrongState(_("The training was closed with this day in it. Speak with the coordinator first."))
    for pk in _parts(session, mentor).filter(passed_how=How.PRESENT).values_list("pk", flat=True):
        row = locked(pk)
        row.passed_at, row.passed_how, row.passed_by, row.touched_at = None, "", None, clock.now()
        row.save(update_fields=["passed_at", "passed_how", "passed_by", "touched_at"])


@transaction.atomic
def observe(*, progress: int, by: User, number: int, on: dt.date, seen: Mapping[str, int], words: str) -> Observation:
    """Write down what was seen in a role-play: 0 to 2 for each item of the rubric, by ref. Enough passes the part.

    `number` says which try of this round it is: sent again it changes nothing, and two observers of one try are told.
    At most the module's tries a round; then the coordinator talks with them. Raises Denied, WrongState (passed, or no
    try left), Stale, Invalid (fields "on", "words", or "item-" and the ref of an item).
    """
    row = locked(progress)
    rules.observe.require(by, row.learning.mentor)
    known = row.observations.filter(round=row.round, number=number).first()
    if known is not None and known.observer_id == by.pk and known.seen == dict(seen):
        return known
    _require_try(row, number)
    items = list(row.module.rubric.all())
    _check(row, items, on, seen, words)
    points, most = sum(seen[item.ref] for item in items), MOST * len(items)
    made = Observation.objects.create(
        progress=row, round=row.round, number=number, observer=by, on=on, seen=dict(seen), points=points, most=most,
        passed=points * 100 >= row.module.pass_mark * most, words=words.strip(),
    )  # fmt: skip
    if made.passed:
        passed(row, How.OBSERVED, by)
    person = row.learning.mentor.person
    outbox.post(SEEN, made.ref, clinic=person.clinic, to=person.user or person)
    return made


def _require_try(row: ModuleProgress, number: int) -> None:
    if row.module.passing != Module.Passing.ROLE_PLAY:
        raise WrongState(_("There is no role-play in this part."))
    if row.passed_at is not None:
        raise WrongState(_("This part is passed in the meantime."))
    used = row.observations.filter(round=row.round).count()
    if used >= row.module.attempts:
        raise WrongState(
            _("Every try of this round is used. The coordinator talks with them first, and can give more.")
        )
    if number != used + 1:
        raise Stale(_("Somebody wrote down a role-play of them in the meantime. Look at it before you send yours."))


def _check(row: ModuleProgress, items: list[RubricItem], on: dt.date, seen: Mapping[str, int], words: str) -> None:
    if not items:
        raise WrongState(_("This part has no list of what to look for. The coordinator makes one first."))
    for item in items:
        if seen.get(item.ref) not in range(MOST + 1):
            raise Invalid(_("Choose an answer"), field=f"item-{item.ref}")
    if set(seen) != {item.ref for item in items}:
        raise Invalid(_("Choose from the answers below"))
    today = row.learning.mentor.person.clinic.today
    if not today - OLDEST <= on <= today:
        raise Invalid(_("Choose today or a day before, within a year"), field="on")
    if not words.strip():
        raise Invalid(_("Write a few words they can use: what went well, what to try next"), field="words")
    if len(words.strip()) > LONGEST_WORDS:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": LONGEST_WORDS}, field="words")
