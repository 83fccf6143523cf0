"""The clinics of the demo and who works there."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.models import User, new_salt
from clinics import actions as clinics
from clinics.models import Clinic
from common import clock
from desk.demo import profiles
from desk.demo.people import House
from desk.demo.stage import Stage
from desk.setup import first_admin, start_clinic
from training.models import Mentor


@dataclass
class Cast:
    """One clinic with its people, by the part they play."""

    house: House
    clinic: Clinic
    users: dict[str, User] = field(default_factory=dict)
    mentors: dict[int, Mentor] = field(default_factory=dict)  # by their place in the list of people

    def __getattr__(self, part: str) -> User:
        try:
            return self.__dict__["users"][part]
        except KeyError:
            raise AttributeError(part) from None


def open_clinic(stage: Stage, house: House) -> Cast:
    """Start a clinic with its staff."""
    clinic = start_clinic(
        house.name, languages=house.languages, phone=profiles.phone(house, 10), flag_phone=profiles.phone(house, 12)
    )
    cast = Cast(house, clinic)
    boss = house.staff["admin"]
    cast.users["admin"] = first_admin(
        clinic, email=profiles.email(boss, house), first_name=boss.first_name, last_name=boss.last_name
    )
    for number, (part, person) in enumerate(house.staff.items()):
        if part != "admin":
            cast.users[part] = clinics.invite(
                clinic=clinic, by=cast.users["admin"], email=profiles.email(person, house), roles=person.roles,
                first_name=person.first_name, last_name=person.last_name,
            )  # fmt: skip
        arrive(cast.users[part], phone=profiles.phone(house, 20 + number))
    clinic.default_clinician = cast.clinician
    clinic.save(update_fields=["default_clinician"])
    cast.clinic = clinics.switch_on(clinic=clinic, by=cast.admin, version=clinic.version)
    return cast


def arrive(user: User, **fields) -> None:
    """Somebody followed the invitation, which shows that the address is theirs. The password comes at the end."""
    fields |= {"email_verified_at": clock.now(), "session_salt": new_salt()}
    User.objects.filter(pk=user.pk).update(**fields)
    user.refresh_from_db()
