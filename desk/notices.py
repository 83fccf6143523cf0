"""The messages of the daily overviews: how many, and where to look. Nobody is named."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from clinics.models import Membership
from clinics.roles import Role
from common import clock, words
from desk.digest import REFERRER, TEAM
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from messaging.people import reader_of

ROLES = {TEAM: Role.COORDINATOR, REFERRER: Role.NURSE}


def reader(message: Message) -> Recipient | None:
    """Return how to reach the account an overview is for."""
    return reader_of(User.objects.filter(ref=message.recipient.partition(":")[2], is_active=True).first())


def still_wanted(message: Message) -> bool:
    """Tell whether the reader still has the role and the wish, and the overview is of today."""
    tz = message.clinic.time_zone
    if words.local(message.created_at, tz).date() != clock.today(tz):
        return False
    held = Membership.objects.live().filter(clinic=message.clinic, role=ROLES[message.kind])
    return held.filter(user__ref=message.recipient.partition(":")[2], user__digest=True).exists()


def render_team(message: Message, to: Recipient) -> Rendered:
    """Say how many things cannot wait, are late, or are there besides."""
    counts = message.data
    lines = [
        ngettext("%(n)d thing cannot wait", "%(n)d things cannot wait", counts["urgent"]) % {"n": counts["urgent"]},
        ngettext("%(n)d is late", "%(n)d are late", counts["late"]) % {"n": counts["late"]},
        ngettext("%(n)d other thing needs you", "%(n)d other things need you", counts["others"])
        % {"n": counts["others"]},
    ]
    there = (counts["urgent"], counts["late"], counts["others"])  # JSON keeps no order
    said = words.listed(line for line, n in zip(lines, there, strict=True) if n)
    return _written(to, f"{said}.", "desk:today")


def render_referrer(message: Message, to: Recipient) -> Rendered:
    """Say for how many people something changed."""
    n = message.data["people"]
    said = ngettext(
        "Something changed for %(n)d person you referred. What became of them:",
        "Something changed for %(n)d people you referred. What became of them:",
        n,
    )
    return _written(to, said % {"n": n}, "referrals:mine")


def _written(to: Recipient, text: str, page: str) -> Rendered:
    hello = _("Hello %(name)s,") % {"name": to.first_name}
    foot = _("You can turn this overview off: %(link)s") % {"link": settings.SITE_URL + reverse("accounts:reminding")}
    body = f"{hello}\n\n{text}\n{settings.SITE_URL}{reverse(page)}\n\n{foot}\n"
    return Rendered(_("Your overview of today in Halfword"), body)


KINDS = (
    Kind(TEAM, reader, still_wanted, render_team, label=gettext_lazy("A coordinator's overview"), waits_for_morning=True),
    Kind(
        REFERRER, reader, still_wanted, render_referrer, label=gettext_lazy("A referrer's overview"), waits_for_morning=True
    ),
)  # fmt: skip


def connect() -> None:
    """Register the kinds and the round."""
    from desk import digest
    from messaging import rounds

    for kind in KINDS:
        kinds.register(kind)
    rounds.register("overviews", digest.send_due, digest.EVERY)
