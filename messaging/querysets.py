"""Named questions about messages."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q

from clinics.roles import Perm, clinics_where
from messaging import kinds
from messaging.workflow import UNDELIVERED, Status

AT_LEAST_ONCE = "at-least-once"


class MessageQuerySet(models.QuerySet):
    def lock(self, pk: int):
        """Return the message, locked until the transaction ends."""
        return self.select_for_update(of=("self",)).get(pk=pk)

    def visible_to(self, user, permissions=(Perm.OUTBOX, Perm.COORDINATE)):
        """Return messages of the clinics whose outbox or programme the user looks after, or by one of the two only.

        What is kept from the user, such as a worry about their own conduct, is left out whatever they look after.
        """
        clinics = set().union(*(clinics_where(user, permission) for permission in permissions))
        return self.filter(clinic__in=clinics).but_secrets(user)

    def but_secrets(self, user):
        """Leave out messages about what is kept from the user."""
        return self.exclude(Q(*(Q(subject__in=refs) for refs in kinds.kept_from(user)), _connector=Q.OR))

    def waiting(self):
        """Return what is still to go out."""
        return self.filter(status__in=[Status.QUEUED, Status.SENDING])

    def overdue(self, now: dt.datetime):
        """Return what should have gone out by now, whether or not it was tried: an attempt that failed makes nothing less late."""
        return self.waiting().filter(wanted_at__lte=now)

    def undelivered(self):
        """Return what did not or may not have arrived and nobody has dealt with."""
        return self.filter(status__in=UNDELIVERED, settled_at=None)

    def escalations(self):
        """Return the messages whose silence harms: undelivered ones are an alarm, not a note."""
        return self.filter(delivery=AT_LEAST_ONCE)

    def due(self, now: dt.datetime):
        """Return what should be on its way, escalations first, then the longest overdue."""
        return self.filter(status=Status.QUEUED, due_at__lte=now).order_by("delivery", "due_at", "pk")

    def stuck(self, now: dt.datetime):
        """Return what was being sent by somebody who never came back."""
        return self.filter(status=Status.SENDING, lease_until__lt=now)


class LocalMailQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return mails for messages of the clinics whose outbox the user sees, and account mails of their people."""
        from accounts.models import User
        from messaging.models import Message

        clinics = clinics_where(user, Perm.OUTBOX)
        messages = Message.objects.filter(ref=OuterRef("message_ref"), clinic__in=clinics).but_secrets(user).order_by()
        people = User.objects.filter(memberships__clinic__in=clinics, memberships__ended_at=None).values("email")
        return self.filter(Exists(messages) | Q(message_ref="", to__in=people))
