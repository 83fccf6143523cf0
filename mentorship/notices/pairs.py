"""The messages of a pair: a short question, a talk that comes, a talk not noted, two talks that did not happen,
and what the own clinic of a lent mentor must know.

All go out at most once: a second copy would press people, and silence shows on the screens. None names a
mentee, a mentor or a clinic.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import links
from common import clock, words
from matching.models import Match
from matching.workflow import Status as MatchStatus
from mentorship import lent, reminders, reminders_formats
from mentorship.models import Contact, FollowUpCheck
from mentorship.notices.readers import address, reader
from mentorship.workflow import ContactStatus
from messaging import kinds
from messaging.kinds import Kind, Recipient, Rendered
from messaging.models import Message
from referrals.models import Referral
from training.models import Mentor

LINK_DAYS = 14


def written(recipient: Recipient, subject: str, text: str, link: str) -> Rendered:
    """Return a message of one sentence and one link."""
    hello = _("Hello %(name)s,") % {"name": recipient.first_name}
    foot = _("Halfword is not read day and night. In danger? Call 112.")
    return Rendered(subject=subject, body=f"{hello}\n\n{text}\n{link}\n\n{foot}\n")


def consents(referral_id: int) -> bool:
    """Tell whether the mentee still agrees to being contacted and to their profile being shared."""
    return Referral.objects.with_live_consent().filter(pk=referral_id).exists()


def goes_on(match: Match) -> bool:
    """Tell whether the mentor still meets the mentee."""
    return match.status == MatchStatus.INTRODUCED and match.sight_ended_at is None and consents(match.referral_id)


# A short question -------------------------------------------------------------------------


def find_check(message: Message) -> FollowUpCheck | None:
    """Return the check a message is about."""
    return FollowUpCheck.objects.select_related("match").filter(ref=message.subject).first()


def check_still_asked(message: Message) -> bool:
    """Tell whether nobody answered yet and the pair is still one to ask."""
    check = find_check(message)
    return bool(
        check
        and check.answered_at is None
        and check.cancelled_at is None
        and reminders.is_asked(check.match, check.day, check.to)
        and consents(check.match.referral_id)
    )


def render_check(message: Message, recipient: Recipient) -> Rendered:
    """Write the question's message: a one-time link for a mentee, a page behind sign-in for a mentor."""
    check = FollowUpCheck.objects.get(ref=message.subject)
    if check.to == "mentee":
        _link, url = links.make("check.answer", check.ref, days=LINK_DAYS)
    else:
        url = address("mentorship:check", check.ref)
    return written(
        recipient,
        _("A short question for you in Halfword"),
        _("There is a short question for you. One tap is enough:"),
        url,
    )


# Talks ------------------------------------------------------------------------------------


TALK = (
    "ref", "status", "planned_at", "mentee_says", "match__ref", "match__status", "match__sight_ended_at",
    "match__referral__ref", "match__referral__clinic__time_zone",
)  # fmt: skip


def find_contact(message: Message) -> Contact | None:
    """Return the talk a message is about, with what its messages say and ask of it."""
    talks = Contact.objects.select_related("match__referral__clinic").only(*TALK)
    return talks.order_by().filter(ref=message.subject).first()


def contact_is_soon(message: Message) -> bool:
    """Tell whether the talk is still planned, still to come, and on the day the message was written for."""
    row = find_contact(message)
    if row is None or row.status != ContactStatus.PLANNED or row.planned_at <= clock.now() or not goes_on(row.match):
        return False
    tz = row.match.referral.clinic.time_zone
    return words.local(row.planned_at, tz).date().isoformat() == message.data.get("on")


def render_soon(message: Message, recipient: Recipient) -> Rendered:
    """Remind the mentor of a talk, by the day and hour where they are."""
    text = _("You planned a talk for %(when)s. You see it here:") % {
        "when": when_there(find_contact(message), recipient)
    }
    return written(recipient, _("You have a message in Halfword"), text, address("mentorship:home"))


def render_mentee_soon(message: Message, recipient: Recipient) -> Rendered:
    """Remind the mentee of a talk, with their own page to move it."""
    row = find_contact(message)
    text = _("You have a talk %(when)s. You can see it or move it on your own page:")
    text %= {"when": when_there(row, recipient)}
    _link, url = links.make("mentee.page", row.match.referral.ref, days=LINK_DAYS)
    return written(recipient, _("You have a message in Halfword"), text, url)


def when_there(talk: Contact, recipient: Recipient) -> str:
    """Say when a talk is, in words of the reader's own day, as they stand inside a sentence."""
    now = clock.now()
    there, today = (words.local(at, recipient.time_zone) for at in (talk.planned_at, now))
    days = (there.date() - today.date()).days
    if days == 0:
        return _("today, about %(time)s") % {"time": f"{there:%H:%M}"}
    if days == 1:
        return _("tomorrow, about %(time)s") % {"time": f"{there:%H:%M}"}
    return words.when(talk.planned_at, recipient.time_zone, now=now, about=True)


def contact_is_unlogged(message: Message) -> bool:
    """Tell whether nobody has noted yet what came of the talk."""
    return _unlogged(message, find_contact(message))


def _unlogged(message: Message, row: Contact | None) -> bool:
    return bool(
        row
        and row.status == ContactStatus.PLANNED
        and row.planned_at <= clock.now()
        and words.local(row.planned_at, row.match.referral.clinic.time_zone).date().isoformat()
        == message.data.get("on")
        and goes_on(row.match)
    )


def render_unlogged(message: Message, recipient: Recipient) -> Rendered:
    """Ask the mentor how a talk went."""
    row = find_contact(message)
    text = _("A talk was planned some days ago. How did it go? Half a minute is enough:")
    return written(recipient, _("You have a message in Halfword"), text, address("mentorship:log-with", row.match.ref))


def mentee_is_asked(message: Message) -> bool:
    """Tell whether neither the mentor noted a talk yet, nor the mentee said how it went."""
    row = find_contact(message)
    return _unlogged(message, row) and not row.mentee_says


def render_mentee_unlogged(message: Message, recipient: Recipient) -> Rendered:
    """Ask the mentee whether they talked: one tap, by a one-time link."""
    _link, url = links.make("contact.said", message.subject, days=LINK_DAYS)
    text = _("A talk was planned some days ago. Did you talk? One tap is enough:")
    return written(recipient, _("A short question for you in Halfword"), text, url)


def format_still_asks(message: Message) -> bool:
    """Tell whether the two whom their way to meet reminds still meet."""
    match = Match.objects.filter(ref=message.subject).first()
    return match is not None and goes_on(match)


def render_format(message: Message, recipient: Recipient) -> Rendered:
    """Remind one of a pair, as their way to meet asks: no task, a friendly word."""
    if message.recipient.startswith("person:"):
        match = Match.objects.select_related("referral").get(ref=message.subject)
        _link, url = links.make("mentee.page", match.referral.ref, days=LINK_DAYS)
    else:
        url = address("mentorship:home")
    text = _("How is it going with your talks? Plan the next one when it suits you both:")
    return written(recipient, _("You have a message in Halfword"), text, url)


def still_a_pair(message: Message) -> bool:
    """Tell whether the two still meet."""
    return Match.objects.filter(ref=message.subject, status=MatchStatus.INTRODUCED).exists()


def render_missed(message: Message, recipient: Recipient) -> Rendered:
    """Tell a coordinator, in neutral words: nobody is to blame (Emb13 #81)."""
    text = _("Two talks in a row did not happen. That is nobody's fault. Please see how both are:")
    return written(recipient, _("You have a message in Halfword"), text, address("mentorship:pair", message.subject))


# A mentor of another clinic ----------------------------------------------------------------


def mentor_at_work(message: Message) -> bool:
    """Tell whether they still mentor, so that somebody should talk with them."""
    return Mentor.objects.filter(ref=message.subject, status__in=lent.AT_WORK).exists()


def render_talk(message: Message, recipient: Recipient) -> Rendered:
    """Ask whoever looks after a lent mentor to talk with them after what they raised (evidence D)."""
    text = _("Somebody you look after raised something that could not wait. Please talk with them within a day:")
    return written(recipient, _("You have a message in Halfword"), text, address("training:mentor", message.subject))


def render_mentor_missed(message: Message, recipient: Recipient) -> Rendered:
    """Tell whoever looks after a lent mentor, in neutral words: nobody is to blame (Emb13 #81)."""
    text = _("Two talks in a row of somebody you look after did not happen. That is nobody's fault. See how they are:")
    return written(recipient, _("You have a message in Halfword"), text, settings.SITE_URL + mentor_page(message))


def mentor_page(message: Message) -> str:
    """Return the page of the mentor of a pair."""
    match = Match.objects.select_related("mentor").filter(ref=message.subject).first()
    return reverse("training:mentor", args=[match.mentor.ref]) if match else ""


def talk_page(message: Message) -> str:
    """Return the page of the mentor to talk with."""
    return reverse("training:mentor", args=[message.subject])


def is_stopped(message: Message) -> bool:
    """Tell whether a pair still stands stopped because its mentor is none any more."""
    return Match.objects.filter(ref=message.subject, status=MatchStatus.PAUSED, sight_ended_at__isnull=False).exists()


def render_stopped(message: Message, recipient: Recipient) -> Rendered:
    """Tell a coordinator that a lent mentor is none any more: the pair needs an ending, and perhaps somebody new."""
    text = _("A pair was stopped, because the mentor does not go on. Please see what they need now:")
    return written(recipient, _("You have a message in Halfword"), text, address("mentorship:pair", message.subject))


def pair_of_contact(message: Message) -> str:
    """Return the page of the pair whose talk it is."""
    row = find_contact(message)
    return reverse("mentorship:pair", args=[row.match.ref]) if row else ""


def page_of_check(message: Message) -> str:
    """Return the page of a check."""
    return reverse("mentorship:check", args=[message.subject])


def pair_page(message: Message) -> str:
    """Return the page of a pair."""
    return reverse("mentorship:pair", args=[message.subject])


for kind in (
    Kind(
        "check.ask", reader, check_still_asked, render_check,
        label=gettext_lazy("A follow-up question"), link=page_of_check, waits_for_morning=True,
    ),
    Kind(
        "contact.soon", reader, contact_is_soon, render_soon,
        label=gettext_lazy("A talk is coming"), link=pair_of_contact, is_reminder=True,
    ),
    Kind(
        "contact.unlogged", reader, contact_is_unlogged, render_unlogged,
        label=gettext_lazy("A talk is not noted yet"), link=pair_of_contact, is_reminder=True,
    ),
    Kind(
        "mentee.soon", reader, contact_is_soon, render_mentee_soon,
        label=gettext_lazy("A talk is coming, to the mentee"), link=pair_of_contact, is_reminder=True,
    ),
    Kind(
        "mentee.unlogged", reader, mentee_is_asked, render_mentee_unlogged,
        label=gettext_lazy("The mentee is asked whether they talked"), link=pair_of_contact, is_reminder=True,
    ),
    Kind(
        reminders_formats.KIND, reader, format_still_asks, render_format,
        label=gettext_lazy("A reminder of how a pair meets"), link=pair_page, is_reminder=True,
    ),
    Kind(
        "contact.missed", reader, still_a_pair, render_missed,
        label=gettext_lazy("Two talks did not happen"), link=pair_page,
    ),
    Kind(
        "mentor.missed", reader, still_a_pair, render_mentor_missed,
        label=gettext_lazy("Two talks of a mentor elsewhere did not happen"), link=mentor_page,
    ),
    Kind(
        "mentor.talk", reader, mentor_at_work, render_talk,
        label=gettext_lazy("A mentor elsewhere to talk with"), link=talk_page,
    ),
    Kind(
        "pair.stopped", reader, is_stopped, render_stopped,
        label=gettext_lazy("A pair was stopped: the mentor does not go on"), link=pair_page,
    ),
):  # fmt: skip
    kinds.register(kind)
links.register_kind("check.answer", "mentorship:check-link")
links.register_kind("contact.said", "mentorship:said-link")
