"""The verb of the log form: what came of a talk, and what it asks of whoever looks after the mentor."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import User
from mentorship import care
from mentorship.actions.contacts import log_contact
from mentorship.models import Contact


@transaction.atomic
def note_talk(*, match: int, by: User, client_key: str, money: bool = False, **facts: Any) -> Contact:
    """Log a talk; where money or a gift came up the mentor's supervisor hears it, quietly and once for one talk.

    `facts` are those of `log_contact`, which says what is refused.
    """
    contact = log_contact(match=match, by=by, client_key=client_key, **facts)
    if money:
        care.after_money_or_gift(contact.match, contact.ref)
    return contact
