"""What a group is and lacks: the parts of formats it can follow, who leads it, who moderates it, which places are free.

Reads only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from clinics.models import Clinic, Membership
from clinics.roles import Role
from common import clock, words
from common.vocabulary import Channel, Relation
from mentorship import formats
from mentorship.formats import calendar
from mentorship.models import Format, GroupKind, GroupPlace, GroupSession, PeerGroup, Programme
from mentorship.querysets_closing import may_be_invited
from mentorship.workflow import PlaceStatus
from referrals.models import Referral
from training import readiness
from training.models import Mentor

KINDS = ("group", "course", "forum_event")
PROFESSIONALS = (Role.CLINICIAN, Role.COORDINATOR)
PROFESSIONAL, NOBODY, PANEL = "professional", "none", "mentor_panel"
USUAL_SIZE = 8  # places where the format states none [D]
LINK_FROM = dt.timedelta(days=1)  # so long before a meeting the video link is shown

RULES = gettext_lazy(
    "What is said here stays here.\n"
    "Everyone speaks for herself or himself.\n"
    "Not speaking is fine.\n"
    "No advice on medicines or results: we write the question down for the care team.\n"
    "Nobody has it worse or better."
)


def components(body: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the parts of a format that people do in a group, each with its number from 1."""
    return [(n, part) for n, part in enumerate(body["components"], start=1) if part["kind"] in KINDS]


def component_of(group: PeerGroup) -> Mapping[str, Any]:
    """Return the part of the format that a group follows."""
    return group.format.body["components"][group.component - 1]


def kind_of(part: Mapping[str, Any]) -> str:
    """Return what a group of this part is called; mentors who sit together so that people meet them are a panel."""
    return GroupKind.PANEL if part["leader"] == PANEL else str(part["kind"])


def channel_of(part: Mapping[str, Any]) -> str:
    """Return how a part is held, by its first channel that we know."""
    return next((formats.CHANNELS[c] for c in part["channels"] if c in formats.CHANNELS), Channel.IN_PERSON)


def most(minutes: int | list[int] | None) -> int | None:
    """Return how long to keep free: the longest the format says; None where it is not stated."""
    return max(minutes) if isinstance(minutes, list) else minutes


def meetings(body: Mapping[str, Any], number: int, starts_on: dt.date) -> list[calendar.Dated]:
    """Return the dated meetings of one part of a format that begins on a day. On demand gives none."""
    part = body["components"][number - 1]
    rows = calendar.expand({**body, "components": [part]}, {calendar.INTRODUCTION: starts_on})
    return [row for row in rows if row.kind == part["kind"]]


def must_have_moderator(part: Mapping[str, Any], clinic: Clinic) -> bool:
    """Tell whether the format or the clinic asks for a professional moderator; without a word the clinic does."""
    asked = Programme.objects.filter(clinic=clinic).values_list("needs_moderator", flat=True).first()
    return part["moderator"] == PROFESSIONAL or asked is None or asked


# People --------------------------------------------------------------------------------------


def professionals(clinic: Clinic):
    """Return who may moderate or lead as a professional at a clinic today: clinicians and coordinators."""
    held = Membership.objects.live().filter(clinic=clinic, role__in=PROFESSIONALS)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("first_name", "last_name", "pk")


def is_professional(user: int | None, clinic: Clinic) -> bool:
    """Tell whether somebody may moderate at the clinic today."""
    return user is not None and professionals(clinic).filter(pk=user).exists()


def moderator_missing(group: PeerGroup, session: GroupSession | None = None) -> str:
    """Return why a group cannot meet or invite for want of a moderator, or nothing."""
    if not group.needs_moderator:
        return ""
    moderator = (session.moderator_id if session else None) or group.moderator_id
    if moderator is None:
        return _("A professional moderator is needed first. Choose a clinician or a coordinator.")
    if not is_professional(moderator, group.clinic):
        return _("The moderator does not work at this clinic any more. Choose somebody else first.")
    return ""


def leader_words(part: Mapping[str, Any], mentors: list[Mentor], leader: User | None) -> str:
    """Return what the format still asks of who leads, in a sentence; nothing when it is as it says."""
    who = part["leader"]
    if who == PROFESSIONAL:
        return "" if leader else _("A professional leads this. Choose who.")
    if who == NOBODY or (not mentors and leader is None and part["optional"]):
        return ""
    fewest = 2 if who in (PANEL, "peer_pair") else 1
    if len(mentors) < fewest:
        return _("Choose at least two mentors.") if fewest == 2 else _("Choose the mentor who leads this.")
    if who == "caregiver_peer" and not any(Relation.CAREGIVER in m.role_types for m in mentors):
        return _("A partner or relative leads this. Choose a mentor who is one.")
    return ""


def not_ready(mentors: Iterable[int], on: dt.date) -> list[str]:
    """Return what each of these mentors lacks to mentor on a day, in sentences."""
    rows = readiness.with_facts(Mentor.objects.filter(pk__in=list(mentors))).order_by("pk")
    told = _("%(name)s cannot lead now: %(missing)s.")
    lacks = [(row, readiness.missing(row, on)) for row in rows]
    return [told % {"name": row.person.first_name, "missing": words.listed(lack)} for row, lack in lacks if lack]


def mentors_of(clinic: Clinic):
    """Return the clinic's own mentors who are at work, for a choice."""
    rows = Mentor.objects.filter(person__clinic=clinic, status="active").select_related("person")
    return rows.order_by("person__first_name", "person__last_name", "pk")


# Places --------------------------------------------------------------------------------------


def fits(group: PeerGroup, referral: Referral) -> str:
    """Return why somebody cannot be invited, or nothing: open or glad to be invited now and then, agreed, of this clinic,
    and whom the format is for.
    """
    name = {"name": referral.mentee.first_name}
    if referral.clinic_id != group.clinic_id:
        return _("This group is of another clinic.")
    if referral.status != "open" and not Referral.objects.filter(may_be_invited(), pk=referral.pk).exists():
        return _("This referral is not open.")
    if not Referral.objects.with_live_consent().filter(pk=referral.pk).exists():
        return _("%(name)s has not agreed, or has taken it back.") % name
    if referral.relation not in group.format.body["mentee"]:
        return _("This group is for others: %(who)s.") % {"who": for_whom(group)}
    return ""


def for_whom(group: PeerGroup) -> str:
    """Say for whom the format of a group is."""
    names = {Relation.PATIENT: _("patients"), Relation.CAREGIVER: _("partners and relatives")}
    return words.listed([names[Relation(kind)] for kind in group.format.body["mentee"]])


def free_seat(group: PeerGroup, place: GroupPlace | None = None) -> int | None:
    """Return the lowest free seat of a locked group, None when it is full.

    Places held for others who wait count as taken.
    """
    others = group.places.exclude(pk=place.pk if place else None)
    taken = set(others.signed_up().values_list("seat", flat=True))
    held = others.offered(clock.now()).count()
    if len(taken) + held >= group.size_max:
        return None
    return next((n for n in range(1, group.size_max + 1) if n not in taken), None)


def next_session(group: PeerGroup) -> GroupSession | None:
    """Return the next planned meeting of a group, one that goes on now included."""
    since = clock.now() - dt.timedelta(hours=3)
    return group.sessions.filter(status="planned", planned_at__gte=since).order_by("planned_at", "pk").first()


def is_over(group: PeerGroup) -> bool:
    """Tell whether no meeting is to come any more, where there were some."""
    return group.sessions.exists() and next_session(group) is None


def link_for(place: GroupPlace, session: GroupSession | None) -> str:
    """Return the video link for somebody signed up, from a day before the meeting on; else nothing."""
    signed = place.status == PlaceStatus.SIGNED_UP and place.group.cancelled_at is None
    soon = session is not None and session.planned_at - LINK_FROM <= clock.now()
    return place.group.video_link if signed and soon else ""


# The format of a pair that was chosen at a panel ---------------------------------------------


def format_of_chooser(referral: int) -> Format | None:
    """Return the format somebody follows who met mentors at a panel to choose one: the pair goes on with the same."""
    rows = GroupPlace.objects.filter(
        referral=referral, attendance__came="came", group__kind=GroupKind.PANEL, enrolment__isnull=False
    )
    found = rows.select_related("enrolment__format").order_by("-pk").first()
    body = found.enrolment.format.body if found else None
    return found.enrolment.format if body and _goes_on_as_pair(body) else None


def _goes_on_as_pair(body: Mapping[str, Any]) -> bool:
    return bool(body["transition"]) and any(p["kind"] in calendar.PAIR_KINDS for p in body["components"])
