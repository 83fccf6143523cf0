"""Steps about messages: they go out, or do not, are sent again or settled by hand, and a provider reports what became of them."""

import datetime as dt
from unittest import mock

from django.utils import timezone

from common.errors import WrongState
from messaging import actions, delivery, reports
from messaging.models import Message
from messaging.sms import ACCEPTED, DELIVERED, FAILED, Report
from tests.always import truths
from tests.always.steps import step
from tests.always.world import Overheard

MINUTE = dt.timedelta(minutes=1)
UNDELIVERED = ("dead", "unknown")


class Post:
    """Mixed into the machine."""

    def _deliver(self, mood, limit=4, **only):
        """Send what is due, as the provider is disposed."""
        self.provider.mood = mood
        with Overheard(self.provider) as heard:
            self.do("deliver", delivery.send_due, limit=limit, now=self.now, **only)
            self.do("deliver", delivery.release_stuck, self.now)
        assert not heard, heard[0]

    @step(weight=2)
    def messages_go_out(self):
        self._deliver(self.one_of("accepts", "accepts", "fails", "refuses", "unsure"))

    @step("queued", of="urgent", weight=1)
    def mail_is_away(self):
        """The provider fails until the escalations that were waiting are given up."""
        waiting = {pk for (pk,) in truths.look(Message, "id", where=truths.URGENT.format("queued"))}
        for _attempt in range(16):
            self.now += 1.3 * MINUTE
            self._deliver("fails", limit=2, delivery="at-least-once")
        dead = {pk for (pk,) in truths.look(Message, "id", where=truths.URGENT.format("dead"))}
        self.tally["given_up", "done" if waiting & dead else "refused"] += 1

    @step("dead", of="urgent", weight=5)
    def mail_works_again(self):
        """Something goes out again: what was given up is tried once more, unless somebody settled it."""
        failed = f"{truths.URGENT.format('dead')} AND problem = %s"
        before = dict(truths.look(Message, "id", "settled_at", where=failed, given=(delivery.FAILED,)))
        self.now += 11 * MINUTE
        self.raise_as_staff()  # only what was due lately shows that mail goes out again
        self._deliver("accepts", limit=12, delivery="at-least-once")
        again = {pk for (pk,) in truths.look(Message, "id", where=truths.URGENT.format("queued"))} & set(before)
        assert not any(before[pk] for pk in again), "what somebody settled by hand was tried again"
        self.tally["tried_again", "done" if again else "refused"] += 1
        self._deliver("accepts", delivery="at-least-once")

    @step("queued", of="message", weight=1)
    def sender_dies(self):
        """A worker takes a message and is never heard of again; it may have handed the message over before."""
        message = self.found(Message, "queued")
        with mock.patch.object(timezone, "now", return_value=self.now):  # the lease ends in real time
            mine = self.do("sender_dies", delivery.claim, message.pk, self.now)
        if isinstance(mine, delivery.Claim) and self.draw.random() < 0.5:
            self.provider.hand_over(message)

    @step(*UNDELIVERED, of="message", weight=4)
    def retry(self):
        message = self.found(Message, *UNDELIVERED)
        if message is None:
            return
        row = self.do("retry", actions.retry, message=message.pk, by=self.who(self.team(message).coordinator))
        if row is not None and message.status in UNDELIVERED:
            assert not message.settled_at, "sent again although somebody settled it"
            self.provider.forget(message.ref)  # somebody decided that a second copy does no harm

    @step(*UNDELIVERED, of="message", weight=2)
    def settle(self):
        message = self.found(Message, *UNDELIVERED)
        if message is None:
            return
        by, status = self.who(self.team(message).coordinator), message.status
        row = self.do("settle", actions.settle, message=message.pk, by=by)
        assert row is None or row.status == status, "settling by hand says nothing about whether it arrived"

    @step("handed-over", of="provider", weight=3)
    def provider_reports(self):
        """The provider says of one attempt that it arrived, or did not, perhaps more than once and by either name."""
        if not self.provider.attempts:
            return
        ref = self.draw.choice(sorted(self.provider.attempts))
        attempt = self.draw.randint(1, self.provider.attempts[ref])
        end = self.provider.fates.setdefault((ref, attempt), self.one_of(DELIVERED, DELIVERED, FAILED))
        outcome = self.one_of(end, end, end, ACCEPTED)
        event = f"{ref}-{attempt}-{outcome}" if self.draw.random() < 0.5 else self.key("event")
        report = Report(event, self.provider.name_of(ref, attempt), self.one_of(ref, ""), outcome, "", self.now)
        before = truths.rows(Message, ref=ref).get()
        ours = self.do(f"report_{outcome}", _take, report)
        after = truths.rows(Message, ref=ref).get()
        if ours and outcome == DELIVERED and after.status == "sent":
            self.provider.taken[ref] += 1  # from now on a second copy is a fault
        if ours and before.status == "sent" and after.status != "sent":
            assert outcome == FAILED and before.provider_id == report.provider_id, "a report undid what had arrived"
        self._settled_stays(before, after)

    @staticmethod
    def _settled_stays(before, after):
        if before.settled_at:
            assert (after.status, after.settled_at) == (before.status, before.settled_at), (
                "a report undid what was settled"
            )


def _take(report):
    try:
        return reports.take("gatewayapi", report)
    except reports.TryLater as error:
        raise WrongState from error
