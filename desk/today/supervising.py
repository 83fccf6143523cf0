"""Supervision on *Today*: talks that are late, mentors nobody looks after, pairs drawn to look at."""

from __future__ import annotations

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import words
from desk.today.rows import Action, Desk, Group, Row, first_of, group, named
from mentorship import reviewing
from training import supervisors
from training.models import Concern, Mentor


def supervision(desk: Desk) -> Group:
    """Return mentors with nobody who looks after them, as one row, and talks that are late, latest first; one query."""
    today = words.local(desk.now, desk.clinic.time_zone).date()
    alone = supervisors.without_anybody()
    rows = (
        Mentor.objects.visible_to(desk.user)
        .of_clinic(desk.clinic)
        .filter(alone | Q(supervise_by__lt=today) | Q(supervise_by=None), status__in=supervisors.AT_WORK)
        .exclude(person__user=desk.user)
        .annotate(is_alone=ExpressionWrapper(alone, output_field=BooleanField()))
        .select_related("person", "supervisor")
        .only("ref", "supervise_by", "supervisor__first_name", "supervisor__last_name", *named("person"))
        .order_by("supervise_by", "pk")
    )
    found = list(rows[: desk.most("supervision") * 20])
    nobody = [m for m in found if m.is_alone]
    late = [m for m in found if not m.is_alone]
    shown = [late_row(desk, m) for m in late]
    if nobody:
        shown.insert(0, alone_row(nobody))
    return group(
        "supervision", _("Supervision"), shown, most=desk.most("supervision"),
        text=_("Late talks stop new people, never the present ones."), all_url=reverse("training:supervision"),
    )  # fmt: skip


def alone_row(mentors: list[Mentor]) -> Row:
    """Say that some mentors have nobody, with the first one to begin with."""
    n = len(mentors)
    title = ngettext(
        "%(n)d mentor has nobody who looks after them", "%(n)d mentors have nobody who looks after them", n
    ) % {"n": n}  # fmt: skip
    url = reverse("training:name-supervisor", args=[mentors[0].ref])
    text = words.listed([str(m.person) for m in mentors[:5]])
    text = f"{text}." if n <= 5 else _("%(names)s and others.") % {"names": text}
    step = Action(_("Choose somebody"), url, about=_("for %(name)s") % {"name": mentors[0].person.first_name})
    return Row(title, reverse("training:supervision"), text, step, people=tuple(m.person for m in mentors[:5]))


def late_row(desk: Desk, mentor: Mentor) -> Row:
    """Say whose talk is late, and who holds it."""
    url = reverse("training:mentor", args=[mentor.ref])
    when, on = desk.ahead(mentor.supervise_by) if mentor.supervise_by else (_("Not agreed"), "")
    text = _("A talk with %(name)s is late.") % {"name": mentor.supervisor.full_name}
    plan = f"{reverse('training:plan-talk')}?mentor={mentor.ref}"
    step = Action(_("Plan a talk"), plan, about=_("with %(name)s") % {"name": mentor.person.first_name})
    return Row(str(mentor.person), url, text, step, when=when, when_more=on, people=(mentor.person,))


def concerns(desk: Desk) -> Group:
    """Return what was told in confidence and is not closed, without a word of it; one query."""
    rows = Concern.objects.visible_to(desk.user).open().filter(clinic=desk.clinic).order_by("raised_at", "pk")
    found, total = first_of(rows.only("ref", "raised_at", "status"))
    return group(
        "concerns", _("Told in confidence"), [_concern_row(concern) for concern in found], total=total,
        text=_("About a mentor or somebody of the team."), all_url=reverse("training:concerns"),
    )  # fmt: skip


def _concern_row(concern: Concern) -> Row:
    url = reverse("training:concern", args=[concern.ref])
    step = Action(_("Read it"), url, about=_("what was told in confidence"))
    return Row(_("A concern"), url, f"{concern.get_status_display()}.", step, since=concern.raised_at)


def reviews(desk: Desk) -> Group:
    """Return pairs drawn to look at; one query."""
    rows = reviewing.seen(desk.user).open().filter(clinic=desk.clinic).order_by("drawn_at", "pk")
    found, total = first_of(rows)
    return group(
        "reviews", _("Pairs to look at"), [_review_row(review) for review in found], total=total,
        text=_("Drawn by chance, some each quarter."), all_url=reverse("mentorship:reviews"),
    )  # fmt: skip


def _review_row(review) -> Row:
    url = reverse("mentorship:review", args=[review.ref])
    step = Action(_("Look at it"), url, about=reviewing.title(review))
    text = _("Is the plan kept, and is it still what they want?")
    return Row(reviewing.title(review), url, text, step, since=review.drawn_at, people=reviewing.people(review))
