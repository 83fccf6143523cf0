"""News from this floor. Heard by the floors above, in the same transaction."""

from django.dispatch import Signal

invited = Signal()  # clinic, user, by, round (a number that differs each time the invitation is sent)
role_given = Signal()  # clinic, user, role, by
role_ended = Signal()  # clinic, user, role, by
account_closed = Signal()  # clinic, user, by
