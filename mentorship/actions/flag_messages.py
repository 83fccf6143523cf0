"""The messages of a red flag, posted inside the transaction of what causes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import F

from accounts.models import User
from clinics.roles import Role
from mentorship import ladder
from mentorship.models import LadderRung, RedFlag
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


def answered(flag: RedFlag, by: User) -> None:
    """Tell whoever raised it, once, that somebody of the team has it."""
    to = flag.raised_by_person or flag.raised_by
    if to != by and not getattr(to, "is_system", False):
        outbox.post("flag.answered", flag.ref, clinic=flag.clinic, to=to)
