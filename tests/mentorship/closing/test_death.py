"""After a death nothing is sent by itself, of whatever kind; links close, places end, and people get their tasks."""

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse

from accounts import links
from accounts.models import OneTimeLink
from common import clock
from common.errors import WrongState
from mentorship.actions import closing, goals
from mentorship.mentee_session import KIND
from mentorship.models import Aftercare, Closing, FollowUpCheck
from mentorship.querysets_closing import alumni
from messaging import delivery, kinds, outbox
from messaging.models import Message
from referrals import actions as referrals
from tests.mentorship.closing.conftest import answer
from tests.mentorship.mentee.conftest import open_page


def refs_of(pair) -> list[str]:
    """Return the refs of everything a message about this pair may be about."""
    check = FollowUpCheck.objects.create(match=pair, day=10, to="mentee", due_on=clock.today("Europe/Brussels"))
    return [
        pair.ref,
        pair.referral.ref,
        pair.referral.mentee.ref,
        check.ref,
        *pair.contacts.values_list("ref", flat=True),
    ]


def post_every_kind(pair, refs) -> None:
    """Store a message of every kind there is, to both, about each of these."""
    for name in kinds.names():
        if kinds.get(name).at_least_once:
            continue  # flags never fall silent
        for ref in refs:
            for to in (pair.referral.mentee, pair.mentor.person.user):
                outbox.post(name, ref, clinic=pair.referral.clinic, to=to, key="all", data={"on": "2026-11-26"})


def send_everything() -> None:
    with clock.at(clock.now() + dt.timedelta(minutes=1)):
        for pk in Message.objects.filter(status="queued").values_list("pk", flat=True):
            delivery.deliver(pk)


def test_no_message_of_any_kind_goes_to_the_one_who_died_or_about_them(
    planned, team, django_capture_on_commit_callbacks
):
    post_every_kind(planned, refs_of(planned))
    referrals.close(referral=planned.referral_id, by=team.coordinator, reason="died")
    post_every_kind(planned, [planned.ref, planned.referral.ref])  # whoever posts one afterwards is too late as well
    mail.outbox.clear()
    send_everything()
    sent = Message.objects.filter(status="sent")
    assert [(m.kind, m.recipient) for m in sent] == [] and mail.outbox == []


def test_the_same_messages_do_go_while_everybody_lives(planned):
    """A control: without a death some of them arrive."""
    post_every_kind(planned, [planned.ref])
    send_everything()
    assert {"closing.ask", "closing.ask-mentor"} <= set(
        Message.objects.filter(status="sent").values_list("kind", flat=True)
    )


def test_links_close_lists_forget_them_and_people_get_their_tasks(planned, team, system):
    goals.write(match=planned.pk, by=system, text="Sleep")
    answer(planned, system, "mentee", alumni=True)
    links.make(closing.ASK, planned.ref)
    mine = open_page(planned.referral)
    assert mine.get(reverse("mentorship:own-goals")).status_code == 200
    referrals.close(referral=planned.referral_id, by=team.coordinator, reason="died")
    assert not OneTimeLink.objects.filter(kind__in=[closing.ASK, KIND], revoked_at=None).exists()
    for name in ("own-page", "own-goals", "own-closing", "own-next"):
        assert mine.get(reverse(f"mentorship:{name}")).status_code == 410
    assert list(alumni(team.clinic)) == []
    assert {row.kind for row in Aftercare.objects.filter(match=planned)} == {"ring", "look-after"}
    assert Closing.objects.get(match=planned).debrief_on is None  # the supervisor's own task stands for it


@pytest.mark.parametrize("wish", ["another", "group", "nothing"])
def test_nobody_says_what_comes_next_after_a_death(pair, team, system, wish):
    referrals.close(referral=pair.referral_id, by=team.coordinator, reason="died")
    with pytest.raises(WrongState):
        closing.say_next(referral=pair.referral_id, by=system, wish=wish)
