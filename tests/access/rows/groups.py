"""Groups, their meetings and places: rows of the table and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from common import clock
from mentorship.models import Format, GroupPlace, GroupSession, PeerGroup
from tests import factories
from tests.access.row import EVERYBODY, PROGRAMME, Row, always, seen_by

# A mentor leads their own side's group; a clinician moderates their own side's.
LEADING = PROGRAMME + " " + seen_by("mentor", "clinician", other="404")

ROWS: dict[str, Row] = {
    "mentorship:groups": Row(get="coordinator"),
    "mentorship:my-groups": Row(get="coordinator mentor clinician"),
    "mentorship:group-choose": Row(get="coordinator"),
    "mentorship:group-new": Row(
        kind="group-format", get=always("ok", "coordinator"), post=always("ok", "coordinator")
    ),
    "mentorship:group-for": Row(kind="group-referral", get=PROGRAMME, post=always("404", "coordinator")),
    "mentorship:group-place": Row(kind="group-place", get=None, post=PROGRAMME),
    "mentorship:group": Row(kind="group", get=PROGRAMME),
    "mentorship:group-change": Row(kind="group", get=PROGRAMME, post=PROGRAMME),
    "mentorship:group-cancel": Row(kind="group", get=PROGRAMME, post=PROGRAMME),
    "mentorship:group-add": Row(kind="group", get=None, post=PROGRAMME),
    "mentorship:group-invite": Row(kind="group", get=None, post=PROGRAMME),
    "mentorship:group-session": Row(kind="group-session", get=LEADING, post=LEADING),
    "mentorship:group-session-change": Row(kind="group-session", get=PROGRAMME, post=PROGRAMME),
    "mentorship:group-session-off": Row(
        kind="group-session", get=None,
        post=PROGRAMME + " " + seen_by("mentor", "clinician", mine="403", other="404"),  # it is still to come
    ),
    "mentorship:group-session-note": Row(
        kind="group-session", get=None, post=PROGRAMME + " " + seen_by("clinician", other="404")
    ),
    "mentorship:group-let-choose": Row(kind="group-session", get=None, post=PROGRAMME),
    "mentorship:group-join": Row(get="link", post="link", by="group.join"),
    "mentorship:group-join-calendar": Row(get="link", post=always("405", EVERYBODY + " link"), by="group.join"),
    "mentorship:my-group": Row(kind="group-place", get=always("404", EVERYBODY), post=always("404", EVERYBODY)),
}  # fmt: skip
LINKS: dict[str, Callable[[Any], str]] = {"group.join": lambda side: side.objects["group-place"].ref}


def objects(side) -> dict[str, object]:
    """Store a group with a meeting and a place on one side of the world."""
    team, format = side.team, Format.objects.get(clinic=None, key="emb_epp")
    group = PeerGroup.objects.create(
        clinic=team.clinic, format=format, kind="course", name="Living with it", starts_on=team.clinic.today, hour="19:00",
        size_max=4, moderator=side.clinician, created_by=team.coordinator,
    )  # fmt: skip
    group.mentors.add(side.mentor)
    session = GroupSession.objects.create(group=group, planned_at=clock.now() + 48 * factories.dt.timedelta(hours=1))
    place = GroupPlace.objects.create(
        group=group, referral=side.referral(), status="signed-up", seat=1, ground_rules_at=clock.now(),
        invited_by=team.coordinator,
    )  # fmt: skip
    return {
        "group": group, "group-session": session, "group-place": place, "group-referral": place.referral,
        "group-format": {"ref": format.ref, "component": 1},
    }  # fmt: skip
