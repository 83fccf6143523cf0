"""What a clinic may change about worries, and what it may not."""

import pytest
from django.urls import reverse

from clinics import guards
from clinics.models import Clinic, Membership, SettingChange
from common import clock
from common.errors import Denied, Invalid, Stale
from mentorship import flag_versions
from mentorship.actions.climbing import climb_due, hurry_flags_of
from mentorship.actions.flag_settings import change_deadlines, change_ladder, change_worry
from mentorship.forms.flag_settings import DeadlinesForm
from mentorship.ladder import RungSetting
from mentorship.models import FlagCategory, FlagTiming, LadderRung, RedFlag
from mentorship.starter import start_clinic
from tests import factories
from tests.mentorship.flags.conftest import again, pick, raised

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def started(team):
    start_clinic(team.clinic, team.admin)


@pytest.fixture
def admin(team, sign_in):
    return sign_in(team.admin)


def version(team):
    return Clinic.objects.get(pk=team.clinic.pk).version


def ladder_of(team, route="clinical"):
    return [r.who for r in LadderRung.objects.filter(clinic=team.clinic, route=route)]


# The ladder ---------------------------------------------------------------------------------


def change(team, rungs, route="clinical", by=None, seen=None):
    rungs = [RungSetting(*r) if isinstance(r, tuple) else RungSetting(r) for r in rungs]
    return change_ladder(
        clinic=team.clinic, by=by or team.admin, version=seen or version(team), route=route, rungs=rungs
    )


def test_the_order_is_kept_with_who_changed_it(team):
    change(team, ["responsible", "coordinator", ("backup", team.backup.pk), "admin"])
    assert ladder_of(team) == ["responsible", "coordinator", "backup", "admin"]
    row = SettingChange.objects.get(section="ladder")
    assert row.by == team.admin and team.backup.full_name in row.changes["Clinical"][1]
    seen = version(team)
    change(team, ["responsible", "coordinator", ("backup", team.backup.pk), "admin"])
    assert version(team) == seen  # nothing changed, nothing written


@pytest.mark.parametrize(
    ("rungs", "route"),
    [
        ([], "clinical"),
        (["admin", "responsible"], "clinical"),
        (["admin", "admin"], "clinical"),
        (["backup", "coordinator"], "conduct"),
        (["coordinator"], "nonsense"),
        ([("backup", 999_999)], "clinical"),
    ],
)
def test_a_ladder_that_could_end_with_nobody_is_refused(team, rungs, route):
    with pytest.raises(Invalid):
        change(team, rungs, route)
    assert len(ladder_of(team)) == 4


def test_a_last_rung_on_which_nobody_stands_today_is_refused(team):
    Membership.objects.filter(user=team.coordinator).update(ended_at=clock.now(), ended_by=team.admin)
    with pytest.raises(Invalid, match="last rung"):
        change(team, ["responsible", "coordinator"])


def test_a_stale_page_and_other_people_change_nothing(team, other_team):
    with pytest.raises(Stale):
        change(team, ["admin"], seen=99)
    for user in (team.coordinator, other_team.admin):
        with pytest.raises(Denied):
            change(team, ["admin"], by=user)


def test_the_last_person_on_the_last_rung_cannot_lose_the_role(team):
    change(team, ["responsible", "coordinator"])
    assert any("last rung" in reason for reason in guards.against(team.clinic, team.coordinator, "coordinator"))
    factories.make_user(team.clinic, "coordinator")
    assert not any("last rung" in reason for reason in guards.against(team.clinic, team.coordinator, "coordinator"))


def test_flags_of_somebody_who_left_climb_at_once(team):
    flag = raised(team, factories.make_match(team), at=clock.now())
    hurry_flags_of(None, clinic=team.clinic, user=team.clinician)
    assert climb_due(clock.now()) == 0  # still there
    Membership.objects.filter(user=team.clinician).update(ended_at=clock.now(), ended_by=team.admin)
    hurry_flags_of(None, clinic=team.clinic, user=team.clinician)
    assert climb_due(clock.now()) == 1
    assert RedFlag.objects.get(pk=flag.pk).owner == team.backup


def test_a_worry_about_conduct_climbs_when_its_owner_stays_a_clinician_only(team):
    pair, now = factories.make_match(team), clock.now()
    conduct, fever = (raised(team, pair, key, by=team.nurse, at=now) for key in ("mentor-conduct", "fever"))
    Membership.objects.create(
        clinic=team.clinic, user=team.coordinator, role="clinician", given_by=team.admin, since=now
    )
    RedFlag.objects.filter(pk=fever.pk).update(owner=team.coordinator)
    Membership.objects.filter(user=team.coordinator, role="coordinator").update(ended_at=now, ended_by=team.admin)
    hurry_flags_of(None, clinic=team.clinic, user=team.coordinator)
    due = RedFlag.objects.filter(next_climb_at__lte=clock.now())
    assert list(due) == [conduct] and conduct.owner == team.coordinator


def test_the_page_moves_rungs_by_buttons_and_saves_only_when_asked(team, admin):
    url = reverse("mentorship:ladder-settings")
    html = admin.get(url).content.decode()
    assert "A flag raised now would go to" in html and "Save this order" not in html
    data = {"order": "responsible backup coordinator admin", "version": version(team)}
    html = admin.post(url, {**data, "down": "1"}).content.decode()
    assert 'value="backup responsible coordinator admin"' in html and "Save this order" in html
    assert ladder_of(team)[0] == "responsible"
    code = f"backup:{team.backup.ref}"
    html = admin.post(url, {**data, "add": "yes", "rung": code}).content.decode()
    assert f"admin {code}" in html
    html = admin.post(url, {**data, "remove": "4"}).content.decode()
    assert 'value="responsible backup coordinator"' in html
    assert admin.post(url, {**data, "order": "backup admin", "save": "yes"}).status_code == 302
    assert ladder_of(team) == ["backup", "admin"]


@pytest.mark.parametrize(
    "sent", [{"order": ""}, {"order": "\x00 nonsense admin:forged"}, {"order": "responsible"}, {"version": "x" * 50}]
)
def test_forged_ladders_are_refused_with_the_reason(team, admin, sent):
    data = {"order": "responsible admin", "version": version(team), "save": "yes"} | sent
    response = admin.post(reverse("mentorship:ladder-settings") + "?route=nonsense", data)
    assert response.status_code == 200 and 'role="alert"' in response.content.decode()
    assert len(ladder_of(team)) == 4


# Deadlines ----------------------------------------------------------------------------------


def deadlines(team, **changes):
    timings = {row.severity: row for row in FlagTiming.objects.filter(clinic=team.clinic)}
    form = DeadlinesForm(timings=timings)
    data = {name: field.initial for name, field in form.fields.items() if field.initial not in (None, False)}
    return data | {"version": version(team)} | changes


def test_deadlines_show_what_they_change_before_they_are_saved(team, admin):
    url = reverse("mentorship:deadline-settings")
    assert admin.get(url).status_code == 200
    html = admin.post(url, deadlines(team, **{"S1-answer": 20})).content.decode()
    assert "a flag raised now would have to be answered before" in html
    assert FlagTiming.objects.get(severity="S1").answer_minutes == 30
    assert admin.post(url, deadlines(team, **{"S1-answer": 20, "save": "yes"})).status_code == 302
    assert FlagTiming.objects.get(severity="S1").answer_minutes == 20
    assert SettingChange.objects.get(section="deadlines").changes == {"S1, answer": ["30 minutes", "20 minutes"]}


@pytest.mark.parametrize("value", ["0", "-5", "", "soon", "99999999999999", "\x00", "1.5"])
def test_a_deadline_of_zero_or_nonsense_is_refused_at_its_field(team, admin, value):
    response = admin.post(
        reverse("mentorship:deadline-settings"), deadlines(team, **{"S1-answer": value, "save": "yes"})
    )
    html = response.content.decode()
    assert response.status_code == 200 and 'href="#id_S1-answer"' in html
    assert FlagTiming.objects.get(severity="S1").answer_minutes == 30


def test_a_deadline_of_zero_is_refused_by_the_action_too(team):
    values = {
        "S1": {
            f"{n}_{u}": 1 if u == "minutes" else None
            for n in ("answer", "repeat", "resolve")
            for u in ("minutes", "days")
        }
    }
    values["S1"] |= {"answer_minutes": 0, "in_working_hours": False}
    with pytest.raises(Invalid, match="zero"):
        change_deadlines(clinic=team.clinic, by=team.admin, version=version(team), values=values)


def test_what_somebody_else_saved_meanwhile_is_not_lost(team, admin):
    data = deadlines(team, **{"S1-answer": 20, "save": "yes"})
    change(team, ["responsible", "admin"])
    html = admin.post(reverse("mentorship:deadline-settings"), data).content.decode()
    assert 'role="alert"' in html and 'value="20"' in html
    assert FlagTiming.objects.get(severity="S1").answer_minutes == 30


# Worries ------------------------------------------------------------------------------------


def worry(team, **changes):
    return {
        "version": version(team), "name": "Koorts", "severity": "S2", "about": "person", "group": "body",
        "guidance": "Ring the clinic.\nStay calm.", "numbers": "112, Danger to life", "active": "on",
    } | changes  # fmt: skip


def test_a_worry_shows_what_changes_and_is_saved_with_its_route(team, admin):
    row = pick(team, "fever")
    url = reverse("mentorship:worry-setting", args=[row.ref])
    assert "Fever or shivering" in admin.get(url).content.decode()
    html = admin.post(url, worry(team, severity="S1")).content.decode()
    assert "would have to be answered before" in html and "keep what they were raised with" in html
    assert admin.post(url, worry(team, save="yes", about="mentor")).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.route, row.guidance) == ("Koorts", "conduct", ["Ring the clinic.", "Stay calm."])
    assert row.numbers == [{"label": "Danger to life", "number": "112"}]
    assert SettingChange.objects.get(section="worries").by == team.admin


def test_a_worry_can_be_added_and_taken_out_of_use(team, admin):
    url = reverse("mentorship:worry-setting", args=["new"])
    assert admin.get(url).status_code == 200
    assert admin.post(url, worry(team, save="yes", name="Lonely")).status_code == 302
    row = FlagCategory.objects.get(name="Lonely")
    off = worry(team, save="yes", name="Lonely")
    del off["active"]
    admin.post(reverse("mentorship:worry-setting", args=[row.ref]), off)
    row.refresh_from_db()
    assert not row.active
    assert "Lonely" in admin.get(reverse("mentorship:worry-settings")).content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"name": " "}, {"name": "x" * 121}, {"guidance": ""}, {"guidance": "1\n2\n3\n4\n5"}, {"guidance": "x" * 300},
        {"numbers": "112"}, {"numbers": "abc, x"}, {"numbers": ""}, {"severity": "S9"}, {"about": "\x00"},
        {"numbers": "\n".join(f"11{n}, x" for n in range(7))}, {"group": ""},
    ],
)  # fmt: skip
def test_worries_that_make_no_sense_are_refused_and_the_words_kept(team, admin, sent):
    row = pick(team, "fever")
    data = worry(team, save="yes") | sent
    response = admin.post(reverse("mentorship:worry-setting", args=[row.ref]), data)
    assert response.status_code == 200 and 'role="alert"' in response.content.decode()
    row.refresh_from_db()
    assert row.name == "Fever or shivering, on medicine that slows the defences"


def test_the_last_worry_stays_in_use(team):
    FlagCategory.objects.exclude(key="fever").update(active=False)
    values = {
        "name": "x", "severity": "S3", "about": "person", "group": "body", "guidance": ["x"], "numbers": [],
        "thanks": False, "active": False,
    }  # fmt: skip
    with pytest.raises(Invalid, match="at least one"):
        change_worry(
            clinic=team.clinic, by=team.admin, version=version(team), worry=pick(team, "fever").ref, values=values
        )


def test_settings_are_for_the_admin_of_this_clinic(team, other_team, sign_in):
    ref = pick(team, "fever").ref
    for name, args in (
        ("worry-settings", []),
        ("worry-setting", [ref]),
        ("deadline-settings", []),
        ("ladder-settings", []),
    ):
        assert sign_in(team.coordinator).get(reverse(f"mentorship:{name}", args=args)).status_code == 403
    assert sign_in(other_team.admin).get(reverse("mentorship:worry-setting", args=[ref])).status_code == 404


def test_a_flag_keeps_the_severity_and_route_it_was_raised_with(team, admin):
    flag = raised(team, factories.make_match(team))
    admin.post(
        reverse("mentorship:worry-setting", args=[pick(team, "fever").ref]), worry(team, save="yes", severity="S4")
    )
    flag.refresh_from_db()
    assert flag.severity == "S2"
    assert flag_versions.timing_of(flag).answer_minutes == 120
    assert again(team.admin).is_active
