"""The ways out: e-mail through Django's mail backends, text messages once a provider is set up."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext_noop

from common import clock
from messaging.kinds import Recipient, Rendered
from messaging.models import LocalMail, Message

REF_HEADER = "X-Halfword-Ref"
SMS_NOT_SET_UP = gettext_noop("There is no verified e-mail address, and text messages are not set up.")
ADDRESS_REFUSED = gettext_noop("The mail server says that this address does not exist.")
# Answers of a mail server that no second attempt changes.
PERMANENT = range(500, 600)


class Refused(Exception):
    """It cannot be sent this way, now or later; `problem` says why."""

    def __init__(self, problem: str):
        self.problem = problem
        super().__init__(problem)


class Unsure(Exception):
    """It was handed over and no answer came."""


def channel_for(recipient: Recipient | None) -> str | None:
    """Return how somebody can be reached: "email", "sms", or None."""
    if recipient is None:
        return None
    return "email" if recipient.email else "sms" if recipient.phone else None


def send(channel: str, message: Message, recipient: Recipient, text: Rendered) -> None:
    """Send a text. Raises Refused, Unsure, or what went wrong before anything was handed over."""
    {"email": send_email, "sms": send_sms}[channel](message, recipient, text)


def send_sms(message: Message, recipient: Recipient, text: Rendered) -> None:
    """Raise Refused, as no provider is built in yet."""
    raise Refused(SMS_NOT_SET_UP)


def send_email(message: Message, recipient: Recipient, text: Rendered) -> None:
    """Send one e-mail; see `send`."""
    mail = compose(message, recipient, text)
    mail.message()  # a mail that cannot be written fails here, before anything is handed over
    connection = get_connection()
    connection.open()
    try:
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        if all(code in PERMANENT for code, _reason in error.recipients.values()):
            raise Refused(ADDRESS_REFUSED) from None
        raise
    except smtplib.SMTPResponseException:
        raise  # the server said no: it was not accepted
    except (smtplib.SMTPException, OSError) as error:
        raise Unsure(type(error).__name__) from None
    finally:
        with suppress(Exception):  # a goodbye that fails undoes nothing
            connection.close()


def compose(message: Message, recipient: Recipient, text: Rendered) -> EmailMessage:
    """Return the mail. Every attempt has the same Message-ID, so that readers see one."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<{message.ref}@{host}>",
        REF_HEADER: message.ref,
        "Auto-Submitted": "auto-generated",
    }
    name = " ".join(recipient.first_name.split())  # a line break in it would keep every mail from going out
    to = formataddr((name, recipient.email))
    return EmailMessage(subject=text.subject, body=text.body, to=[to], headers=headers)


class LocalMailBackend(BaseEmailBackend):
    """Keeps mails in a local table, where admins read them. For the demo: nothing leaves this machine."""

    def send_messages(self, mails) -> int:
        """Store each mail once per reader; return how many mails."""
        rows = [row for mail in mails for row in self._rows(mail)]
        LocalMail.objects.bulk_create(rows)
        return len(mails)

    def _rows(self, mail):
        ref = mail.extra_headers.get(REF_HEADER, "")
        for to in mail.recipients():
            yield LocalMail(message_ref=ref, to=bare(to), subject=mail.subject[:200], body=mail.body, at=clock.now())


def bare(address: str) -> str:
    """Return the address without the name before it."""
    return parseaddr(address)[1]
