"""From rows to plain facts: everybody a ranking looks at, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, QuerySet, Value

from clinics.models import Clinic
from common import clock
from matching.criteria import Needs
from matching.models import Match, PairDecision
from matching.workflow import LIVE, EndReason, Status
from referrals.models import Referral
from training.models import Mentor
from training.workflow import Status as MentorStatus

MENTORING = (MentorStatus.ACTIVE, MentorStatus.RESTING)


def waiting(referrals: QuerySet) -> QuerySet:
    """Return the open referrals without a live match that want a mentor, longest waiting first: computed, never stored."""
    live = Match.objects.filter(referral=OuterRef("pk"), status__in=LIVE)
    return referrals.filter(~Exists(live), status="open", only_group=False).order_by("submitted_at", "pk")


def with_needs(referrals: QuerySet) -> QuerySet:
    """Fetch with the referrals what `needs_of` looks at."""
    consent = Referral.objects.with_live_consent().filter(pk=OuterRef("pk"))
    mentors = Mentor.objects.filter(person=OuterRef("mentee"), status__in=MENTORING)
    return referrals.select_related("mentee", "about", "clinic", "created_by").annotate(
        has_consent=Exists(consent), mentors_too=Exists(mentors)
    )


def needs_of(referral: Referral, relaxed: Collection[str] = ()) -> Needs:
    """Return what a referral from `with_needs` asks for, with the hard criteria it gives up."""
    mentee = referral.mentee
    return Needs(
        pk=referral.pk, person=mentee.pk, user=mentee.user_id,
        about_person=referral.about.person_id if referral.about_id else None,
        first_name=mentee.first_name, gender=mentee.gender, birth_year=mentee.birth_year, relation=referral.relation,
        languages=frozenset(referral.languages or [mentee.language]), channels=frozenset(referral.channels),
        availability=frozenset(referral.availability), musts=frozenset(referral.musts),
        gender_wish=referral.gender_wish, age_wish=referral.age_wish, topics=tuple(referral.topics),
        phase=referral.phase, diagnosis=referral.diagnosis, treatments=tuple(referral.treatments),
        life_stage=referral.life_stage, work=referral.work, values=tuple(referral.values),
        interests=tuple(referral.interests), area=referral.area, matters_most=referral.matters_most,
        consent=referral.has_consent, mentors_too=referral.mentors_too, clinic=referral.clinic_id,
        relaxed=frozenset(relaxed),
    )  # fmt: skip


ENDED, LIVE_NOW, REFUSED, DECLINED, EXPIRED = "ended", "live", "refused", "declined", "expired"
EXCLUDED = "excluded"


def earlier(referrals: Iterable[Referral]) -> dict[tuple[int, int], set[str]]:
    """Return what went before between these mentees and mentors: {(referral, mentor): kinds}; one query.

    An earlier pair that ended other than planned, or goes on, keeps them apart. So does a no from either
    side to this very referral, and a coordinator who put the pair aside. A request that expired is only told.
    """
    by_person: dict[int, list[int]] = {}
    for referral in referrals:
        by_person.setdefault(referral.mentee_id, []).append(referral.pk)
    found: dict[tuple[int, int], set[str]] = {}
    for person, own, mentor, status, reason in _went_before(by_person):
        for pk in by_person[person]:
            kind = _kind(status, reason, same=pk == own)
            if kind:
                found.setdefault((pk, mentor), set()).add(kind)
    return found


def _went_before(people: Collection[int]) -> QuerySet:
    """Return (person, referral, mentor, status, reason) of every match, and of every pair put aside; one query."""
    matches = Match.objects.filter(referral__mentee__in=people).exclude(status=Status.PROPOSED).order_by()
    aside = PairDecision.objects.filter(referral__mentee__in=people, decision=PairDecision.Decision.EXCLUDE).order_by()
    return matches.values_list("referral__mentee", "referral", "mentor", "status", "end_reason").union(
        aside.values_list("referral__mentee", "referral", "mentor", Value(EXCLUDED), Value("")), all=True
    )


def _kind(status: str, reason: str, *, same: bool) -> str:
    if status == Status.ENDED:
        return "" if reason == EndReason.PLANNED else ENDED
    if status in LIVE:
        return LIVE_NOW
    only_here = {Status.REFUSED: REFUSED, Status.DECLINED: DECLINED, Status.EXPIRED: EXPIRED, EXCLUDED: EXCLUDED}
    return only_here.get(status, "") if same else ""


def today_of(clinic: Clinic) -> dt.date:
    """Return the day it is at a clinic."""
    return clock.today(clinic.time_zone)
