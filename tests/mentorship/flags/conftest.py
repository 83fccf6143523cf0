"""What the tests of flags share."""

import datetime as dt

import pytest

from accounts.models import User
from common import clock
from mentorship.actions.flags import raise_flag
from mentorship.models import FlagCategory
from mentorship.starter import start_clinic
from messaging.models import Message
from tests import factories

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)  # 10:00 in Brussels
SUNDAY = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def told(flag, kind=None):
    """Return (kind, first name) of every message about a flag, in order."""
    rows = Message.objects.filter(subject=flag.ref)
    rows = rows.filter(kind=kind) if kind else rows
    users = {f"user:{u.ref}": u for u in User.objects.all()}
    return [(m.kind, users[m.recipient].first_name if m.recipient in users else "mentee") for m in rows.order_by("pk")]


def pick(team, key):
    """Return a starter worry of a clinic."""
    return FlagCategory.objects.get(clinic=team.clinic, key=key)


def raised(team, pair, key="fever", by=None, at=MONDAY, **more):
    """Raise a worry about a pair, by its mentor unless told otherwise."""
    by = by or pair.mentor.person.user
    more.setdefault("source", "home")
    with clock.at(at):
        return raise_flag(category=pick(team, key), by=by, match=pair, **more)


def again(user):
    """Return a fresh copy of a user, as the next request would have it."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def pair(team):
    """A pair of a clinic that is ready for worries."""
    start_clinic(team.clinic, team.admin)
    return factories.make_match(team)
