"""A group to try things with, made by the real actions."""

import datetime as dt

from accounts.models import User
from mentorship.actions import groups, groups_places
from mentorship.actions.groups import GroupData
from mentorship.models import Format
from tests import factories

NOW = dt.datetime(2026, 11, 19, 10, tzinfo=dt.UTC)  # a Thursday morning in winter
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
FIRST = dt.date(2026, 12, 1)


def preset(key: str) -> Format:
    return Format.objects.get(clinic=None, key=key)


def data(team, **fields) -> GroupData:
    """Return what a coordinator says about a group; in order unless told otherwise."""
    values = {
        "name": "Living with it", "starts_on": FIRST, "hour": dt.time(19), "size_max": 2, "place": "Kerkstraat 1",
        "moderator": team.clinician.pk, "ground_rules": "What is said here stays here.",
    }  # fmt: skip
    return GroupData(**(values | fields))


def make_group(team, key="emb_epp", component=1, **fields):
    """Make a group that follows a preset, led by a new mentor unless somebody is named."""
    if "mentors" not in fields and "leader" not in fields:
        fields["mentors"] = (factories.make_mentor(team).pk,)
    made = data(team, **fields)
    return groups.make_group(
        clinic=team.clinic.pk, format=preset(key).pk, component=component, by=team.coordinator, data=made
    )


def invite(team, group, referral=None):
    """Ask somebody; return the place."""
    referral = referral or factories.make_referral(team)
    return groups_places.invite(group=group.pk, referral=referral.pk, by=team.coordinator)


def sign_up(team, group, referral=None, **fields):
    """Ask somebody who says yes by link; return the place."""
    place = invite(team, group, referral)
    return groups_places.sign_up(place=place.pk, by=User.objects.system(), rules_agreed=True, **fields)
