"""The pages about mentors who help elsewhere, and those on which something is put right, in a real browser."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import User
from common import clock
from mentorship.actions import checks, contacts
from mentorship.actions.flags import raise_flag
from mentorship.models import FlagCategory, FollowUpCheck
from mentorship.starter import WORRIES, start_clinic
from tests import factories
from tests.browser import browser_context_args, browser_type_launch_args, looks_right, sign_in_as  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def category(team, fits) -> FlagCategory:
    return FlagCategory.objects.get(clinic=team.clinic, key=next(worry.key for worry in WORRIES if fits(worry)))


def test_both_clinics_and_the_mentor_can_read_and_tap_everything(page, live_server):
    home, there = factories.Team("Leie Clinic"), factories.Team("Scheldt Clinic")
    start_clinic(there.clinic, there.admin)
    mentor = factories.make_mentor(home)
    pair, user = factories.make_match(there, mentor=mentor, days_ago=10), mentor.person.user
    for key, days in (("a", 6), ("b", 0)):
        when = clock.now() - dt.timedelta(days=days)
        talk = contacts.log_contact(match=pair.pk, by=user, client_key=key * 36, outcome="no-answer", when=when)
    check = FollowUpCheck.objects.create(match=pair, day=10, to="mentee", due_on=there.clinic.today)
    for answer in ("not-comfortable", "yes"):
        checks.answer_check(check=check.pk, by=User.objects.system(), answer=answer)
    urgent = category(there, lambda w: w.severity == "S1" and w.route == "clinical")
    raise_flag(category=urgent, by=user, match=pair, source="home")
    base = live_server.url

    sign_in_as(page, base, user)
    looks_right(page, base + reverse("mentorship:log"))
    looks_right(page, base + reverse("mentorship:correct", args=[talk.ref]), phone="dark")
    sign_in_as(page, base, home.clinician)
    looks_right(page, base + reverse("mentorship:aftercare-list"))
    about = category(there, lambda w: w.about == "mentor")
    flag = raise_flag(category=about, by=there.nurse, match=pair, source="staff")
    sign_in_as(page, base, home.coordinator)
    looks_right(page, base + reverse("mentorship:flags"), phone="dark")
    looks_right(page, base + reverse("mentorship:flag", args=[flag.ref]))
    looks_right(page, base + reverse("training:mentor", args=[mentor.ref]))
    sign_in_as(page, base, there.coordinator)
    looks_right(page, base + reverse("mentorship:flag", args=[flag.ref]), phone="dark")
    looks_right(page, base + reverse("mentorship:pair", args=[pair.ref]))
    looks_right(page, base + reverse("mentorship:check", args=[check.ref]), phone="dark")
