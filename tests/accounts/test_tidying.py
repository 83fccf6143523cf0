"""What no longer serves anybody is cleared away; what still counts stays."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection

from accounts import links, tidying
from accounts.models import OneTimeLink
from common import clock
from messaging import rounds
from tests.factories import make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def cached() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache_table")
        return cursor.fetchone()[0]


def test_ended_sessions_go_and_running_ones_stay(client):
    client.force_login(make_user())
    kept = Session.objects.get()
    Session.objects.create(session_key="ended", session_data="x", expire_date=clock.now() - DAY)
    tidying.clear_away(clock.now())
    assert Session.objects.get() == kept


def test_links_go_a_month_after_they_are_too_old():
    for days in (-31, -29, 1):
        links.make("check.answer", "abc", days=days)
    tidying.clear_away(clock.now())
    assert sorted(link.expires_at > clock.now() for link in OneTimeLink.objects.all()) == [False, True]


def test_tries_that_no_longer_count_go_and_those_that_do_stay():
    cache.set("counts", 1, 300)
    cache.set("over", 1, 300)
    with connection.cursor() as cursor:
        past = connection.ops.adapt_datetimefield_value(clock.now() - DAY)
        cursor.execute("UPDATE cache_table SET expires = %s WHERE cache_key LIKE %s", [past, "%over"])
    before = cached()
    tidying.clear_away(clock.now())
    assert cached() == before - 1
    assert cache.get("counts") == 1


def test_it_happens_once_a_day():
    assert rounds._rounds["tidying"].every == DAY
    assert rounds._rounds["tidying"].function is tidying.clear_away
