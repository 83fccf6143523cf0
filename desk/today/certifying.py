"""Papers of mentors that end: certificates, the extra time after one, background checks."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from common import words
from desk.today.rows import Action, Desk, Row, named
from matching.models import Match
from training.certification import AT_WORK
from training.models import CareRules, Certificate, Mentor

AHEAD = dt.timedelta(days=60)  # [D] time enough to plan a renewal
GRACE_DAYS = CareRules._meta.get_field("grace_days").default


def papers_ending(desk: Desk):
    """Return mentors at work of whom a certificate or a background check ends soon or has ended; one query."""
    last = Certificate.objects.standing().filter(mentor=OuterRef("pk")).order_by("-valid_until")
    soon = _today(desk) + AHEAD
    asked = Q(policy=None) | Q(policy__needs_check=True)
    return (
        Mentor.objects.visible_to(desk.user)
        .of_clinic(desk.clinic)
        .filter(status__in=AT_WORK)
        .annotate(
            until=Subquery(last.values("valid_until")[:1]),
            extra=Coalesce(F("person__clinic__care_rules__grace_days"), GRACE_DAYS),
            has_people=Exists(Match.objects.pairs().filter(mentor=OuterRef("pk"))),
        )
        .filter(Q(until__lte=soon) | (Q(checks_valid_until__lte=soon) & asked))
        .select_related("person")
        .only("ref", "checks_valid_until", *named("person"))
        .order_by("until", "pk")
    )


def paper_row(desk: Desk, mentor: Mentor) -> Row:
    """Say what ends when and what that means; the certificate first."""
    url, today = reverse("training:mentor", args=[mentor.ref]), _today(desk)
    about = _("for %(name)s") % {"name": mentor.person.first_name}
    until = mentor.until if mentor.until and mentor.until <= today + AHEAD else None
    check = mentor.checks_valid_until if (mentor.checks_valid_until or dt.date.max) <= today + AHEAD else None
    said, verb = _certificate(mentor, until, today) if until else ("", _("Ask for a new one"))
    if check:
        said = f"{said} {_check(check, today)}".strip()
    when, on = desk.ahead(until or check or today)
    return Row(
        str(mentor.person), url, said, Action(verb, url, about=about), when=when, when_more=on, people=(mentor.person,)
    )


def _certificate(mentor: Mentor, until: dt.date, today: dt.date) -> tuple[str, str]:
    """Return what the end of a certificate means, and the step."""
    if until >= today:
        return _("The certificate ends. Without a renewal nobody new can be asked."), _("Plan the renewal")
    grace = until + dt.timedelta(days=mentor.extra)
    day = {"day": words.day(grace, today=today, weekday=False)}
    if not mentor.has_people:
        return _("The certificate ended. Nobody new can be asked."), _("Plan the renewal")
    if grace >= today:
        return _("The certificate ended. Present people keep them until %(day)s; nobody new.") % day, _(
            "Plan the renewal"
        )
    return _("The extra time for present people ended on %(day)s: somebody else takes over.") % day, _("Hand over")


def _check(until: dt.date, today: dt.date) -> str:
    if until < today:
        return _("The background check ended. Nobody new can be asked.")
    return _("The background check ends on %(day)s.") % {"day": words.day(until, today=today, weekday=False)}


def _today(desk: Desk) -> dt.date:
    return words.local(desk.now, desk.clinic.time_zone).date()
