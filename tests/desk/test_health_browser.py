"""The page about the machinery in a real browser, with trouble of every kind and with none set up."""

import datetime as dt

import pytest
from django.urls import reverse

from common import clock
from messaging import rounds
from messaging.models import Delivery, Message
from messaging.workflow import Status
from tests.browser import looks_right, sign_in_as

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_whether_everything_is_running_looks_right_in_trouble_and_without(page, live_server, team):
    sign_in_as(page, live_server.url, team.admin)
    for number, status in enumerate((Status.DEAD, Status.UNKNOWN, Status.QUEUED)):
        Message.objects.create(
            key=f"m{number}", kind="check.ask", delivery=Delivery.AT_LEAST_ONCE, clinic=team.clinic, status=status,
            recipient=f"user:{team.nurse.ref}", subject="x", due_at=clock.now() - dt.timedelta(minutes=29),
            wanted_at=clock.now() - dt.timedelta(minutes=29),
        )  # fmt: skip
    rounds.beat("failed:papers", clock.now())
    looks_right(page, live_server.url + reverse("desk:health"))
    page.get_by_role("link", name="Deal with it Messages that could not be sent").click()
    page.wait_for_url("**" + reverse("messaging:undelivered"))
    Message.objects.all().delete()
    for name in ("sweeper", "backup", "restore-drill"):
        rounds.beat(name, clock.now())
    looks_right(page, live_server.url + reverse("desk:health"), phone="dark")
    looks_right(page, live_server.url + reverse("messaging:outbox"))
