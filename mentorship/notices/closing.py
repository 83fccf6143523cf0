"""The messages of an ending: two questions to each side, and a kind word to the one who did not end it.

All go out at most once. None names anybody, and none says why.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from matching.models import Match
from matching.workflow import Status
from mentorship.actions import closing
from mentorship.mentee_session import KIND as OWN_PAGE
from mentorship.models import Closing, Side
from mentorship.notices.pairs import consents, written
from mentorship.notices.readers import address, reader
from mentorship.rules.pairs import PRESENT
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message

LINK_DAYS = 30


def find(message: Message) -> Match | None:
    """Return the pair a message is about."""
    return Match.objects.select_related("referral").filter(ref=message.subject).first()


def _still_asked(message: Message, side: str) -> bool:
    match = find(message)
    if match is None or match.status not in PRESENT or not consents(match.referral_id):
        return False
    planned = Closing.objects.filter(match=match).exists()
    return planned and closing.may_answer(match, side) and closing.unanswered(match, side)


def render_to_mentee(message: Message, recipient: Recipient) -> Rendered:
    """Ask how it was: two questions by a one-time link."""
    _link, url = links.make(closing.ASK, message.subject, days=LINK_DAYS)
    text = _("Your talks come to an end, as you planned together. There are two short questions for you:")
    return written(recipient, _("A short question for you in Halfword"), text, url)


def render_to_mentor(message: Message, recipient: Recipient) -> Rendered:
    """Ask the mentor how it was, on their page."""
    text = _("Talks of yours come to an end, as planned. There are two short questions for you, and what to round off:")
    url = address("mentorship:closing-own", message.subject)
    return written(recipient, _("A short question for you in Halfword"), text, url)


def is_over(message: Message) -> bool:
    """Tell whether a pair ended in a way that may be told: nobody died, nobody took back a consent, no worry."""
    match = find(message)
    return bool(
        match
        and match.status == Status.ENDED
        and match.end_reason not in closing.NO_WORD
        and match.referral.close_reason != "died"
        and consents(match.referral_id)
    )


def render_over(message: Message, recipient: Recipient) -> Rendered:
    """Tell the other that it ended; it is nobody's fault."""
    if message.recipient.startswith("person:"):
        _link, url = links.make(OWN_PAGE, find(message).referral.ref, days=LINK_DAYS)
        text = _("The person you talked with cannot go on. It is not about you, and you keep your place. "
                 "Say here what you would like now:")  # fmt: skip
        return written(recipient, _("You have a message in Halfword"), text, url)
    text = _("Somebody you talked with has stopped. That happens, and it is nobody's fault. You need not do anything:")
    return written(recipient, _("You have a message in Halfword"), text, address("mentorship:home"))


def _page(message: Message) -> str:
    return reverse("mentorship:pair", args=[message.subject])


for kind in (
    Kind(
        "closing.ask", reader, lambda m: _still_asked(m, Side.MENTEE), render_to_mentee,
        label=gettext_lazy("Two questions at the ending, to the mentee"), link=_page, waits_for_morning=True,
    ),
    Kind(
        "closing.ask-mentor", reader, lambda m: _still_asked(m, Side.MENTOR), render_to_mentor,
        label=gettext_lazy("Two questions at the ending, to the mentor"), link=_page, waits_for_morning=True,
    ),
    Kind("pair.over", reader, is_over, render_over, label=gettext_lazy("A pair ended early"), link=_page),
):  # fmt: skip
    kinds.register(kind)
links.register_kind(closing.ASK, "mentorship:closing-link")
