"""What groups tell other pages: a referral's page, the nurse's list, a mentee's own page, a mentor's own page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinics.roles import Perm, can
from common import clock, words
from mentorship import grouping
from mentorship.actions.groups_places import KEPT
from mentorship.actions.groups_sessions import EARLY
from mentorship.models import GroupPlace, GroupSession
from mentorship.workflow import PlaceStatus
from referrals.models import Referral
from referrals.progress import IN_GROUP, Progress, Step
from training.doors import Door
from training.models import Mentor

P = PlaceStatus
ORDER = (P.SIGNED_UP, P.WAITING, P.INVITED)
SAID = {
    P.SIGNED_UP: gettext_lazy("Has a place in a group"), P.WAITING: gettext_lazy("Waits for a place in a group"),
    P.INVITED: gettext_lazy("Was asked for a group"),
}  # fmt: skip


def progress(referrals: list[Referral]) -> dict[int, Progress]:
    """Return one line for each open referral of somebody who wants a group and no mentor; one query."""
    only = [r for r in referrals if r.only_group and r.status == "open"]
    rows = GroupPlace.objects.filter(referral__in=only, status__in=ORDER, group__cancelled_at=None)
    best: dict[int, GroupPlace] = {}
    for place in rows.order_by("invited_at", "pk") if only else ():
        now = best.get(place.referral_id)
        if now is None or ORDER.index(P(place.status)) < ORDER.index(P(now.status)):
            best[place.referral_id] = place
    return {r.pk: _line(r, best.get(r.pk)) for r in only}


def _line(referral: Referral, place: GroupPlace | None) -> Progress:
    way = {"url": reverse("mentorship:group-for", args=[referral.ref]), "action": _("A group for them")}
    if place is None:
        return Progress(IN_GROUP, _("Wants a group, no mentor. We look for one that fits"), referral.changed_at, **way)
    return Progress(IN_GROUP, str(SAID[P(place.status)]), place.invited_at, **way)


def steps(referral: Referral) -> Iterable[Step]:
    """Return the lines about groups in a referral's timeline."""
    titles = {
        P.INVITED: _("Was asked for a group"), P.SIGNED_UP: _("Took a place in a group"),
        P.WAITING: _("Waits for a place in a group"), P.DECLINED: _("Does not come to a group this time"),
        P.LEFT: _("Stopped with a group"),
    }  # fmt: skip
    for place in referral.group_places.prefetch_related("history"):
        for event in place.history.all():
            if event.from_status != event.to_status:
                yield Step(event.at, titles[P(event.to_status)])


def aside(referral: Referral, user) -> dict[str, Any] | None:
    """Return a coordinator's way to the groups for somebody; None for others, and where nothing goes on."""
    if referral.status != "open" or not can(user, Perm.COORDINATE, referral.clinic_id):
        return None
    return {"template": "mentorship/groups/_aside.html", "referral": referral}


def card(referral: Referral, request) -> dict[str, Any] | None:
    """Return a mentee's groups: the next meeting, the link once it is near, and the way to stop. Four queries at most."""
    places = GroupPlace.objects.filter(referral=referral, status__in=KEPT, group__cancelled_at=None)
    places = list(places.select_related("group__clinic").order_by("invited_at", "pk"))
    if not places:
        return None
    ahead: dict[int, GroupSession] = {}
    rows = GroupSession.objects.planned().filter(group__in=[p.group_id for p in places], planned_at__gte=clock.now())
    for session in rows.order_by("-planned_at", "-pk"):
        ahead[session.group_id] = session
    return {"template": "mentorship/groups/_card.html", "rows": [_card_row(p, ahead.get(p.group_id)) for p in places]}


def _card_row(place: GroupPlace, session: GroupSession | None) -> dict[str, Any]:
    said = {
        P.SIGNED_UP: _("You have a place."), P.WAITING: _("You are on the waiting list."),
        P.INVITED: _("You are asked. Yes and no are equally fine."),
    }  # fmt: skip
    return {
        "name": place.group.name, "url": reverse("mentorship:my-group", args=[place.ref]), "words": said[P(place.status)],
        "next": session.planned_at if session else None, "video": grouping.link_for(place, session),
    }  # fmt: skip


def door(mentor: Mentor) -> Door | None:
    """Lead a mentor to the groups they lead; it asks for something once people can be ticked. One query."""
    rows = GroupSession.objects.planned().filter(group__mentors=mentor).order_by("planned_at", "pk")
    session = rows.select_related("group__clinic").first()
    if session is None:
        return None
    due = session.planned_at - EARLY <= clock.now()
    if due:
        url = reverse("mentorship:group-session", args=[session.ref])
        return Door(url, "users", _("Who was there?"), session.group.name, soon=True)
    when = words.when(session.planned_at, session.group.clinic.time_zone, now=clock.now())
    return Door(reverse("mentorship:my-groups"), "users", _("Groups I lead"), _("Next: %(when)s") % {"when": when})


def holding(mentor: Mentor) -> list[str]:
    """Say which groups with meetings to come need somebody else before this mentor can stop."""
    ahead = GroupSession.objects.planned().filter(planned_at__gte=clock.now()).values("group")
    names = mentor.peer_groups.going_on().filter(pk__in=ahead).order_by("name").values_list("name", flat=True)
    return [_("Choose who leads %(groups)s instead.") % {"groups": words.listed(names)}] if names else []


def staff_door(user, clinic) -> Door | None:
    """Lead a clinician who moderates to their meetings, and a coordinator to all groups, above the list of mentors."""
    if can(user, Perm.COORDINATE, clinic):
        return Door(reverse("mentorship:groups"), "users", _("Groups"), _("Courses, evenings and panels"))
    mine = GroupSession.objects.visible_to(user).planned().exists()
    return (
        Door(reverse("mentorship:my-groups"), "users", _("Groups I lead"), _("Who comes, and who was there"))
        if mine
        else None
    )
