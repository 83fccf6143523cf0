"""News that travels up, inside the same transaction."""

from django.dispatch import Signal

stopped = Signal()  # mentor, by: no longer a mentor, in good order
decertified = Signal()  # mentor, by: may mentor nobody from this moment on
