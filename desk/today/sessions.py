"""Training days that ask for the coordinator: over and not written down, or near and nobody signed up."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from common import words
from desk.today.rows import Action, Desk, Group, Row, first_of, group
from training import sessions
from training.models import LiveSession

OF_DAYS = ("ref", "starts_at", "ends_at", "module__title", "trainer__first_name", "trainer__last_name")


def days(desk: Desk) -> Group:
    """Return the training days that ask for something, the one longest ago first; one query."""
    rows = LiveSession.objects.visible_to(desk.user).of_clinic(desk.clinic).asking(desk.now, ahead=sessions.AHEAD)
    rows = rows.select_related("module", "trainer").only(*OF_DAYS).order_by("starts_at", "pk")
    found, total = first_of(rows, desk.most("training-days"))
    return group(
        "training-days", _("Training days"), [day_row(desk, session) for session in found], total=total,
        most=desk.most("training-days"), text=_("Who came, and who comes."), all_url=reverse("training:sessions"),
    )  # fmt: skip


def day_row(desk: Desk, session: LiveSession) -> Row:
    """Say what a day asks for. It names who teaches, none of the mentors."""
    url, name = reverse("training:session", args=[session.ref]), {"name": session.trainer.full_name}
    when, on = desk.ahead(words.local(session.starts_at, desk.clinic.time_zone).date())
    if session.ends_at < desk.now:
        text, step = _("It was not written down who came. %(name)s taught it."), _("Write down who came")
    else:
        text, step = _("Nobody has signed up. %(name)s teaches it."), _("Look at this day")
    action = Action(step, url, about=session.module.title)
    return Row(session.module.title, url, text % name, action, when=when, when_more=on)
