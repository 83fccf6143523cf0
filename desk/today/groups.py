"""Groups that ask for the coordinator: not noted who came, nobody moderates, too few, a free place without an answer."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Membership
from common import words
from desk.today.rows import Action, Desk, Group, Row, first_of, group
from mentorship.grouping import PROFESSIONALS
from mentorship.models import GroupPlace, GroupSession, PeerGroup
from training.workflow import Status as MentorStatus

NEAR = dt.timedelta(days=3)  # [D] with too few so shortly before, somebody must decide
NO_MORE = (MentorStatus.RETIRED, MentorStatus.DECERTIFIED)
AFTER = dt.timedelta(hours=3)  # a meeting is over


def groups(desk: Desk) -> list[Group]:
    """Return meetings without an attendance list, and groups that lack something. Two queries."""
    return [not_noted(desk), lacking(desk)]


def not_noted(desk: Desk) -> Group:
    """Return past meetings of which nobody noted who came; one query."""
    rows = GroupSession.objects.planned().filter(group__clinic=desk.clinic, planned_at__lt=desk.now - AFTER)
    found, total = first_of(rows.select_related("group").order_by("planned_at", "pk"), desk.most("group-meetings"))
    return group(
        "group-meetings", _("Meetings of groups"), [_meeting(row) for row in found], total=total,
        most=desk.most("group-meetings"), text=_("It was not noted who came."), all_url=reverse("mentorship:groups"),
    )  # fmt: skip


def _meeting(row: GroupSession) -> Row:
    url = reverse("mentorship:group-session", args=[row.ref])
    text = _("Note who came, or that it did not take place.")
    return Row(row.group.name, url, text, Action(_("Note it"), url, about=row.group.name), since=row.planned_at)


def lacking(desk: Desk) -> Group:
    """Return groups that nobody moderates, whose mentor stopped, with too few shortly before, or with a free place
    nobody took yet; one query."""
    rows = _asked(desk).filter(
        Q(unmoderated=True) | Q(stopped__isnull=False) | Q(few=True) | Q(held_until__isnull=False)
    )
    found, total = first_of(rows.order_by("next_at", "starts_on", "pk"), desk.most("groups"))
    return group(
        "groups", _("Groups"), [_lacks(desk, row) for row in found], total=total, most=desk.most("groups"),
        text=_("Before they can meet well."), all_url=reverse("mentorship:groups"),
    )  # fmt: skip


def _asked(desk: Desk):
    there = Membership.objects.live().filter(
        clinic=OuterRef("clinic"), user=OuterRef("moderator"), role__in=PROFESSIONALS, user__is_active=True
    )
    ahead = GroupSession.objects.filter(group=OuterRef("pk"), status="planned", planned_at__gte=desk.now)
    any_meeting = GroupSession.objects.filter(group=OuterRef("pk"))
    offered = GroupPlace.objects.offered(desk.now).filter(group=OuterRef("pk")).order_by("offered_until", "pk")
    signed = GroupPlace.objects.signed_up().filter(group=OuterRef("pk")).order_by().values("group")
    gone = PeerGroup.mentors.through.objects.filter(peergroup=OuterRef("pk"), mentor__status__in=NO_MORE)
    few = Q(size_min__isnull=False) & Q(next_at__lte=desk.now + NEAR) & Q(first_at__gte=desk.now)
    counted = signed.annotate(n=Count("pk")).values("n")
    rows = (
        PeerGroup.objects.visible_to(desk.user)
        .going_on()
        .filter(Exists(ahead) | ~Exists(any_meeting), clinic=desk.clinic)
    )
    rows = rows.annotate(
        next_at=Subquery(ahead.order_by("planned_at").values("planned_at")[:1]),
        first_at=Subquery(any_meeting.exclude(status="cancelled").order_by("planned_at").values("planned_at")[:1]),
        unmoderated=Q(needs_moderator=True) & ~Exists(there),
        stopped=Subquery(gone.order_by("pk").values("mentor__person__first_name")[:1]),
        signed=Subquery(counted), held_until=Subquery(offered.values("offered_until")[:1]),
    )  # fmt: skip
    return rows.annotate(few=few & (Q(signed=None) | Q(signed__lt=F("size_min"))))


def _lacks(desk: Desk, row: PeerGroup) -> Row:
    url = reverse("mentorship:group", args=[row.ref])
    when = words.when(row.next_at, desk.clinic.time_zone, now=desk.now) if row.next_at else _("No meeting planned")
    if row.unmoderated:
        change = reverse("mentorship:group-change", args=[row.ref])
        text = _("Nobody moderates it, so nobody can be asked and nothing is held.")
        return Row(row.name, url, text, Action(_("Choose who"), change, about=row.name), when=when)
    if row.stopped:
        change = reverse("mentorship:group-change", args=[row.ref])
        text = _("%(name)s stopped as a mentor and was to lead it.") % {"name": row.stopped}
        return Row(row.name, url, text, Action(_("Choose who"), change, about=row.name), when=when)
    if row.few:
        n = row.signed or 0
        form = ngettext(
            "%(n)d person comes, at least %(least)d are needed.", "%(n)d people come, at least %(least)d are needed.", n
        )
        return Row(
            row.name,
            url,
            form % {"n": n, "least": row.size_min},
            Action(_("Look at it"), url, about=row.name),
            when=when,
        )
    text = _("A free place is held until %(until)s, and there is no answer yet.") % {
        "until": desk.until(row.held_until)
    }
    return Row(row.name, url, text, Action(_("Look at it"), url, about=row.name), when=when)
