"""A mentor is shared with other clinics only when they and their own clinic both say yes."""

import pytest
from django.urls import reverse

from clinics.models import Membership
from common.errors import Denied, NotReady, WrongState
from tests import factories
from training import actions
from training.models import Mentor
from training.workflow import Status


@pytest.fixture
def mentor(team):
    return factories.make_mentor(team)


@pytest.fixture
def shared(team, mentor):
    actions.wish_to_share(mentor=mentor.pk, by=mentor.person.user, yes=True)
    return actions.share(mentor=mentor.pk, by=team.coordinator)


def notes(mentor):
    return list(mentor.history.exclude(note="").values_list("note", flat=True))


def test_a_mentor_says_yes_and_again_changes_nothing(mentor):
    for _time in range(2):
        row = actions.wish_to_share(mentor=mentor.pk, by=mentor.person.user, yes=True)
    assert row.share_wish_on == mentor.person.clinic.today and row.shared_on is None
    assert notes(mentor) == ["Would help people of other clinics too."]


def test_who_keeps_the_records_may_write_down_what_the_mentor_said(team, mentor):
    assert actions.wish_to_share(mentor=mentor.pk, by=team.coordinator, yes=True).share_wish_on


@pytest.mark.parametrize("who", ["nurse", "clinician", "admin"])
def test_nobody_else_speaks_for_them(team, mentor, who):
    for action in (lambda **k: actions.wish_to_share(yes=True, **k), actions.share, actions.stop_sharing):
        with pytest.raises(Denied):
            action(mentor=mentor.pk, by=getattr(team, who))


def test_another_clinic_cannot_share_them(team, other_team, mentor):
    actions.wish_to_share(mentor=mentor.pk, by=mentor.person.user, yes=True)
    with pytest.raises(Denied):
        actions.share(mentor=mentor.pk, by=other_team.coordinator)


def test_nobody_shares_themselves(team, mentor):
    actions.wish_to_share(mentor=mentor.pk, by=mentor.person.user, yes=True)
    Membership.objects.create(clinic=team.clinic, user=mentor.person.user, role="coordinator")
    with pytest.raises(Denied):
        actions.share(mentor=mentor.pk, by=mentor.person.user)


def test_the_clinic_alone_cannot_share(team, mentor):
    with pytest.raises(NotReady):
        actions.share(mentor=mentor.pk, by=team.coordinator)


def test_somebody_who_does_not_mentor_now_is_not_shared(team):
    applicant = factories.make_mentor(team, ready=False, status=Status.APPLIED)
    with pytest.raises(WrongState):
        actions.wish_to_share(mentor=applicant.pk, by=team.coordinator, yes=True)


def test_sharing_and_back_are_written_down_once_each(team, shared):
    actions.share(mentor=shared.pk, by=team.coordinator)
    for _time in range(2):
        actions.stop_sharing(mentor=shared.pk, by=team.coordinator)
    assert notes(shared)[1:] == ["Shared with other clinics.", "No longer shared with other clinics."]
    row = Mentor.objects.get(pk=shared.pk)
    assert row.share_wish_on and row.shared_on is None and row.shared_by is None


def test_a_no_of_the_mentor_ends_the_sharing_at_once(shared):
    row = actions.wish_to_share(mentor=shared.pk, by=shared.person.user, yes=False)
    assert (row.share_wish_on, row.shared_on, row.shared_by) == (None, None, None)
    assert not Mentor.objects.shared().exists()


def test_the_mentors_own_page(sign_in, mentor):
    client, url = sign_in(mentor.person.user), reverse("training:share")
    page = client.get(url).content.decode()
    assert "may say no" in page and "checked" not in page
    assert client.post(url, {}).context["form"].errors["willing"]
    assert client.post(url, {"willing": "yes"}).status_code == 302
    assert "Your clinic has not decided yet" in client.get(url).content.decode()
    assert client.post(url, {"willing": "maybe"}).status_code == 200
    mentor.refresh_from_db()
    assert mentor.share_wish_on


def test_the_coordinators_steps_follow_what_was_said(sign_in, team, mentor):
    client, page = sign_in(team.coordinator), reverse("training:mentor", args=[mentor.ref])
    assert "Share with other clinics" not in client.get(page).content.decode()
    client.post(reverse("training:step", args=[mentor.ref, "willing"]), {"willing": "yes"})
    assert "Would like to; not shared yet" in client.get(page).content.decode()
    client.post(reverse("training:step", args=[mentor.ref, "share"]))
    shown = client.get(page).content.decode()
    assert "Shared, by phone or video" in shown and "Share no longer" in shown
    client.post(reverse("training:step", args=[mentor.ref, "keep"]))
    assert not Mentor.objects.shared().exists()
