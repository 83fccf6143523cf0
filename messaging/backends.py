"""The ways out: e-mail through Django's mail backends or a provider's interface, text messages through a provider."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

import requests
from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext_noop

from common import clock
from messaging import sms
from messaging.kinds import Recipient, Rendered
from messaging.models import EMAIL, SMS, LocalMail, Message
from messaging.outcome import Failed, Refused, Unsure, never_left

REF_HEADER, REF = "X-Halfword-Ref", "halfword_ref"
SMS_NOT_SET_UP = gettext_noop("There is no verified e-mail address, and text messages are not set up.")
ADDRESS_REFUSED = gettext_noop("The mail server says that this address does not exist.")
# Answers of a mail server that no second attempt changes.
PERMANENT = range(500, 600)
NOT_TAKEN = {"rejected", "invalid"}  # a mail provider's interface says so for each reader


def channel_for(recipient: Recipient | None, wanted: str = EMAIL) -> str | None:
    """Return how somebody can be reached: "email", "sms", or None. A message that is to go as a text goes no other way."""
    if recipient is None:
        return None
    if wanted == EMAIL and recipient.email:
        return EMAIL
    return SMS if recipient.phone else None


def reaches(recipient: Recipient | None) -> bool:
    """Tell whether a message can reach somebody at all: by mail, or as a text where these are set up."""
    channel = channel_for(recipient)
    return channel == EMAIL or (channel == SMS and sms.is_set_up())


def send(channel: str, message: Message, recipient: Recipient, text: Rendered) -> str:
    """Send a text and return the provider's id for it, if it gives one.

    Raises Refused, Unsure, or what went wrong before anything was handed over.
    """
    return {EMAIL: send_email, SMS: send_sms}[channel](message, recipient, text)


def send_sms(message: Message, recipient: Recipient, text: Rendered) -> str:
    """Send one text message, `text.short`; see `send`."""
    if not sms.is_set_up():
        raise Refused(SMS_NOT_SET_UP)
    return sms.provider().send(message.ref, sms.e164(recipient.phone), text.short)


def send_email(message: Message, recipient: Recipient, text: Rendered) -> str:
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
    except AnymailError as error:
        raise _outcome_of(error) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Unsure(type(error).__name__) from None
    finally:
        with suppress(Exception):  # a goodbye that fails undoes nothing
            connection.close()
    return _id_given(mail)


def _outcome_of(error: AnymailError) -> Exception:
    """Return what an error of a mail provider's interface means. Its words may hold the mail, so they go no further."""
    if isinstance(error, AnymailRecipientsRefused):
        return Refused(ADDRESS_REFUSED)
    if error.status_code is not None:
        return Failed(str(error.status_code))  # also 4xx: mostly a key or a sender that is wrong, seldom the address
    if isinstance(error, requests.RequestException) and not never_left(error.__cause__):
        return Unsure(type(error.__cause__).__name__)
    return Failed(type(error).__name__)


def _id_given(mail: EmailMessage) -> str:
    """Return the id a mail provider gave. Raises Refused when it said at once that it will not deliver."""
    status = getattr(mail, "anymail_status", None)
    to = list(status.recipients.values()) if status else []
    if to and all(one.status in NOT_TAKEN for one in to):
        raise Refused(ADDRESS_REFUSED)
    return str((to[0].message_id if to else "") or "")[:100]


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
    mail = EmailMessage(subject=text.subject, body=text.body, to=[to], headers=headers)
    mail.metadata = {REF: message.ref}  # a provider gives it back with its reports, however early they come
    return mail


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
