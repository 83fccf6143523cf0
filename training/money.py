"""Money as people write it: euros and cents in words and figures, whole cents inside."""

from __future__ import annotations

import re

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_CENTS = 999_999  # 9,999.99 euro: more than any year of a volunteer
HOW = gettext_lazy("Write the amount in euro, for example 12.50")
TOO_MUCH = gettext_lazy("This is more than can be claimed at once. Write the amount in euro, for example 12.50")
_WRITTEN = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?")
_HUNDREDTHS = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,4}))?")


def cents(text: str) -> int:
    """Return whole cents of an amount in euro, with a comma or a point. Raises ValueError with a sentence to show.

    A thousand has no sign in it: "1.234" could be either, so it is asked again.
    """
    found = _WRITTEN.fullmatch(_bare(text))
    if not found:
        raise ValueError(str(HOW))
    amount = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
    if amount > MOST_CENTS:
        raise ValueError(str(TOO_MUCH))
    return amount


def hundredths(text: str) -> int:
    """Return hundredths of a cent of a rate in euro, such as 0.43 or 0,4326. Raises ValueError with a sentence."""
    found = _HUNDREDTHS.fullmatch(_bare(text))
    if not found:
        raise ValueError(_("Write the amount for a kilometre in euro, for example 0.43"))
    return int(found[1]) * 10_000 + int((found[2] or "0").ljust(4, "0"))


def _bare(text: str) -> str:
    """Leave out the sign of the euro and spaces around it."""
    return re.sub(r"(?i)^\s*(?:€|eur(?:o)?\b)?\s*|\s*(?:€|\beuro?)?\s*$", "", text)


def of_kilometres(km: int, rate: int) -> int:
    """Return whole cents for kilometres at a rate in hundredths of a cent; half a cent counts up."""
    return (km * rate + 50) // 100


def euro(amount: int) -> str:
    """Write cents out as the reader's language does: "€44.02" or "€ 44,02"."""
    # Translators: where the sign of the euro stands
    return _("€%(amount)s") % {"amount": number_format(amount / 100, 2, force_grouping=True)}


def plain(amount: int) -> str:
    """Write cents as somebody types them, without a sign: "44.02"."""
    return number_format(amount / 100, 2, force_grouping=False)


def plain_rate(rate: int) -> str:
    """Write hundredths of a cent as a rate in euro: "0.43", "0.4326"."""
    places = 2 if rate % 100 == 0 else 4
    return number_format(rate / 10_000, places, force_grouping=False)
