"""A mentee thanks their mentor, and may take it back. Nobody counts it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock
from common.errors import Invalid, NotReady
from mentorship.checks import MENTEE
from mentorship.models import FollowUpCheck, Thanks
from mentorship.rules import thanks as rules
from referrals.models import Referral

LONGEST = 300


@transaction.atomic
def give_thanks(*, check: int, by: User, words: str, may_read: bool, with_name: bool = False) -> Thanks:
    """Keep a mentee's words for their mentor, who may read them from now on; again replaces the words.

    `by` is the system user for a mentee who came by link. Raises Denied, NotReady (consent withdrawn), Invalid
    (no words, too long, or without their yes that the mentor reads them).
    """
    row = FollowUpCheck.objects.select_for_update(of=("self",)).select_related("match__referral").get(pk=check)
    rules.give.require(by, row)
    words = words.replace("\x00", "").strip()
    if not words:
        raise Invalid(_("Write a few words, or leave it: that is fine too"), field="thanks_words")
    if len(words) > LONGEST:
        raise Invalid(_("Make this shorter: at most %(n)d characters") % {"n": LONGEST}, field="thanks_words")
    if not may_read:
        raise Invalid(_("Tick that your mentor may read this"), field="may_read")
    if not Referral.objects.with_live_consent().filter(pk=row.match.referral_id).exists():
        raise NotReady([_("You have taken your consent back, so nothing is passed on.")])
    values = {
        "match": row.match,
        "words": words,
        "with_name": with_name,
        "given_at": clock.now(),
        "taken_back_at": None,
    }
    return Thanks.objects.update_or_create(follow_up=row, defaults=values)[0]


@transaction.atomic
def take_back(*, thanks: int, by: User) -> Thanks:
    """Take words of thanks back: the mentor reads them no more, and they are erased. Again changes nothing. Raises Denied."""
    row = Thanks.objects.lock(thanks)
    rules.give.require(by, FollowUpCheck(to=MENTEE, match=row.match))
    if row.taken_back_at is None:
        row.taken_back_at, row.words = clock.now(), ""
        row.save(update_fields=["taken_back_at", "words"])
    return row
