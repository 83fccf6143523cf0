"""A concern told in confidence: anybody may, it reaches somebody, and never the person it is about."""

import pytest
from django.urls import reverse

from clinics.roles import Role
from common.errors import Denied, Invalid
from messaging.models import Message
from tests import factories
from training import limits_concerns
from training.actions.concerns import Told, close_concern, look_at_concern, tell_concern
from training.models import Concern

pytestmark = pytest.mark.django_db


def tell(team, by=None, **fields):
    return tell_concern(
        clinic=team.clinic, by=by, told=Told(**({"words": "Too loud.", "to": "coordinator", "whom": "mentor"} | fields))
    )


def readers(concern, team):
    """Return who of a team sees a concern."""
    who = ("nurse", "coordinator", "clinician", "backup", "admin", "trainer")
    return {name for name in who if Concern.objects.visible_to(getattr(team, name)).filter(pk=concern.pk).exists()}


def told_to():
    return set(Message.objects.filter(kind="concern.raised").values_list("recipient", flat=True))


def test_it_goes_to_the_coordinator_without_a_word_of_it_in_the_message(team):
    concern = tell(team)
    assert readers(concern, team) == {"coordinator"}
    assert told_to() == {f"user:{team.coordinator.ref}"}
    assert Message.objects.get(kind="concern.raised").data == {}


def test_past_the_coordinator_it_goes_to_the_admin_only(team):
    concern = tell(team, to="admin")
    assert readers(concern, team) == {"admin"}
    assert told_to() == {f"user:{team.admin.ref}"}


def test_a_concern_about_the_coordinator_goes_to_the_admin_whatever_was_chosen(team):
    for concern in (
        tell(team, by=team.nurse, user=team.coordinator),
        tell(team, whom="coordinator", words="By link."),
        tell(team, whom="team", name=team.coordinator.full_name, words="By name."),
    ):
        assert readers(concern, team) == {"admin"}


def test_another_coordinator_reads_a_concern_about_a_nurse_and_she_never_does(team):
    nurse = team.nurse
    nurse.memberships.create(clinic=team.clinic, role=Role.COORDINATOR)
    concern = tell(team, whom="team", name=nurse.full_name, to="admin")
    assert readers(concern, team) == {"admin"}
    Concern.objects.update(to="coordinator")  # as if it had been put to them before the role was given
    assert readers(concern, team) == {"coordinator"}


def test_a_mentor_who_coordinates_too_does_not_read_about_themselves(team):
    mentor = factories.make_mentor(team)
    own = mentor.person.user
    own.memberships.create(clinic=team.clinic, role=Role.COORDINATOR)
    concern = tell(team, name=own.full_name)
    assert concern.about_mentor == mentor
    assert not Concern.objects.visible_to(own).exists()
    assert f"user:{own.ref}" not in told_to()


def test_about_the_only_admin_past_the_coordinator_it_says_whom_to_ring(team):
    with pytest.raises(Invalid) as refusal:
        tell(team, by=team.nurse, user=team.admin, to="admin")
    assert str(team.clinic.phone) in str(refusal.value)
    assert not Concern.objects.exists()


def test_about_the_only_admin_it_may_go_to_the_coordinator(team):
    assert readers(tell(team, by=team.nurse, user=team.admin), team) == {"coordinator"}


def test_with_a_second_admin_it_goes_to_that_one(team):
    second = factories.make_user(team.clinic, Role.ADMIN)
    concern = tell(team, by=team.nurse, user=team.admin, to="admin")
    assert readers(concern, team) == set()
    assert Concern.objects.visible_to(second).get() == concern


def test_the_same_words_twice_are_one_concern(team):
    assert tell(team) == tell(team)
    assert Message.objects.filter(kind="concern.raised").count() == 1


def test_somebody_of_another_clinic_tells_nothing_here_while_signed_in(team, other_team):
    with pytest.raises(Denied):
        tell(team, by=other_team.nurse)


@pytest.mark.parametrize(
    ("field", "value"), [("words", " "), ("to", "king"), ("whom", "king"), ("name", "x" * 200), ("words", "x" * 5000)]
)
def test_what_makes_no_sense_is_refused_at_its_field(team, field, value):
    with pytest.raises(Invalid) as refusal:
        tell(team, **{field: value})
    assert refusal.value.field == field


def test_it_is_looked_at_and_closed_with_what_was_done_each_once(team):
    concern = tell(team)
    for _click in range(2):
        look_at_concern(concern=concern.pk, by=team.coordinator)
    assert Message.objects.get(kind="concern.raised").status == "cancelled"
    with pytest.raises(Invalid):
        close_concern(concern=concern.pk, by=team.coordinator, outcome=" ")
    for _click in range(2):
        close_concern(concern=concern.pk, by=team.coordinator, outcome="Spoke with them.")
    assert list(concern.history.values_list("to_status", flat=True)) == ["raised", "looked-at", "closed"]


def test_only_those_it_was_put_to_deal_with_it(team):
    concern = tell(team)
    for by in (team.admin, team.clinician, team.nurse):
        with pytest.raises(Denied):
            look_at_concern(concern=concern.pk, by=by)


# Pages ----------------------------------------------------------------------------------------

PUBLIC = {"whom": "mentor", "words": "Too loud.", "to": "coordinator"}


def public(team):
    return reverse("training:tell-clinic-concern", args=[team.clinic.ref])


def test_anybody_tells_without_a_name_and_sees_the_numbers_first(team, client):
    body = client.get(public(team)).content.decode()
    assert body.index("tel:112") < body.index("<textarea")
    assert client.post(public(team), PUBLIC).url == reverse("training:concern-sent")
    assert Concern.objects.get().by is None
    assert client.get(reverse("training:concern-sent")).status_code == 200


def test_a_mistake_keeps_what_was_written(team, client):
    body = client.post(public(team), PUBLIC | {"to": ""}).content.decode()
    assert "Too loud." in body
    assert not Concern.objects.exists()


def test_too_many_from_one_address_wait_and_keep_their_words(team, client, monkeypatch):
    monkeypatch.setattr(limits_concerns, "MOST", 1)
    client.post(public(team), PUBLIC)
    page = client.post(public(team), PUBLIC | {"words": "Another thing."})
    assert page.status_code == 429
    assert "Another thing." in page.content.decode()
    assert Concern.objects.count() == 1


def test_an_unknown_clinic_is_not_found(team, client):
    assert client.get(reverse("training:tell-clinic-concern", args=["nowhere"])).status_code == 404


@pytest.mark.parametrize("who", ["nurse", "coordinator", "clinician", "admin", "trainer"])
def test_everybody_with_a_role_finds_the_way_at_the_foot_and_tells(team, sign_in, who):
    client = sign_in(getattr(team, who))
    assert reverse("training:tell-concern") in client.get(reverse("accounts:account")).content.decode()
    client.post(reverse("training:tell-concern"), {"person": "else", "whom": "team", "words": "Rude.", "to": "admin"})
    assert Concern.objects.get().by == getattr(team, who)


def test_the_list_says_nothing_of_whom_it_is_about_and_the_page_does(team, sign_in):
    concern = tell(team, by=team.clinician, user=team.nurse, words="Rude at the desk.")
    client = sign_in(team.coordinator)
    listed = client.get(reverse("training:concerns")).content.decode()
    assert team.nurse.full_name not in listed
    page = client.get(reverse("training:concern", args=[concern.ref])).content.decode()
    assert team.nurse.full_name in page
    assert "Rude at the desk." in page
    client.post(reverse("training:concern", args=[concern.ref]), {"do": "look"})
    client.post(reverse("training:concern", args=[concern.ref]), {"outcome": "Spoke with her."})
    assert Concern.objects.get().outcome == "Spoke with her."


def test_nobody_opens_the_page_of_a_concern_about_themselves(team, sign_in):
    concern = tell(team, by=team.nurse, user=team.coordinator)
    page = sign_in(team.coordinator).get(reverse("training:concern", args=[concern.ref]))
    assert page.status_code == 404
