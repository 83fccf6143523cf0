"""The pages of ways to meet: read, copied, changed with everything typed kept, retired."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mentorship.actions import formats as actions
from mentorship.actions import planning
from mentorship.formats import presets, terms
from mentorship.forms.formats import Draft, FormatForms
from mentorship.models import Format, Programme
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db):
    return factories.Team()


@pytest.fixture
def own(team):
    preset = Format.objects.presets().get(key="emb_brown")
    return actions.copy(format=preset, clinic=team.clinic, by=team.coordinator)


@pytest.fixture
def client(team, sign_in):
    return sign_in(team.coordinator)


def sent(row, **more):
    """Return what a browser sends for a format as it is, with other answers where given."""
    draft = Draft.of(row.name, row.body)
    data = dict(draft.data().lists()) | {"shape": [draft.shape], "follows": [str(len(draft.follows))], "do": ["save"]}
    return data | {name.replace("__", "-"): value for name, value in more.items()}


def edit(client, row, **more):
    return client.post(reverse("mentorship:format-edit", args=[row.ref]), sent(row, **more))


# Reading ----------------------------------------------------------------------------------


def test_the_list_shows_the_clinics_own_first_and_every_preset(client, own):
    page = client.get(reverse("mentorship:formats")).content.decode()
    assert page.index("Your own") < page.index(own.name) < page.index("From studies")
    assert all(preset["name"].split("'")[0] in page for preset in presets.read().values())


def test_the_list_costs_the_same_however_many_there_are(client, team, own):
    client.get(reverse("mentorship:formats"))
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("mentorship:formats"))
        counts.append(len(seen))
        for _n in range(9):
            actions.copy(format=own, clinic=team.clinic, by=team.coordinator)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("key", sorted(presets.read()))
def test_every_preset_has_its_page(client, key):
    row = Format.objects.presets().get(key=key)
    page = client.get(reverse("mentorship:format", args=[row.ref])).content.decode()
    assert "<svg" in page and row.source.split(" et al")[0] in page
    assert page.count("<circle") >= 2


def test_what_is_not_stated_is_said_and_zero_is_a_day(client):
    row = Format.objects.presets().get(key="emb_brown")
    page = client.get(reverse("mentorship:format", args=[row.ref])).content.decode()
    assert "On day 0, 45 minutes, in person" in page
    assert "not stated" in page
    assert "6 talks in 12 months" in page


def test_an_older_version_leads_to_the_newest(client, team, own):
    newer = actions.change(format=own, by=team.coordinator, name="Ours", body=own.body)
    page = client.get(reverse("mentorship:format", args=[own.ref])).content.decode()
    assert reverse("mentorship:format", args=[newer.ref]) in page
    assert reverse("mentorship:format-edit", args=[own.ref]) not in page


def test_a_format_of_another_clinic_is_not_there(client):
    other = factories.Team("Scheldt Rheumatology Clinic")
    theirs = actions.copy(format=Format.objects.presets()[0], clinic=other.clinic, by=other.coordinator)
    assert client.get(reverse("mentorship:format", args=[theirs.ref])).status_code == 404


def test_who_follows_it_is_said(client, team, own):
    Programme.objects.create(clinic=team.clinic, pair_format=own)
    planning.begin_plan(match=factories.make_match(team), by=team.coordinator)
    page = client.get(reverse("mentorship:format", args=[own.ref])).content.decode()
    assert "1 pair follows it now." in page
    assert "New pairs follow it" in page


# Copying and retiring ---------------------------------------------------------------------


def test_a_copy_is_the_clinics_own_and_opens_to_be_changed(client, team):
    preset = Format.objects.presets().get(key="emb_sutton")
    for _n in (1, 2):
        reply = client.post(reverse("mentorship:format-copy", args=[preset.ref]))
        made = Format.objects.filter(clinic=team.clinic).order_by("-pk")[0]
        assert reply.url == reverse("mentorship:format-edit", args=[made.ref])
        assert (made.number, made.body, made.based_on) == (1, preset.body, preset)
    assert set(Format.objects.filter(clinic=team.clinic).values_list("key", flat=True)) == {
        "emb_sutton",
        "emb_sutton-2",
    }


def test_a_retired_one_is_offered_no_more(client, own):
    assert client.post(reverse("mentorship:format-retire", args=[own.ref])).status_code == 302
    own.refresh_from_db()
    assert own.retired_at and own.retired_by
    page = client.get(reverse("mentorship:formats")).content.decode()
    assert "No longer used" in page
    assert edit(client, own, head__name=["Again"]).status_code == 409


def test_what_new_pairs_follow_is_not_retired(client, team, own):
    Programme.objects.create(clinic=team.clinic, pair_format=own)
    reply = client.post(reverse("mentorship:format-retire", args=[own.ref]))
    assert reply.status_code == 409
    assert "New pairs follow this by default" in reply.content.decode()
    own.refresh_from_db()
    assert own.retired_at is None


def test_a_preset_is_neither_changed_nor_retired(client):
    preset = Format.objects.presets().get(key="emb_brown")
    assert client.get(reverse("mentorship:format-edit", args=[preset.ref])).status_code == 404
    reply = client.post(reverse("mentorship:format-retire", args=[preset.ref]))
    assert reply.status_code == 403
    preset.refresh_from_db()
    assert preset.retired_at is None


# Changing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("key", sorted(presets.read()))
def test_every_preset_goes_through_the_form_unchanged(key):
    preset = presets.read()[key]
    forms = FormatForms(Draft.of(preset["name"], preset["body"]), check=True, before=preset["body"])
    assert [form.errors for form in forms.every if form.errors] == []
    assert forms.body == preset["body"]


def test_saving_is_a_new_version_and_the_old_one_stays(client, team, own):
    Programme.objects.create(clinic=team.clinic, pair_format=own)
    reply = edit(client, own, p0r1__day=["28"], head__name=["Ours"])
    newer = Format.objects.get(clinic=team.clinic, number=2)
    assert reply.url == reverse("mentorship:format", args=[newer.ref])
    assert (newer.name, newer.body["components"][0]["rules"][1]["day"]) == ("Ours", 28)
    own.refresh_from_db()
    assert own.body["components"][0]["rules"][1]["day"] == 21
    assert Programme.objects.get(clinic=team.clinic).pair_format == newer  # new pairs follow what the page shows


def test_saving_the_same_adds_no_version(client, team, own):
    assert edit(client, own).status_code == 302
    assert Format.objects.filter(clinic=team.clinic).count() == 1


def test_over_a_newer_version_nothing_typed_is_lost(client, team, own):
    actions.change(format=own, by=team.coordinator, name="Somebody else’s", body=own.body)
    reply = edit(client, own, head__name=["Mine"])
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "Nothing of yours is lost" in page and 'value="Mine"' in page
    newest = Format.objects.get(clinic=team.clinic, number=2)
    assert reverse("mentorship:format-edit", args=[newest.ref]) in page  # saved again, it goes on from there
    assert Format.objects.filter(clinic=team.clinic).count() == 2


MISTAKES = [
    ({"head__name": [""]}, "head-name"),
    ({"head__mentee": []}, "head-mentee"),
    ({"head__duration": ["a year"]}, "head-duration"),
    ({"head__transition": ["choose_after_component_9"]}, "head-transition"),
    ({"p0__kind": ["lecture"]}, "p0-kind"),
    ({"p0__channels": ["fax"]}, "p0-channels"),
    ({"p0__size_least": ["5"]}, "p0-size_most"),
    ({"p0__size_least": ["5"], "p0__size_most": ["3"]}, "p0-size_least"),
    ({"p0r0__type": ["sometimes"]}, "p0r0-type"),
    ({"p0r0__day": ["-1"]}, "p0r0-day"),
    ({"p0r0__day": [""]}, "p0r0-day"),
    ({"p0r0__minutes": [""], "p0r0__minutes_most": ["5"]}, "p0r0-minutes"),
    ({"p0r0__minutes": ["50"], "p0r0__minutes_most": ["5"]}, "p0r0-minutes"),
    ({"p0r0__channel": ["video"]}, "p0r0-channel"),
    ({"p0r0__location": ["x" * 300]}, "p0r0-location"),
    ({"p0r2__every": ["0"]}, "p0r2-every"),
    ({"p0r2__every": [""]}, "p0r2-every"),
    ({"p0r2__every": ["9"], "p0r2__every_most": ["3"]}, "p0r2-every"),
    ({"p0r2__until": [""]}, "p0r2-count"),
    ({"p0r2__until": ["5"]}, "p0r2-until"),
    ({"p0r2__times": ["92"]}, "p0r2-times"),
    ({"p0r2__count": ["1000000"], "p0r2__until": [""]}, "p0r2-count"),
    ({"follows": ["1"]}, "f0-first"),
    ({"follows": ["1"], "f0__first": ["9"], "f0__last": ["3"], "f0__actor": ["mentor"], "f0__action": ["x"]}, "f0-first"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "at"), MISTAKES, ids=[f"{at} {n}" for n, (_more, at) in enumerate(MISTAKES)])
def test_a_mistake_is_said_at_its_field_and_everything_typed_stays(client, team, own, more, at):
    reply = edit(client, own, **({"p0r0__note": ["kept as it was typed"]} | more))
    page = reply.content.decode()
    assert reply.status_code == 200
    assert f'id="id_{at}_error"' in page
    assert f'href="#id_{at}' in page
    assert "<title>Error: " in page
    assert "kept as it was typed" in page
    for name, value in more.items():
        if value and name.split("__")[-1] not in ("kind", "channels", "type", "transition", "channel", "follows"):
            assert value[0] in page
    assert Format.objects.filter(clinic=team.clinic).count() == 1


@pytest.mark.parametrize(
    "more",
    [
        {"shape": ["99,99"]},
        {"do": ["drop-part-99"]}, {"do": ["drop-rule-7-7"]}, {"do": ["add-rule-99"]}, {"do": ["add-rule"]}, {"do": ["?"]},
        {"p0r0__day": ["9" * 5000]}, {"p0r0__day": ["\x00"]}, {"head__name": ["\x00"]}, {"p0__channels": ["x"] * 50},
    ],
)  # fmt: skip
def test_whatever_is_sent_gets_a_page(client, team, own, more):
    assert edit(client, own, **more).status_code == 200
    assert Format.objects.filter(clinic=team.clinic).count() == 1


@pytest.mark.parametrize("more", [{"shape": ["no"]}, {"shape": [""]}, {"shape": ["1," * 500]}, {"follows": ["x"]}])
def test_a_form_that_was_tampered_with_loses_no_part_silently(client, team, own, more):
    assert edit(client, own, **more).status_code == 400
    assert Format.objects.filter(clinic=team.clinic).count() == 1


def after(client, own, do, **more):
    return edit(client, own, do=[do], **more).content.decode()


def test_parts_and_times_come_and_go_and_what_was_typed_stays(client, team, own):
    page = after(client, own, "add-part", head__name=["Half a thought"], p0r0__day=["no day yet"])
    assert 'name="shape" value="3,1"' in page and 'name="p1-kind"' in page
    assert "Half a thought" in page and "no day yet" in page
    page = after(client, own, "add-rule-0")
    assert 'name="shape" value="4"' in page and 'name="p0r3-type"' in page
    page = after(client, own, "drop-rule-0-0")
    assert 'name="shape" value="2"' in page
    assert 'name="p0r0-day" value="21"' in page  # the second moved up
    assert "Leave out part 1<" not in page  # the last one stays
    page = after(client, own, "add-follow")
    assert 'name="f0-action"' in page
    assert Format.objects.filter(clinic=team.clinic).count() == 1


def test_the_calendar_is_drawn_of_what_is_typed_and_nothing_is_saved(client, team, own):
    address = reverse("mentorship:format-edit", args=[own.ref])
    drawn = client.post(
        address, sent(own, do=["show"], p0r1__day=["33"]), headers={"HX-Request": "true"}
    ).content.decode()
    assert "On day 33, 30 minutes" in drawn and "<svg" in drawn and "<html" not in drawn
    undrawn = client.post(
        address, sent(own, do=["show"], p0r1__day=["x"]), headers={"HX-Request": "true"}
    ).content.decode()
    assert "still missing" in undrawn
    whole = after(client, own, "show", p0r1__day=["33"])
    assert "On day 33, 30 minutes" in whole and "<html" in whole
    assert Format.objects.filter(clinic=team.clinic).count() == 1


def test_a_group_added_makes_it_mixed(client, team, own):
    group = {
        "shape": ["3,1"], "p1__kind": ["group"], "p1__channels": ["f2f"], "p1r0__type": ["on_demand"],
        "p1__manualised": ["no"], "p1__size_least": ["4"], "p1__size_most": ["9"],
    }  # fmt: skip
    assert edit(client, own, **group).status_code == 302
    body = Format.objects.get(clinic=team.clinic, number=2).body
    assert body["mode"] == "mixed"
    assert (body["components"][1]["size"], body["components"][1]["manualised"]) == ([4, 9], False)
    assert terms.MODES["mixed"]
