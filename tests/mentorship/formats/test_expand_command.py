"""The dated contacts of a format from a shell."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from common import clock
from mentorship.models import Format
from tests import factories
from tests.mentorship.formats.bodies import body, fixed, part

pytestmark = pytest.mark.django_db


@pytest.fixture
def expand(capsys):
    def run(*args):
        call_command("expand_format", *args)
        return capsys.readouterr().out

    return run


def test_brown_as_json(expand):
    rows = json.loads(expand("emb_brown", "--start", "2026-01-05", "--json"))
    assert [row["day"] for row in rows] == [0, 21, 91, 182, 273, 364]
    assert rows[0] == {"day": 0, "date": "2026-01-05", "component": 1, "channel": "f2f", "minutes": 45}
    assert rows[-1] == {"day": 364, "date": "2027-01-04", "component": 1, "channel": "tel", "minutes": None}


def test_a_span_of_minutes_is_a_list(expand):
    assert json.loads(expand("emb_joseph", "--start", "2026-01-05", "--json"))[1]["minutes"] == [10, 15]


def test_the_start_is_the_date_of_every_anchor_unless_one_is_named(expand):
    assert [row["date"] for row in json.loads(expand("joo_c", "--start", "2026-03-01", "--json"))] == ["2026-02-28"]
    named = expand("joo_c", "--start", "2026-03-01", "--anchor", "discharge=2026-05-02", "--json")
    assert [row["date"] for row in json.loads(named)] == ["2026-05-01"]


def test_without_a_start_it_is_today(expand):
    with clock.at(dt.datetime(2026, 11, 19, 10, tzinfo=dt.UTC)):
        assert json.loads(expand("emb_sheppard", "--json"))[0]["date"] == "2026-11-19"


def test_two_components_stand_in_the_order_of_their_dates(expand):
    rows = json.loads(expand("emb_marino", "--start", "2026-01-05", "--json"))
    assert rows == sorted(rows, key=lambda row: (row["date"], row["component"]))
    assert [row["component"] for row in rows[:3]] == [1, 2, 2]


def test_whenever_they_like_prints_nothing(expand):
    assert expand("joo_a", "--start", "2026-01-05") == ""
    assert json.loads(expand("joo_a", "--json")) == []


def test_as_lines_it_says_what_is_not_stated(expand):
    lines = expand("emb_brown", "--start", "2026-01-05").splitlines()
    assert len(lines) == 6
    assert lines[0].split() == ["2026-01-05", "day", "0", "component", "1", "f2f", "45", "minutes"]
    assert lines[5].endswith("length not stated")
    assert "10-15 minutes" in expand("emb_joseph", "--start", "2026-01-05")


def test_a_version_and_a_clinics_own_can_be_asked_for(expand):
    clinic, by = factories.make_clinic(), factories.make_user()
    for number, day in ((1, 3), (2, 4)):
        Format.objects.create(
            clinic=clinic, key="ours", number=number, name="Ours", body=body(part(fixed(day=day))), created_by=by
        )
    ours = ("ours", "--clinic", clinic.ref, "--json")
    assert json.loads(expand(*ours))[0]["day"] == 4
    assert json.loads(expand(*ours, "--format-version", "1"))[0]["day"] == 3
    with pytest.raises(CommandError, match="has no version 7; its newest is 2"):
        expand(*ours, "--format-version", "7")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["emb_browm"], "no format with the key 'emb_browm'. Did you mean emb_brown"),
        (["zzz"], "no format with the key 'zzz'.$"),
        (["emb_brown", "--start", "05/01/2026"], "'05/01/2026' is not a date"),
        (["emb_brown", "--start", "2026-02-30"], "'2026-02-30' is not a date"),
        (["emb_brown", "--start", ""], "'' is not a date"),
        (["emb_brown", "--start", "2026-W01-1"], "is not a date"),
        (["emb_brown", "--start", "9999-12-01"], "calendar ends before"),
        (["emb_brown", "--anchor", "birth=2026-01-01"], "'birth' is no anchor"),
        (["emb_brown", "--anchor", "discharge"], "'' is not a date"),
        (["emb_brown", "--clinic", "nowhere"], "no clinic"),
    ],
)
def test_what_cannot_be_expanded_is_said(expand, args, said):
    with pytest.raises(CommandError, match=said):
        expand(*args)


@pytest.mark.parametrize("typed", [["\udcff"], ["emb_brown", "--clinic", "\udcff"], ["emb_brown", "--start", "\udcff"]])
def test_bytes_that_are_no_text_are_refused_in_words(expand, typed):
    with pytest.raises(CommandError) as refused:
        expand(*typed)
    str(refused.value).encode()
