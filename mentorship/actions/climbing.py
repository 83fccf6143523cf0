"""What time does to a red flag: the owner is told again at half time, and what nobody answers climbs."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q

from accounts.models import User
from common import clock
from mentorship import flag_versions, ladder, staffing
from mentorship.actions import flag_messages as tell
from mentorship.models import RedFlag, Route
from mentorship.undelivered import ASKING, is_settled
from mentorship.workflow import UNANSWERED, FlagStatus
from messaging.models import Message

log = logging.getLogger(__name__)
BATCH = 500


class SomeDidNotClimb(Exception):
    """One or more flags could not be passed on; they are tried again on the next round."""


def climb_due(now: dt.datetime) -> int:
    """Pass on every flag whose time has come, the longest overdue first; return how many were told of.

    Each flag has its own transaction, so that one that fails holds up no other. Running it twice, or in two
    processes at once, climbs once. Raises SomeDidNotClimb after the round.
    """
    rows = RedFlag.objects.unresolved().filter(Q(next_climb_at__lte=now) | Q(half_time_at__lte=now))
    done = failed = 0
    for pk in rows.order_by("next_climb_at").values_list("pk", flat=True)[:BATCH]:
        try:
            done += _one(pk, now)
        except (OperationalError, InterfaceError):  # the database is away: nothing can be done now
            raise
        except Exception as error:  # only the type: the words of an error may name people
            log.error("A flag could not climb: %s", type(error).__name__)
            failed += 1
    if failed:
        raise SomeDidNotClimb(failed)
    return done


@transaction.atomic
def _one(pk: int, now: dt.datetime) -> int:
    flag = RedFlag.objects.lock(pk)
    if flag.status == FlagStatus.RESOLVED:
        return 0
    if flag.next_climb_at <= now:
        return _climb(flag, now)
    if flag.half_time_at and flag.half_time_at <= now and flag.status in UNANSWERED:
        return _half_time(flag, now)
    return 0


def _half_time(flag: RedFlag, now: dt.datetime) -> int:
    mine = RedFlag.objects.filter(pk=flag.pk, half_time_at=flag.half_time_at, status__in=UNANSWERED)
    if not mine.update(half_time_at=None):
        return 0
    tell.send("flag.half", flag, [flag.owner_id], staffing.of(flag.clinic), by=flag.answer_by, now=now)
    return 1


def _climb(flag: RedFlag, now: dt.datetime) -> int:
    """Go one rung up, or repeat the last one; an answered flag that is late keeps its owner, who is told too.

    Whoever is on call by now is asked besides, once the rung of the backup is reached.
    """
    team = staffing.of(flag.clinic, now)
    steps = staffing.reachable(flag, team)
    step = ladder.next_step(steps, flag.rung)
    until = ladder.next_climb(flag_versions.timing_of(flag), flag.clinic.calendar, now)
    users = list(step.users) if step else [flag.owner_id]
    keeps = flag.status == FlagStatus.ACKNOWLEDGED and flag.owner_id in team.users
    mine = RedFlag.objects.filter(pk=flag.pk, next_climb_at=flag.next_climb_at, status=flag.status)
    changes = {"rung": step.position if step else flag.rung, "owner": flag.owner_id if keeps else users[0]}
    if not mine.update(next_climb_at=until, half_time_at=None, climbs=F("climbs") + 1, **changes):
        return 0
    on_call = staffing.beside(flag, team, steps, step)
    staffing.put_on(flag, changes["rung"], on_call, on_call=True)
    users += on_call
    higher = step is not None and step.position > flag.rung
    flag.refresh_from_db()
    flag.history.create(
        from_status=flag.status, to_status=flag.status, by=User.objects.system(), note=f"rung {flag.rung}", at=now
    )
    if keeps and flag.owner_id not in users:
        users.append(flag.owner_id)
    tell.send("flag.climb", flag, users, team, by=until, now=now)
    if higher and flag.status in UNANSWERED:
        tell.raiser("flag.next", flag, but=users)
    return 1


def go_another_way(sender, *, message: Message, **news) -> None:
    """Let a flag climb at once when the message that asks somebody to answer it will not arrive.

    Only while there is a rung above: from the last one on only people can help, whom the screens ask to
    phone. Not for those told besides, nor for a message that was overtaken by a later one or by an answer.
    """
    if message.kind not in ASKING:
        return
    flag = RedFlag.objects.unresolved().select_for_update(of=("self",)).filter(ref=message.subject).first()
    if flag is None or message.key.split(":")[2] != str(flag.climbs) or is_settled(message, flag):
        return
    now = clock.now()
    steps = staffing.reachable(flag, staffing.of(flag.clinic))
    if flag.next_climb_at > now and any(step.position > flag.rung for step in steps):
        RedFlag.objects.filter(pk=flag.pk).update(next_climb_at=now)


def hurry_flags_of(sender, *, clinic, user, **news) -> None:
    """Let flags climb at once whose owner can no longer answer them at this clinic: others may answer a worry about conduct."""
    owned = RedFlag.objects.unresolved().filter(clinic=clinic, owner=user)
    for route in Route.values:
        if not staffing.can_answer(user, clinic, route):
            owned.filter(route=route).update(next_climb_at=clock.now())
