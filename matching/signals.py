"""News that travels up, inside the same transaction."""

from django.dispatch import Signal

introduced = Signal()  # match, by
paused = Signal()  # match, by
resumed = Signal()  # match, by
ended = Signal()  # match, by
