"""What the pages about pairs that were drawn show. It only reads."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.roles import Perm, clinics_where
from common import clock, words
from mentorship.checks import CALL_FOR_SOMEBODY
from mentorship.models import MatchReview, Route
from mentorship.workflow import MISSED, ContactStatus
from training.doors import Door

NAMED = ("match__referral__mentee", "match__referral__clinic", "match__mentor__person", "match__mentor__supervisor")


def seen(user):
    """Return the reviews a user may look at, with the people they name."""
    return MatchReview.objects.visible_to(user).select_related(*NAMED, "clinic", "done_by")


def title(review: MatchReview) -> str:
    """Name a pair."""
    names = {"mentee": review.match.referral.mentee, "mentor": review.match.mentor.person}
    return _("%(mentee)s and %(mentor)s") % names


def people(review: MatchReview) -> tuple:
    """Return whom a review names, for the access log."""
    return review.match.referral.mentee, review.match.mentor.person


def list_row(review: MatchReview) -> dict:
    """Return a line of the list."""
    url = reverse("mentorship:review", args=[review.ref])
    text = _("Drawn by chance for this quarter.") if review.done_at is None else review.get_outcome_display()
    return {
        "since": review.done_at or review.drawn_at, "title": title(review), "url": url, "text": text,
        "action": _("Look at it") if review.done_at is None else _("Read"), "action_url": url,
        "action_about": review.match.mentor.person.first_name,
    }  # fmt: skip


def facts(review: MatchReview) -> list[tuple[str, str]]:
    """Return what to look at: how long, was the plan kept, what did not happen, answers, worries; three queries."""
    match, now = review.match, clock.now()
    talks = match.contacts.aggregate(
        planned=Count("pk", filter=Q(status=ContactStatus.PLANNED, planned_at__lt=now)),
        talked=Count("pk", filter=Q(status=ContactStatus.TALKED)), missed=Count("pk", filter=Q(status__in=MISSED)),
        moved=Count("pk", filter=Q(status=ContactStatus.CANCELLED)),
    )  # fmt: skip
    asked = match.checks.filter(cancelled_at=None).aggregate(
        all=Count("pk"), answered=Count("pk", filter=Q(answered_at__isnull=False)),
        calls=Count("pk", filter=Q(answer__in=CALL_FOR_SOMEBODY)),
    )  # fmt: skip
    flags = match.red_flags.filter(route=Route.CLINICAL).count()
    zone = review.clinic.time_zone
    begun = (
        words.day(words.local(match.introduced_at, zone).date(), today=review.clinic.today)
        if match.introduced_at
        else ""
    )
    of = _("%(n)d of %(all)d answered") % {"n": asked["answered"], "all": asked["all"]}
    calls = ngettext("%(n)d asks for somebody", "%(n)d ask for somebody", asked["calls"]) % {"n": asked["calls"]}
    return [
        (_("Introduced"), begun), (_("Now"), match.get_status_display()), (_("Talks they had"), talks["talked"]),
        (_("Planned, nothing noted yet"), talks["planned"]), (_("Did not happen"), talks["missed"]),
        (_("Put at another day"), talks["moved"]),
        (_("Follow-up questions"), f"{of}, {calls}" if asked["calls"] else of), (_("Flags"), flags),
    ]  # fmt: skip


def staff_door(user, clinic) -> Door | None:
    """Return the door to the pairs to look at, above the list of mentors; one query."""
    if clinic is None or clinic.pk not in clinics_where(user, Perm.COORDINATE) | clinics_where(
        user, Perm.ANSWER_QUESTIONS
    ):
        return None
    n = MatchReview.objects.visible_to(user).open().filter(clinic=clinic).count()
    text = (
        ngettext("%(n)d pair to look at.", "%(n)d pairs to look at.", n) % {"n": n} if n else _("None to look at now.")
    )
    return Door(reverse("mentorship:reviews"), "search-check", _("Pairs drawn to look at"), text, soon=bool(n))
