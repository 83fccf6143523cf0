"""News from this floor. Heard by the floors above."""

from django.dispatch import Signal

password_reset_asked = Signal()  # user
phone_code_asked = Signal()  # user
