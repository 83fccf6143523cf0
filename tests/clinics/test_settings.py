"""What a clinic decides for itself: every change is kept, nothing is overwritten unseen, nonsense is refused."""

import datetime as dt

import pytest

from clinics import actions, hours
from clinics.models import Clinic, SettingChange
from common.errors import Denied, Invalid, Stale

NINE_TO_FIVE = [(dt.time(9), dt.time(17))]
WEEK = dict.fromkeys(range(5), NINE_TO_FIVE) | {5: [], 6: []}


def basics(team, **changes):
    values = {name: getattr(team.clinic, name) for name in actions.BASICS} | changes
    version = Clinic.objects.get(pk=team.clinic.pk).version
    return actions.change_basics(clinic=team.clinic, by=team.admin, version=version, values=values)


def test_a_change_is_stored_with_before_and_after(team):
    clinic = basics(team, name="Leieland West")
    assert clinic.name == "Leieland West"
    change = SettingChange.objects.get()
    assert change.changes == {"name": ["Leieland Rheumatology Clinic", "Leieland West"]}
    assert change.by == team.admin


def test_saving_without_a_change_changes_nothing(team):
    before = team.clinic.version
    assert basics(team).version == before
    assert not SettingChange.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("time_zone", "Europe/Nowhere"),
        ("languages", []),
        ("phone", ""),
        ("mentor_answer_hours", 0),
        ("first_contact_hours", 10_000),
        ("default_clinician", None),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(team, field, value):
    with pytest.raises(Invalid) as refused:
        basics(team, **{field: value})
    assert refused.value.field == field
    assert not SettingChange.objects.exists()


@pytest.mark.parametrize("who", ["nurse", "closed"])
def test_the_default_clinician_is_an_active_clinician_of_the_clinic(team, other_team, who):
    if who == "closed":
        team.backup.is_active = False
        team.backup.save()
    chosen = {"nurse": team.nurse, "closed": team.backup}[who]
    with pytest.raises(Invalid):
        basics(team, default_clinician=chosen)
    with pytest.raises(Invalid):
        basics(team, default_clinician=other_team.clinician)


def test_a_form_over_an_older_version_overwrites_nothing(team):
    basics(team, name="First")
    values = {name: getattr(team.clinic, name) for name in actions.BASICS} | {"name": "Second"}
    with pytest.raises(Stale):
        actions.change_basics(clinic=team.clinic, by=team.admin, version=1, values=values)
    assert Clinic.objects.get(pk=team.clinic.pk).name == "First"


def all_changes(team, by):
    values = {name: getattr(team.clinic, name) for name in actions.BASICS}
    yield lambda: actions.change_basics(clinic=team.clinic, by=by, version=1, values=values)
    yield lambda: actions.change_hours(clinic=team.clinic, by=by, version=1, country="BE", hours=WEEK)
    yield lambda: actions.change_numbers(clinic=team.clinic, by=by, version=1, numbers=[])


def test_only_an_admin_of_the_clinic_changes_settings(team, other_team):
    for by in (team.nurse, team.coordinator, team.clinician, other_team.admin):
        for change in all_changes(team, by):
            with pytest.raises(Denied):
                change()


def test_hours_are_stored_and_the_calendar_follows(team):
    clinic = actions.change_hours(clinic=team.clinic, by=team.admin, version=1, country="BE", hours=WEEK)
    assert clinic.calendar.hours[0] == NINE_TO_FIVE
    assert SettingChange.objects.get().changes["Monday"] == ["08:30-17:00", "09:00-17:00"]


def test_a_clinic_that_never_opens_is_refused(team):
    with pytest.raises(Invalid, match="never end"):
        actions.change_hours(clinic=team.clinic, by=team.admin, version=1, country="", hours={0: []})
    assert team.clinic.working_hours.count() == 5


def test_an_unknown_country_is_refused(team):
    with pytest.raises(Invalid):
        actions.change_hours(clinic=team.clinic, by=team.admin, version=1, country="XX", hours=WEEK)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("08:30-17:00", [(dt.time(8, 30), dt.time(17))]),
        ("8-12, 13u30 - 17", [(dt.time(8), dt.time(12)), (dt.time(13, 30), dt.time(17))]),
        ("13:00 to 17:00 and 8.30–12", [(dt.time(8, 30), dt.time(12)), (dt.time(13), dt.time(17))]),
    ],
)
def test_hours_are_read_as_people_write_them(text, spans):
    assert hours.read(text) == spans
    assert hours.read(hours.write(spans)) == spans


@pytest.mark.parametrize("text", ["all day", "25:00-26:00", "17-8", "8-12, 11-15", "8:61-9", "<b>", "8-", "🙂"])
def test_hours_that_cannot_be_are_refused(text):
    with pytest.raises(ValueError, match="hours|end"):
        hours.read(text)


def test_112_always_comes_first(team):
    numbers = [("Night line", "09 000 00 99"), ("Danger", "112")]
    clinic = actions.change_numbers(clinic=team.clinic, by=team.admin, version=1, numbers=numbers)
    assert [n.number for n in clinic.emergency_numbers.all()] == ["112", "09 000 00 99"]


def test_too_many_numbers_are_refused(team):
    with pytest.raises(Invalid):
        actions.change_numbers(clinic=team.clinic, by=team.admin, version=1, numbers=[("A", "1733")] * 9)


# Pages ------------------------------------------------------------------------------------


def form_of(team, **changes):
    clinic = Clinic.objects.get(pk=team.clinic.pk)
    return {
        "version": clinic.version,
        "name": clinic.name,
        "phone": "+3290000010",
        "flag_phone": "",
        "languages": ["nl", "fr"],
        "time_zone": "Europe/Brussels",
        "default_clinician": team.clinician.pk,
        "mentor_answer_hours": 48,
        "first_contact_hours": 72,
    } | changes


def hours_of(version=1, **changes):
    return {"version": version, "country": "BE", **{f"day_{n}": "9-17" if n < 5 else "" for n in range(7)}} | changes


def numbers_of(version=1, *rows):
    data = {"version": version, "number-TOTAL_FORMS": len(rows), "number-INITIAL_FORMS": 0}
    for n, (label, number) in enumerate(rows):
        data |= {f"number-{n}-label": label, f"number-{n}-number": number}
    return data


def test_every_section_is_on_the_index(sign_in, team):
    page = sign_in(team.admin).get("/settings/").content.decode()
    for title in ("The clinic", "Hours and public holidays", "Closing days", "Emergency numbers"):
        assert title in page


@pytest.mark.parametrize("section", ["basics", "hours", "numbers"])
def test_every_section_shows_what_it_is_now(sign_in, team, section):
    page = sign_in(team.admin).get(f"/settings/{section}/")
    assert page.status_code == 200
    assert {"basics": "Leieland", "hours": "08:30-17:00", "numbers": "1733"}[section] in page.content.decode()


def test_settings_are_changed_from_the_pages(sign_in, team):
    client = sign_in(team.admin)
    assert client.post("/settings/basics/", form_of(team, name="West")).status_code == 302
    assert client.post("/settings/hours/", hours_of(2)).status_code == 302
    assert client.post("/settings/numbers/", numbers_of(3, ("Night", "1733"), ("", ""))).status_code == 302
    page = client.get("/settings/").content.decode()
    assert "West" in page
    assert "09:00-17:00" in page


@pytest.mark.parametrize(
    "odd",
    [
        {"name": "a\x00"},
        {"name": "x" * 10_000},
        {"phone": "112"},
        {"phone": ""},
        {"languages": ["xx"]},
        {"time_zone": "Mars/One"},
        {"default_clinician": "999999"},
        {"default_clinician": ""},
        {"mentor_answer_hours": 0},
        {"first_contact_hours": -1},
        {"mentor_answer_hours": "99999999999999999999"},
        {"version": "\x00"},
        {"version": "-1"},
    ],
)
def test_odd_basics_are_refused_at_their_field(sign_in, team, odd):
    page = sign_in(team.admin).post("/settings/basics/", form_of(team) | odd)
    assert page.status_code == 200
    assert "error-summary" in page.content.decode()
    assert not SettingChange.objects.exists()


@pytest.mark.parametrize("odd", [{"day_0": "whenever"}, {"day_0": "\x00"}, {"day_0": "8" * 10_000}, {"country": "XX"}])
def test_odd_hours_are_refused_and_kept(sign_in, team, odd):
    page = sign_in(team.admin).post("/settings/hours/", hours_of() | odd)
    assert page.status_code == 200
    assert "error-summary" in page.content.decode()
    assert team.clinic.working_hours.filter(opens=dt.time(8, 30)).count() == 5


def test_a_week_without_hours_is_refused_on_the_page(sign_in, team):
    page = sign_in(team.admin).post("/settings/hours/", hours_of(**{f"day_{n}": "" for n in range(7)}))
    assert "never end" in page.content.decode()


@pytest.mark.parametrize(
    "row", [("Night", "call me"), ("", "1733"), ("Night", ""), ("x" * 100, "1733"), ("a\x00", "1733"), ("N", "1" * 50)]
)
def test_odd_numbers_are_refused_at_their_field(sign_in, team, row):
    page = sign_in(team.admin).post("/settings/numbers/", numbers_of(1, row))
    assert page.status_code == 200
    assert "has-error" in page.content.decode()
    assert not SettingChange.objects.exists()


def test_a_forged_number_of_rows_is_no_failure(sign_in, team):
    for total in ("99999", "x", "-1", ""):
        page = sign_in(team.admin).post(
            "/settings/numbers/", {"version": 1, "number-TOTAL_FORMS": total, "number-INITIAL_FORMS": "0"}
        )
        assert page.status_code in (200, 302)


def test_a_stale_form_shows_both_versions_and_keeps_mine(sign_in, team):
    client = sign_in(team.admin)
    mine = form_of(team, name="Mine")
    basics(team, name="Theirs")
    page = client.post("/settings/basics/", mine)
    words = page.content.decode()
    assert page.status_code == 409
    assert "Meanwhile this was changed" in words
    assert 'value="Mine"' in words
    assert "Theirs" in words
    assert Clinic.objects.get(pk=team.clinic.pk).name == "Theirs"
    again = mine | {"version": Clinic.objects.get(pk=team.clinic.pk).version}
    assert client.post("/settings/basics/", again).status_code == 302


@pytest.mark.parametrize("section", ["hours", "numbers"])
def test_other_stale_sections_do_so_too(sign_in, team, section):
    client = sign_in(team.admin)
    basics(team, name="Theirs")
    data = hours_of(1) if section == "hours" else numbers_of(1, ("Night", "1799"))
    page = client.post(f"/settings/{section}/", data)
    assert page.status_code == 409
    assert "Meanwhile this was changed" in page.content.decode()


def test_another_clinics_settings_stay_out_of_sight(sign_in, team, other_team):
    basics(other_team, name="Scheldt North")
    page = sign_in(team.admin).get("/settings/").content.decode()
    assert "Scheldt North" not in page


def test_the_index_asks_few_questions(sign_in, team, django_assert_max_num_queries):
    client = sign_in(team.admin)
    for n in range(30):
        basics(team, name=f"Name {n}")
    with django_assert_max_num_queries(12):
        client.get("/settings/")


@pytest.mark.parametrize("number", ["0", "-5", "337", "1.5", "ten", "9" * 30])
def test_hours_that_make_no_sense_are_refused_in_plain_words(sign_in, team, number):
    client = sign_in(team.admin)
    page = client.post("/settings/basics/", {"version": team.clinic.version, "mentor_answer_hours": number})
    text = page.content.decode()
    assert "Choose between 1 hour and 14 days (336 hours)" in text
    assert "Constraint" not in text and "Ensure" not in text
