"""People who want to be a mentor and wait for an answer, and those to ask again."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from common import words
from desk.today.rows import Action, Desk, Group, Row, call, first_of, group, named
from training.models import Application, Mentor
from training.workflow import ApplicationStatus, Status

WITHIN = dt.timedelta(days=3)  # [D] a first answer: who hears nothing looks elsewhere


def applicants(desk: Desk) -> Group:
    """Return applications nobody took up for three days, and people to ask again whose day has come."""
    waiting, in_all = first_of(not_taken_up(desk))
    again, to_ask = first_of(ask_again(desk))
    rows = [waiting_row(row) for row in waiting] + [again_row(desk, mentor) for mentor in again]
    return group(
        "applicants", _("People who want to be a mentor"), rows, total=in_all + to_ask,
        text=_("Waiting three days or more, or to be asked again."), all_url=reverse("training:applicants"),
    )  # fmt: skip


def not_taken_up(desk: Desk):
    """Return what was sent three days ago or earlier and not taken up, longest first."""
    rows = Application.objects.visible_to(desk.user).of_clinic(desk.clinic)
    waiting = rows.filter(status=ApplicationStatus.SENT, sent_at__lte=desk.now - WITHIN)
    return waiting.only("ref", "first_name", "last_name", "phone", "sent_at").order_by("sent_at", "pk")


def ask_again(desk: Desk):
    """Return people to whom "not now" was said, whose day to be asked again has come."""
    today = words.local(desk.now, desk.clinic.time_zone).date()
    rows = Mentor.objects.visible_to(desk.user).of_clinic(desk.clinic).select_related("person")
    waiting = rows.filter(status=Status.LATER, ask_again_on__lte=today)
    return waiting.only("ref", "ask_again_on", *named("person")).order_by("ask_again_on", "pk")


def waiting_row(row: Application) -> Row:
    """Say who waits for a first answer."""
    url = reverse("training:applicant", args=[row.ref])
    step = Action(_("Read it"), url, about=_("of %(name)s") % {"name": row.first_name})
    return Row(str(row), url, _("Would like to be a mentor, and has heard nothing yet."), step, since=row.sent_at)


def again_row(desk: Desk, mentor: Mentor) -> Row:
    """Say whom to ask again, and since which day."""
    person, url = mentor.person, reverse("training:mentor", args=[mentor.ref])
    when, on = desk.ahead(mentor.ask_again_on)
    text = _("It was “not now”, and we would ask again.")
    step = call(person.first_name, person.phone, url)
    return Row(str(person), url, text, step, when=when, when_more=on, people=(person,))
