"""The story of the demo: six months of two clinics, told through the real actions."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from common import clock
from common.models import new_ref
from desk.demo.answers import Answers
from desk.demo.applicants import add_applicants
from desk.demo.asking import add_asking
from desk.demo.careers import BEGAN, add_mentors
from desk.demo.cast import Cast, open_clinic
from desk.demo.days import add_days
from desk.demo.fates import FATES
from desk.demo.groups import add_groups
from desk.demo.life import Life
from desk.demo.people import HOUSES, KNOWN, MENTEES
from desk.demo.road import Road
from desk.demo.rota import add_rota
from desk.demo.stage import DAY, MINUTE, Stage, nothing_leaves
from messaging import actions as messaging
from messaging.models import Message
from referrals import actions as referrals

PASSWORD = "a-good-word-halved"
ACCOUNTS = "demo-accounts.json"
DAILY = 25  # before these last days the rounds ran every third day: the story is told faster, and nobody misses it
OVERVIEWS = 4
UNDELIVERED_STAYS = 5 * DAY  # younger ones wait for the coordinator today


def live(*, now: dt.datetime, seed: int = 1) -> list[Cast]:
    """Live through the six months before `now`, in one transaction, and return the clinics with their people."""
    with nothing_leaves(), transaction.atomic():
        stage = Stage(now, seed)
        with clock.at(stage.days_ago(BEGAN, 8)):
            casts = [open_clinic(stage, house) for house in HOUSES]
        answers = Answers(stage, casts, {})
        for cast in casts:
            add_mentors(stage, cast)
            plan_referrals(stage, cast, answers)
            plan_offers(stage, cast)
            add_rota(stage, cast)
        add_applicants(stage, casts[0])
        add_days(stage, casts[0])
        add_groups(stage, casts[0])
        add_asking(stage, casts[0])
        plan_days(stage, casts, answers)
        plan_overviews(stage)
        stage.play()
        User.objects.filter(is_system=False).update(password=make_password(PASSWORD))
    return casts


def plan_overviews(stage: Stage) -> None:
    """Send the daily overviews of the last days only: each counts all of Today, and nobody reads those of months ago."""
    User.objects.update(digest=False)
    stage.at(stage.days_ago(OVERVIEWS, 6), User.objects.filter(is_system=False).update, digest=True)


def plan_referrals(stage: Stage, cast: Cast, answers: Answers) -> None:
    """Plan the road of each mentee of a clinic."""
    for number, (somebody, fate) in enumerate(zip(MENTEES[cast.house.mail], FATES[cast.house.mail], strict=True)):
        road = Road(stage, cast, somebody, number, fate)
        road.introduced = lambda road=road: introduced(road, answers)
        road.plan()


def introduced(road: Road, answers: Answers) -> None:
    """Let a pair live once it is introduced."""
    answers.fates[road.referral.pk] = road.fate.more
    Life(road).begin()


def plan_days(stage: Stage, casts: list[Cast], answers: Answers) -> None:
    """Plan the beats of each day: the morning's rounds, and dealing with lost messages."""
    for days in (d for d in range(BEGAN - 10, -1, -1) if d < DAILY or d % 3 == 0):
        morning = stage.days_ago(days, 9, 1)
        stage.tick(morning)
        stage.at(morning + MINUTE, answers.look)
        for cast in casts if days % 3 == 0 else []:
            stage.at(stage.days_ago(days, 15, 40), settle, stage, cast)


def settle(stage: Stage, cast: Cast) -> None:
    """Deal with messages that did not arrive, except those of the last days."""
    old = Message.objects.filter(clinic=cast.clinic, created_at__lt=clock.now() - DAY).undelivered()
    if clock.now() < stage.now - UNDELIVERED_STAYS:
        for pk in old.values_list("pk", flat=True):
            messaging.settle(message=pk, by=cast.coordinator, note="")


def plan_offers(stage: Stage, cast: Cast) -> None:
    """Plan offers that were answered with no or later, and drafts that wait on the nurse's page."""
    labels = {
        "leieland": ("Mevrouw met het rode fietsje", "Leraar, jonge vader"),
        "senne": ("Dame de la chorale", "Le jeune boulanger"),
    }
    for days in (150, 122, 97, 71, 52, 38, 26, 17, 9, 3):
        stage.at(
            stage.in_office(stage.days_ago(days, 11)), referrals.make_offer,
            by=cast.nurse, clinic=cast.clinic.pk, answer="no", draft=new_ref(),
        )  # fmt: skip
    for number, (days, label) in enumerate(zip((24, 12), labels[cast.house.mail], strict=True)):
        stage.at(
            stage.in_office(stage.days_ago(days, 14)), referrals.make_offer, by=cast.nurse, clinic=cast.clinic.pk,
            answer="later", ask_again_on=stage.now.date() + dt.timedelta(days=-1 + 20 * number), label=label,
            draft=new_ref(),
        )  # fmt: skip
    typed = {
        "offer": ["yes"],
        "relation": ["patient"],
        "first_name": ["Mia"],
        "last_name": ["Verbeke" if cast.house.mail == "leieland" else "Charlier"],
    }
    stage.at(
        stage.in_office(stage.days_ago(2, 16)), referrals.save_draft,
        by=cast.nurse, clinic=cast.clinic.pk, typed=typed, draft=new_ref(),
    )  # fmt: skip


def accounts(casts: list[Cast]) -> list[dict[str, str]]:
    """Return who can sign in to look around: one of each role, and somebody with two."""
    first = casts[0]
    rows = [(part, first.users[part]) for part in ("nurse", "coordinator", "clinician", "admin")]
    rows.insert(2, ("mentor", first.mentors[KNOWN].person.user))
    rows.append(("nurse and coordinator", first.users["two roles"]))
    rows.append(("trainer", first.users["trainer"]))
    rows += [
        (f"{part}, {casts[1].clinic.name}", casts[1].users[part])
        for part in ("nurse", "coordinator", "clinician", "admin")
    ]
    return [{"role": role, "email": user.email, "password": PASSWORD} for role, user in rows]


def write_accounts(casts: list[Cast]) -> Path:
    """Write the sign-ins where only this user reads them."""
    path = Path(settings.DATA_DIR) / ACCOUNTS
    path.unlink(missing_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as out:
        json.dump(accounts(casts), out, indent=2, ensure_ascii=False)
    return path
