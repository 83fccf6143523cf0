"""What must be true of the answers, each with the sentence for when it is not."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Invalid

ADULT = 18
OLDEST = 115  # years; above that it is a slip of the pen
FARTHEST = 2  # years ahead for a date to ask again
OWN_WORDS = {
    "phone": gettext_lazy("Write the whole number, for example 0470 12 34 56 or +32 470 12 34 56"),
    "email": gettext_lazy("Write the whole e-mail address, for example an@example.org"),
}


def check_birth(year: int, date: dt.date | None, *, today: dt.date) -> None:
    """Require an adult born on a possible day. Raises Invalid at birth_year or birth_date."""
    if year > today.year:
        raise Invalid(_("This year is still to come. Write the year of birth, for example 1971"), field="birth_year")
    if year < today.year - OLDEST:
        raise Invalid(_("This is too long ago. Write the year of birth, for example 1971"), field="birth_year")
    if date and date > today:
        raise Invalid(_("This day is still to come. Write the day they were born"), field="birth_date")
    if date and date.year != year:
        raise Invalid(_("The year of birth and the date of birth do not agree. Change one of them"), field="birth_date")
    if today.year - year == ADULT and not date:
        raise Invalid(
            _("They are 17 or 18. Write the date of birth too: everyone in the programme is 18 or over"),
            field="birth_date",
        )
    if _age(year, date, today) < ADULT:
        raise Invalid(
            _("Everyone in the programme is 18 or over. Ask the team what there is for younger people"),
            field="birth_year",
        )


def _age(year: int, date: dt.date | None, today: dt.date) -> int:
    if date is None:
        return today.year - year
    return today.year - date.year - ((today.month, today.day) < (date.month, date.day))


def check_diagnosed(
    year: int | None, month: int | None, *, today: dt.date, birth_year: int | None, birth_date: dt.date | None = None
) -> None:
    """Require that somebody was told between their birth and today. Raises Invalid at the year or the month."""
    if year is None:
        if month is not None:
            raise Invalid(_("Write the year too, or leave out the month"), field="diagnosed_year")
        return
    if year > today.year:
        raise Invalid(_("This year is still to come. Write the year they were told"), field="diagnosed_year")
    if year < (birth_year or today.year - OLDEST):
        raise Invalid(_("This is before they were born. Write the year they were told"), field="diagnosed_year")
    if month is not None and not 1 <= month <= 12:
        raise Invalid(_("Choose one of the twelve months"), field="diagnosed_month")
    if month and (year, month) > (today.year, today.month):
        raise Invalid(_("This month is still to come. Choose the month they were told"), field="diagnosed_month")
    if month and birth_date and (year, month) < (birth_date.year, birth_date.month):
        raise Invalid(_("This is before they were born. Choose the month they were told"), field="diagnosed_month")


def check_later(date: dt.date | None, *, today: dt.date, field: str = "ask_again_on") -> None:
    """Require a day to come, within two years. Raises Invalid."""
    if date is None:
        raise Invalid(_("Choose the day on which to ask again"), field=field)
    if date <= today:
        raise Invalid(_("Choose a day after today"), field=field)
    if date > today + dt.timedelta(days=FARTHEST * 365):
        raise Invalid(_("Choose a day within two years"), field=field)


def check_musts(needs) -> None:
    """Require that a must has something to insist on. Raises Invalid at musts."""
    empty = {
        "language": not needs.get("languages"),
        "gender": needs.get("gender_wish", "any") == "any",
        "channel": not needs.get("channels"),
        "availability": not needs.get("availability"),
    }
    if any(empty.get(must) for must in needs.get("musts", ())):
        raise Invalid(_("A must needs an answer above: first choose which language, whom, how or when"), field="musts")


def check_words(text: str, *, field: str, most: int = 1000) -> str:
    """Return the words without spaces around them. Raises Invalid when there are none or too many."""
    words = (text or "").strip()
    if not words:
        raise Invalid(_("Write something here first"), field=field)
    if len(words) > most:
        raise Invalid(
            _("Make this shorter: at most %(most)d characters, now %(now)d") % {"most": most, "now": len(words)},
            field=field,
        )
    if "\x00" in words:
        raise Invalid(_("There is a character in this that cannot be stored. Type it again"), field=field)
    return words


def check_fields(obj: models.Model, *names: str) -> None:
    """Run the model's own checks on these fields. Raises Invalid with the first sentence, at its field."""
    others = [f.name for f in obj._meta.fields if f.name not in names]
    try:
        obj.clean_fields(exclude=others)
    except ValidationError as error:
        name, problems = next(iter(error.message_dict.items()))
        raise Invalid(OWN_WORDS.get(name) or problems[0], field=name) from error
    for name in names:
        if "\x00" in str(getattr(obj, name)):
            raise Invalid(_("There is a character in this that cannot be stored. Type it again"), field=name)
