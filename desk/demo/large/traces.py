"""What is left beside the people of the large programme: offers that were answered no or later, lost messages."""

from __future__ import annotations

import datetime as dt

from clinics.roles import Role
from desk.demo.large.bulk import Bulk
from desk.demo.large.crowd import BEGAN, Team
from desk.demo.stage import DAY, Stage
from messaging.models import Delivery
from referrals.models import Offer

NO, LATER, LOST = 2, 1, 3  # for each in the hundred that a clinic has


def offers(stage: Stage, bulk: Bulk, team: Team) -> None:
    """Keep offers without a referral; a few are to be made again today."""
    rng, today = stage.rng, stage.now.date()
    for answer, many in (("no", NO), ("later", LATER)):
        for _n in range(many * team.share):
            at = stage.days_ago(rng.randint(1, BEGAN if answer == "no" else 60), rng.randint(9, 16))
            later = answer == "later"
            bulk.add(
                Offer(
                    ref=bulk.ref(), clinic=team.clinic, answer=answer, by=rng.choice(team.of[Role.NURSE]), at=at,
                    ask_again_on=today + rng.randint(-2, 90) * DAY if later else None, label="Leraar" if later else "",
                )
            )  # fmt: skip


def undelivered(stage: Stage, bulk: Bulk, team: Team) -> None:
    """Keep a few messages of the last days that did not arrive."""
    for number in range(max(team.share * LOST // 10, 1)):
        at = stage.now - dt.timedelta(hours=3 + number)
        nurse = stage.rng.choice(team.of[Role.NURSE])
        bulk.message(
            "account.reset", nurse.ref, team.clinic, nurse, at, key=str(number), status="dead", sent_at=None,
            attempts=6, delivery=Delivery.AT_MOST_ONCE, problem="The mail server refused the address.",
        )  # fmt: skip
