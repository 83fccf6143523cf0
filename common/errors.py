"""The ways an action can refuse. Each carries a sentence to show to the person who asked."""

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """An action that was not carried out; nothing has changed. `str()` is the sentence to show."""

    default = _("This cannot be done now.")
    status = 409

    def __init__(self, message=None):
        self.message = message or self.default
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class Denied(Refused):
    """This person may not do this, with the rule's reason."""

    default = _("You may not do this.")
    status = 403


class WrongState(Refused):
    """The object has moved on: what was asked no longer fits its state."""

    default = _("Somebody was here before you: this has changed in the meantime.")


class Stale(WrongState):
    """A form was filled in over a version that somebody else has changed since."""

    default = _("Somebody changed this while you were writing. Nothing of yours is lost.")


class NotReady(Refused):
    """A fact is missing; `missing` names each one in words."""

    default = _("Something is still missing.")

    def __init__(self, missing, message=None):
        self.missing = [str(item) for item in missing]
        super().__init__(message or " ".join(self.missing) or None)


class Invalid(Refused):
    """An answer that makes no sense; `field` names where it was given."""

    status = 400

    def __init__(self, message=None, field: str | None = None):
        self.field = field
        super().__init__(message)
