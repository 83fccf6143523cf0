"""The messages of a red flag, posted inside the transaction of what causes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import F

from accounts.models import User
from clinics.roles import Role
from common import clock
from mentorship import ladder, lent, staffing
from mentorship.models import LadderRung, RedFlag, Route
from mentorship.staffing import Team
from messaging import outbox, quiet


def first(flag: RedFlag, steps: Sequence[ladder.Step], team: Team, *, out_of_hours: bool, now: dt.datetime) -> None:
    """Tell the first rung, the coordinators of what cannot wait, and who is on call or the backup when it is closed."""
    owners = list(steps[0].users) if steps else [flag.owner_id]
    others: list[int] = []
    if flag.severity in ladder.AT_ONCE:
        others += team.with_role(Role.COORDINATOR)
    if out_of_hours:
        others += [user for step in steps if step.who == LadderRung.Who.BACKUP for user in step.users]
    others += _on_call_now(flag, team, out_of_hours, now)
    others = [user for user in dict.fromkeys(others) if user not in owners and user != flag.about_user_id]
    send("flag.raised", flag, owners, team, by=flag.answer_by, now=now)
    send("flag.told", flag, others, team, by=flag.answer_by, now=now)


def _on_call_now(flag: RedFlag, team: Team, out_of_hours: bool, now: dt.datetime) -> list[int]:
    """Return who is on call, to be told of what cannot wait while the clinic is closed, whatever the ladder says."""
    closed = out_of_hours or not team.clinic.calendar.is_open(now)
    if flag.route != Route.CLINICAL or flag.severity not in ladder.AT_ONCE or not closed:
        return []
    users = team.called(flag.about_user_id)[:1]
    staffing.put_on(flag, flag.rung, [u for u in users if not flag.rungs.filter(user=u).exists()], on_call=True)
    return users


def send(kind: str, flag: RedFlag, users: Iterable[int], team: Team, *, by: dt.datetime, now: dt.datetime) -> None:
    """Post one message of an escalation to each of these people, and write on the ladder that they were told."""
    users = list(users)
    for user in users:
        to = team.users.get(user) or User.objects.get(pk=user)
        outbox.post(
            kind, flag.ref, clinic=team.clinic, to=to, key=str(flag.climbs), data={"by": by.isoformat()},
            by_sms_too=flag.severity in ladder.AT_ONCE,
        )  # fmt: skip
    if users:
        flag.rungs.filter(user__in=users).update(told_at=now, times_told=F("times_told") + 1)


def handed(flag: RedFlag, to: User) -> None:
    """Ask a colleague to take a flag over, until it has to be resolved. They stand on no rung until they do."""
    key, by = f"{flag.climbs}:{flag.version}", flag.resolve_by or flag.answer_by
    outbox.post(
        "flag.handed", flag.ref, clinic=flag.clinic, to=to, key=key, data={"by": by.isoformat()},
        by_sms_too=flag.severity in ladder.AT_ONCE,
    )  # fmt: skip


def raiser(kind: str, flag: RedFlag, *, by: User | None = None, but: Iterable[int] = ()) -> None:
    """Tell whoever raised it of one step, unless they took it themselves or were just asked to answer it.

    What can wait waits for the end of their quiet hours; levels 1 and 2 go out at once.
    """
    to = flag.raised_by_person or flag.raised_by
    if to == by or getattr(to, "is_system", False) or (isinstance(to, User) and to.pk in set(but)):
        return
    now = clock.now()
    due = now if flag.severity in ladder.AT_ONCE else quiet.of(to).after(now)
    outbox.post(kind, flag.ref, clinic=flag.clinic, to=to, key=str(flag.climbs), due_at=due)


def home(flag: RedFlag) -> None:
    """Tell those who run the own clinic of a lent mentor of a worry about their conduct: both clinics hear of it at once."""
    clinic = lent.home_of(flag.match) if flag.match else None
    if clinic is None or flag.about_user_id is None:
        return
    for user in staffing.coordinators(clinic, but=flag.about_user):
        if not staffing.can_answer(user, flag.clinic):  # who works at both is told already
            outbox.post("flag.home", flag.ref, clinic=clinic, to=user, key=str(flag.climbs))


def answered(flag: RedFlag, by: User) -> None:
    """Tell whoever raised it that somebody of the team has it: once, and once more after each time it is opened again."""
    to = flag.raised_by_person or flag.raised_by
    if to != by and not getattr(to, "is_system", False):
        outbox.post("flag.answered", flag.ref, clinic=flag.clinic, to=to, key=str(flag.climbs))
