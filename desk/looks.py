"""What the access log stores by ref only, in words: who was looked at, and at which page."""

from __future__ import annotations

from functools import reduce

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics import access_names
from referrals.models import Person

MOST_FOUND = 50
MOST_WORDS = 5
PAGES = {
    "referral": _("A referral"),
    "my-referrals": _("The list of referrals"),
    "referral-form": _("The referral form"),
    "person-search": _("Finding somebody while referring"),
    "possible-duplicate": _("Somebody who may be the same"),
    "offer": _("An offer"),
    "waiting list": _("The waiting list"),
    "find a mentor": _("Finding a mentor"),
    "match": _("A match"),
    "request": _("A request to a mentor"),
    "mentor": _("A mentor's page"),
    "mentors to look after": _("Mentors to look after"),
    "pairs": _("The list of pairs"),
    "pair": _("A pair"),
    "my people": _("A mentor's own people"),
    "log a talk": _("Noting a talk"),
    "plan a talk": _("Planning a talk"),
    "follow-up question": _("A follow-up question"),
    "follow-up answer": _("The answer to a follow-up question"),
    "questions": _("The list of questions"),
    "question": _("A question"),
    "flags": _("The list of flags"),
    "flag": _("A flag"),
    "escalations": _("Every flag of the clinic"),
    "worry": _("Telling about a worry"),
    "mails": _("The list of mails"),
    "mail": _("A mail"),
    "supervision": _("A supervision talk"),
    "pair reviews": _("The list of pairs to look at"),
    "pair review": _("A pair to look at"),
    "today": _("Today"),
    "search": _("Search"),
}


def names(clinic_id: int, refs: set[str]) -> dict[str, str]:
    """Return the full names of people of a clinic by ref."""
    people = Person.objects.filter(clinic=clinic_id, ref__in=refs)
    return {person.ref: person.full_name for person in people.only("ref", "first_name", "last_name")}


def find(clinic_id: int, words: str) -> list[str]:
    """Return the refs of the people of a clinic whose name has every one of these words."""
    wanted = [Q(first_name__icontains=w) | Q(last_name__icontains=w) for w in words.split()[:MOST_WORDS]]
    if not wanted:
        return []
    people = Person.objects.filter(reduce(Q.__and__, wanted), clinic=clinic_id)
    return list(people.values_list("ref", flat=True)[:MOST_FOUND])


def connect() -> None:
    """Let the access log's page ask here."""
    access_names.register(names=names, find=find, pages=PAGES)
