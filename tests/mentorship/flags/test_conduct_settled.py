"""After a worry about a mentor's conduct is settled, a coordinator lets the pair go on or ends it."""

import pytest

from clinics.roles import Role
from common import clock
from common.errors import Denied, NotReady, WrongState
from matching.models import Match
from mentorship.actions.conduct import give_back
from mentorship.actions.flags import acknowledge, reopen, resolve
from mentorship.models import RedFlag
from mentorship.starter import WORRIES
from tests import factories
from tests.mentorship.flags.conftest import MINUTE, MONDAY, again, raised

pytestmark = pytest.mark.django_db
ABOUT_MENTOR = next(worry.key for worry in WORRIES if worry.about == "mentor")


@pytest.fixture
def settled(team, pair):
    """A worry about the mentor of a pair, raised by the nurse and resolved by the coordinator."""
    flag = raised(team, pair, ABOUT_MENTOR, by=team.nurse, source="staff")
    with clock.at(MONDAY + MINUTE):
        acknowledge(flag=flag, by=team.coordinator)
        resolve(flag=flag, by=team.coordinator, outcome="no-action")
    return RedFlag.objects.get(pk=flag.pk)


def test_the_mentor_sees_the_pair_again_and_it_goes_on(team, pair, settled):
    mentor = pair.mentor.person.user
    assert not Match.objects.visible_to(mentor).filter(pk=pair.pk).exists()
    give_back(flag=settled, by=team.coordinator)
    give_back(flag=settled, by=team.coordinator)  # again changes nothing
    pair.refresh_from_db()
    assert pair.status == "introduced" and pair.sight_ended_at is None
    assert Match.objects.visible_to(again(mentor)).filter(pk=pair.pk).exists()
    assert pair.history.filter(by=team.coordinator, note="The mentor has access again.").count() == 1


@pytest.mark.parametrize("who", ["admin", "clinician", "nurse"])
def test_nobody_but_a_coordinator_decides(team, settled, who):
    with pytest.raises(Denied):
        give_back(flag=settled, by=getattr(team, who))


def test_a_worry_that_is_still_open_keeps_the_mentor_out(team, pair):
    flag = raised(team, pair, ABOUT_MENTOR, by=team.nurse, source="staff")
    with pytest.raises(WrongState):
        give_back(flag=flag, by=team.coordinator)


def test_another_open_worry_about_the_same_mentor_keeps_them_out(team, pair, settled):
    raised(team, pair, ABOUT_MENTOR, by=team.coordinator, source="staff")
    with pytest.raises(WrongState):
        give_back(flag=settled, by=team.coordinator)
    pair.refresh_from_db()
    assert pair.sight_ended_at


def test_without_consent_nothing_changes(team, pair, settled):
    pair.referral.consents.update(withdrawn_at=clock.now(), withdrawn_by=team.nurse)
    with pytest.raises(NotReady):
        give_back(flag=settled, by=team.coordinator)
    pair.refresh_from_db()
    assert pair.sight_ended_at and pair.status == "paused"


def test_opening_the_worry_again_stops_the_pair_again(team, pair, settled):
    give_back(flag=settled, by=team.coordinator)
    reopen(flag=settled, by=team.coordinator, note="More came out.")
    pair.refresh_from_db()
    assert pair.sight_ended_at and pair.status == "paused"


def test_a_request_that_was_stopped_before_the_introduction_opens_again(team, pair):
    asked = factories.make_match(team, status="accepted")
    flag = raised(team, asked, ABOUT_MENTOR, by=team.nurse, source="staff")
    acknowledge(flag=flag, by=team.coordinator)
    resolve(flag=flag, by=team.coordinator, outcome="no-action")
    give_back(flag=flag, by=team.coordinator)
    asked.refresh_from_db()
    assert asked.sight_ended_at is None and asked.status == "accepted"


def test_the_page_asks_the_coordinator_and_tells_the_admin_who_decides(client, team, pair, settled):
    client.force_login(again(team.coordinator))
    page = client.get(f"/flags/{settled.ref}/").content.decode()
    assert "Do they go on?" in page and f"/pairs/{pair.ref}/end" in page
    assert f"/flags/{settled.ref}/" in client.get(f"/pairs/{pair.ref}/").content.decode()
    client.force_login(again(team.admin))
    page = client.get(f"/flags/{settled.ref}/").content.decode()
    assert "A coordinator decides" in page and "Do they go on?" not in page
    client.post(f"/flags/{settled.ref}/", {"do": "go-on"})
    pair.refresh_from_db()
    assert pair.sight_ended_at
    client.force_login(again(team.coordinator))
    client.post(f"/flags/{settled.ref}/", {"do": "go-on"})
    pair.refresh_from_db()
    assert pair.sight_ended_at is None and pair.status == "introduced"


def test_a_coordinator_who_is_the_mentor_does_not_decide(team, pair, settled):
    from clinics.models import Membership

    mentor = pair.mentor.person.user
    Membership.objects.create(clinic=team.clinic, user=mentor, role=Role.COORDINATOR)
    with pytest.raises(Denied):
        give_back(flag=settled, by=again(mentor))
