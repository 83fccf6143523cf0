"""What runs by itself: drafts that grew old go, referrals whose day has come are taken up again."""

from messaging import rounds
from referrals import actions
from referrals.actions.asking import tidy_wishes

HOUR = 3600

rounds.register("referrals.expire-drafts", lambda now: actions.expire_drafts(now=now), HOUR)
rounds.register("referrals.resume", lambda now: actions.resume_due(now=now), HOUR)
rounds.register("referrals.tidy-wishes", lambda now: tidy_wishes(now=now), HOUR)
