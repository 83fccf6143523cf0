"""What the pages of groups show. Fixed numbers of queries; nothing here writes."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from clinics.roles import Perm, can
from common import clock, words
from mentorship import grouping
from mentorship.actions.groups_places import can_be_written_to
from mentorship.actions.groups_sessions import EARLY
from mentorship.actions.groups_sessions import listed as on_list
from mentorship.models import Format, GroupKind, GroupPlace, GroupSession, PeerGroup
from mentorship.querysets_closing import may_be_invited
from mentorship.rules import groups as rules
from mentorship.workflow import PlaceStatus, SessionStatus
from referrals.models import Referral

MOST = 100  # people to choose from on one page
P = PlaceStatus


def counted(rows, now):
    """Add to groups how many are signed up and wait, and when they meet next, last or first."""
    return rows.annotate(
        taken=Count("places", filter=Q(places__status=P.SIGNED_UP), distinct=True),
        wait=Count("places", filter=Q(places__status=P.WAITING), distinct=True),
        next_at=Min("sessions__planned_at", filter=Q(sessions__status="planned", sessions__planned_at__gte=now)),
    )


def listed(user, clinic: Clinic) -> dict[str, Any]:
    """Return the groups of a clinic: those with a meeting to come or none yet, then the rest; one query."""
    rows = counted(PeerGroup.objects.visible_to(user).filter(clinic=clinic), clock.now())
    found = list(rows.annotate(n=Count("sessions", distinct=True)).order_by("-starts_on", "-pk")[:200])
    on = [row for row in found if row.cancelled_at is None and (row.next_at or not row.n)]
    on.sort(key=lambda row: (row.next_at is None, row.next_at or clock.now(), row.pk))
    over = [row for row in found if row not in on]
    return {"on": [_line(row, clinic) for row in on], "over": [_line(row, clinic) for row in over], "clinic": clinic}


def _line(row: PeerGroup, clinic: Clinic) -> dict[str, Any]:
    url = reverse("mentorship:group", args=[row.ref])
    when = words.when(row.next_at, clinic.time_zone, now=clock.now()) if row.next_at else ""
    text = f"{row.get_kind_display()}. {places_words(row.taken, row.size_max, row.wait)}"
    if row.cancelled_at:
        text = _("It does not go on.")
    return {
        "when": when or _("No meeting planned"), "title": row.name, "url": url, "text": text, "action": _("Open"),
        "action_url": url, "action_about": row.name,
    }  # fmt: skip


def places_words(taken: int, most: int, wait: int) -> str:
    """Say how full a group is."""
    said = _("%(taken)d of %(most)d places are taken.") % {"taken": taken, "most": most}
    if wait:
        said += " " + ngettext("%(n)d person waits.", "%(n)d people wait.", wait) % {"n": wait}
    return said


def parts(user, clinic: Clinic) -> list[dict[str, Any]]:
    """Return every part of a format that people do in a group, the clinic's own first."""
    rows = Format.objects.visible_to(user).of_clinic(clinic).newest().in_use().order_by("name", "pk")
    found = [(row, n, part) for row in rows for n, part in grouping.components(row.body)]
    found.sort(key=lambda item: item[0].clinic_id is None)
    return [
        {
            "when": str(GroupKind(grouping.kind_of(part)).label), "title": row.name, "text": _part_words(part),
            "when_more": "" if row.clinic_id else row.source, "action": _("Choose"),
            "action_url": reverse("mentorship:group-new", args=[row.ref, n]), "action_about": row.name,
        }
        for row, n, part in found
    ]  # fmt: skip


def _part_words(part) -> str:
    return " ".join(f"{label}: {value or _('not stated')}." for label, value in part_facts(part))


def part_facts(part) -> list[tuple[str, str]]:
    """Return what a part of a format says about a group, in words; empty where it is not stated."""
    who = {
        "professional": _("a professional"), "none": _("nobody"), "mentor_panel": _("a panel of mentors"),
        "peer_pair": _("two mentors"), "caregiver_peer": _("a partner or relative"),
    }.get(part["leader"], _("a mentor"))  # fmt: skip
    size = part["size"]
    return [
        (_("Led by"), who),
        (_("Places"), _("%(least)d to %(most)d") % {"least": size[0], "most": size[-1]} if size else ""),
        (_("Moderator"), _("a professional") if part["moderator"] else ""),
        (_("Meetings"), _rule_words(part["rules"])),
    ]


def _rule_words(rules_of) -> str:
    if all(rule["type"] == "on_demand" for rule in rules_of):
        return _("planned one by one")
    return _("drawn from the first day")


# One group ---------------------------------------------------------------------------------


def group_context(group: PeerGroup, user) -> dict[str, Any]:
    """Return one group with its places, meetings and whom to ask. A fixed number of queries."""
    places = list(group.places.select_related("referral__mentee").order_by("seat", "waiting_since", "invited_at", "pk"))
    by = {status: [_place(p, group) for p in places if p.status == status] for status in PlaceStatus}
    sessions = list(group.sessions.annotate(marked=Count("attendance")).order_by("planned_at", "pk"))
    lacking = grouping.moderator_missing(group)
    people = [p.referral.mentee for p in places]
    asked = _to_ask(group, user) if not lacking and not group.cancelled_at else []
    return {
        "group": group, "clinic": group.clinic, "format": group.format, "lacking": lacking, "signed": by[P.SIGNED_UP],
        "waiting": by[P.WAITING], "invited": by[P.INVITED], "gone": [*by[P.DECLINED], *by[P.LEFT]],
        "sessions": [_session(s, group) for s in sessions], "asked": asked, "people": [*people, *[r["person"] for r in asked]],
        "lede": places_words(len(by[P.SIGNED_UP]), group.size_max, len(by[P.WAITING])),
        "mentors": [m.person.full_name for m in group.mentors.select_related("person").order_by("pk")],
        "rules": group.ground_rules.splitlines(), "facts": facts_of(group), "is_over": grouping.is_over(group),
    }  # fmt: skip


def _place(place: GroupPlace, group: PeerGroup) -> dict[str, Any]:
    held = place.offered_until if place.offered_until and place.offered_until > clock.now() else None
    return {
        "place": place, "name": place.referral.mentee.full_name, "companion": place.companion, "held": held,
        "url": reverse("referrals:detail", args=[place.referral.ref]), "reach": can_be_written_to(place.referral),
    }  # fmt: skip


def _session(session: GroupSession, group: PeerGroup) -> dict[str, Any]:
    past = session.planned_at <= clock.now()
    text = str(session.get_status_display())
    if session.status == SessionStatus.PLANNED and past:
        text = _("It was not noted yet who came.")
    if session.status == SessionStatus.HELD:
        text = ngettext("Noted for %(n)d person.", "Noted for %(n)d people.", session.marked) % {"n": session.marked}
    url = reverse("mentorship:group-session", args=[session.ref])
    return {
        "when": words.when(session.planned_at, group.clinic.time_zone, now=clock.now()), "text": text, "url": url,
        "row": session, "ahead": session.status == SessionStatus.PLANNED and not past,
    }  # fmt: skip


def facts_of(group: PeerGroup) -> list[tuple[str, Any]]:
    """Return what a mentee may read about a group, without the video link."""
    minutes = ngettext("%(n)d minute", "%(n)d minutes", group.minutes) % {"n": group.minutes} if group.minutes else ""
    facts = [
        (_("How"), group.get_channel_display()), (_("Where"), group.place), (_("How long"), minutes),
        (_("Language"), group.get_language_display()), (_("Who comes"), group.get_unit_display()),
    ]  # fmt: skip
    return [(label, value) for label, value in facts if value]


def _to_ask(group: PeerGroup, user) -> list[dict[str, Any]]:
    """Return whom the format is for and who were not asked: open, or glad to be invited, with live consent; two queries."""
    rows = (
        Referral.objects.visible_to(user)
        .with_live_consent()
        .filter(may_be_invited(), clinic=group.clinic_id, relation__in=group.format.body["mentee"])
    )
    known = group.places.exclude(status=P.LEFT).values("referral")
    rows = rows.exclude(pk__in=known).select_related("mentee").order_by("-only_group", "submitted_at", "pk")[:MOST]
    return [
        {"ref": row.ref, "name": row.mentee.full_name, "only": row.only_group, "person": row.mentee} for row in rows
    ]


# One meeting -------------------------------------------------------------------------------


def names(session: GroupSession, user) -> list[tuple[str, str]]:
    """Return who is on the attendance list by ref of the place; mentors read given names only."""
    places = GroupPlace.objects.filter(pk__in=on_list(session)).select_related("referral__mentee")
    places = list(places.order_by("referral__mentee__first_name", "referral__mentee__last_name", "pk"))
    staff = rules.works_there(user, session.group)
    firsts = [p.referral.mentee.first_name for p in places]
    return [(p.ref, _name(p, whole=staff, twice=firsts.count(p.referral.mentee.first_name) > 1)) for p in places]


def _name(place: GroupPlace, *, whole: bool, twice: bool) -> str:
    person = place.referral.mentee
    name = person.full_name if whole else person.first_name
    if twice and not whole:
        name = f"{name} {person.last_name[:1]}."
    if place.companion:
        name = _("%(name)s, with %(companion)s") % {"name": name, "companion": place.companion}
    return name


def people_on(session: GroupSession) -> list:
    """Return whom the attendance list names, for the access log."""
    rows = GroupPlace.objects.filter(pk__in=on_list(session)).select_related("referral__mentee")
    return [place.referral.mentee for place in rows.order_by("pk")]


def meeting_context(session: GroupSession, user) -> dict[str, Any]:
    """Return one meeting, with what this reader may do."""
    group = session.group
    can_mark = session.status != SessionStatus.CANCELLED and session.planned_at - EARLY <= clock.now()
    lacking = grouping.moderator_missing(group, session) if session.status == SessionStatus.PLANNED else ""
    runs = rules.coordinates(user, group)
    soon = session.planned_at - grouping.LINK_FROM <= clock.now() and session.status == SessionStatus.PLANNED
    return {
        "session": session, "group": group, "clinic": group.clinic, "runs": runs, "lacking": lacking,
        "may_mark": can_mark and not lacking, "may_note": rules.note.allows(user, session),
        "moderator": session.moderator or group.moderator, "rules": group.ground_rules.splitlines(),
        "ahead": session.planned_at > clock.now(), "link": group.video_link if soon and not group.cancelled_at else "",
        "may_let_choose": runs and group.kind == GroupKind.PANEL and session.status == SessionStatus.HELD,
        "worry": can(user, Perm.MENTOR, group.clinic_id), "whom": _whom(session, user),
    }  # fmt: skip


def _whom(session: GroupSession, user) -> list[tuple[str, str]]:
    """Return the people of a meeting about whom this member of the team may raise a worry; one query."""
    rows = Referral.objects.visible_to(user).filter(group_places__in=on_list(session)).select_related("mentee")
    rows = rows.order_by("mentee__first_name", "pk")
    return [(reverse("mentorship:worry-referral", args=[row.ref]), row.mentee.full_name) for row in rows]


def mine(user) -> list[dict[str, Any]]:
    """Return the meetings of the groups somebody leads or moderates: to note, then to come; one query."""
    rows = (
        GroupSession.objects.visible_to(user)
        .planned()
        .filter(
            Q(group__mentors__person__user=user) | Q(group__leader=user) | Q(group__moderator=user) | Q(moderator=user)
        )
    )
    rows = rows.select_related("group__clinic").distinct().order_by("planned_at", "pk")[:MOST]
    return [_my_row(row) for row in rows]


def _my_row(session: GroupSession) -> dict[str, Any]:
    url = reverse("mentorship:group-session", args=[session.ref])
    due = session.planned_at - EARLY <= clock.now()
    return {
        "when": words.when(session.planned_at, session.group.clinic.time_zone, now=clock.now()),
        "title": session.group.name, "url": url, "text": str(session.group.get_channel_display()),
        "action": _("Who is there?") if due else _("Look at it"), "action_url": url, "action_about": session.group.name,
    }  # fmt: skip


# A mentee's own place ------------------------------------------------------------------------


def place_of(link) -> GroupPlace | None:
    """Return the place a one-time link is about; None without a link."""
    return _places().filter(ref=link.subject).first() if link else None


def place_of_mentee(referral: Referral, ref: str) -> GroupPlace | None:
    """Return a place of the mentee whose own page is open."""
    return _places().filter(ref=ref, referral=referral).first()


def _places():
    return GroupPlace.objects.select_related("group__clinic", "group__format", "referral__mentee")
