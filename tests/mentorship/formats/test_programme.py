"""What a clinic chose for its programme: stored with who and when, and read by the plan of a new pair."""

import datetime as dt

import pytest
from django.urls import reverse

from clinics.models import SettingChange
from common.errors import Denied, Invalid, Stale
from mentorship.actions import formats, planning
from mentorship.actions.programme import change_programme
from mentorship.formats.choice import formats_for, programme_of
from mentorship.models import Format, Programme
from tests import factories

pytestmark = pytest.mark.django_db
VALUES = {"needs_moderator": False, "digest_at": dt.time(7, 30)}


@pytest.fixture
def team(db):
    return factories.Team()


@pytest.fixture
def brown():
    return Format.objects.presets().get(key="emb_brown")


def change(team, ref="", by=None, version=None, **values):
    clinic = team.clinic
    clinic.refresh_from_db()
    return change_programme(
        clinic=clinic, by=by or team.admin, version=clinic.version if version is None else version, pair_format=ref,
        **(VALUES | values),
    )  # fmt: skip


def test_new_pairs_follow_what_was_chosen(team, brown):
    assert planning.format_of(factories.make_match(team)).key == "halfword_start"
    change(team, brown.ref)
    assert planning.format_of(factories.make_match(team)) == brown


def test_a_change_is_kept_with_who_and_from_what_to_what(team, brown):
    change(team, brown.ref)
    row = SettingChange.objects.get(clinic=team.clinic, section="programme")
    assert row.by == team.admin
    assert row.changes["New pairs follow"] == ["Our own start", f"{brown.name}, version 1"]
    assert row.changes["The daily overview goes out at"] == ["08:00", "07:30"]
    change(team, brown.ref)
    assert SettingChange.objects.filter(clinic=team.clinic).count() == 1  # the same again changes nothing


def test_only_an_admin_over_what_they_saw(team, brown):
    with pytest.raises(Denied):
        change(team, brown.ref, by=team.coordinator)
    with pytest.raises(Stale):
        change(team, brown.ref, version=77)
    assert not Programme.objects.exists()


@pytest.mark.parametrize("which", ["no pair", "retired", "another clinic's", "unknown"])
def test_what_no_pair_could_follow_is_refused(team, brown, which):
    other = factories.Team("Scheldt Rheumatology Clinic")
    refs = {"no pair": Format.objects.presets().get(key="emb_gifford").ref, "unknown": "nothing"}
    retired = formats.copy(format=brown, clinic=team.clinic, by=team.coordinator)
    formats.retire(format=retired, by=team.coordinator)
    refs["retired"] = retired.ref
    refs["another clinic's"] = formats.copy(format=brown, clinic=other.clinic, by=other.coordinator).ref
    with pytest.raises(Invalid) as refusal:
        change(team, refs[which])
    assert refusal.value.field == "pair_format"
    assert not Programme.objects.filter(clinic=team.clinic).exists()


def test_only_those_with_a_pair_are_offered_own_ones_first(team, brown):
    own = formats.copy(format=brown, clinic=team.clinic, by=team.coordinator)
    rows = formats_for(team.clinic)
    assert rows[0] == own
    assert len(rows) == 1 + 1 + 21  # own, our start, those of the library with a pair
    assert all(row.sentence for row in rows)
    assert len(formats_for(team.clinic, pairs=False)) == 1 + 1 + 39


# The page ---------------------------------------------------------------------------------


def post(client, team, **values):
    team.clinic.refresh_from_db()
    data = {"version": team.clinic.version, "pair_format": "", "digest_at": "08:15", "needs_moderator": "on"}
    return client.post(reverse("mentorship:programme-settings"), data | values)


def test_an_admin_chooses(team, brown, sign_in):
    client = sign_in(team.admin)
    assert brown.name in client.get(reverse("mentorship:programme-settings")).content.decode()
    assert "Programme" in client.get(reverse("clinics:settings")).content.decode()
    assert post(client, team, pair_format=brown.ref, needs_moderator="").status_code == 302
    chosen = programme_of(team.clinic)
    assert (chosen.pair_format, chosen.needs_moderator, chosen.digest_at) == (brown, False, dt.time(8, 15))


def test_an_older_version_that_was_chosen_can_be_kept(team, brown, sign_in):
    change(team, brown.ref)
    Format.objects.create(key=brown.key, number=2, name=brown.name, body=brown.body)
    client = sign_in(team.admin)
    page = client.get(reverse("mentorship:programme-settings")).content.decode()
    assert f"{brown.name}, version 1" in page
    assert post(client, team, pair_format=brown.ref).status_code == 302
    assert programme_of(team.clinic).pair_format == brown


@pytest.mark.parametrize(
    ("values", "field"), [({"digest_at": "soon"}, "digest_at"), ({"pair_format": "nothing"}, "pair_format")]
)
def test_a_mistake_is_said_at_its_field(team, sign_in, values, field):
    reply = post(sign_in(team.admin), team, **values)
    assert reply.status_code == 200
    assert f'id="id_{field}_error"' in reply.content.decode()
    assert not Programme.objects.exists()


def test_a_change_of_somebody_else_is_shown_beside_mine(team, brown, sign_in):
    client = sign_in(team.admin)
    stale = team.clinic.version
    change(team, brown.ref)
    reply = post(client, team, version=stale, digest_at="06:00")
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "07:30" in page and 'value="06:00"' in page
    assert programme_of(team.clinic).digest_at == dt.time(7, 30)
