"""The large programme, whole: clinics, mentors, referrals, pairs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from common import clock
from desk.demo.cast import Cast
from desk.demo.large import plans, traces
from desk.demo.large.bulk import Bulk
from desk.demo.large.crowd import Team, open_clinics
from desk.demo.large.lives import Lives
from desk.demo.large.mentors import Careers
from desk.demo.large.roads import Pair, Roads
from desk.demo.stage import Stage, nothing_leaves
from desk.demo.story import PASSWORD


@dataclass(frozen=True)
class Size:
    """How many rows of each: over all clinics, of which the first has seven in ten."""

    referrals: int = 20_000
    mentors: int = 3_000
    contacts: int = 200_000


def live(*, now: dt.datetime, seed: int = 1, size: Size = Size()) -> list[Cast]:
    """Write three years of a programme up to `now`, in one transaction, and return the clinics with their people.

    The same moment, seed and size give the same rows, refs included, but for the clinics, their first staff and settings.
    """
    with nothing_leaves(), transaction.atomic():
        stage = Stage(now, seed)
        bulk = Bulk(Random(seed))
        teams = open_clinics(stage, bulk)
        with clock.at(now):
            write(stage, bulk, teams, size)
        User.objects.filter(is_system=False).update(password=make_password(PASSWORD))
    return [team.cast for team in teams]


def write(stage: Stage, bulk: Bulk, teams: list[Team], size: Size) -> None:
    """Write the mentors, then the referrals, then what became of the pairs."""
    shares = [team.share for team in teams]
    pairs: list[list[Pair]] = []
    for team, mentors, referrals in zip(
        teams, plans.share_out(size.mentors, shares), plans.share_out(size.referrals, shares), strict=True
    ):
        lanes = Careers(stage, bulk, team).make(mentors)
        pairs.append(Roads(stage, bulk, team, lanes).make(referrals))
    talks = plans.share_out(size.contacts, [len(found) for found in pairs])
    for team, found, many in zip(teams, pairs, talks, strict=True):
        Lives(stage, bulk, team).make(found, many)
        traces.undelivered(stage, bulk, team)
        traces.offers(stage, bulk, team)
        bulk.flush()
