"""Who looked at whom: every look leaves a row, somewhere."""

import datetime as dt
import json
import stat

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from clinics import access_log, access_names
from clinics.models import AccessLog
from common import clock
from tests.factories import make_person


@pytest.fixture
def request_by(rf):
    def make(user, clinic=None):
        request = rf.get("/")
        request.user, request.clinic = user, clinic
        return request

    return make


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def broken(monkeypatch):
    """The database cannot take a row of the log."""

    def fail(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(AccessLog.objects, "create", fail)


def test_a_look_is_written_with_who_when_what_and_why(team, request_by):
    person = make_person(team.clinic)
    access_log.record(request_by(team.nurse, team.clinic), "referral", [person], why="Referred by her")
    row = AccessLog.objects.get()
    assert (row.clinic, row.by, row.page, row.why) == (team.clinic, team.nurse, "referral", "Referred by her")
    assert AccessLog.objects.about(person.ref).count() == 1


def test_a_list_writes_one_row_for_everybody_it_shows(team, request_by):
    people = [make_person(team.clinic) for _ in range(5)]
    access_log.record(request_by(team.coordinator, team.clinic), "waiting", [*people, people[0]])
    assert AccessLog.objects.get().people.split() == [p.ref for p in people]


def test_an_empty_list_writes_nothing(team, request_by):
    access_log.record(request_by(team.nurse, team.clinic), "referrals", [])
    assert not AccessLog.objects.exists()


def test_a_look_belongs_to_the_clinic_of_the_person(team, other_team, request_by):
    people = [make_person(team.clinic), make_person(other_team.clinic)]
    access_log.record(request_by(team.nurse, team.clinic), "referrals", people)
    assert {row.clinic for row in AccessLog.objects.all()} == {team.clinic, other_team.clinic}


def test_a_look_by_link_has_no_user(team, request_by):
    from django.contrib.auth.models import AnonymousUser

    access_log.record(request_by(AnonymousUser()), "check", [make_person(team.clinic)])
    assert AccessLog.objects.get().by is None


def test_a_row_the_database_cannot_take_goes_to_a_private_file(team, request_by, broken):
    person = make_person(team.clinic)
    access_log.record(request_by(team.nurse, team.clinic), "referral", [person])
    assert stat.S_IMODE(access_log.path().stat().st_mode) == 0o600
    assert json.loads(access_log.path().read_text())["people"] == f" {person.ref} "


def test_only_when_both_fail_the_page_is_refused(team, request_by, broken, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "not-there"
    request, people = request_by(team.nurse, team.clinic), [make_person(team.clinic)]
    with pytest.raises(access_log.LookNotRecorded):
        access_log.record(request, "referral", people)
    access_log.record(request, "flag", people, even_if_lost=True)


def test_the_file_comes_back_once(team, request_by, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        patch.setattr(AccessLog.objects, "create", lambda **row: (_ for _ in ()).throw(DatabaseError))
        for _ in range(3):
            access_log.record(request_by(team.nurse, team.clinic), "referral", [make_person(team.clinic)])
    lines = access_log.path().read_text()
    call_command("import_access_log")
    assert "3 rows imported, 0 lines left" in capsys.readouterr().out
    access_log.path().write_text(lines)
    access_log.import_file()
    assert AccessLog.objects.count() == 3


def test_a_line_nobody_can_read_stays_in_the_file(team):
    access_log.path().write_text("{broken\n")
    assert access_log.import_file() == (0, 1)
    assert access_log.path().read_text() == "{broken\n"


def test_without_a_file_there_is_nothing_to_import(db):
    assert access_log.import_file() == (0, 0)


# The page ---------------------------------------------------------------------------------


def look(team, by, page="referral", days_ago=0, people=1):
    refs = " ".join(make_person(team.clinic).ref for _ in range(people))
    at = clock.now() - dt.timedelta(days=days_ago)
    return AccessLog.objects.create(clinic=team.clinic, by=by, page=page, people=f" {refs} ", at=at)


def test_the_page_shows_looks_newest_first(sign_in, team):
    look(team, team.nurse, days_ago=2)
    look(team, team.coordinator, people=7)
    page = sign_in(team.admin).get("/access-log/").content.decode()
    assert page.index("Leen") < page.index("Katrien")
    assert "7 people" in page


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"who": "katrien"}, {"Katrien"}),
        ({"page": "match"}, {"Leen"}),
        ({"who": "nobody"}, set()),
        ({"whom": "nobody"}, set()),
        ({"since": "2000-01-01", "until": "9999-12-31"}, {"Katrien", "Leen"}),
        ({"until": "2000-01-01"}, set()),
    ],
)
def test_looks_are_found_by_who_page_and_dates(sign_in, team, chosen, expected):
    look(team, team.nurse)
    look(team, team.coordinator, page="match")
    page = sign_in(team.admin).get("/access-log/", chosen).content.decode()
    assert {name for name in ("Katrien", "Leen") if f">{name} " in page} == expected


@pytest.mark.parametrize(
    "odd", [{"since": "nonsense"}, {"who": "a\x00"}, {"page": "forged"}, {"page_number": "x"}, {"who": "x" * 10_000}]
)
def test_odd_choices_are_no_failure(sign_in, team, odd):
    look(team, team.nurse)
    assert sign_in(team.admin).get("/access-log/", odd).status_code == 200


def test_names_come_from_the_floor_that_knows_people(sign_in, team, monkeypatch):
    row = look(team, team.nurse)
    ref = row.people.strip()
    known = {"names": lambda clinic, refs: {ref: "Samira B."}, "find": lambda clinic, words: [ref]}
    monkeypatch.setattr(access_names, "_known", known)
    assert "Samira B." in sign_in(team.admin).get("/access-log/", {"whom": "samira"}).content.decode()


def test_another_clinics_log_stays_out_of_sight(sign_in, team, other_team):
    look(other_team, other_team.coordinator, page="secret-page")
    assert "Secret page" not in sign_in(team.admin).get("/access-log/").content.decode()


def test_the_page_asks_as_many_questions_for_two_looks_as_for_many(sign_in, team, django_assert_max_num_queries):
    client = sign_in(team.admin)
    for _ in range(60):
        look(team, team.nurse)
    with django_assert_max_num_queries(12):
        client.get("/access-log/")


def test_people_are_named_and_found_by_name(sign_in, team):
    youssef = make_person(team.clinic, first_name="Youssef", last_name="Amrani")
    AccessLog.objects.create(clinic=team.clinic, by=team.nurse, page="referral", people=f" {youssef.ref} ")
    look(team, team.coordinator)
    page = sign_in(team.admin).get("/access-log/", {"whom": "amrani youssef"}).content.decode()
    assert "Youssef Amrani" in page
    assert "A referral" in page
    assert ">Leen " not in page
