"""Adding a mentor and changing what is known of them."""

from __future__ import annotations

import datetime as dt
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
from common.errors import Invalid, NotReady, Stale
from referrals import duplicates, facts
from referrals.actions import say_not_the_same
from referrals.models import Person
from training import rules, supervisors
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
    return _begin(_person(clinic, by, data), by, data)


@transaction.atomic
def add_applicant(*, clinic: Clinic, by: User, data: MentorData, verified_at: dt.datetime | None = None) -> Mentor:
    """Store somebody who would like to be a mentor, without an account: that comes when they are accepted.

    `verified_at` is when they came by a message to the address in the data. Asks about somebody like a person the
    clinic knows, with or without an account, as add_mentor does. Raises Denied, Invalid.
    """
    rules.add.require(by, clinic)
    return _begin(_applicant(clinic, by, data, verified_at), by, data)


@transaction.atomic
def open_account(*, mentor: int | Mentor, by: User) -> Mentor:
    """Give somebody who is accepted an account with the role of mentor, and invite them to sign in. Again changes nothing.

    Raises Denied, NotReady (no address to invite them at), Invalid (the account is closed, or somebody else's).
    """
    m = Mentor.objects.lock(mentor if isinstance(mentor, int) else mentor.pk)
    rules.decide.require(by, m)
    person = Person.objects.select_for_update(of=("self",)).select_related("user", "clinic").get(pk=m.person_id)
    if person.user is not None and person.user.is_active:
        _let_mentor(person.clinic, person.user, by)
        return m
    if not person.email:
        raise NotReady([_("Write the e-mail address first: the invitation goes there.")])
    names = {name: getattr(person, name) for name in ("first_name", "last_name", "language", "email")}
    _belong(person, _account(person.clinic, by, names))
    m.person = person
    return m


def _begin(person: Person, by: User, data: MentorData) -> Mentor:
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
    person = _described(clinic, by, data)
    values = {name: getattr(person, name) for name in PERSON}
    if not person.email:
        raise Invalid(_("Write the e-mail address: the invitation goes there"), field="email")
    user = _account(clinic, by, values)
    known = Person.objects.filter(clinic=clinic, user=user).first()
    if known is not None and Mentor.objects.filter(person=known).exists():
        raise Invalid(_("This person is in the list of mentors already"), field="email")
    if known is not None:
        return known
    alike = lookalikes(clinic, values)
    if alike and data.same_as != NOBODY:
        found = _adopt(alike, data.same_as)
        _belong(found, user)
        return found
    person.user, person.email_verified_at = user, user.email_verified_at
    return _somebody_new(person, alike, by)


def _applicant(clinic: Clinic, by: User, data: MentorData, verified_at: dt.datetime | None) -> Person:
    """Return whom the clinic knows already, if the coordinator says so, or a new person; no account is made."""
    person = _described(clinic, by, data)
    alike = lookalikes(clinic, {name: getattr(person, name) for name in PERSON}, with_account=True)
    if not alike or data.same_as == NOBODY:
        person.email_verified_at = verified_at
        return _somebody_new(person, alike, by)
    found = _adopt(alike, data.same_as)
    _complete(found, person, verified_at)
    return found


def _described(clinic: Clinic, by: User, data: MentorData) -> Person:
    values = {name: value for name, value in data.person.items() if name in PERSON}
    person = Person(clinic=clinic, created_by=by, **values)
    _check_person(person)
    return person


def _somebody_new(person: Person, alike: list[Person], by: User) -> Person:
    person.save()
    for other in alike:
        say_not_the_same(person=person.pk, other=other.pk, by=by)
    return person


def _complete(known: Person, told: Person, verified_at: dt.datetime | None) -> None:
    """Add how to reach somebody where the clinic had nothing; what it has was read back and stays."""
    if not known.email and told.email:
        known.email, known.email_verified_at = told.email, verified_at
    if not known.phone and told.phone:
        known.phone, known.phone_verified_at = told.phone, None
    known.version += 1
    known.save(update_fields=["email", "email_verified_at", "phone", "phone_verified_at", "version"])


def lookalikes(clinic: Clinic, values: Mapping[str, Any], *, with_account: bool = False) -> list[Person]:
    """Return people of the clinic whom this may be: a patient may come to mentor.

    Those with an account of another address are somebody else, unless it is not known yet which account theirs will be.
    """
    found = duplicates.possible(
        clinic=clinic.pk, first_name=str(values.get("first_name") or ""), last_name=str(values.get("last_name") or ""),
        birth_year=values.get("birth_year"), phone=str(values.get("phone") or ""), email=str(values.get("email") or ""),
    )  # fmt: skip
    return [person for person in found if with_account or person.user_id is None]


def _adopt(alike: list[Person], ref: str) -> Person:
    """Return somebody the clinic knows, locked, so that nobody is mentee and mentor at once unseen."""
    known = next((person for person in alike if person.ref == ref), None)
    if known is None:
        raise Invalid(_("We may know this person already. Choose whether it is them"), field="same_as")
    person = Person.objects.select_for_update().get(pk=known.pk)
    if Mentor.objects.filter(person=person).exists():
        raise Invalid(_("This person is in the list of mentors already"), field="same_as")
    return person


def _belong(person: Person, user: User) -> None:
    if Person.objects.filter(clinic=person.clinic_id, user=user).exclude(pk=person.pk).exists():
        raise Invalid(_("Somebody else of this clinic has an account with this address"), field="email")
    person.user = user
    person.version += 1
    person.save(update_fields=["user", "version"])


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
    _let_mentor(clinic, user, by)
    if not user.has_usable_password():
        clinics.invited.send(User, clinic=clinic, user=user, by=by, round=f"{clock.now():%Y%m%d%H%M%S}")
    return user


def _let_mentor(clinic: Clinic, user: User, by: User) -> None:
    Membership.objects.get_or_create(
        clinic=clinic, user=user, role=Role.MENTOR, ended_at=None, defaults={"given_by": by}
    )


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
    if mentor.supervisor:
        supervisors.require(mentor.supervisor, mentor)
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
