"""The same instance by mentor-match (PyPI), in an environment of its own. Prints JSON; run by bench/match.py.

    python -I bench/peer.py places table.json     every place is a mentor of its own, one round: finds the optimum
    python -I bench/peer.py rounds table.json     as its own guide has it, one mentee for each mentor in each round

Points are worked out before and handed over as a table, so only the matching is timed.
"""

import json
import sys
import time

from matching.mentee import Mentee
from matching.mentor import Mentor
from matching.process import process_data
from matching.rules.rule import Disqualify


class Points:
    """The rule: what the table says."""

    def __init__(self, table):
        self.table = table

    def apply(self, match):
        """Return the points of a pair."""
        return self.table[match.mentee.row][match.mentor.row]


def person(kind, row, name):
    """Return a mentee or mentor who stands for a row of the table."""
    made = kind(**{"grade": 1, "email": name, "first name": name, "last name": name})
    made.row = row
    return made


def by_places(table, capacity):
    """Return what is needed for one round in which every place is a mentor."""
    mentors = [person(Mentor, row, f"m{row}-{n}") for row, places in enumerate(capacity) for n in range(places)]
    rules = [Points(table), Disqualify(lambda match: table[match.mentee.row][match.mentor.row] <= 0)]
    return mentors, [rules]


def by_rounds(table, capacity):
    """Return what is needed for as many rounds as the mentor with most places has places."""
    mentors = [person(Mentor, row, f"m{row}") for row in range(len(capacity))]

    def out(match):
        full = len(match.mentor.mentees) >= capacity[match.mentor.row]
        return full or bool(match.mentee.mentors) or table[match.mentee.row][match.mentor.row] <= 0

    return mentors, [[Points(table), Disqualify(out)] for _ in range(max(capacity))]


def main():
    """Match once, and say how long it took and what the pairs are worth."""
    mode, path = sys.argv[1:]
    with open(path) as file:
        given = json.load(file)
    table, capacity = given["points"], given["capacity"]
    mentors, rules = {"places": by_places, "rounds": by_rounds}[mode](table, capacity)
    mentees = [person(Mentee, row, f"p{row}") for row in range(len(table))]
    begun = time.perf_counter()
    _mentors, matched = process_data(mentors, mentees, rules)
    seconds = time.perf_counter() - begun
    total = sum(table[mentee.row][mentor.row] for mentee in matched for mentor in mentee.mentors)
    print(json.dumps({"seconds": seconds, "total": total}))


if __name__ == "__main__":
    main()
