"""Text messages: what a provider has to be able to do, and which one is set up."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

DELIVERED, ACCEPTED, FAILED = "delivered", "accepted", "failed"
PROVIDERS = {"gatewayapi": "messaging.sms.gatewayapi.GatewayAPI"}


class BadSignature(Exception):
    """A report that the provider did not sign."""


@dataclass(frozen=True)
class Report:
    """What a provider says became of a message. Nothing about who got it."""

    event_id: str
    provider_id: str
    reference: str  # the message's ref, as we gave it; empty where a provider gives none back
    outcome: str  # delivered, accepted or failed
    words: str  # the provider's own word for it
    at: dt.datetime


class Provider(Protocol):
    """One way to send text messages."""

    def send(self, key: str, number: str, text: str) -> str:
        """Hand a text over and return the provider's id; `key` is our own reference for it, the same at every attempt.

        Raises Refused, Unsure, Failed, or a connection's error before anything was handed over.
        """

    def check_webhook(self, request: HttpRequest) -> list[Report]:
        """Return the reports in a request. Raises BadSignature, or ValueError for one that cannot be read."""


def is_set_up() -> bool:
    """Tell whether text messages can be sent at all."""
    return bool(settings.SMS_PROVIDER)


def provider() -> Provider:
    """Return the provider that is set up. Raises KeyError when none is."""
    return import_string(PROVIDERS[settings.SMS_PROVIDER])()


def e164(number: str) -> str:
    """Return an international number as "+" and digits."""
    return "+" + re.sub(r"\D", "", number)
