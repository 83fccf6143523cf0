"""Making the large programme: the same for the same seed, by the command, on an empty database only."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import User
from clinics.models import Clinic
from desk.demo.large import programme
from desk.demo.large.programme import Size
from desk.demo.story import ACCOUNTS
from matching.models import Match
from matching.workflow import LIVE
from mentorship.models import Contact, FollowUpCheck, Question, RedFlag
from referrals.models import Offer, Person, Referral
from training.models import Mentor

NOW = dt.datetime(2026, 10, 14, 9, 30, tzinfo=dt.UTC)


def snapshot() -> dict:
    """Return every row with a reference of its own, without what points elsewhere."""
    found = {}
    for model in (Person, Mentor, Referral, Match, Contact, FollowUpCheck, Question, RedFlag, Offer):
        names = [f.name for f in model._meta.concrete_fields if not f.is_relation and f.name != "id"]
        found[model.__name__] = sorted(map(str, model._base_manager.values_list(*names)))
    found["pairs"] = sorted(Match.objects.values_list("ref", "referral__ref", "mentor__ref", "introduced_by__email"))
    return found


def built(seed: int) -> dict:
    with transaction.atomic():
        programme.live(now=NOW, seed=seed, size=Size(referrals=60, mentors=20, contacts=300))
        rows = snapshot()
        transaction.set_rollback(True)
    return rows


def test_the_same_seed_gives_the_same_rows_and_another_one_others(db):
    first = built(5)
    assert first == built(5)
    assert first["Person"] != built(6)["Person"]


EVERY_LIST = {
    "nurse": ["/referrals/", "/referrals/?whose=team&show=all"],
    "coordinator": ["/today/", "/waiting/", "/pairs/", "/mentors/", "/flags/", "/questions/", "/outbox/undelivered/"],
    "mentor": ["/me/"],
    "clinician": ["/flags/", "/questions/", "/mentors/"],
    "admin": ["/escalations/", "/people/", "/access-log/", "/outbox/", "/settings/"],
}


def test_every_role_can_look_around(db, client, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command(
        "seed_demo", "--size=large", "--referrals=60", "--mentors=20", "--contacts=200", "--seed=4", verbosity=0
    )
    signed = {row["role"]: row for row in json.loads((tmp_path / ACCOUNTS).read_text())}
    for role, pages in EVERY_LIST.items():
        user = User.objects.get(email=signed[role]["email"])
        assert user.check_password(signed[role]["password"])
        client.force_login(user)
        for page in pages:
            assert client.get(page).status_code == 200, page
    open_one = Referral.objects.filter(clinic__name__startswith="Leieland", status="open").exclude(
        matches__status__in=LIVE
    )
    client.force_login(User.objects.get(email=signed["coordinator"]["email"]))
    assert client.get(f"/waiting/{open_one.first().ref}/").status_code == 200
    pair = Match.objects.filter(referral__clinic__name__startswith="Leieland", status="introduced").first()
    assert client.get(f"/pairs/{pair.ref}/").status_code == 200
    assert client.get(f"/matches/{pair.ref}/").status_code == 200


def test_it_does_not_mix_with_a_clinic_that_is_there(team):
    with pytest.raises(CommandError, match="has a clinic already"):
        call_command("seed_demo", "--size=large")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--mentors=5"], "add --size large"), (["--size=large", "--mentors=0"], "whole number from 1"),
        (["--size=large", "--contacts=x"], "whole number from 1"), (["--size=huge"], "invalid choice"),
    ],
)  # fmt: skip
def test_sizes_that_make_no_sense_are_refused_in_words(db, given, words):
    with pytest.raises(CommandError, match=words):
        call_command("seed_demo", *given)
    assert not Clinic.objects.exists()
