"""What mentees said on their own page: who would like another mentor, and who stopped."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from desk.today.rows import Action, Desk, Group, Row, call, first_of, group, named
from matching.models import Match
from matching.workflow import EndReason, Status
from referrals.data import CloseReason
from referrals.models import Referral, ReferralEvent
from referrals.workflow import Status as ReferralStatus

SHOWN_FOR = dt.timedelta(days=3)  # [D] who stopped needs nothing; whoever runs the programme reads it once
OWN_REASONS = (EndReason.FIT, EndReason.MENTEE, EndReason.OUT_OF_TOUCH, EndReason.OTHER)


def said(desk: Desk) -> Group:
    """Return who asked for another mentor, until somebody is proposed, and who stopped in the last days. One query."""
    most = desk.most("said")
    found, total = first_of(_rows(desk), most)
    return group(
        "said", _("Said on their own page"), [row_of(referral) for referral in found], total=total, most=most,
        text=_("It is nobody's fault. Who would like another mentor keeps their place in the line."),
        all_url=f"{reverse('desk:today')}?all=said#g-said",
    )  # fmt: skip


def _rows(desk: Desk):
    own = Match.objects.filter(referral=OuterRef("pk"))
    last = own.filter(status=Status.ENDED).order_by("-ended_at", "-pk")
    by_them = last.filter(ended_by__is_system=True, end_reason__in=OWN_REASONS)
    closed = ReferralEvent.objects.filter(referral=OuterRef("pk"), to_status=ReferralStatus.CLOSED).order_by(
        "-at", "-pk"
    )
    asks = Q(status=ReferralStatus.OPEN, only_group=False, asked_at=F("over_at")) & ~Exists(
        own.filter(proposed_at__gt=OuterRef("over_at"))
    )
    stops = Q(status=ReferralStatus.CLOSED, close_reason=CloseReason.WISH, stopped_at__gt=desk.now - SHOWN_FOR)
    return (
        Referral.objects.visible_to(desk.user)
        .filter(clinic=desk.clinic)
        .annotate(
            asked_at=Subquery(by_them.values("ended_at")[:1]), over_at=Subquery(last.values("ended_at")[:1]),
            stopped_at=Subquery(closed.filter(by__is_system=True).values("at")[:1]),
        )
        .filter(asks | stops)
        .select_related("mentee")
        .only("ref", "status", *named("mentee"))
        .order_by(Coalesce("asked_at", "stopped_at"), "pk")
    )  # fmt: skip


def row_of(referral: Referral) -> Row:
    """Say what they would like, and the one step: find somebody, or ring to say thank you."""
    mentee, url = referral.mentee, reverse("referrals:detail", args=[referral.ref])
    if referral.status == ReferralStatus.OPEN:
        step = Action(_("Find a mentor"), reverse("matching:find", args=[referral.ref]), about=mentee.first_name)
        return Row(str(mentee), url, _("Would like another mentor."), step, since=referral.asked_at, people=(mentee,))
    text = _("Stopped. Nothing more is planned or sent.")
    step = call(mentee.first_name, mentee.phone, url)
    return Row(str(mentee), url, text, step, since=referral.stopped_at, people=(mentee,))
