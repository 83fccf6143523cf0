"""What mentees chose from profiles without names, and who has not answered for a week."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from desk.today.rows import Action, Desk, Group, Row, call, first_of, group, named
from matching.models import Choice

SILENT = dt.timedelta(days=7)  # [D] after this a mentee who was sent profiles is rung
Answer = Choice.Answer


def choices(desk: Desk) -> Group:
    """Return what came back and waits for a step, and what did not come back for a week. One query."""
    rows = (
        Choice.objects.visible_to(desk.user)
        .to_act_on()
        .filter(Q(closed_at__isnull=False) | Q(sent_at__lte=desk.now - SILENT), referral__clinic=desk.clinic)
        .select_related("referral__mentee", "chosen__person", "match")
        .only(
            "answer",
            "sent_at",
            "closed_at",
            "match__ref",
            "referral__ref",
            *named("referral__mentee", "chosen__person"),
        )
        .order_by(Coalesce("closed_at", "sent_at"), "pk")
    )
    most = desk.most("choices")
    found, total = first_of(rows, most)
    return group(
        "choices", _("Choosing a mentor"), [choice_row(choice) for choice in found], total=total, most=most,
        text=_("They were sent profiles to choose from."), all_url=f"{reverse('desk:today')}?all=choices#g-choices",
    )  # fmt: skip


def choice_row(choice: Choice) -> Row:
    """Say what they chose, and whom to ask or ring."""
    mentee = choice.referral.mentee
    url = reverse("matching:find", args=[choice.referral.ref])
    ring = call(mentee.first_name, mentee.phone, url)
    mentor = choice.chosen.person.first_name if choice.chosen else ""
    if choice.match:
        url = reverse("matching:match", args=[choice.match.ref])
        text = _("Chose %(mentor)s, who has not been asked yet.") % {"mentor": mentor}
        ring = Action(_("Ask %(name)s") % {"name": mentor}, url, about=_("for %(name)s") % {"name": mentee.first_name})
    elif choice.answer == Answer.YOU:
        text = _("Leaves the choice to you.")
        ring = Action(_("Find a mentor"), url, about=mentee.first_name)
    elif choice.answer == Answer.MENTOR:
        text = _("Chose %(mentor)s, who does not fit any more.") % {"mentor": mentor}
    elif choice.answer == Answer.NONE:
        text = _("Wants none of the mentors who were shown.")
    else:
        text = _("Was sent profiles to choose from and has not answered.")
    people = (mentee, choice.chosen.person) if choice.chosen else (mentee,)
    return Row(str(mentee), url, text, ring, since=choice.closed_at or choice.sent_at, people=people)


def is_choosing() -> Exists:
    """Tell of referrals whether their mentee chooses now, or an answer waits for a step: they are not found a mentor twice."""
    return Exists(Choice.objects.filter(referral=OuterRef("pk")).to_act_on())
