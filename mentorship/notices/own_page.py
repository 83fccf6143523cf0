"""The messages about a mentee's own page: its link, and a word to the coordinators that something was said there."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from mentorship.actions import own_page
from mentorship.mentee_session import KIND
from mentorship.notices.readers import address, reader
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from referrals.models import Referral


def find(message: Message) -> Referral | None:
    """Return the referral a message is about."""
    return Referral.objects.select_related("mentee").filter(ref=message.subject).first()


def may_go(message: Message) -> bool:
    """Tell whether the link is still right: they live, they agreed, the address was read back."""
    row = find(message)
    return row is not None and not own_page.missing_for_link(row)


def render_link(message: Message, to: Recipient) -> Rendered:
    """Write the link to somebody's own page."""
    _link, url = links.make(KIND, message.subject, days=own_page.LINK_DAYS)
    lines = [
        _("Hello %(name)s,") % {"name": to.first_name},
        f"{_('This is the link to your own page in Halfword:')}\n{url}",
        _("It opens once, on the phone or computer where you use it. You need no password. You can ask for a new one any time."),
        _("Halfword is not read day and night. In danger? Call 112."),
    ]  # fmt: skip
    return Rendered(_("Your own page in Halfword"), "\n\n".join(lines))


def render_said(message: Message, to: Recipient) -> Rendered:
    """Tell a coordinator that somebody said something on their page."""
    lines = [
        _("Hello %(name)s,") % {"name": to.first_name},
        f"{_('Somebody said on their own page what they would like. You see it on Today:')}\n{address('home')}",
    ]
    return Rendered(_("You have a message in Halfword"), "\n\n".join(lines))


def page(message: Message) -> str:
    """Return the page of the referral, on which the coordinator sees whom it concerns and can ring."""
    return reverse("referrals:detail", args=[message.subject])


# A second link at once would only close the first: at most once. The screens show what was said.
kinds.register(
    Kind(KIND, reader, may_go, render_link, label=gettext_lazy("The link to somebody's own page"), link=page)
)
kinds.register(
    Kind(
        "page.said", reader, lambda message: find(message) is not None, render_said,
        label=gettext_lazy("Said on their own page"), link=page,
    )
)  # fmt: skip
