"""The verbs of a mentee's own page: its link, and what they ask for there."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import links
from accounts.models import OneTimeLink, User
from common import clock
from common.errors import Invalid, NotReady, WrongState
from matching.models import Match
from matching.workflow import EndReason, Status
from mentorship import staffing
from mentorship.actions import closing
from mentorship.mentee_session import KIND
from mentorship.models import Side
from mentorship.rules import own_page as rules
from messaging import outbox
from messaging.models import Message
from messaging.models import Status as MessageStatus
from referrals import actions as referrals
from referrals.data import CloseReason
from referrals.models import Referral
from referrals.workflow import Status as ReferralStatus

LINK_DAYS = 30  # to open it for the first time [D]
PAUSE_BETWEEN = dt.timedelta(minutes=2)  # a second click is not a second message
MOST_A_DAY = 5  # that somebody may ask for themselves [D]
ON_THE_WAY = (MessageStatus.QUEUED, MessageStatus.SENDING)

# Why somebody would rather talk with another: what it is called at the end of the pair, and in words. None is asked for.
WHY_ANOTHER = {
    "": EndReason.FIT, "common": EndReason.FIT, "moment": EndReason.FIT, "way": EndReason.FIT,
    "touch": EndReason.OUT_OF_TOUCH, "other": EndReason.OTHER,
}  # fmt: skip


def why_another() -> dict[str, str]:
    """Return the short reasons in the reader's words."""
    return {
        "common": _("We have little in common"), "moment": _("It is hard to find a moment"),
        "way": _("I would like somebody with another story"), "touch": _("We do not reach each other"),
        "other": _("Something else"),
    }  # fmt: skip


# The link ---------------------------------------------------------------------------------


@transaction.atomic
def send_link(*, referral: int, by: User, after: str | None = None) -> Message:
    """Send the mentee a link to their own page; links sent before that nobody opened close.

    `after` is the ref of the last message the sender saw: when another was sent since, that one is returned and
    nothing more is sent. The same while one is on its way. Raises Denied, NotReady (what is missing).
    """
    row = Referral.objects.lock(referral)
    rules.give_link.require(by, row)
    last = last_message(row)
    if last and (last.status in ON_THE_WAY or (after is not None and after != last.ref)):
        return last
    missing = missing_for_link(row)
    if missing:
        raise NotReady(missing)
    return _post(row)


def _post(row: Referral) -> Message:
    """Store the message; the referral is locked. Each time is another message, numbered by those before."""
    links.revoke(KIND, row.ref)
    before = Message.objects.filter(kind=KIND, subject=row.ref).count()
    return outbox.post(KIND, row.ref, clinic=row.clinic, to=row.mentee, key=str(before + 1))


@transaction.atomic
def welcome(*, referral: Referral) -> Message | None:
    """Send the link by itself, once for each beginning: at an introduction, or a first group without a match.

    Nothing where no message may go, or one went within a day. The caller has locked what needs locking.
    """
    row = Referral.objects.lock(referral.pk)
    last = last_message(row)
    lately = last is not None and last.created_at > clock.now() - dt.timedelta(days=1)
    return None if lately or missing_for_link(row) else _post(row)


@transaction.atomic
def send_again(ref: str) -> None:
    """Send a new link to somebody who asks with an old one, to the address on file; quietly nothing where none may go.

    At most one in two minutes and five a day.
    """
    pk = Referral.objects.sent().filter(ref=ref).values_list("pk", flat=True).first()
    if pk is None:
        return
    row = Referral.objects.lock(pk)
    rows = Message.objects.filter(kind=KIND, subject=ref)
    now = clock.now()
    too_often = rows.filter(created_at__gt=now - dt.timedelta(days=1)).count() >= MOST_A_DAY
    last = last_message(row)
    if too_often or (last and (last.status in ON_THE_WAY or last.created_at > now - PAUSE_BETWEEN)):
        return
    if not missing_for_link(row):
        _post(row)


@transaction.atomic
def link_by_hand(*, referral: int, by: User) -> tuple[OneTimeLink, str]:
    """Make a link to print and give by hand, shown once; links before that nobody opened close. Raises Denied, NotReady."""
    row = Referral.objects.lock(referral)
    rules.give_link.require(by, row)
    if is_over(row):
        raise NotReady([_("Somebody died. There is no page any more.")])
    links.revoke(KIND, row.ref)
    outbox.cancel(subject=row.ref, kind=KIND, why="A link was given by hand.")
    return links.make(KIND, row.ref, days=LINK_DAYS)


def last_message(referral: Referral) -> Message | None:
    """Return the last message with a link to this mentee's page."""
    return Message.objects.filter(kind=KIND, subject=referral.ref).order_by("-pk").first()


def missing_for_link(referral: Referral) -> list[str]:
    """Return in sentences why no link can be sent; empty when it can."""
    person, name = referral.mentee, {"name": referral.mentee.first_name if referral.mentee else ""}
    if is_over(referral):
        return [_("Somebody died. There is no page any more.")]
    missing = []
    if person is None or not person.email or person.email_verified_at is None:
        missing.append(_("%(name)s has no e-mail address that was read back, so no link can be sent.") % name)
    if not Referral.objects.with_live_consent().filter(pk=referral.pk).exists():
        missing.append(_("%(name)s has not agreed, or has taken it back.") % name)
    return missing


def is_over(referral: Referral) -> bool:
    """Tell whether the mentee died: then nobody opens their page."""
    return referral.status == ReferralStatus.CLOSED and referral.close_reason == CloseReason.DIED


def close_page(*, referral: Referral) -> None:
    """Close the page for good, open browsers too. Called inside the transaction that closes the referral."""
    links.end(KIND, referral.ref)


# What the mentee asks for -----------------------------------------------------------------


@transaction.atomic
def ask_another(*, match: int, by: User, why: str = "") -> Match:
    """End the pair for its mentee, who would like another mentor: nobody's fault, and the place in the line stays.

    Again changes nothing. Raises Denied, Invalid (why), WrongState.
    """
    m = Match.objects.lock(match)
    rules.speak.require(by, m.referral)
    if why not in WHY_ANOTHER:
        raise Invalid(_("Choose one of the answers below"), field="why")
    if m.status == Status.ENDED:
        return m
    row = closing.end_early(
        match=match, by=by, side=Side.MENTEE, reason=WHY_ANOTHER[why], wish=closing.Wish.ANOTHER, note=_note(m, why)
    )
    _tell_coordinators(m.referral, key=f"another-{m.ref}")
    return row


def _note(match: Match, why: str) -> str:
    """Return the reason as the coordinator reads it, in the first language of the clinic."""
    with translation.override((match.referral.clinic.languages or ["en"])[0]):
        return why_another().get(why, "")


@transaction.atomic
def stop(*, referral: int, by: User) -> Referral:
    """Stop everything for somebody who says so, without a reason; the care stays the same. Again changes nothing.

    Raises Denied, WrongState (somebody of the team has to look first).
    """
    pair = Match.objects.pairs().filter(referral=referral).values_list("pk", flat=True).first()
    if pair is not None:
        Match.objects.lock(pair)  # mentor, referral, match
    row = Referral.objects.lock(referral)
    rules.speak.require(by, row)
    if row.status == ReferralStatus.CLOSED:
        return row
    if row.status == ReferralStatus.DRAFT:
        raise WrongState()
    row = referrals.close(referral=referral, by=by, reason=CloseReason.WISH)
    _tell_coordinators(row, key=f"stop-{row.version}")
    return row


def _tell_coordinators(referral: Referral, *, key: str) -> None:
    for user in staffing.coordinators(referral.clinic):
        outbox.post("page.said", referral.ref, clinic=referral.clinic, to=user, key=key)
