"""Formats for tests: the smallest one that can be followed, and its parts."""

import copy


def fixed(**fields):
    row = {"type": "fixed", "anchor": "introduction", "day": 0, "minutes": 30, "channel": "tel", "location": None}
    return row | fields


def recurring(**fields):
    row = {
        "type": "recurring", "anchor": "introduction", "start": 0, "every_days": [7, 7], "times": 1, "count": 3,
        "until_day": None, "minutes": None, "channel": None, "location": None,
    }  # fmt: skip
    return row | fields


def on_demand(**fields):
    return {"type": "on_demand", "note": None} | fields


def part(*rules, **fields):
    row = {
        "role": "supporter", "kind": "one_to_one", "channels": ["tel", "f2f"], "leader": "mentor", "size": None,
        "unit": "person", "moderator": None, "optional": False, "manualised": None, "rules": list(rules or [fixed()]),
    }  # fmt: skip
    return row | fields


def body(*parts, **fields):
    row = {
        "mode": "one_to_one", "mentee": ["patient"], "duration_days": 84, "matching": "coordinator",
        "components": list(parts or [part()]), "transition": None, "followups": [],
    }  # fmt: skip
    return copy.deepcopy(row | fields)
