"""Who is in the large programme: its clinics with their teams, and names drawn from those of the small one."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from accounts.models import User
from clinics.models import Membership
from clinics.roles import Role
from common import clock
from desk.demo.cast import Cast, open_clinic
from desk.demo.large.bulk import Bulk
from desk.demo.people import LEIELAND, MENTEES, MENTORS, SENNE, House, Somebody, Staff
from desk.demo.stage import SOON, Stage
from messaging import delivery

YEARS = 3
BEGAN = YEARS * 365  # days ago
HASPENGOUW = House(
    "Reumacentrum Haspengouw", "haspengouw", ("nl", "fr", "en"), ("hasselt", "leuven", "liege", "turnhout"),
    {
        "nurse": Staff("Hilde", "Vranken", "nl", (Role.NURSE,)),
        "coordinator": Staff("Mieke", "Thijs", "nl", (Role.COORDINATOR,)),
        "clinician": Staff("Ward", "Jorissen", "nl", (Role.CLINICIAN,)),
        "admin": Staff("Liesbet", "Nijs", "nl", (Role.ADMIN,)),
        "backup": Staff("Rachid", "Ouali", "nl", (Role.CLINICIAN,)),
    },
)  # fmt: skip
# Of a hundred referrals and mentors, how many belong to each clinic.
SHARES = ((LEIELAND, 70), (SENNE, 20), (HASPENGOUW, 10))
MORE_STAFF = {  # beside the team every clinic has, for each ten in the hundred
    Role.NURSE: ("Sara", "Dries", "Marijke"), Role.COORDINATOR: ("Nele",), Role.CLINICIAN: ("Bruno",),
}  # fmt: skip
NUMBERS = "+3290{:06d}"  # nobody has a number that begins like this
OTHER_LANGUAGES = ("tr", "ar", "pl", "es", "it", "ro", "de")


@dataclass
class Team:
    """One clinic of the large programme: its cast, and everybody of a role."""

    cast: Cast
    share: int
    number: int  # its place among the clinics
    of: dict[str, list[User]] = field(default_factory=dict)

    @property
    def clinic(self):
        return self.cast.clinic

    @property
    def house(self) -> House:
        return self.cast.house


def open_clinics(stage: Stage, bulk: Bulk) -> list[Team]:
    """Start the clinics as they began, with invitations that were answered."""
    teams = []
    for number, (house, share) in enumerate(SHARES):
        with clock.at(stage.days_ago(BEGAN + 30, 8)):
            cast = open_clinic(stage, house)
        with clock.at(stage.days_ago(BEGAN + 30, 8) + SOON):
            delivery.send_due(500)
        team = Team(cast, share, number)
        add_staff(stage, bulk, team)
        bulk.flush()
        for row in Membership.objects.filter(clinic=cast.clinic).select_related("user").order_by("pk"):
            team.of.setdefault(row.role, []).append(row.user)
        teams.append(team)
    return teams


def add_staff(stage: Stage, bulk: Bulk, team: Team) -> None:
    """Add colleagues, more of them where there is more to do."""
    rng, since = stage.rng, stage.days_ago(BEGAN + 20, 9)
    families = sorted({person.last_name for person in MENTEES[people_of(team.house)]})
    for role, names in MORE_STAFF.items():
        for number in range(team.share // 10):
            for name in names:
                family = rng.choice(families)
                user = account(
                    bulk, name, family, f"{name.lower()}.{role}{number}@{team.house.mail}.example.org",
                    language=team.house.languages[0], at=since,
                )  # fmt: skip
                admin = team.cast.users["admin"]
                bulk.add(Membership(clinic=team.clinic, user=user, role=role, since=since, given_by=admin))


def account(bulk: Bulk, first_name: str, last_name: str, email: str, *, language: str, at, phone: str = "") -> User:
    """Keep an account for writing; the password comes at the end, for all at once."""
    return bulk.add(
        User(
            ref=bulk.ref(), email=email, first_name=first_name, last_name=last_name, phone=phone, language=language,
            email_verified_at=at, created_at=at, session_salt=bulk.ref(32), password="!",
        )
    )  # fmt: skip


def people_of(house: House) -> str:
    """Return whose names a clinic's people have: those of the small programme's clinic with the same language."""
    return house.mail if house.mail in MENTEES else "leieland"


class Names:
    """Draws people: a given and a family name that go together, an age, a language."""

    def __init__(self, rng: Random, house: House):
        self.rng, self.house = rng, house
        known = (*MENTEES[people_of(house)], *MENTORS[people_of(house)])
        self.given = sorted({(p.first_name, p.gender) for p in known})
        self.families = sorted({p.last_name for p in known})

    def draw(self, youngest: int, oldest: int) -> Somebody:
        """Return somebody born between two years, mostly in the middle."""
        rng = self.rng
        first, gender = rng.choice(self.given)
        main, *others = self.house.languages
        language = main if rng.random() < 0.85 else rng.choice(others)
        born = round(rng.triangular(oldest, youngest))
        return Somebody(first, rng.choice(self.families), gender, born, language)


def also_speaks(rng: Random, languages: list[str], share: float) -> list[str]:
    """Return these languages, now and then with one that few here speak."""
    return [*languages, rng.choice(OTHER_LANGUAGES)] if rng.random() < share else languages


def address(somebody: Somebody, house: House, number: int) -> str:
    """Return an address nobody else has."""
    return f"p{number}.{ascii_of(somebody.last_name)}@{house.mail}.example.org"


def ascii_of(name: str) -> str:
    """Return the plain letters of a name."""
    return "".join(c for c in name.lower() if c.isascii() and c.isalpha()) or "x"
