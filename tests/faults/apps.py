"""The messages the fault tests send, known to every process of the stand."""

import os

from django.apps import AppConfig
from django.conf import settings

NOTE, ALARM = "fault.note", "fault.alarm"


class FaultsConfig(AppConfig):
    name = "tests.faults"
    label = "faults"

    def ready(self):
        from messaging import kinds

        for name, at_least_once in ((NOTE, False), (ALARM, True)):
            kinds.register(
                kinds.Kind(name, recipient, lambda message: True, write, at_least_once=at_least_once, label=name)
            )

    @staticmethod
    def become():
        """Take what the environment of a forked process says."""
        settings.PROVIDER_SECONDS = float(os.environ.get("PROVIDER_SECONDS", "0"))


def recipient(message):
    from messaging.kinds import Recipient

    return Recipient("Somebody", f"{message.recipient.removeprefix('user:')}@example.org")


def write(message, to):
    from messaging.kinds import Rendered

    return Rendered("You have a message in Halfword", "Look.")
