"""The messages of a red flag, posted inside the transaction of what causes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import F

from accounts.models import User
from clinics.roles import Role
from mentorship import ladder, lent, staffing
from mentorship.models import LadderRung, RedFlag, Route, Severity
from mentorship.staffing import Team
from messaging import outbox


def first(flag: RedFlag, steps: Sequence[ladder.Step], team: Team, *, out_of_hours: bool, now: dt.datetime) -> None:
    """Tell the first rung, the coordinators of what cannot wait, and the backup when the clinic is closed."""
    owners = list(steps[0].users) if steps else [flag.owner_id]
    others: list[int] = []
    if flag.severity in ladder.AT_ONCE:
        others += team.with_role(Role.COORDINATOR)
    if out_of_hours:
        others += [user for step in steps if step.who == LadderRung.Who.BACKUP for user in step.users]
    others = [user for user in dict.fromkeys(others) if user not in owners and user != flag.about_user_id]
    send("flag.raised", flag, owners, team, by=flag.answer_by, now=now)
    send("flag.told", flag, others, team, by=flag.answer_by, now=now)


def send(kind: str, flag: RedFlag, users: Iterable[int], team: Team, *, by: dt.datetime, now: dt.datetime) -> None:
    """Post one message of an escalation to each of these people, and write on the ladder that they were told."""
    users = list(users)
    for user in users:
        to = team.users.get(user) or User.objects.get(pk=user)
        outbox.post(kind, flag.ref, clinic=team.clinic, to=to, key=str(flag.climbs), data={"by": by.isoformat()})
    if users:
        flag.rungs.filter(user__in=users).update(told_at=now, times_told=F("times_told") + 1)


def home(flag: RedFlag) -> None:
    """Tell those who run the own clinic of a lent mentor of a worry about their conduct: both clinics hear of it at once."""
    clinic = lent.home_of(flag.match) if flag.match else None
    if clinic is None or flag.about_user_id is None:
        return
    for user in staffing.coordinators(clinic, but=flag.about_user):
        if not staffing.can_answer(user, flag.clinic):  # who works at both is told already
            outbox.post("flag.home", flag.ref, clinic=clinic, to=user, key=str(flag.climbs))


def carers(flag: RedFlag) -> None:
    """Ask whoever looks after a lent mentor to talk with them: they raised what cannot wait, at another clinic."""
    match = flag.match
    if match is None or flag.severity != Severity.S1 or flag.route != Route.CLINICAL or not lent.is_lent(match):
        return
    if flag.raised_by_id == match.mentor.person.user_id:
        for user in staffing.carers(match.mentor):
            outbox.post("mentor.talk", match.mentor.ref, clinic=match.mentor.person.clinic, to=user, key=flag.ref)


def answered(flag: RedFlag, by: User) -> None:
    """Tell whoever raised it, once, that somebody of the team has it."""
    to = flag.raised_by_person or flag.raised_by
    if to != by and not getattr(to, "is_system", False):
        outbox.post("flag.answered", flag.ref, clinic=flag.clinic, to=to)
