"""Adding a mentor and changing what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics import signals as clinics
from clinics.models import Clinic, Membership
from clinics.roles import Role
from common import clock
from common.errors import Invalid, Stale
from referrals import duplicates, facts
from referrals.actions import say_not_the_same
from referrals.models import Person
from training import rules
from training.data import PERSON, PROFILE, MentorData
from training.models import Mentor
from training.workflow import workflow

MOST_PLACES = 10
MOST_WORDS = 600
NOBODY = "new"  # "It is somebody else"


@transaction.atomic
def add_mentor(*, clinic: Clinic, by: User, data: MentorData) -> Mentor:
    """Store a new mentor, who begins as an applicant, with an account and an invitation to sign in.

    The same person twice is refused; somebody like a person the clinic knows is asked about (field
    "same_as"), so that a patient who comes to mentor stays one person. Raises Denied, Invalid.
    """
    rules.add.require(by, clinic)
    person = _person(clinic, by, data)
    mentor = Mentor(person=person, created_by=by, **_profile(data))
    _check(mentor)
    mentor.save()
    workflow.begin(mentor, by=by)
    return mentor


@transaction.atomic
def change_mentor(*, mentor: int, by: User, data: MentorData, version: int) -> Mentor:
    """Change profile and person together. `version` is that of the form: an older one raises Stale.

    Raises Denied, Stale, Invalid.
    """
    m = Mentor.objects.lock(mentor)
    rules.change.require(by, m)
    if m.version != version:
        raise Stale()
    _change_person(m.person, data)
    for name, value in _profile(data).items():
        setattr(m, name, value)
    _check(m)
    m.version += 1
    m.save()
    return m


def _profile(data: MentorData) -> dict:
    return {name: value for name, value in data.profile.items() if name in PROFILE}


def _person(clinic: Clinic, by: User, data: MentorData) -> Person:
    """Return the person with this address, or a new one, with an account that may mentor here."""
    values = {name: value for name, value in data.person.items() if name in PERSON}
    if not values.get("email"):
        raise Invalid(_("Write the e-mail address: the invitation goes there"), field="email")
    person = Person(clinic=clinic, created_by=by, **values)
    _check_person(person)
    user = _account(clinic, by, values)
    known = Person.objects.filter(clinic=clinic, user=user).first()
    if known is not None and Mentor.objects.filter(person=known).exists():
        raise Invalid(_("This person is in the list of mentors already"), field="email")
    if known is not None:
        return known
    alike = lookalikes(clinic, values)
    if alike and data.same_as != NOBODY:
        return _adopt(alike, data.same_as, user)
    person.user, person.email_verified_at = user, user.email_verified_at
    person.save()
    for other in alike:
        say_not_the_same(person=person.pk, other=other.pk, by=by)
    return person


def lookalikes(clinic: Clinic, values: Mapping[str, Any]) -> list[Person]:
    """Return people of the clinic without an account whom this may be: a patient may come to mentor."""
    found = duplicates.possible(
        clinic=clinic.pk, first_name=str(values.get("first_name") or ""), last_name=str(values.get("last_name") or ""),
        birth_year=values.get("birth_year"), phone=str(values.get("phone") or ""), email=str(values.get("email") or ""),
    )  # fmt: skip
    return [person for person in found if person.user_id is None]


def _adopt(alike: list[Person], ref: str, user: User) -> Person:
    """Give the account to somebody the clinic knows, so that nobody is mentee and mentor at once unseen."""
    known = next((person for person in alike if person.ref == ref), None)
    if known is None:
        raise Invalid(_("We may know this person already. Choose whether it is them"), field="same_as")
    person = Person.objects.select_for_update().get(pk=known.pk)
    if Mentor.objects.filter(person=person).exists():
        raise Invalid(_("This person is in the list of mentors already"), field="same_as")
    person.user = user
    person.version += 1
    person.save(update_fields=["user", "version"])
    return person


def _account(clinic: Clinic, by: User, values: dict) -> User:
    """Return the account with this address, with the role of mentor here; a new one is invited by mail."""
    email = values["email"].strip().lower()
    user = User.objects.filter(email=email).first()
    if user is None:
        names = {name: values[name] for name in ("first_name", "last_name")}
        user = User.objects.create_user(
            email=email, time_zone=clinic.time_zone, language=_page_language(values), **names
        )
    if not user.is_active or user.is_system:
        raise Invalid(_("This account is closed. Ask an admin to open it again"), field="email")
    Membership.objects.get_or_create(
        clinic=clinic, user=user, role=Role.MENTOR, ended_at=None, defaults={"given_by": by}
    )
    if not user.has_usable_password():
        clinics.invited.send(User, clinic=clinic, user=user, by=by, round=f"{clock.now():%Y%m%d%H%M%S}")
    return user


def _page_language(values: dict) -> str:
    known = dict(settings.LANGUAGES)
    return values["language"] if values.get("language") in known else "en"


def _change_person(person: Person, data: MentorData) -> None:
    """A changed address has to be read back again before anything goes there."""
    was = (person.email, str(person.phone))
    for name in PERSON:
        if name in data.person:
            setattr(person, name, data.person[name])
    _check_person(person)
    if person.email != was[0]:
        person.email_verified_at = None
    if str(person.phone) != was[1]:
        person.phone_verified_at = None
    person.version += 1
    person.save()


def _check(mentor: Mentor) -> None:
    today = mentor.person.clinic.today
    facts.check_diagnosed(mentor.diagnosed_year, None, today=today, birth_year=mentor.person.birth_year)
    if set(mentor.topics) & set(mentor.wont_discuss):
        raise Invalid(_("A topic stands both under what they talk about and what they do not"), field="wont_discuss")
    if not 0 <= mentor.places <= MOST_PLACES:
        raise Invalid(_("Choose from 0 to 10 places"), field="places")
    if mentor.supervisor and not mentor.supervisor.memberships.live().filter(clinic=mentor.person.clinic).exists():
        raise Invalid(_("Choose somebody who works at this clinic"), field="supervisor")
    if len(mentor.about_me) > MOST_WORDS:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": MOST_WORDS}, field="about_me")
    facts.check_fields(
        mentor, "role_types", "languages", "channels", "topics", "wont_discuss", "life_stage", "work", "interests",
        "values", "area", "availability", "diagnoses", "diagnosed_year", "phases", "treatments", "mentee_gender_must",
        "places", "about_me",
    )  # fmt: skip


def _check_person(person: Person) -> None:
    facts.check_birth(person.birth_year, person.birth_date, today=clock.today(person.clinic.time_zone))
    facts.check_fields(person, "first_name", "last_name", "birth_year", "gender", "language", "email", "phone")
