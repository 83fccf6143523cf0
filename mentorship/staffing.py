"""Who can answer a red flag today: the clinic's people, rungs and deadlines, read once per action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.models import User
from clinics.models import Clinic, Membership
from clinics.roles import Role
from mentorship import ladder
from mentorship.models import FlagTiming, LadderRung, RedFlag, Rung
from training.models import Mentor

STAFF = (Role.CLINICIAN, Role.COORDINATOR, Role.ADMIN)


@dataclass
class Team:
    """The people who can answer flags at one clinic now, with its settings."""

    clinic: Clinic
    roster: list[ladder.Member]
    users: dict[int, User]
    rungs: list[LadderRung] = field(default_factory=list)
    timings: list[FlagTiming] = field(default_factory=list)

    def settings_of(self, route: str) -> list[ladder.RungSetting]:
        """Return the rungs the clinic set for a route, or the proposed ones."""
        rows = [ladder.RungSetting(r.who, r.user_id) for r in self.rungs if r.route == route]
        return rows or ladder.default_rungs(route)

    def ladder(
        self, route: str, *, responsible: Sequence[int | None] = (), about: User | None = None
    ) -> list[ladder.Step]:
        """Return who stands on each rung now."""
        return ladder.draw(
            self.settings_of(route), self.roster, responsible=responsible, about=about.pk if about else None
        )

    def timing(self, severity: str) -> FlagTiming:
        """Return the deadlines of a severity."""
        return ladder.timing_of(severity, self.timings)

    def owner(self, steps: Sequence[ladder.Step]) -> User:
        """Return the first person on the ladder; the system user where nobody at all is left."""
        return self.users[steps[0].users[0]] if steps else User.objects.system()

    def with_role(self, role: str) -> list[int]:
        """Return the people who hold a role, in the order they came."""
        return [m.user_id for m in self.roster if m.role == role]


def of(clinic: Clinic) -> Team:
    """Read the people with a live membership and an active account, the rungs and the deadlines of a clinic."""
    rows = list(
        Membership.objects.live()
        .filter(clinic=clinic, role__in=STAFF, user__is_active=True)
        .select_related("user")
        .order_by("since", "pk")
    )
    return Team(
        clinic=clinic,
        roster=[ladder.Member(row.user_id, row.role) for row in rows],
        users={row.user_id: row.user for row in rows},
        rungs=list(LadderRung.objects.filter(clinic=clinic).order_by("route", "position")),
        timings=list(FlagTiming.objects.filter(clinic=clinic)),
    )


def reachable(flag: RedFlag, team: Team) -> list[ladder.Step]:
    """Return the rungs of a flag's own ladder on which somebody still stands, in order.

    Where nobody of them is left, the clinic's ladder of today is drawn and added to the flag's.
    """
    rows = list(flag.rungs.all())
    roles = {(m.user_id, m.role) for m in team.roster}
    steps: dict[int, tuple[str, list[int]]] = {}
    for row in rows:
        if (row.user_id, ladder.ROLE_OF[LadderRung.Who(row.who)]) in roles and row.user_id != flag.about_user_id:
            steps.setdefault(row.position, (row.who, []))[1].append(row.user_id)
    if steps:
        return [ladder.Step(position, who, tuple(users)) for position, (who, users) in sorted(steps.items())]
    return _redrawn(flag, team, above=max((row.position for row in rows), default=0))


def _redrawn(flag: RedFlag, team: Team, above: int) -> list[ladder.Step]:
    responsible = [flag.referral.clinician_id if flag.referral else None, team.clinic.default_clinician_id]
    fresh = team.ladder(flag.route, responsible=responsible, about=flag.about_user)
    steps = [ladder.Step(above + step.position, step.who, step.users) for step in fresh]
    Rung.objects.bulk_create(
        Rung(flag=flag, position=step.position, user_id=user, who=step.who) for step in steps for user in step.users
    )
    return steps


def supervisor_of(user: User, clinic: Clinic) -> int | None:
    """Return who supervises this user as a mentor at the clinic, if they are one."""
    return (
        Mentor.objects.filter(person__user=user, person__clinic=clinic).values_list("supervisor_id", flat=True).first()
    )


def coordinators(clinic: Clinic, but: User | None = None) -> list[User]:
    """Return who runs a clinic's programme today, without one person; its admins where nobody else is left."""
    team = of(clinic)
    for role in (Role.COORDINATOR, Role.ADMIN):
        found = [team.users[pk] for pk in dict.fromkeys(team.with_role(role)) if but is None or pk != but.pk]
        if found:
            return found
    return []


def carers(mentor: Mentor) -> list[User]:
    """Return who looks after a mentor today: their supervisor, else those who run the mentor's own clinic."""
    home, supervisor = mentor.person.clinic, mentor.supervisor
    if supervisor is not None and can_answer(supervisor, home):
        return [supervisor]
    return coordinators(home, but=mentor.person.user)


def can_answer(user: User, clinic: Clinic) -> bool:
    """Tell whether the user can answer flags at the clinic now, asked anew."""
    return Membership.objects.live().filter(clinic=clinic, user=user, role__in=STAFF, user__is_active=True).exists()
