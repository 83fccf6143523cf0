"""Every format of the library is there after migrating, and gives what its source says."""

import datetime as dt
import hashlib
import json

import pytest

from mentorship.formats import calendar, presets, spec, terms, words
from mentorship.models import Format

DAY = dt.timedelta(days=1)
START = dt.date(2026, 1, 5)
LIBRARY = {key: preset["body"] for key, preset in presets.read().items() if key != "halfword_start"}
# Of the library the product came with, as `json.dumps(library, sort_keys=True)`.
FINGERPRINT = "8ffa3bb4ee4cd306ed1511e98a99d1349d26663879196528af21db9a6303f5fd"


def weekly(number, start=0):
    return [start + 7 * n for n in range(number)]


# key: days of every dated contact, minutes in all at the least and the most, contacts of a length not stated.
SAID = {
    **dict.fromkeys(
        [
            "joo_a", "joo_b", "joo_d", "joo_e", "joo_f", "joo_g", "emb_hyde_forum", "emb_hyde_cohort", "emb_struthers",
            "emb_whittemore", "emb_heisler", "emb_carlsson", "emb_harris", "vde_hybrid", "vde_moderated_group",
            "vde_digital_1to1", "vde_relative",
        ],
        ([], 0, 0, 0),
    ),
    "joo_c": ([-1], 0, 0, 1),
    "emb_messias": ([14 * n for n in range(1, 13)], 0, 0, 12),
    "emb_challenging_arthritis": (weekly(6), 900, 900, 0),
    "emb_cdsmc": (weekly(6), 720, 720, 0),
    "emb_asmp_pairs": (weekly(6), 720, 720, 0),
    "emb_beckmann": (weekly(6), 0, 0, 6),
    "emb_coward": (weekly(8), 720, 720, 0),
    "emb_fu": (weekly(7), 840, 1050, 0),
    "emb_gifford": (weekly(7), 1050, 1050, 0),  # 17.5 hours
    "emb_hyde_weekend": ([0, 1, *weekly(9, 8)], 0, 0, 11),
    "emb_hainsworth": (weekly(6), 900, 900, 0),
    "emb_dietrick": (weekly(6), 720, 720, 0),  # 12 hours
    "emb_stewart": (weekly(12), 720, 720, 0),
    "emb_epp": (weekly(6), 900, 900, 0),
    "emb_bfc": (weekly(8), 960, 960, 0),
    "emb_brown": ([0, 21, 91, 182, 273, 364], 75, 75, 4),
    "emb_marino": (sorted([15 * n for n in range(23)] + [7 * n + d for n in range(48) for d in (0, 2, 4)]), 1380, 1380, 144),
    "emb_joseph": ([0, *weekly(8, 7)], 140, 180, 0),
    "emb_sheppard": ([0, 7], 0, 0, 2),
    "emb_sutton": (sorted([7 * n + d for n in range(8) for d in (0, 3)]), 0, 0, 16),
    "vde_taster": ([0], 0, 0, 1),
    "vde_repeated": ([0, 14, 28], 0, 0, 3),
}  # fmt: skip


def expanded(key, **anchors):
    return calendar.expand(LIBRARY[key], dict.fromkeys(terms.ANCHORS, START) | anchors)


def test_the_table_speaks_of_all_39():
    assert len(LIBRARY) == 39
    assert SAID.keys() == LIBRARY.keys()


@pytest.mark.parametrize("key", sorted(SAID))
def test_a_format_gives_what_its_source_says(key):
    days, least, most, unstated = SAID[key]
    rows = expanded(key)
    assert [row.day for row in rows] == days
    assert [row.date for row in rows] == [START + day * DAY for day in days]
    assert words.totals(LIBRARY[key]) == (least, most, unstated)


@pytest.mark.parametrize("key", sorted(LIBRARY))
def test_a_format_of_the_library_is_in_order_and_has_words(key):
    assert spec.problems(LIBRARY[key]) == []
    assert words.sentence(LIBRARY[key]).endswith(".")


def test_brown_meets_twice_and_then_phones():
    rows = expanded("emb_brown")
    assert [row.channel for row in rows] == ["f2f", "f2f", "tel", "tel", "tel", "tel"]
    assert [row.minutes for row in rows] == [45, 30, None, None, None, None]


def test_the_new_mothers_meet_before_going_home():
    assert [row.date for row in expanded("joo_c", discharge=dt.date(2026, 3, 1))] == [dt.date(2026, 2, 28)]
    assert calendar.expand(LIBRARY["joo_c"], {"introduction": START}) == []


def test_the_weekend_comes_before_the_nine_weeks():
    rows = expanded("emb_hyde_weekend")
    assert [(row.component, row.kind) for row in rows] == [(1, "course")] * 2 + [(2, "group")] * 9


def test_eighteen_have_no_pair_at_all():
    assert sum(not words.has_pair(body) for body in LIBRARY.values()) == 18


def test_the_library_is_kept_as_it_came():
    assert hashlib.sha256(json.dumps(LIBRARY, sort_keys=True).encode()).hexdigest() == FINGERPRINT


# Stored -----------------------------------------------------------------------------------


def test_every_preset_is_stored_after_migrating_with_its_source(db):
    rows = {row.key: row for row in Format.objects.presets()}
    assert rows.keys() == presets.read().keys()
    assert {key: rows[key].body for key in LIBRARY} == LIBRARY
    assert all(row.source and row.name and row.number == 1 for row in rows.values())


def test_storing_them_again_adds_nothing_and_changes_nothing(db):
    before = list(Format.objects.values())
    Format.objects.filter(key="emb_brown").update(name="As the hospital calls it")
    presets.store()
    assert Format.objects.count() == len(before)
    assert Format.objects.get(key="emb_brown").name == "As the hospital calls it"
