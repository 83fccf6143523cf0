"""Choosing mentors: the talk, and what two people saw apart from each other (VdE21 #35, #36)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Invalid, WrongState
from common.vocabulary import Channel
from messaging import outbox
from training import policy, rules_selecting, selection
from training.anchors import ABOUT
from training.models import Interview, Mentor, Rating
from training.models.policy import SelectionStep
from training.workflow import Status, workflow

RATING_ASKED = "rating.asked"
LONGEST = 2000  # characters
DRAFT_FIELDS = (*ABOUT, "words")


def open_applicant(mentor: int, by: User, rule) -> Mentor:
    """Return an applicant, locked, with the clinic's rules of this day pinned to them when none are yet.

    Raises Denied, WrongState (no applicant now).
    """
    m = Mentor.objects.lock(mentor)
    rule.require(by, m)
    if m.status not in selection.CHOOSING:
        raise WrongState(_("They are no applicant now. Open the way back first, if they would like to begin again."))
    return pin(m)


def pin(mentor: Mentor) -> Mentor:
    """Let the rules in force today count for an applicant from their first step on, whatever the clinic changes later."""
    if mentor.policy_id is None:
        mentor.policy = policy.current(mentor.person.clinic)
        mentor.save(update_fields=["policy"])
    return mentor


def not_to_come(day: dt.date, mentor: Mentor, field: str) -> dt.date:
    """Return a day that has come. Raises Invalid for one still to come, or before they were born."""
    if day > mentor.person.clinic.today:
        raise Invalid(_("This day is still to come. Choose today or a day before"), field=field)
    if day.year < mentor.person.birth_year:
        raise Invalid(_("This is before they were born. Choose another day"), field=field)
    return day


def short(words: str, field: str, most: int = LONGEST) -> str:
    """Return words without the spaces around them. Raises Invalid when they are too long to keep."""
    words = words.strip()
    if len(words) > most:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": most}, field=field)
    return words


@transaction.atomic
def record_interview(*, mentor: int, by: User, on: dt.date, channel: str, notes: str = "") -> Interview:
    """Write down a talk with an applicant, who is then interviewed. The same talk again is the same row.

    Raises Denied, WrongState, Invalid.
    """
    m = open_applicant(mentor, by, rules_selecting.step(SelectionStep.INTERVIEW))
    if channel not in Channel.values:
        raise Invalid(_("Choose an answer"), field="channel")
    not_to_come(on, m, "on")
    talk, _made = Interview.objects.get_or_create(
        mentor=m, on=on, channel=channel, notes=short(notes, "notes"), defaults={"by": by}
    )
    if m.status == Status.APPLIED:
        workflow.move(m, Status.INTERVIEWED, by=by)
    return talk


def staff_for(step: str, mentor: Mentor) -> QuerySet[User]:
    """Return who may be asked for a step: people who work at the clinic in a role its rules name; never the applicant."""
    clinic: Clinic = mentor.person.clinic
    roles = policy.roles_for(step, policy.of(mentor)) or ["coordinator"]
    works = Q(memberships__clinic=clinic, memberships__ended_at=None, memberships__role__in=roles)
    return (
        User.objects.filter(works, is_active=True).exclude(persons=mentor.person).distinct().order_by("last_name", "pk")
    )


@transaction.atomic
def ask_raters(*, mentor: int, by: User, assessors: list[int]) -> list[Rating]:
    """Ask people to rate an applicant, each apart from the others. Who was asked already is not asked again.

    Refused once everybody has rated, as who asks may have read what they saw. Raises Denied, WrongState, Invalid.
    """
    m = open_applicant(mentor, by, rules_selecting.ask)
    facts = selection.Facts(m)
    if facts.all_saved:
        raise WrongState(_("Everybody who was asked has rated. Nobody new can rate without having seen that."))
    known = {rating.assessor_id for rating in facts.ratings}
    may_be = {user.pk: user for user in staff_for(SelectionStep.RATINGS, m)}
    if not assessors or not set(assessors) <= set(may_be) | known:
        raise Invalid(_("Choose people who work at this clinic and may rate"), field="assessors")
    if len(known | set(assessors)) > facts.asked_for:
        words = _("By the clinic’s rules %(n)d people rate. Choose fewer")
        raise Invalid(words % {"n": facts.asked_for}, field="assessors")
    return [_ask(m, may_be[pk], by, facts.round) for pk in assessors if pk not in known]


def _ask(mentor: Mentor, assessor: User, by: User, round_: int) -> Rating:
    rating = Rating.objects.create(mentor=mentor, round=round_, assessor=assessor, asked_by=by)
    if assessor != by:
        outbox.post(RATING_ASKED, rating.ref, clinic=mentor.person.clinic, to=assessor)
    return rating


@transaction.atomic
def release_rater(*, rating: int, by: User) -> None:
    """Ask somebody no longer who has not rated yet, for example because they are away. Raises Denied, WrongState."""
    row = Rating.objects.filter(pk=rating).first()
    if row is None:
        return
    m = Mentor.objects.lock(row.mentor_id)
    rules_selecting.ask.require(by, m)
    if not Rating.objects.filter(pk=rating, saved_at=None).delete()[0]:
        raise WrongState(_("They have rated in the meantime. A rating stays as it was saved."))
    outbox.cancel(subject=row.ref, kind=RATING_ASKED, why="Not asked any more.")


@transaction.atomic
def keep_draft(*, rating: int, by: User, answers: Mapping[str, Any]) -> Rating:
    """Keep what somebody chose so far; only they ever see it. Raises Denied, WrongState (saved already)."""
    row = _open_rating(rating, by)
    if row.saved_at:
        raise WrongState(_("Your rating is saved already, and stays as it is."))
    row.draft = {name: str(answers[name])[:LONGEST] for name in DRAFT_FIELDS if answers.get(name)}
    row.save(update_fields=["draft"])
    return row


@transaction.atomic
def save_rating(*, rating: int, by: User, answers: Mapping[str, int], words: str = "") -> Rating:
    """Save what one assessor saw, once: the others may read it from now on, so that it never changes.

    The same answers again change nothing. Raises Denied, WrongState (saved otherwise, or decided), Invalid.
    """
    row = _open_rating(rating, by)
    chosen = {about: _chosen(answers, about) for about in ABOUT}
    said = short(words, "words")
    if row.saved_at:
        if all(getattr(row, about) == chosen[about] for about in ABOUT) and row.words == said:
            return row
        raise WrongState(_("Your rating is saved already, and stays as it is."))
    if row.mentor.status not in selection.UNDER_WAY:
        raise WrongState(_("It was decided in the meantime. Thank you for looking."))
    for about, value in chosen.items():
        setattr(row, about, value)
    row.words, row.saved_at, row.draft = said, clock.now(), {}
    row.save()
    return row


def _open_rating(rating: int, by: User) -> Rating:
    mentor = Rating.objects.values_list("mentor", flat=True).get(pk=rating)
    Mentor.objects.lock(mentor)
    row = Rating.objects.lock(rating)
    rules_selecting.rate.require(by, row)
    return row


def _chosen(answers: Mapping[str, Any], about: str) -> int:
    value = answers.get(about)
    if value not in (1, 2, 3, 4):
        raise Invalid(_("Choose the sentence that comes nearest"), field=about)
    return int(value)
