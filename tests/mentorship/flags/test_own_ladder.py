"""A worry with an order of its own, and what keeps every last rung from being empty."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinics import guards
from clinics.models import Clinic, SettingChange
from common.errors import Denied, Invalid, Stale
from mentorship import flag_previews, ladder
from mentorship.actions import flag_settings
from mentorship.actions.climbing import climb_due
from mentorship.actions.flag_settings import change_ladder, check_ladder, drop_own_ladder
from mentorship.ladder import Member, RungSetting
from mentorship.models import LadderRung, Route
from mentorship.staffing import Team
from mentorship.starter import start_clinic
from tests import factories
from tests.mentorship.flags.conftest import MINUTE, MONDAY, pick, raised, told
from tests.mentorship.flags.test_versions import worry

calm = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
db = pytest.mark.django_db
ROLES = ["clinician", "coordinator", "admin"]
people = st.lists(st.builds(Member, st.integers(1, 6), st.sampled_from(ROLES)), unique=True, max_size=10)
rungs_set = st.lists(
    st.builds(RungSetting, st.sampled_from([w.value for w in LadderRung.Who]), st.none() | st.integers(1, 6)),
    max_size=5,
)


@pytest.fixture
def started(team):
    start_clinic(team.clinic, team.admin)


def version(team):
    return Clinic.objects.get(pk=team.clinic.pk).version


def give(team, key, *rungs, by=None, route=None, seen=None):
    settings_ = [RungSetting(*r) if isinstance(r, tuple) else RungSetting(r) for r in rungs]
    row = pick(team, key)
    return change_ladder(
        clinic=team.clinic, by=by or team.admin, version=seen or version(team), route=route or row.route,
        rungs=settings_, worry=row.ref,
    )  # fmt: skip


def accepted(route, rungs, roster) -> bool:
    """Tell whether the settings pages would take this ladder."""
    try:
        check_ladder(route, rungs, Team(clinic=None, roster=roster, users={}))
    except Invalid:
        return False
    return True


@calm
@given(st.sampled_from(Route.values), rungs_set, people, st.none() | st.integers(7, 8))
def test_what_the_pages_accept_leaves_somebody_on_the_last_rung(route, rungs, roster, about):
    if not accepted(route, rungs, roster):
        return
    steps = ladder.draw(rungs, roster, about=about)
    assert steps and steps[-1].users
    if route == Route.CONDUCT:
        assert all(step.who in ("coordinator", "admin") for step in steps)
    assert ladder.has_reachable_end(rungs, roster)


@calm
@given(st.sampled_from(Route.values), st.sampled_from(ROLES), people, st.data())
def test_a_role_that_ends_never_empties_a_last_rung_unless_it_is_refused(route, last, roster, data):
    rungs = [RungSetting(last, data.draw(st.none() | st.integers(1, 6)))]
    rungs[0] = RungSetting({"clinician": "backup"}.get(last, last), rungs[0].user_id)
    if not roster or not accepted(route, rungs, roster):
        return
    gone = data.draw(st.sampled_from(roster))
    left = [m for m in roster if m != gone]
    assert ladder.loses_its_end(rungs, roster, left) or ladder.has_reachable_end(rungs, left)
    assert ladder.loses_its_end(rungs, roster, left) != ladder.has_reachable_end(rungs, left)


@db
def test_a_worry_with_its_own_order_goes_to_the_person_named_first(team, pair):
    pharm = factories.make_user(team.clinic, "clinician", first_name="Farah")
    give(team, "stopping", ("backup", pharm.pk), "coordinator", "admin")
    flag = raised(team, pair, "stopping")
    assert flag.owner == pharm and [r.who for r in flag.rungs.all()] == ["backup", "coordinator", "admin"]
    other = raised(team, pair, "flare")
    assert other.owner == team.clinician  # every other worry goes its way as before


@db
def test_it_climbs_its_own_order(team, pair):
    give(team, "breathless", "coordinator", "admin")
    flag = raised(team, pair, "breathless")
    climb_due(MONDAY + 30 * MINUTE)
    assert told(flag, "flag.climb") == [("flag.climb", team.admin.first_name)]


@db
def test_an_order_is_kept_with_who_changed_it_and_once(team, started):
    give(team, "stopping", "backup", "admin")
    seen = version(team)
    give(team, "stopping", "backup", "admin")
    assert version(team) == seen
    row = SettingChange.objects.get(section="ladder")
    assert row.by == team.admin and list(row.changes) == [pick(team, "stopping").name]


@db
def test_an_open_flag_keeps_the_order_it_was_raised_with(team, pair):
    flag = raised(team, pair, "breathless")
    give(team, "breathless", "admin")
    climb_due(MONDAY + 30 * MINUTE)
    assert told(flag, "flag.climb") == [("flag.climb", team.backup.first_name)]


@db
@pytest.mark.parametrize(
    "rungs", [[], ["responsible"], ["admin", "responsible"], ["admin", "admin"], [("admin", 99999)]]
)
def test_an_order_that_could_end_with_nobody_is_refused(team, started, rungs):
    with pytest.raises(Invalid):
        give(team, "stopping", *rungs)
    assert not LadderRung.objects.exclude(category=None).exists()


@db
@pytest.mark.parametrize("rungs", [["backup", "admin"], ["responsible", "coordinator"]])
def test_conduct_stays_with_coordinators_and_admins(team, started, rungs):
    with pytest.raises(Invalid, match="conduct"):
        give(team, "mentor-conduct", *rungs)


@db
def test_a_worry_is_not_given_the_order_of_another_route(team, started):
    with pytest.raises(Invalid):
        give(team, "mentor-conduct", "backup", "admin", route="clinical")


@db
def test_a_worry_that_becomes_conduct_loses_its_own_order(team, started):
    give(team, "stopping", "backup", "admin")
    worry(team, "stopping", about="staff")
    assert not LadderRung.objects.exclude(category=None).exists()


@db
@pytest.mark.parametrize("who", ["coordinator", "clinician", "nurse"])
def test_only_an_admin_gives_an_order(team, started, who):
    with pytest.raises(Denied):
        give(team, "stopping", "admin", by=getattr(team, who))


@db
def test_over_an_older_page_nothing_is_overwritten(team, started):
    seen = version(team)
    give(team, "stopping", "backup", "admin")
    with pytest.raises(Stale):
        give(team, "stopping", "admin", seen=seen)


@db
def test_it_can_go_the_way_of_its_route_again(team, pair):
    give(team, "stopping", "admin")
    for _again in range(2):
        drop_own_ladder(clinic=team.clinic, by=team.admin, version=version(team), worry=pick(team, "stopping").ref)
    assert raised(team, pair, "stopping").owner == team.clinician
    assert SettingChange.objects.filter(section="ladder").count() == 2


@db
def test_when_history_cannot_be_written_the_order_stays(team, started, monkeypatch):
    monkeypatch.setattr(flag_settings, "note_change", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        give(team, "stopping", "admin")
    assert not LadderRung.objects.exclude(category=None).exists()


@db
def test_the_last_one_of_a_worrys_own_order_cannot_lose_the_role(team, started):
    lone = factories.make_user(team.clinic, "clinician")
    assert guards.against(team.clinic, lone, "clinician") == []
    give(team, "stopping", "coordinator", ("backup", lone.pk))
    assert guards.against(team.clinic, lone, "clinician") != []


@db
def test_another_clinics_worry_is_not_touched(team, other_team, started):
    start_clinic(other_team.clinic, other_team.admin)
    with pytest.raises(Invalid):
        change_ladder(
            clinic=team.clinic, by=team.admin, version=version(team), route="clinical", rungs=[RungSetting("admin")],
            worry=pick(other_team, "stopping").ref,
        )  # fmt: skip


@db
def test_the_page_gives_an_order_and_takes_it_back(team, started, sign_in):
    client, row = sign_in(team.admin), pick(team, "stopping")
    address = reverse("mentorship:ladder-settings") + f"?worry={row.ref}"
    assert "until you save an order of its own" in client.get(address).content.decode()
    client.post(address, {"order": "backup admin", "version": version(team), "save": "yes"})
    assert list(LadderRung.objects.filter(category=row).values_list("who", flat=True)) == ["backup", "admin"]
    page = client.post(address, {"order": "responsible", "version": version(team), "save": "yes"})
    assert page.status_code == 200 and "a flag could go unheard" in page.content.decode()
    client.post(address, {"order": "backup admin", "version": version(team), "drop": "yes"})
    assert not LadderRung.objects.filter(category=row).exists()


@db
@pytest.mark.parametrize("worry_ref", ["nothing", "' or 1", "x" * 500])
def test_a_worry_that_is_none_shows_the_route(team, started, sign_in, worry_ref):
    page = sign_in(team.admin).get(reverse("mentorship:ladder-settings"), {"worry": worry_ref})
    assert page.status_code == 200 and flag_previews.worry_of(team.clinic, worry_ref) is None
