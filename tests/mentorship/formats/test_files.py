"""Formats from a file: all or nothing, and what is wrong is named by format and field."""

import json
import time

import pytest
from django.core.management import CommandError, call_command

from mentorship.actions import formats as actions
from mentorship.formats import calendar, presets, spec
from mentorship.models import Format, Programme
from tests import factories
from tests.mentorship.formats.bodies import body, fixed, on_demand, part, recurring

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path, capsys):
    """Load a document, or raw bytes, and return what was printed."""

    def run(document, *args, name="ours.json"):
        path = tmp_path / name
        path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
        call_command("load_formats", str(path), *args)
        return capsys.readouterr().out

    return run


def without(whole, key):
    return {name: value for name, value in whole.items() if name != key}


def component(**fields):
    return body(part(**fields))


def rule(row):
    return body(part(fixed(), row))


RULE = "components 1, rules 2"
HOSTILE = [
    (body(mode="all"), "mode: one of these"),
    (body(mode=None), "mode: one of these"),
    (body(mode=["one_to_one"]), "mode: one of these"),
    (body(mentee=[]), "mentee: at least 1"),
    (body(mentee=["patient", "patient"]), "mentee: the same word stands twice"),
    (body(mentee="patient"), "mentee: a list is needed"),
    (body(mentee=["nurse"]), "mentee: one of these"),
    (body(duration_days=-1), "duration_days: at least 0"),
    (body(duration_days="84"), "duration_days: a whole number"),
    (body(duration_days=84.0), "duration_days: a whole number"),
    (body(duration_days=True), "duration_days: a whole number"),
    (body(duration_days=10**12), "duration_days: at most 3650"),
    (body(matching="lottery"), "matching: one of these"),
    (body(components=[]) | {"components": []}, "components: at least 1"),
    (body() | {"components": {}}, "components: a list is needed"),
    (body() | {"components": [[]]}, "components 1: an object"),
    (body(*[part() for _n in range(21)]), "components: at most 20"),
    (body(transition="choose_after_component_2"), "transition: this names no component"),
    (body(transition="whenever"), "transition: this names no component"),
    (body(transition=1), "transition: some words"),
    (body(followups=[{"day": [14, 7], "actor": "mentor", "action": "ask"}]), "followups 1, day: the first number"),
    (body(followups=[{"day": [-1, 7], "actor": "mentor", "action": "ask"}]), "followups 1, day: at least 0"),
    (body(followups=[{"day": 7, "actor": "mentor", "action": "ask"}]), "followups 1, day: two numbers"),
    (body(followups=[{"day": [7, 7], "actor": "nobody", "action": "ask"}]), "followups 1, actor: one of these"),
    (body(followups=[{"day": [7, 7], "actor": "mentor", "action": " "}]), "followups 1, action: some words"),
    (body() | {"colour": "red"}, "colour: this key is not known here"),
    (without(body(), "matching"), "matching: this key is missing"),
    (component(kind="lecture"), "components 1, kind: one of these"),
    (component(kind="course"), "mode: this does not fit the components"),
    (component(channels=[]), "components 1, channels: at least 1"),
    (component(channels=None), "components 1, channels: a list is needed"),
    (component(channels=["fax"]), "components 1, channels: one of these"),
    (component(leader="boss"), "components 1, leader: one of these"),
    (component(size=[16, 12]), "components 1, size: the first number"),
    (component(size=[0, 12]), "components 1, size: at least 1"),
    (component(size=12), "components 1, size: two numbers"),
    (component(size=[True, 12]), "components 1, size: a whole number"),
    (component(unit="trio"), "components 1, unit: one of these"),
    (component(optional=None), "components 1, optional: true or false"),
    (component(optional=1), "components 1, optional: true or false"),
    (component(manualised="no"), "components 1, manualised: true or false"),
    (component(moderator=True), "components 1, moderator: one of these"),
    (component() | {"components": [without(part(), "leader")]}, "components 1, leader: this key is missing"),
    (component(hours=3), "components 1, hours: this key is not known here"),
    (component(rules=[]), "components 1, rules: at least 1"),
    (component(rules=[None]), "components 1, rules 1: an object"),
    (rule({"type": "sometimes"}), f"{RULE}, type: one of these"),
    (rule({}), f"{RULE}, type: one of these"),
    (rule(on_demand(note=5)), f"{RULE}, note: some words"),
    (rule(on_demand(note="a\x00b")), f"{RULE}, note: there is a character"),
    (rule(on_demand(note="\ud800")), f"{RULE}, note: there is a character"),
    (rule(on_demand(note="x" * 201)), f"{RULE}, note: at most 200"),
    (rule(on_demand(day=3)), f"{RULE}, day: this key is not known here"),
    (rule(fixed(day=-1)), f"{RULE}, day: no day before they are introduced"),
    (rule(fixed(day="0")), f"{RULE}, day: a whole number"),
    (rule(fixed(day=None)), f"{RULE}, day: a whole number"),
    (rule(fixed(day=False)), f"{RULE}, day: a whole number"),
    (rule(fixed(anchor="birth")), f"{RULE}, anchor: one of these"),
    (rule(fixed(channel="video")), f"{RULE}, channel: this is none of the component’s channels"),
    (rule(fixed(minutes=-5)), f"{RULE}, minutes: at least 0"),
    (rule(fixed(minutes=[60, 30])), f"{RULE}, minutes: the first number"),
    (rule(fixed(minutes=[30])), f"{RULE}, minutes: two numbers"),
    (rule(fixed(minutes=1441)), f"{RULE}, minutes: at most 1440"),
    (rule(fixed(location="")), f"{RULE}, location: some words"),
    (rule(recurring(start=-7)), f"{RULE}, start: no day before they are introduced"),
    (rule(recurring(every_days=[0, 7])), f"{RULE}, every_days: a step of at least 1 day"),
    (rule(recurring(every_days=[-7, -7])), f"{RULE}, every_days: a step of at least 1 day"),
    (rule(recurring(every_days=[7, 3])), f"{RULE}, every_days: the first number"),
    (rule(recurring(every_days=7)), f"{RULE}, every_days: two numbers"),
    (rule(recurring(every_days=None)), f"{RULE}, every_days: two numbers"),
    (rule(recurring(every_days=[7.5, 7.5])), f"{RULE}, every_days: a whole number"),
    (rule(recurring(times=0)), f"{RULE}, times: at least 1"),
    (rule(recurring(times=8)), f"{RULE}, times: more times than there are days"),
    (rule(recurring(count=None)), f"{RULE}, count: this goes on without end"),
    (rule(recurring(count=0)), f"{RULE}, count: at least 1"),
    (rule(recurring(count=10**6)), f"{RULE}, count: more than 1000 contacts"),
    (rule(recurring(count=10**17)), f"{RULE}, count: at most"),
    (rule(recurring(count=700)), f"{RULE}, count: this goes on past day 3650"),
    (rule(recurring(count=None, until_day=3650, every_days=[1, 1])), f"{RULE}, until_day: more than 1000"),
    (rule(recurring(start=5, count=None, until_day=4)), f"{RULE}, until_day: this ends before its start"),
    (rule(recurring(count=None, until_day=10**9)), f"{RULE}, until_day: at most 3650"),
    (rule(without(recurring(), "until_day")), f"{RULE}, until_day: this key is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "said"), HOSTILE, ids=[said for _wrong, said in HOSTILE])
def test_what_is_wrong_is_named_by_format_and_field(load, wrong, said):
    before = Format.objects.count()
    with pytest.raises(CommandError) as refusal:
        load({"fine": body(), "strange_one": wrong})
    assert f"\nstrange_one: {said}" in str(refusal.value)
    assert Format.objects.count() == before  # the good one neither


BYTES = [
    (b"", "not JSON"),
    (b"[]", "must be one JSON object"),
    (b"null", "must be one JSON object"),
    (b"{}", "at least one format"),
    (b'{"a": ', "not JSON: line 1, character 7"),
    (b"\xff\xfe{\x00}\x00", "not UTF-8 text, from byte 0"),
    ('{"é": 1}'.encode("latin-1"), "not UTF-8 text, from byte 2"),
    (b"[" * 200_000, "nested too deep"),
    (b'{"a":' * 200_000, "nested too deep"),
    (b" " * 2_000_001, "too large"),
    (b'{"a": null}', "a: an object with keys is needed"),
    (b'{"a b": {}}', "'a b': the key of a format has letters"),
    (b'{"": {}}', "'': the key of a format has letters"),
    (b'{"a\\u0000": {}}', "'a?': the key of a format has letters"),
    (('{"' + "a" * 61 + '": {}}').encode(), "the key of a format has letters"),
]


@pytest.mark.parametrize(("data", "said"), BYTES, ids=[said for _data, said in BYTES])
def test_a_file_that_is_no_list_of_formats_is_refused(load, data, said):
    with pytest.raises(CommandError) as refusal:
        load(data)
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"day": 0', '"day": NaN', "components 1, rules 1, day: a whole number"),
        ('"day": 0', '"day": 1e999', "components 1, rules 1, day: a whole number"),
        ('"day": 0', f'"day": {"9" * 5000}', "components 1, rules 1, day: a whole number"),
        ('"day": 0', '"day": 0, "day": 1', "components 1, rules 1, day: this key stands twice"),
        ('"matching"', '"mode": "group", "matching"', "mode: this key stands twice"),
    ],
)
def test_what_only_a_file_can_get_wrong_is_named_too(load, old, new, said):
    document = json.dumps({"ours": body()}).replace(old, new, 1)
    with pytest.raises(CommandError, match=said):
        load(document.encode())


def test_a_format_that_stands_twice_is_refused(load):
    one = json.dumps(body())
    with pytest.raises(CommandError, match="ours: this format stands twice"):
        load(f'{{"ours": {one}, "ours": {one}}}'.encode())


def test_a_million_contacts_are_refused_at_once():
    wrong = body(*[part(*[recurring(count=10**6) for _r in range(30)]) for _p in range(20)])
    begun = time.process_time()
    assert spec.problems(wrong)
    assert time.process_time() - begun < 0.5


def test_the_contacts_of_all_rules_count_together():
    half = recurring(every_days=[1, 1], count=calendar.MOST // 2)
    assert spec.problems(body(part(half, half))) == []
    assert "more than 1000" in str(spec.problems(body(part(half, half, fixed())))[0])


@pytest.mark.parametrize(
    "fine",
    [
        body(duration_days=0),
        body(part(recurring(until_day=0, count=None))),
        body(part(fixed(anchor="discharge", day=-30), fixed(anchor="diagnosis", day=0))),
        body(part(role=None, leader=None, unit=None), matching=None, duration_days=None),
        body(part(), part(kind="group", optional=True, size=[2, 2])),
        body(part(), part(kind="course"), mode="mixed", transition="choose_after_component_2"),
        body(part(fixed(channel="video"), channels=["any"])),
    ],
)
def test_not_stated_and_zero_are_values(fine):
    assert spec.problems(fine) == []


# Loading ----------------------------------------------------------------------------------


def test_the_library_itself_adds_nothing(load):
    library = {key: preset["body"] for key, preset in presets.read().items()}
    before = Format.objects.count()
    assert "0 new, 0 changed, 40 as they were." in load(library)
    assert Format.objects.count() == before


def test_a_new_format_is_a_preset_of_every_clinic_with_its_source(load):
    assert "river_walk: new" in load({"river_walk": body()}, name="rivers.json")
    row = Format.objects.get(key="river_walk")
    assert (row.clinic, row.number, row.name, row.source) == (None, 1, "River walk", "Loaded from rivers.json")
    assert row.body == body()
    load({"river_walk": body()})
    assert Format.objects.filter(key="river_walk").count() == 1


def test_other_content_is_the_next_version_and_keeps_name_and_source(load):
    changed = presets.read()["emb_brown"]["body"] | {"duration_days": 400}
    assert "emb_brown: a new version" in load({"emb_brown": changed})
    first, second = Format.objects.filter(key="emb_brown").order_by("number")
    assert (second.number, second.body, second.name, second.source) == (2, changed, first.name, first.source)
    assert first.body == presets.read()["emb_brown"]["body"]


def test_a_clinic_may_have_its_own(load):
    clinic = factories.make_clinic()
    load({"emb_brown": body()}, "--clinic", clinic.ref)
    row = Format.objects.get(clinic=clinic)
    assert (row.key, row.number, row.created_by.is_system) == ("emb_brown", 1, True)
    assert Format.objects.presets().filter(key="emb_brown").count() == 1


def test_an_unknown_clinic_or_file_is_said(load, tmp_path):
    with pytest.raises(CommandError, match="no clinic"):
        load({"ours": body()}, "--clinic", "nowhere")
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("load_formats", str(tmp_path / "gone.json"))
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        call_command("load_formats", str(tmp_path))


@pytest.mark.parametrize("typed", [[], ["--clinic", "\udcff"]])
def test_a_name_that_is_no_text_is_refused_in_words(load, typed):
    with pytest.raises(CommandError) as refused:
        load({"ours": body()}, *typed, name="ours.json" if typed else "n\udcff.json")
    str(refused.value).encode()
    assert not Format.objects.filter(key="ours").exists()


def test_a_clinics_programme_follows_the_new_version_of_its_own(load):
    team = factories.Team()
    load({"ours": body()}, "--clinic", team.clinic.ref)
    Programme.objects.create(clinic=team.clinic, pair_format=Format.objects.get(clinic=team.clinic))
    load({"ours": body(duration_days=10)}, "--clinic", team.clinic.ref)
    assert Programme.objects.get(clinic=team.clinic).pair_format.number == 2


def test_the_action_checks_what_it_is_given_too():
    with pytest.raises(actions.Invalid, match="ours: mode"):
        actions.load(bodies={"ours": body(mode="all")}, by=factories.make_user())
