"""The formats without a pair run from the first day to the last attendance list, without any match."""

import pytest

from common import clock
from common.vocabulary import Relation
from matching.models import Match
from mentorship import grouping
from mentorship.actions import groups_sessions as sessions
from mentorship.formats import calendar, presets
from mentorship.models import Attendance, Enrolment
from tests import factories
from tests.mentorship.groups.world import DAY, FIRST, HOUR, NOW, make_group, preset, sign_up

WITHOUT_A_PAIR = sorted(
    key for key, row in presets.read().items()
    if not {part["kind"] for part in row["body"]["components"]} & set(calendar.PAIR_KINDS)
)  # fmt: skip


def test_there_are_eighteen():
    assert len(WITHOUT_A_PAIR) == 18


def leading(team, part) -> dict:
    """Return who leads a part, as its format says."""
    if part["leader"] == "professional":
        return {"leader": team.clinician.pk, "mentors": ()}
    mentors = [factories.make_mentor(team) for _n in range(2)]
    mentors[0].role_types = [Relation.CAREGIVER]
    mentors[0].save()
    return {"mentors": tuple(mentor.pk for mentor in mentors)}


@pytest.mark.parametrize("key", WITHOUT_A_PAIR)
def test_a_format_without_a_pair_runs(team, key):
    body = preset(key).body
    for number, part in enumerate(body["components"], start=1):
        run = make_group(team, key, number, unit=part["unit"], **leading(team, part))
        drawn = [row for row in calendar.expand(body, {"introduction": FIRST}) if row.component == number]
        assert [s.plan_day for s in run.sessions.all()] == [row.day for row in drawn]
        assert [s.planned_at.date() for s in run.sessions.all()] == [row.date for row in drawn]
        if not drawn:
            sessions.add_session(group=run.pk, by=team.coordinator, at=NOW + 3 * DAY)
        referral = factories.make_referral(team, relation=body["mentee"][0])
        place = sign_up(team, run, referral, companion="Jo")
        assert Enrolment.objects.get(place=place).format == run.format
        for session in run.sessions.all():
            with clock.at(session.planned_at + HOUR):
                sessions.mark_attendance(session=session.pk, by=team.clinician, came={place.ref: "came"})
        assert Attendance.objects.filter(place=place, came="came").count() == max(len(drawn), 1)
        assert grouping.kind_of(part) == run.kind
    assert not Match.objects.exists()
