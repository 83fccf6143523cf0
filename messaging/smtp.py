"""Mail by SMTP that ends in time: a server that answers each step slowly must not keep a message longer than its lease."""

from __future__ import annotations

import smtplib
import time

from django.core.mail.backends import smtp

WHOLE = 30.0  # seconds for one mail, from the connection to the last answer: well within the shortest lease


class _InTime:
    """Each step of a conversation gets what is left of the whole, and never more than a step may take."""

    def __init__(self, *args, **kwargs):
        self._ends = time.monotonic() + WHOLE
        super().__init__(*args, **kwargs)

    def send(self, s):
        """Send; see smtplib. Raises TimeoutError when the time is over."""
        self._hurry()
        super().send(s)

    def getreply(self):
        """Read an answer; see smtplib. Raises TimeoutError when the time is over."""
        self._hurry()
        return super().getreply()

    def _hurry(self) -> None:
        left = self._ends - time.monotonic()
        if left <= 0:
            self.close()
            raise TimeoutError("The mail server took too long over one mail.")
        if self.sock:
            step = self.timeout if isinstance(self.timeout, int | float) else left
            self.sock.settimeout(min(step, left))


class Plain(_InTime, smtplib.SMTP):
    """A conversation that may go on in TLS."""


class Encrypted(_InTime, smtplib.SMTP_SSL):
    """A conversation in TLS from its first word."""


class EmailBackend(smtp.EmailBackend):
    """Django's own way to a mail server, with an end."""

    @property
    def connection_class(self):
        """Return the conversation to have."""
        return Encrypted if self.use_ssl else Plain
