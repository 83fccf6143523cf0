"""Starting a clinic for real, and the demo's manners around a database that is in use."""

import json
import stat
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from clinics.models import Clinic
from clinics.roles import Role
from desk.demo import people, story
from desk.demo.cast import Cast
from desk.demo.fates import FATES
from desk.setup import start_clinic
from matching.models import Policy
from mentorship.models import CheckDay, FlagCategory, FlagTiming, LadderRung
from messaging.models import Message
from referrals.models import ConsentText
from tests import factories

NEW = (
    "Kliniek aan de Leie",
    "--admin-email",
    "ana@example.org",
    "--admin-first-name",
    "Ana",
    "--admin-last-name",
    "Maes",
)


def start(*extra) -> str:
    out = StringIO()
    call_command("start_clinic", *NEW, *extra, stdout=out)
    return out.getvalue()


def test_a_new_clinic_has_every_starter(db):
    clinic = start_clinic("Kliniek aan de Leie")
    assert clinic.working_hours.count() == 5
    assert clinic.emergency_numbers.filter(number="112").exists()
    for model in (ConsentText, Policy, FlagCategory, FlagTiming, LadderRung, CheckDay):
        assert model.objects.filter(clinic=clinic).exists(), model


def test_the_command_invites_the_first_admin(db):
    assert "Ana gets a mail" in start()
    clinic = Clinic.objects.get()
    admin = clinic.memberships.get(role=Role.ADMIN).user
    assert not admin.has_usable_password()
    assert Message.objects.get(kind="account.invited").recipient == f"user:{admin.ref}"


def test_a_second_clinic_of_the_same_name_is_refused_and_leaves_nothing(db):
    start()
    with pytest.raises(CommandError, match="There is a clinic called"):
        start()
    assert Clinic.objects.count() == 1


@pytest.mark.parametrize(("extra", "words"), [(("--languages", "nl,xx"), "Unknown language: xx")])
def test_answers_that_make_no_sense_are_refused_in_words(db, extra, words):
    with pytest.raises(CommandError, match=words):
        start(*extra)
    assert not Clinic.objects.exists()


def test_the_demo_does_not_mix_with_a_clinic_that_is_there(team):
    with pytest.raises(CommandError, match="has a clinic already"):
        call_command("seed_demo")


def test_the_sign_ins_are_written_for_this_user_only(team, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    mentor = factories.make_mentor(team)
    users = {name: getattr(team, name) for name in ("nurse", "coordinator", "clinician", "admin", "trainer")}
    casts = [Cast(people.LEIELAND, team.clinic, users | {"two roles": team.nurse}, {0: mentor}) for _n in range(2)]
    path = story.write_accounts(casts)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = json.loads(path.read_text())
    assert {"nurse", "coordinator", "mentor", "clinician", "admin"} <= {row["role"] for row in rows}
    assert all(set(row) == {"role", "email", "password"} for row in rows)


def test_everybody_of_the_demo_has_a_fate_and_an_address_of_their_own():
    for house in people.HOUSES:
        assert len(FATES[house.mail]) == len(people.MENTEES[house.mail])
        everybody = [*house.staff.values(), *people.MENTORS[house.mail], *people.MENTEES[house.mail]]
        names = [(person.first_name, person.last_name) for person in everybody]
        assert len(set(names)) == len(names)
    assert sum(len(fates) for fates in FATES.values()) == 80
