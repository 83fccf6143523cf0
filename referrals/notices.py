"""The messages of this floor: only "something waits for you", with a link. Nothing about anybody."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.people import reader_of
from referrals.models import Referral
from referrals.workflow import Status


def _user(message) -> Recipient | None:
    return reader_of(User.objects.filter(ref=message.recipient.partition(":")[2], is_active=True).first())


def _still(*statuses):
    def is_true(message) -> bool:
        return Referral.objects.filter(ref=message.subject, status__in=statuses).exists()

    return is_true


def _render(message, recipient: Recipient) -> Rendered:
    words = _("Hello %(name)s,\n\nThere is something for you to read in Halfword:\n%(link)s") % {
        "name": recipient.first_name,
        "link": settings.SITE_URL + reverse("referrals:detail", args=[message.subject]),
    }
    return Rendered(_("You have a message in Halfword"), words)


KINDS = {
    "referral.returned": (Status.RETURNED, gettext_lazy("A question to the referrer")),
    "referral.answered": (Status.SUBMITTED, gettext_lazy("An answer of the referrer")),
    "referral.closed": (Status.CLOSED, gettext_lazy("A referral was closed")),
}
for name, (status, label) in KINDS.items():
    kinds.register(Kind(name, _user, _still(status), _render, label=label))
