"""A partner finds a mentor who is a partner too: from the form to a good ending, by pages and actions."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.models import User
from common import clock
from matching import actions as matching
from matching.models import Match
from mentorship import starter, starter_checks
from mentorship.actions import checks, closing, pairs
from mentorship.actions.contacts import log_contact
from mentorship.models import FollowUpCheck
from referrals.models import Person, Referral
from tests import factories
from tests.referrals.builders import typed

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def team(team):
    """A clinic with its starters, a mentor who is a patient, and one who cares for somebody."""
    starter.start_clinic(team.clinic, team.admin)
    starter_checks.start_clinic(team.clinic)
    speaks = {"languages": ["fr"], "channels": ["phone"]}
    team.patient = factories.make_mentor(team, **speaks)
    person = factories.make_person(team.clinic, first_name="Bert", gender="man", birth_year=1969)
    team.partner = factories.make_mentor(team, person=person, role_types=["caregiver"], diagnosed_year=2018, **speaks)
    return team


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def by_link(kind: str, subject: str) -> Client:
    """Return the browser of somebody who came by a one-time link."""
    client = Client()
    link, _address = links.make(kind, subject)
    session = client.session
    session[links.SESSION_KEY] = {kind: [link.pk, clock.now().timestamp()]}
    session.save()
    return client


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def referred(team) -> Referral:
    """The nurse refers the partner of somebody who is not named; the coordinator accepts."""
    form = typed(
        relation="caregiver", about="", musts=[], email="isabelle@example.org", email_read_back="on", channels=["phone"]
    )
    sent = browser(team.nurse).post(reverse("referrals:new"), form | {"do": "send"})
    assert sent.status_code == 302, sent.content.decode()[:3000]
    referral = Referral.objects.get()
    assert (referral.status, referral.relation, referral.about) == ("submitted", "caregiver", None)
    browser(team.coordinator).post(reverse("referrals:detail", args=[referral.ref]), {"step": "accept"})
    referral.refresh_from_db()
    return referral


def asked(team, referral) -> Match:
    """The coordinator finds the partner, not the patient, and both say yes."""
    found = text(browser(team.coordinator).get(reverse("matching:find", args=[referral.ref])))
    assert "Ask Bert" in found and f"Ask {team.patient.person.first_name}" not in found
    assert "patients only" in found
    match = matching.ask_mentor(by=team.coordinator, referral=referral.pk, mentor=team.partner.pk)
    request = text(browser(team.partner.person.user).get(reverse("matching:request", args=[match.ref])))
    assert "A partner or relative" in request and "Where the one they care for is" in request
    assert "Isabelle" not in request and "Where they are" not in request
    matching.accept(match=match.pk, by=team.partner.person.user, expectations=True)
    matching.ask_mentee(match=match.pk, by=team.coordinator)
    page = text(by_link("mentee.ask", match.ref).get(reverse("matching:mentee")))
    assert "Bert cares for somebody with it too" in page and "lives with it too, and would like" not in page
    assert "Cares for somebody with it" in page
    matching.mentee_answer(match=match.pk, by=User.objects.system(), answer="yes", expectations=True)
    return matching.introduce(match=match.pk, by=team.coordinator)


def test_a_partner_and_a_partner_from_the_form_to_the_ending(team):
    clinic = team.clinic
    at = lambda days: clock.at(clock.at_local(began + days * DAY, dt.time(10), clinic.time_zone))  # noqa: E731
    began = clinic.today
    referral = referred(team)
    assert Person.objects.filter(patient__isnull=False).count() == 0  # the one cared for stays unnamed
    match = asked(team, referral)
    assert match.status == "introduced"

    log_contact(
        match=match.pk, by=team.partner.person.user, client_key="6f1d2b2e-7c0f-4a8e-9d27-3d1a7f3f0001",
        outcome="talked", when=clock.now(), channel="phone", minutes=30, topics=["family"],
    )  # fmt: skip
    with at(11):
        checks.send_due(clock.now())
        check = FollowUpCheck.objects.filter(match=match, to="mentee").latest("day")
        page = text(by_link("check.answer", check.ref).get(reverse("mentorship:check-link")))
        assert "Bert" in page and "Isabelle" in page
    with at(60):
        pairs.plan_closing(
            match=match.pk, by=team.coordinator, last_contact_on=clinic.today, bridge="A group for partners"
        )
        closing.say_deleted(match=match.pk, by=team.partner.person.user)
    with at(80):
        ended = closing.finish(match=match.pk, by=team.coordinator)
        referral.refresh_from_db()
        assert (ended.status, ended.end_reason, referral.status) == ("ended", "planned", "closed")
        nurse = text(browser(team.nurse).get(reverse("referrals:detail", args=[referral.ref])))
        assert "Isabelle Moreau" in nurse and "A group for partners" not in nurse
        assert browser(team.partner.person.user).get(reverse("matching:request", args=[match.ref])).status_code == 404


def test_three_to_choose_from_are_described_as_people_who_care_for_somebody(team):
    referral = referred(team)
    more = []
    for name in ("Carl", "Dirk"):
        person = factories.make_person(team.clinic, first_name=name)
        more.append(factories.make_mentor(team, person=person, role_types=["caregiver"], diagnosed_year=2018,
                                          languages=["fr"], channels=["phone"]))  # fmt: skip
    choice = matching.offer_choice(
        referral=referral.pk, mentors=[team.partner.pk, *(m.pk for m in more)], by=team.coordinator
    )
    page = text(by_link("mentee.choose", choice.ref).get(reverse("matching:choose")))
    assert "These people care for somebody with it too." in page and "Has cared for somebody with it" in page
    assert "Has lived with it" not in page
