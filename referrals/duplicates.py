"""Do we know this person already? Asked while typing, and always before saving."""

from __future__ import annotations

import difflib
import unicodedata

from django.db.models import Q
from phonenumber_field.phonenumber import PhoneNumber, to_python

from common.models import ALPHABET, REF_LENGTH
from referrals.models import NotTheSame, Person

ALIKE = 0.82  # share of letters in common from which two family names of one year count as alike
MOST = 5
LONGEST_NAME = 80  # characters compared; what is longer is no name
LONGEST_EMAIL = 254


def is_ref(text) -> bool:
    """Tell whether a text has the shape of a public ref; anything else never reaches the database."""
    return isinstance(text, str) and len(text) == REF_LENGTH and set(text) <= set(ALPHABET)


def plain(name: str) -> str:
    """Return a name without case, accents, spaces and hyphens, to compare with."""
    letters = unicodedata.normalize("NFKD", str(name)[:LONGEST_NAME].casefold())
    return "".join(c for c in letters if c.isalnum())


def possible(
    *,
    clinic: int,
    first_name: str = "",
    last_name: str = "",
    birth_year: int | None = None,
    phone: str = "",
    email: str = "",
    but: tuple[str, ...] | list[str] = (),
) -> list[Person]:
    """Return people of the clinic this may be: the same address, or alike by name and year of birth.

    `but` are the refs already answered with "it is someone else".
    """
    number = number_of(phone)
    email = "" if "\x00" in email or len(email) > LONGEST_EMAIL else email
    birth_year = birth_year if birth_year and 1800 < birth_year < 2200 else None
    where = Q(pk=None)
    if number:
        where |= Q(phone=number)
    if email:
        where |= Q(email__iexact=email)
    if birth_year:
        where |= Q(birth_year__range=(birth_year - 1, birth_year + 1))
    rows = Person.objects.filter(where, clinic=clinic).exclude(ref__in=[r for r in but if is_ref(r)])
    mine = (plain(first_name), plain(last_name), birth_year)
    same = [p for p in rows if _same_address(p, number, email) or _alike(p, *mine)]
    return sorted(same, key=lambda p: (not _same_address(p, number, email), p.pk))[:MOST]


def number_of(phone) -> PhoneNumber | None:
    """Return the possible phone number somebody typed, or None."""
    number = to_python(phone) if phone and "\x00" not in str(phone) else None
    return number if number and number.is_valid() else None


def _same_address(person: Person, number: PhoneNumber | None, email: str) -> bool:
    return bool((number and person.phone == number) or (email and person.email.casefold() == email.casefold()))


def _alike(person: Person, first: str, last: str, birth_year: int | None) -> bool:
    if not (first and last and birth_year) or abs(person.birth_year - birth_year) > 1:
        return False
    theirs = plain(person.first_name), plain(person.last_name)
    if theirs in ((first, last), (last, first)):
        return True
    closeness = difflib.SequenceMatcher(None, "".join(theirs), first + last).ratio()
    return person.birth_year == birth_year and closeness >= ALIKE


def possible_for(person: Person) -> list[Person]:
    """Return whom a stored person may be, without those somebody said are someone else."""
    pairs = NotTheSame.objects.filter(Q(low=person) | Q(high=person)).values_list("low_id", "high_id")
    known = {pk for pair in pairs for pk in pair} | {person.pk}
    found = possible(
        clinic=person.clinic_id, first_name=person.first_name, last_name=person.last_name,
        birth_year=person.birth_year, phone=str(person.phone or ""), email=person.email,
    )  # fmt: skip
    return [p for p in found if p.pk not in known]
