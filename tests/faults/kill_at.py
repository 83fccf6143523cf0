"""Raises a flag again and again, each time killing itself one statement later; prints what was left each time.

    python -m tests.faults.kill_at MATCH CLINIC

A statement is anything sent to the database, the moment before the commit, and the moment after it.
"""

import json
import os
import signal
import sys

import django
from django.db import connection

django.setup()

from clinics.models import Clinic  # noqa: E402
from common import clock  # noqa: E402
from matching.models import Match  # noqa: E402
from mentorship.actions.flags import raise_flag  # noqa: E402
from mentorship.models import FlagCategory, FlagEvent, RedFlag, Rung  # noqa: E402
from messaging import nudge  # noqa: E402
from messaging.models import Message  # noqa: E402


class Bomb:
    """Kills this process at the n-th step."""

    def __init__(self, n: int):
        self.left = n

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def __call__(self, execute, sql, params, many, context):
        self.step()
        return execute(sql, params, many, context)


def raise_one(match: int, clinic: int, n: int) -> None:
    """Raise a flag with a key of its own, and die at step n."""
    pair = Match._base_manager.get(pk=match)
    category = FlagCategory.objects.get(clinic=clinic, key="suicide-plan")
    by = pair.mentor.person.user
    bomb = Bomb(n)
    commit = connection._commit

    def commit_or_die():
        bomb.step()
        commit()
        bomb.step()

    connection._commit = commit_or_die
    with connection.execute_wrapper(bomb):
        raise_flag(category=category, by=by, match=pair, source="home", client_key=f"killed-at-{n}")


def left(n: int) -> dict[str, int]:
    """Count what is stored of the flag of step n."""
    flags = RedFlag._base_manager.filter(client_key=f"killed-at-{n}")
    refs = list(flags.values_list("ref", flat=True))
    rows = {
        "flags": len(refs),
        "rungs": Rung.objects.filter(flag__ref__in=refs).count(),
        "history": FlagEvent.objects.filter(flag__ref__in=refs).count(),
        "messages": Message.objects.filter(subject__in=refs).count(),
        "rungs told": Rung.objects.filter(flag__ref__in=refs, told_at__isnull=False).count(),
    }
    connection.close()
    return rows


def refs_of(n: int) -> list[str]:
    """Return the ref of the flag of step n, if it was stored."""
    refs = list(RedFlag._base_manager.filter(client_key=f"killed-at-{n}").values_list("ref", flat=True))
    connection.close()
    return refs


def orphans() -> int:
    """Count messages about flags that are not there."""
    refs = RedFlag._base_manager.values("ref")
    found = Message.objects.filter(kind__startswith="flag.").exclude(subject__in=refs).count()
    connection.close()
    return found


def main(match: int, clinic: int) -> None:
    """Go on until a turn survives."""
    nudge.warm()  # once here instead of in every child
    Clinic.objects.get(pk=clinic).calendar.is_open(clock.now())
    left(0)
    killed, n = True, 0
    while killed:
        n += 1
        child = os.fork()
        if child == 0:
            raise_one(match, clinic, n)
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status) and os.waitstatus_to_exitcode(status):
            sys.exit(f"step {n} failed")
        killed = os.WIFSIGNALED(status)
        rows = left(n)
        assert not orphans(), n
        print(json.dumps({"step": n, "killed": killed, "rows": rows, "refs": refs_of(n)}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
