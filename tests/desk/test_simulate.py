"""What a programme owes is worked out from a diary alone; a difference is told with an example."""

import datetime as dt
import random
import sys
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from common import clock
from desk.management.commands import simulate
from desk.simulate import formats, lives, owed, table
from desk.simulate.diary import Diary, FlagLine, PairLine, PaperLine, RequestLine, TalkLine
from desk.simulate.play import BEGINS, Play, Script, somebody
from mentorship.formats import calendar, presets
from mentorship.models import Format
from referrals.models import Referral
from tests import factories

TZ = "Europe/Brussels"
BEGUN = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)  # a Monday
DAY = dt.timedelta(days=1)
START = presets.read()["halfword_start"]["body"]


def morning(days: int) -> dt.datetime:
    return dt.datetime(2026, 3, 2, 8, 1, tzinfo=dt.UTC) + days * DAY


def diary(days: int = 200) -> Diary:
    mornings = [morning(n) for n in range(1, days)]
    return Diary(BEGUN, mornings=mornings, beats=mornings)


def pair(book: Diary, **fields) -> PairLine:
    line = PairLine(7, BEGUN, START, dt.time(19), [(BEGUN, "introduced")], **fields)
    book.pairs[7] = line
    return line


@pytest.mark.parametrize("key", sorted(presets.read()))
def test_the_days_counted_one_by_one_are_those_of_the_calendar(key):
    body = presets.read()[key]["body"]
    for part in body["components"]:
        for rule in part["rules"]:
            assert owed.days_of(rule, body["duration_days"]) == list(calendar.days(rule, body["duration_days"]))


@pytest.mark.parametrize(
    ("introduced", "first"),
    [((10, 0), (0, 14)), ((12, 59), (0, 14)), ((13, 0), (0, 15)), ((17, 59), (0, 19)), ((18, 0), (1, 14))],
)
def test_the_first_day_has_its_talk_however_late_they_were_introduced(introduced, first):
    book = diary()
    begun = BEGUN.replace(hour=introduced[0], minute=introduced[1])  # an hour more in Brussels
    line = PairLine(7, begun, presets.read()["emb_brown"]["body"], dt.time(14), [(begun, "introduced")])
    book.pairs[7] = line
    found = sorted(owed.plans(book, TZ))
    assert len(found) == 6
    assert found[0] == (7, 1, 0, BEGUN.date() + first[0] * DAY, dt.time(first[1]))


def test_a_pause_over_a_day_asks_late_and_an_ending_asks_no_more():
    book = diary()
    line = pair(book)
    line.states += [(morning(9), "paused"), (morning(12), "introduced"), (morning(40), "ended")]
    line.end_reason = "mentee"
    days = {"mentee": [10, 30, 56, 180]}
    assert owed.checks(book, days, TZ, ["mentee"]) == {(7, 10, "mentee"), (7, 30, "mentee")}
    line.end_reason = "planned"
    assert (7, 180, "mentee") in owed.checks(book, days, TZ, ["mentee"])


def test_a_talk_is_reminded_of_once_for_each_day_it_is_planned_for():
    book = diary()
    line = pair(book)
    first, moved = BEGUN + 10 * DAY, BEGUN + 12 * DAY
    line.talks[1] = TalkLine("t", [(BEGUN, first, 1), (morning(10), moved, 2)], gone_at=moved)
    told = owed.soon(book, TZ)
    assert told == {("t", "before", first.date(), 1), ("t", "before", moved.date(), 2)}


def told_and_to_come(book: Diary) -> PairLine:
    """Return a pair with a talk the mentee told of, one in the days after it, and one later."""
    line = pair(book)
    planned = {1: 3, 2: 8, 3: 30}
    line.talks = {n: TalkLine(f"t{n}", [(BEGUN, BEGUN + days * DAY, 1)]) for n, days in planned.items()}
    line.talks[1].said_at = BEGUN + 5 * DAY
    return line


def played(book: Diary) -> lives.Pair:
    """Return the pair of a book as it stands in a play."""
    match = SimpleNamespace(pk=7, referral_id=1, mentor=SimpleNamespace(person=SimpleNamespace(user=None)))
    play, cast = SimpleNamespace(chance=lambda share: False), SimpleNamespace(coordinator=None)
    found = lives.Pair(SimpleNamespace(play=play, rng=random.Random(1), diary=book, match=match, cast=cast))
    found.line = book.pairs[7]
    return found


@pytest.mark.parametrize("paused, off", [(None, {"t3"}), (6, {"t2", "t3"})])
def test_an_end_takes_off_what_lies_after_it_or_after_the_pause_it_came_in(paused, off):
    book = diary()
    line = told_and_to_come(book)
    if paused:
        line.states.append((BEGUN + paused * DAY, "paused"))
    with clock.at(BEGUN + 10 * DAY):
        played(book)._over("fit")
    assert (owed.told_of(book), owed.taken_off(book)) == ({"t1"}, off)


def test_a_pause_takes_off_what_lies_in_it_alone(monkeypatch):
    book = diary()
    told_and_to_come(book).states.append((BEGUN + 6 * DAY, "paused"))
    monkeypatch.setattr(lives.matching, "resume", lambda **who: None)
    with clock.at(BEGUN + 10 * DAY):
        played(book).resume()
    assert (owed.told_of(book), owed.taken_off(book)) == ({"t1"}, {"t2"})


def test_a_mentee_who_told_of_a_talk_is_not_asked_about_it():
    book = diary(20)
    pair(book).talks[1] = TalkLine("t", [(BEGUN, BEGUN + 3 * DAY, 1)], said_at=BEGUN + 4 * DAY)
    assert owed.unlogged(book, TZ, "mentee") == set()
    assert owed.unlogged(book, TZ, "mentor") == {("t", (BEGUN + 3 * DAY).date())}


def test_a_request_expires_unless_it_was_answered_before_the_beat_that_finds_it():
    book = diary()
    book.requests = [
        RequestLine(1, morning(2) - dt.timedelta(hours=1), settled_at=None),
        RequestLine(2, morning(2) - dt.timedelta(hours=1), settled_at=morning(1)),
    ]
    assert owed.expiries(book) == {1}


def test_a_paper_renewed_without_a_gap_is_not_told_of_again():
    book = diary()
    ends = (BEGUN + 90 * DAY).date()
    book.papers[1] = PaperLine("m", [(BEGUN, BEGUN.date(), ends)])
    assert {row[2] for row in owed.papers(book, TZ)} == {60, 30, 7}
    book.papers[1].spans.append((morning(50), ends + DAY, ends + 700 * DAY))
    assert {row[2] for row in owed.papers(book, TZ)} == {60}


def test_a_worry_climbs_by_the_minute_and_by_the_working_day():
    works = owed.Works(TZ, dt.time(8, 30), dt.time(17), [])
    book = diary()
    book.flags = [
        FlagLine(3, "S1", BEGUN, acknowledged_at=BEGUN + dt.timedelta(minutes=50), resolved_at=BEGUN + DAY / 8)
    ]
    minutes = sorted((at - BEGUN).total_seconds() / 60 for _flag, at in owed.climbs(book, works, morning(9)))
    assert minutes == [30, 45]
    friday = dt.datetime(2026, 3, 6, 15, tzinfo=dt.UTC)  # an hour before closing
    assert works.answer_by("S2", friday) == dt.datetime(2026, 3, 9, 8, 30, tzinfo=dt.UTC)
    assert works.answer_by("S3", friday) == dt.datetime(2026, 3, 9, 16, tzinfo=dt.UTC)


def test_a_difference_is_told_with_what_is_missing_and_what_nobody_asked_for():
    row = table.line("questions", {(1, 3), (1, 10)}, {(1, 3), (2, 3)})
    assert (row.owed, row.made, row.differences) == (2, 2, 2)
    assert row.examples == ("missing (1, 10)", "unasked (2, 3)")


def test_the_tables_of_several_clinics_are_added_up():
    one = {
        "lines": [{"what": "a", "owed": 2, "made": 1, "differences": 1, "examples": ["missing 1"]}],
        "happened": {"x": 1},
    }
    lines, happened = table.together([one, one])
    assert (lines[0].owed, lines[0].differences, happened) == (4, 2, {"x": 2})


def test_nobody_does_anything_in_the_moment_of_a_round(db):
    play = Play(Script(mentees=1, months=1, seed=1))
    play.open()
    rounds = [moment for moment, _order, _do in play._queue if moment.second]
    assert len(rounds) == 30 + 5  # each morning, and on Mondays the evening too
    play.at(rounds[0], print)
    assert max(play._queue, key=lambda planned: planned[1])[0] == rounds[0] + dt.timedelta(seconds=30)
    assert play.now.second == 30


def test_two_people_with_one_name_are_both_referred(db, monkeypatch):
    play = Play(Script(mentees=2, months=1, seed=1))
    play.open()
    monkeypatch.setattr(lives, "somebody", lambda number: somebody(7))
    with clock.at(BEGINS):
        for number in (0, 1):
            lives.Road(play, number).submit()
    assert Referral.objects.count() == 2
    assert play.diary.happened["taken for somebody else"] == 1


@pytest.mark.parametrize("words", [["--mentees", "0"], ["--months", "x"], ["--mentees", "9999999"]])
def test_nonsense_is_refused_before_anything_is_played(words):
    with pytest.raises(CommandError):
        call_command("simulate", *words)


# Formats ----------------------------------------------------------------------------------


def own_format(team, key="walks", number=1, clinic=True, **changes):
    """Store a version of a format, of a clinic or for everybody."""
    whose = {"clinic": team.clinic, "created_by": team.coordinator} if clinic else {}
    body = {**presets.read()["emb_sheppard"]["body"], **changes}
    return Format.objects.create(key=key, number=number, name="Walks", source="Ours", body=body, **whose)


@pytest.mark.parametrize("clinic", [True, False])
def test_the_newest_version_of_a_format_that_stands_here_is_played(db, clinic):
    team = factories.Team()
    own_format(team, clinic=clinic)
    newest = own_format(team, number=2, clinic=clinic, duration_days=77)
    given = formats.in_use_here("walks")
    Format.objects.filter(key="walks").delete()  # the play has a database of its own
    [played] = formats.to_play("walks", given)
    assert (played.clinic, played.key, played.body) == (None, "walks", newest.body)
    assert Play(Script(1, 1, 1, (played,))).format_of(0) == played


def test_everybodys_format_comes_before_a_clinics(db):
    team = factories.Team()
    everybodys = own_format(team, clinic=False, duration_days=77)
    own_format(team)
    assert formats.in_use_here("walks")["body"] == everybodys.body


def test_a_preset_that_was_changed_here_stands_beside_the_one_of_the_play(db):
    row = Format.objects.presets().get(key="emb_brown")
    given = {"key": "emb_brown", "number": 1, "name": row.name, "source": row.source}
    assert formats.to_play("emb_brown", given | {"body": row.body}) == (row,)
    [changed] = formats.to_play("emb_brown", given | {"body": row.body | {"duration_days": 9}})
    assert (changed.number, changed.body["duration_days"]) == (2, 9)


def test_presets_and_the_own_start_are_played_as_they_are(db):
    assert formats.to_play(None, None) == ()
    assert len(formats.to_play("all", None)) == len(presets.read())
    assert formats.in_use_here("no-such-format") is None and formats.to_play("no-such-format", None) == ()


def test_a_database_without_tables_has_no_format(db, monkeypatch):
    monkeypatch.setattr(Format._meta, "db_table", "no_such_table")
    assert formats.in_use_here("walks") is None


def test_a_database_that_is_not_there_is_not_made(db, monkeypatch, tmp_path):
    monkeypatch.setattr(connections[connection.alias], "vendor", "sqlite")  # a server's is made by people
    monkeypatch.setitem(connection.settings_dict, "NAME", tmp_path / "none.sqlite3")
    assert formats.in_use_here("emb_brown") is None
    assert not list(tmp_path.iterdir())


def test_a_format_is_handed_over_to_each_share(monkeypatch):
    command = simulate.Command()
    command.given = {"key": "walks", "body": {"x": "y" * 200_000}}
    process = command._start(
        [sys.executable, "-c", "import sys, json; print(len(json.load(sys.stdin)['body']['x']))"], {}
    )
    assert process.communicate()[0].strip() == b"200000"


def test_a_key_that_is_no_text_is_refused():
    with pytest.raises(CommandError, match="is not text"):
        call_command("simulate", "--format", "\udcff")
