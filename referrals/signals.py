"""News that travels up, inside the same transaction."""

from django.dispatch import Signal

consent_withdrawn = Signal()  # referral, by
referral_closed = Signal()  # referral, by, reason
