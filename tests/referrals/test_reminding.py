"""How a person without an account is reminded is theirs to choose."""

import datetime as dt

import pytest

from accounts.models import User
from common.errors import Denied, Invalid, Stale
from referrals.actions.reminding import set_reminding
from tests import factories

WISH = {
    "quiet_from": dt.time(20), "quiet_until": dt.time(10), "reminders": "none", "time_zone": "America/New_York",
}  # fmt: skip


@pytest.fixture
def person(team):
    return factories.make_person(team.clinic)


def test_it_is_kept_and_the_same_again_changes_nothing(person):
    system = User.objects.system()
    first = set_reminding(person=person.pk, by=system, **WISH)
    again = set_reminding(person=person.pk, by=system, version=0, **WISH)
    assert {name: getattr(again, name) for name in WISH} == WISH
    assert again.version == first.version == person.version + 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reminders", "pigeon"), ("time_zone", "Mars/Olympus"), ("time_zone", "../../etc/passwd"),
        ("time_zone", "Europe/Brussels\0"), ("quiet_from", "21:00"), ("quiet_until", None),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_field(person, field, value):
    with pytest.raises(Invalid) as refusal:
        set_reminding(person=person.pk, by=User.objects.system(), **(WISH | {field: value}))
    assert refusal.value.field == field
    person.refresh_from_db()
    assert (person.quiet_from, person.reminders, person.time_zone) == (dt.time(21), "email", "")


def test_an_empty_time_zone_is_the_clinics(person):
    assert set_reminding(person=person.pk, by=User.objects.system(), **(WISH | {"time_zone": ""})).time_zone == ""


@pytest.mark.parametrize("role", ["nurse", "coordinator"])
def test_those_who_look_after_people_of_the_clinic_may_write_it_down(team, person, role):
    assert set_reminding(person=person.pk, by=getattr(team, role), **WISH).reminders == "none"


def test_others_may_not(team, other_team, person):
    for user in (team.clinician, other_team.coordinator, factories.make_user()):
        with pytest.raises(Denied):
            set_reminding(person=person.pk, by=user, **WISH)


def test_a_form_that_is_out_of_date_is_told(team, person):
    with pytest.raises(Stale):
        set_reminding(person=person.pk, by=team.nurse, version=person.version + 7, **WISH)
