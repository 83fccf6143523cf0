"""News that travels up, inside the same transaction."""

from django.dispatch import Signal

stopped = Signal()  # mentor, by: no longer a mentor, in good order
decertified = Signal()  # mentor, by: may mentor nobody from this moment on
resting = Signal()  # mentor, plan, by: a rest goes on from now, with a plan for present people; again for another plan
back = Signal()  # mentor, by: a rest is over
