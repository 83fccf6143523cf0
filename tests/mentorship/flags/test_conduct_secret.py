"""Somebody a worry is about learns of it from no message, whatever they look after."""

import pytest
from django.urls import reverse

from common.errors import Denied
from messaging import actions
from messaging.models import Message
from messaging.workflow import Status
from tests.mentorship.flags.conftest import raised

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(team, pair):
    """A worry about the coordinator whose messages could not be sent."""
    flag = raised(team, pair, "staff-conduct", by=team.nurse, about_user=team.coordinator)
    Message.objects.filter(subject=flag.ref).update(status=Status.DEAD)
    return flag


def test_no_page_shows_them_a_message_about_it(about, team, sign_in):
    row = Message.objects.filter(subject=about.ref).first()
    addresses = [reverse("messaging:undelivered"), reverse("desk:today")]
    one = reverse("messaging:message", args=[row.ref])
    mine = sign_in(team.coordinator)
    assert all("could not be" not in mine.get(url).content.decode() for url in addresses)
    assert mine.get(one).status_code == 404
    assert mine.post(reverse("messaging:settle", args=[row.ref])).status_code == 404
    others = sign_in(team.admin)
    assert one in others.get(addresses[0]).content.decode() and others.get(one).status_code == 200


@pytest.mark.parametrize("action", [actions.settle, actions.retry])
def test_nor_can_they_silence_it(about, team, action):
    row = Message.objects.filter(subject=about.ref).first()
    with pytest.raises(Denied):
        action(message=row.pk, by=team.coordinator)
    action(message=row.pk, by=team.admin)
