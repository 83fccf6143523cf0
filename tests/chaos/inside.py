"""What only somebody inside the product can do: found a clinic, post a note, break the lock of places.

python -m tests.chaos.inside tables | programme 4 | notes 6 | unknown | beats | overbook 100
"""

import datetime as dt
import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.chaos.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402


def tables() -> None:
    """Make the tables, from the copy other tests keep where there is one."""
    from tests import migrated

    kept = settings.BASE_DIR / ".pytest_cache" / "d" / "migrated"
    kept.mkdir(parents=True, exist_ok=True)
    with migrated.once(kept):
        call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def programme(mentors: str) -> dict:
    """Make a clinic with so many pairs; return what each mentor's browser knows."""
    from django.contrib.sessions.models import Session

    from mentorship.models import FlagCategory
    from mentorship.starter import start_clinic
    from tests import factories

    if not connection.introspection.table_names():
        tables()
    team = factories.Team()
    start_clinic(team.clinic, team.admin)
    category = FlagCategory.objects.get(clinic=team.clinic, key="suicide-plan")
    people, pair = [], None
    for _number in range(int(mentors)):
        pair = factories.make_match(team)
        browser = Client()
        browser.force_login(pair.mentor.person.user)
        people.append({
            "session": browser.cookies["sessionid"].value,
            "address": reverse("mentorship:worry-about", args=[pair.ref]), "category": category.ref,
        })  # fmt: skip
    Session.objects.update(expire_date=timezone.now() + dt.timedelta(days=400))  # clocks jump over months
    return {"people": people, "match": pair.pk, "clinic": team.clinic.pk}


def notes(many: str) -> list[str]:
    """Post so many messages that must not come twice; return their refs."""
    from accounts.models import User
    from clinics.models import Clinic
    from messaging import outbox
    from tests.faults.apps import NOTE

    clinic, to, stamp = Clinic.objects.first(), User.objects.get(first_name="Piet"), timezone.now().timestamp()
    return [outbox.post(NOTE, f"n{stamp}-{n}", clinic=clinic, to=to).ref for n in range(int(many))]


def unknown() -> list[str]:
    """Return the messages the product lists as not known to have arrived."""
    from messaging.models import Message

    return list(Message.objects.filter(status="unknown").order_by("pk").values_list("ref", flat=True))


def beats() -> dict[str, str]:
    """Return when each part says it ran last."""
    from messaging.models import Heartbeat

    return {name: at.isoformat() for name, at in Heartbeat.objects.values_list("name", "at")}


def overbook(rounds: str) -> dict:
    """Give the last place to two people at once, with the lock and without it; return how often each was too many."""
    import itertools

    from matching.models import Match
    from matching.querysets import MatchQuerySet
    from tests import factories
    from tests.matching.test_races import OnePlace, Together

    factories._numbers = itertools.count(10_000)  # others live in this database already

    def too_many(place):
        with Together(2) as at_once:
            return sum(bool(place.approve_both(at_once)) and place.taken() > 1 for _round in range(int(rounds)))

    with_lock = too_many(OnePlace(factories.Team("One")))

    def lock(self, pk):
        return self.select_related("mentor__person__clinic", "referral__clinic").get(pk=pk)

    MatchQuerySet.lock = lock
    with connection.schema_editor() as editor:
        editor.remove_constraint(
            Match, next(c for c in Match._meta.constraints if c.name == "one_live_match_per_place")
        )
    return {"locked": with_lock, "control": too_many(OnePlace(factories.Team("Two")))}


QUESTIONS = {f.__name__: f for f in (tables, programme, notes, unknown, beats, overbook)}

if __name__ == "__main__":
    print(json.dumps(QUESTIONS[sys.argv[1]](*sys.argv[2:])))
