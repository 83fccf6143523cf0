"""Asking mentors how they are: every month, after something hard, or because they want to say it themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Invalid, WrongState
from common.words import local
from messaging import outbox
from training import care, care_rules
from training import rules_caring as rules
from training.actions.caring import raise_task
from training.actions.caring_flare import begin_flare
from training.models import CareTask, Mentor, WellbeingCheck
from training.workflow import Status

CHANGE_WITHIN = dt.timedelta(days=14)  # [D] so long an answer can be changed
SETTLED = dt.timedelta(days=14)  # [D] a pair so new is asked about by its own follow-up questions
DAYTIME = range(9, 18)  # hours in which a message does not wake anybody
LONGEST = 500
LATER = ("sleep", "memories", "illness", "worth")
DRAINED = (WellbeingCheck.Drain.BIT, WellbeingCheck.Drain.VERY)
T = CareTask.Trigger


def ask_due(now: dt.datetime) -> int:
    """Ask the mentors whose month is over; return how many. Safe to repeat: nobody is asked twice for one month."""
    return sum(_ask_clinic(clinic, now) for clinic in Clinic.objects.order_by("pk"))


def _ask_clinic(clinic: Clinic, now: dt.datetime) -> int:
    """Ask the active mentors of a clinic who had a pair lately and were not asked lately. A few queries."""
    if local(now, clinic.time_zone).hour not in DAYTIME:
        return 0
    since = now - dt.timedelta(days=care_rules.rules_of(clinic).wellbeing_days)
    paired = care.paired(since, now - SETTLED)
    rows = Mentor.objects.of_clinic(clinic).filter(status=Status.ACTIVE, pk__in=paired)
    late = rows.annotate(last=Max("wellbeing__asked_at")).filter(Q(last=None) | Q(last__lte=since))
    return sum(_ask_one(pk, since, now) for pk in late.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _ask_one(pk: int, since: dt.datetime, now: dt.datetime) -> bool:
    mentor = Mentor.objects.lock(pk)
    if mentor.person.user is None or mentor.wellbeing.filter(asked_at__gt=since).exists():
        return False
    key = f"monthly:{mentor.ref}:{local(now, mentor.person.clinic.time_zone).date()}"
    row, made = WellbeingCheck.objects.get_or_create(key=key, defaults={"mentor": mentor, "asked_at": now})
    if made:
        outbox.post("wellbeing.ask", row.ref, clinic=mentor.person.clinic, to=mentor.person.user)
    return made


def newest(mentor: Mentor) -> WellbeingCheck | None:
    """Return the question a mentor may answer or change now: the last one asked, unless its time is over."""
    row = mentor.wellbeing.order_by("-asked_at", "-pk").first()
    return row if row and may_change(row) else None


def may_change(row: WellbeingCheck) -> bool:
    """Tell whether an answer can still be given or changed."""
    return row.answered_at is None or clock.now() - row.answered_at <= CHANGE_WITHIN


@transaction.atomic
def answer(*, mentor: int, by: User, drain: str) -> WellbeingCheck:
    """Store how a mentor feels after a talk; another tap within 14 days changes it, the same changes nothing.

    Without an open question it is one of their own accord. Raises Denied, WrongState, Invalid (field "drain").
    """
    row = _open_one(mentor, by)
    if drain not in WellbeingCheck.Drain.values:
        raise Invalid(_("Choose an answer"), field="drain")
    if row.drain == drain:
        return row
    row.drain, row.answered_at = drain, row.answered_at or clock.now()
    row.save(update_fields=["drain", "answered_at"])
    outbox.cancel(subject=row.ref, kind="wellbeing.ask", why="They have answered.")
    _look_after(row)
    return row


@transaction.atomic
def say_more(*, mentor: int, by: User, answers: Mapping[str, str], words: str = "") -> WellbeingCheck:
    """Store the optional answers after the first one: sleep, memories, illness, worth, and words of their own.

    The same again changes nothing. Raises Denied, WrongState, Invalid (with the field).
    """
    row = _open_one(mentor, by)
    words, was = words.replace("\x00", "").strip(), row.illness
    for name in LATER:
        given, choices = answers.get(name, ""), row._meta.get_field(name).choices or ()
        if given and given not in dict(choices):
            raise Invalid(_("Choose one of the answers below"), field=name)
        setattr(row, name, given)
    if len(words) > LONGEST:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": LONGEST}, field="words")
    row.words, row.answered_at = words, row.answered_at or clock.now()
    row.save(update_fields=[*LATER, "words", "answered_at"])
    _look_after(row)
    if row.illness == WellbeingCheck.Illness.FLARE != was:  # a flare that is over does not begin again by itself
        begin_flare(mentor=row.mentor_id, by=by)
    return row


def _open_one(mentor: int, by: User) -> WellbeingCheck:
    """Return the question to answer, locked with its mentor; a new one of their own accord where none is open."""
    m = Mentor.objects.lock(mentor)
    rules.say.require(by, m)
    if m.status not in care.AT_WORK:
        raise WrongState(_("Only somebody who mentors now is asked this."))
    row = newest(m)
    if row is None:
        key = f"own:{m.ref}:{m.person.clinic.today}"
        row = WellbeingCheck.objects.get_or_create(key=key, defaults={"mentor": m, "why": "own"})[0]
    row.mentor = m
    return row


def _look_after(row: WellbeingCheck) -> None:
    """Raise what an answer asks for, each once for this answer (evidence C: mentor triggers)."""
    if row.drain in DRAINED and _drained_in_a_row(row) % 2 == 0:
        raise_task(mentor=row.mentor, trigger=T.DRAINED, event=row.ref)
    if row.sleep == WellbeingCheck.Sleep.WORSE:
        raise_task(mentor=row.mentor, trigger=T.SLEEP, event=row.ref)
    if row.memories == WellbeingCheck.Memories.HARD:
        raise_task(mentor=row.mentor, trigger=T.MEMORIES, event=row.ref)


def _drained_in_a_row(row: WellbeingCheck) -> int:
    """Count the last answers up to this one that all say drained, a bit or more; questions left unanswered say nothing."""
    said = row.mentor.wellbeing.exclude(drain="").filter(asked_at__lte=row.asked_at)
    count = 0
    for drain in said.order_by("-asked_at", "-pk").values_list("drain", flat=True)[:24]:
        if drain not in DRAINED:
            break
        count += 1
    return count
