"""Finding people by name, in the clinics where the user refers or coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse

from clinics.roles import Perm, clinics_where
from referrals.models import Person, Referral
from training.models import Mentor

MOST = 20  # more than this and a longer name helps more than a longer list


@dataclass(frozen=True)
class Hit:
    """One person found, with the pages about them the user may open."""

    person: Person
    referrals: list[Referral]
    mentor: Any

    @property
    def url(self) -> str:
        """Return the page to open first; empty when there is none for this user."""
        if self.referrals:
            return reverse("referrals:detail", args=[self.referrals[0].ref])
        return reverse("training:mentor", args=[self.mentor.ref]) if self.mentor else ""


@dataclass(frozen=True)
class Found:
    """What a search shows."""

    words: str
    rows: list[Hit]
    more: bool


def find(user, words: str) -> Found:
    """Return the people whose names hold every word, at most 20; mentors only where the user keeps their records."""
    rows = Person.objects.visible_to(user).select_related("clinic")
    for word in words.split()[:5]:
        rows = rows.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word))
    # Who is only a mentor is no business of somebody who refers.
    mine = Q(clinic__in=clinics_where(user, Perm.MANAGE_MENTORS)) | Q(mentor=None) | Q(referrals__isnull=False)
    sent = Referral.objects.visible_to(user).sent().order_by("-submitted_at", "-pk")
    people = list(
        rows.filter(mine).distinct().prefetch_related(Prefetch("referrals", queryset=sent, to_attr="sent"))
        .order_by("first_name", "last_name", "pk")[: MOST + 1]
    )  # fmt: skip
    mentors = {m.person_id: m for m in Mentor.objects.visible_to(user).filter(person__in=[p.pk for p in people])}
    hits = [Hit(person, person.sent, mentors.get(person.pk)) for person in people[:MOST]]
    return Found(words, hits, len(people) > MOST)
