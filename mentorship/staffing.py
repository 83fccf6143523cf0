"""Who can answer a red flag today: the clinic's people, rungs and deadlines, read once per action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from accounts.models import User
from clinics.models import Clinic, Membership
from clinics.roles import Role
from common import clock
from mentorship import ladder
from mentorship.models import LadderRung, RedFlag, Route, Rung, Shift
from training.models import Mentor

STAFF = (Role.CLINICIAN, Role.COORDINATOR, Role.ADMIN)


@dataclass
class Team:
    """The people who can answer flags at one clinic now, with its settings."""

    clinic: Clinic
    roster: list[ladder.Member]
    users: dict[int, User]
    rungs: list[LadderRung] = field(default_factory=list)
    on_call: list[int] = field(default_factory=list)  # by the rota, at the moment that was asked about

    def settings_of(self, route: str, category: int | None = None) -> list[ladder.RungSetting]:
        """Return the rungs of a worry that has its own, else those of its route, else the proposed ones."""
        own = [r for r in self.rungs if category and r.category_id == category and r.route == route]
        rows = own or [r for r in self.rungs if r.category_id is None and r.route == route]
        return [ladder.RungSetting(r.who, r.user_id) for r in rows] or ladder.default_rungs(route)

    def own_ladders(self) -> list[tuple[str, int]]:
        """Return (route, worry) of every worry that has a ladder of its own."""
        return list(dict.fromkeys((r.route, r.category_id) for r in self.rungs if r.category_id))

    def every_ladder(self) -> list[list[ladder.RungSetting]]:
        """Return the rungs of both routes and of every worry that has its own."""
        own = [self.settings_of(route, category) for route, category in self.own_ladders()]
        return [self.settings_of(route) for route in Route.values] + own

    def ladder(
        self, route: str, category: int | None = None, *, responsible: Sequence[int | None] = (),
        about: User | None = None,
    ) -> list[ladder.Step]:  # fmt: skip
        """Return who stands on each rung now."""
        return ladder.draw(
            self.settings_of(route, category), self.roster, responsible=responsible,
            about=about.pk if about else None, on_call=self.on_call,
        )  # fmt: skip

    def called(self, about: int | None = None) -> list[int]:
        """Return those on call who can answer here, the first one first, without the person a flag is about."""
        return [user for user in self.on_call if user in self.users and user != about]

    def owner(self, steps: Sequence[ladder.Step]) -> User:
        """Return the first person on the ladder; the system user where nobody at all is left."""
        return self.users[steps[0].users[0]] if steps else User.objects.system()

    def answering(self, route: str) -> list[User]:
        """Return those who may answer flags of a route."""
        found = {m.user_id for m in self.roster if m.role in ladder.ROLES_ON[Route(route)]}
        return [self.users[user] for user in self.users if user in found]

    def with_role(self, role: str) -> list[int]:
        """Return the people who hold a role, in the order they came."""
        return [m.user_id for m in self.roster if m.role == role]


def of(clinic: Clinic, now: dt.datetime | None = None) -> Team:
    """Read the people with a live membership and an active account, the rungs, and who is on call now."""
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
        on_call=list(Shift.objects.at(now or clock.now()).filter(clinic=clinic).values_list("user_id", flat=True)),
    )


def reachable(flag: RedFlag, team: Team) -> list[ladder.Step]:
    """Return the rungs of a flag's own ladder on which somebody still stands, in order.

    On the rung of the backup stands who is on call at the team's moment, whoever was when the flag was raised.
    Where nobody of them is left, the clinic's ladder of today is drawn and added to the flag's.
    """
    rows: dict[int, list[Rung]] = {}
    for row in flag.rungs.all():
        rows.setdefault(row.position, []).append(row)
    steps: list[ladder.Step] = []
    for position, here in sorted(rows.items()):
        fixed = [row for row in here if row.named]
        step = _fixed(flag, team, position, fixed) if fixed else _by_rota(flag, team, position, here, steps)
        if step.users:
            steps.append(step)
    return steps or _redrawn(flag, team, above=max(rows, default=0))


def _fixed(flag: RedFlag, team: Team, position: int, rows: list[Rung]) -> ladder.Step:
    roles = {(m.user_id, m.role) for m in team.roster}
    users = [row.user_id for row in rows if _stands(row, roles) and row.user_id != flag.about_user_id]
    return ladder.Step(position, rows[0].who, tuple(users))


def _stands(row: Rung, roles: set[tuple[int, str]]) -> bool:
    return (row.user_id, ladder.ROLE_OF[LadderRung.Who(row.who)]) in roles


def _by_rota(flag: RedFlag, team: Team, position: int, rows: list[Rung], below: list[ladder.Step]) -> ladder.Step:
    """Return who stands on the rung of the backup now: on call, else who was the backup, else another one."""
    roster = [m for m in team.roster if m.user_id != flag.about_user_id]
    on_call = ladder.by_rota(team.on_call, roster, below)
    before = [row for row in rows if not row.on_call]
    told = {user for step in below for user in step.users}
    kept = [user for user in _fixed(flag, team, position, before).users if user not in told] if before else []
    users = on_call or tuple(kept[:1]) or ladder.backup(roster, below)
    put_on(flag, position, users, on_call=bool(on_call))
    flag.rungs.filter(position=position, on_call=True, times_told=0).exclude(user__in=users).delete()
    return ladder.Step(position, LadderRung.Who.BACKUP.value, users, named=False, on_call=bool(on_call))


def put_on(flag: RedFlag, position: int, users: Sequence[int], *, on_call: bool) -> None:
    """Let people stand on a rung by the function of a backup, so that they see the flag; who stands there stays."""
    for user in users:
        Rung.objects.get_or_create(
            flag=flag, position=position, user_id=user,
            defaults={"who": LadderRung.Who.BACKUP, "named": False, "on_call": on_call},
        )  # fmt: skip


def keep_on(flag: RedFlag, user: User) -> None:
    """Let somebody who took a flag over stand on its ladder, where the rota does not take them away again."""
    if not flag.rungs.filter(user=user).exists():
        put_on(flag, flag.rung, [user.pk], on_call=True)
    flag.rungs.filter(user=user, times_told=0).update(told_at=clock.now(), times_told=1)


def beside(flag: RedFlag, team: Team, steps: Sequence[ladder.Step], step: ladder.Step | None) -> list[int]:
    """Return who is on call now and has to be asked besides a rung: from the rung of the backup on, at every climb.

    So somebody whose turn begins while a flag is open is asked too. Nobody where the ladder has no such rung,
    and nobody for a worry about conduct.
    """
    if flag.route != Route.CLINICAL or step is None:
        return []
    rota = [s.position for s in steps if not s.named]
    passed = rota[0] <= step.position if rota else _has_rota_rung(team.settings_of(flag.route, flag.category_id))
    return [user for user in team.called(flag.about_user_id)[:1] if user not in step.users] if passed else []


def _has_rota_rung(rungs: Sequence[ladder.RungSetting]) -> bool:
    return any(rung.who == LadderRung.Who.BACKUP and not rung.user_id for rung in rungs)


def rungs_of(flag: RedFlag, steps: Sequence[ladder.Step]) -> list[Rung]:
    """Return the rows of a ladder that was drawn, not stored yet."""
    return [
        Rung(flag=flag, position=step.position, user_id=user, who=step.who, named=step.named, on_call=step.on_call)
        for step in steps
        for user in step.users
    ]


def _redrawn(flag: RedFlag, team: Team, above: int) -> list[ladder.Step]:
    responsible = [flag.referral.clinician_id if flag.referral else None, team.clinic.default_clinician_id]
    fresh = team.ladder(flag.route, flag.category_id, responsible=responsible, about=flag.about_user)
    steps = [replace(step, position=above + step.position) for step in fresh]
    Rung.objects.bulk_create(rungs_of(flag, steps))
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


def can_answer(user: User, clinic: Clinic, route: str = Route.CLINICAL) -> bool:
    """Tell whether the user can answer flags of a route at the clinic now, asked anew."""
    roles = ladder.ROLES_ON[Route(route)]
    return Membership.objects.live().filter(clinic=clinic, user=user, role__in=roles, user__is_active=True).exists()
