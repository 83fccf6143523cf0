"""News for the floors above."""

from django.dispatch import Signal

# A message will not arrive, or may not have. Sent with `message` inside the transaction that gives it up,
# so that an escalation can climb at once. A receiver that fails undoes only itself.
gave_up = Signal()
