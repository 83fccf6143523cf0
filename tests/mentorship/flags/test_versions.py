"""A flag keeps the urgency and the deadlines it was raised under, whatever the clinic changes later."""

import datetime as dt

import pytest
from django.urls import reverse

from clinics.models import Clinic
from common import clock
from common.errors import Denied, Invalid
from mentorship import flag_versions
from mentorship.actions.climbing import climb_due
from mentorship.actions.flag_settings import change_deadlines, change_worry
from mentorship.actions.flags import acknowledge, reopen, resolve
from mentorship.forms.flag_settings import WorryForm
from mentorship.models import FlagRules, FlagTiming, RedFlag
from tests.mentorship.flags.conftest import MINUTE, MONDAY, again, pick, raised

pytestmark = pytest.mark.django_db
NAMES = flag_versions.FIELDS


def deadlines(team, severity, by=None, **fields):
    """Change the deadlines of one severity; the others stay."""
    values = {row.severity: {name: getattr(row, name) for name in NAMES} for row in team.clinic.flag_timings.all()}
    values[severity] |= fields
    version = Clinic.objects.get(pk=team.clinic.pk).version
    return change_deadlines(clinic=team.clinic, by=by or team.admin, version=version, values=values)


def worry(team, key, **fields):
    """Change a worry."""
    row, version = pick(team, key), Clinic.objects.get(pk=team.clinic.pk).version
    values = {name: getattr(row, name) for name in WorryForm.of(row)} | fields
    return change_worry(clinic=team.clinic, by=team.admin, version=version, worry=row.ref, values=values)


def test_a_flag_that_is_open_climbs_by_the_version_it_was_raised_under(team, pair):
    flag = raised(team, pair, "breathless")
    with clock.at(MONDAY + MINUTE):
        deadlines(team, "S1", repeat_minutes=90, resolve_minutes=9 * 60)
    climb_due(MONDAY + 30 * MINUTE)
    flag.refresh_from_db()
    assert flag.next_climb_at == MONDAY + 45 * MINUTE  # 15 minutes, not 90
    with clock.at(MONDAY + 40 * MINUTE):
        acknowledge(flag=flag, by=flag.owner)
    flag.refresh_from_db()
    assert flag.resolve_by == MONDAY + 40 * MINUTE + dt.timedelta(hours=4)


def test_the_next_flag_comes_under_the_new_version(team, pair):
    first = raised(team, pair, "breathless")
    deadlines(team, "S1", answer_minutes=10)
    second = raised(team, pair, "breathless")
    assert (first.rules.number, second.rules.number) == (1, 2)
    assert (first.answer_by, second.answer_by) == (MONDAY + 30 * MINUTE, MONDAY + 10 * MINUTE)


def test_opened_again_it_keeps_its_version(team, pair):
    flag = raised(team, pair, "breathless")
    deadlines(team, "S1", answer_minutes=10)
    with clock.at(MONDAY + MINUTE):
        acknowledge(flag=flag, by=team.clinician)
        resolve(flag=flag, by=team.clinician, outcome="spoken")
        reopen(flag=flag, by=again(team.coordinator))
    flag.refresh_from_db()
    assert flag.answer_by == MONDAY + 31 * MINUTE and flag.rules.number == 1


def test_what_was_raised_before_versions_keeps_what_counted_then(team, pair):
    flag = raised(team, pair, "breathless")
    RedFlag.objects.update(rules=None)
    FlagRules.objects.all().delete()
    deadlines(team, "S1", repeat_minutes=90)
    flag.refresh_from_db()
    assert flag.rules.number == 1 and flag_versions.timing_of(flag).repeat_minutes == 15


def test_a_version_has_its_number_who_and_when(team, pair):
    raised(team, pair)
    with clock.at(MONDAY + 5 * MINUTE):
        deadlines(team, "S3", resolve_days=4)
    row = FlagRules.objects.get(number=2)
    assert (row.by, row.at) == (team.admin, MONDAY + 5 * MINUTE)
    assert row.timings["S3"]["resolve_days"] == 4 and FlagRules.objects.get(number=1).timings["S3"]["resolve_days"] == 3


def test_nothing_changed_makes_no_version(team, pair):
    raised(team, pair)
    deadlines(team, "S3", resolve_days=3)
    worry(team, "fever", name="Fever")
    assert FlagRules.objects.count() == 1


def test_another_urgency_of_a_worry_makes_a_version(team, pair):
    flag = raised(team, pair)
    worry(team, "fever", severity="S1")
    found = flag_versions.history(team.clinic)
    assert [row["version"].number for row in found] == [2, 1]
    assert len(found[0]["lines"]) == 1 and "level 1, before 2" in found[0]["lines"][0] and found[1]["lines"] == []
    assert flag.severity == "S2" and flag_versions.timing_of(flag).answer_minutes == 120


@pytest.mark.parametrize("who", ["coordinator", "clinician", "nurse"])
def test_only_an_admin_makes_a_version(team, pair, who):
    with pytest.raises(Denied):
        deadlines(team, "S1", by=getattr(team, who), answer_minutes=10)
    assert not FlagRules.objects.exists()


def test_a_change_that_is_refused_makes_no_version(team, pair):
    with pytest.raises(Invalid):
        deadlines(team, "S1", answer_minutes=0)
    assert not FlagRules.objects.exists()


def test_a_change_that_cannot_be_stored_leaves_everything(team, pair, monkeypatch):
    raised(team, pair)
    monkeypatch.setattr(flag_versions, "after_change", lambda clinic, by: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        deadlines(team, "S1", answer_minutes=10)
    assert FlagTiming.objects.get(severity="S1").answer_minutes == 30 and FlagRules.objects.count() == 1


def test_the_page_shows_every_version_with_its_differences(team, pair, sign_in):
    raised(team, pair)
    deadlines(team, "S1", answer_minutes=10)
    page = sign_in(team.admin).get(reverse("mentorship:deadline-versions")).content.decode()
    assert "Version 2" in page and "Level 1, to answer: 10 minutes, before 30 minutes." in page
    assert team.admin.full_name in page


def test_the_page_of_a_flag_names_its_version(team, pair, sign_in):
    flag = raised(team, pair)
    deadlines(team, "S1", answer_minutes=10)
    page = sign_in(team.clinician).get(reverse("mentorship:flag", args=[flag.ref])).content.decode()
    assert "Version 1, as they were when it was raised" in page
