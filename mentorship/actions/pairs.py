"""The verbs of a pair: hold it, end it well, and what a death asks of people."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import links
from accounts.models import User
from common import clock
from common.errors import Invalid, WrongState
from matching.models import Match
from matching.workflow import EndReason, Status
from mentorship import lent, reminders_formats, staffing
from mentorship.actions import closing as ending
from mentorship.actions import planning
from mentorship.checks import MENTEE, OUTCOME_DAY
from mentorship.models import Aftercare, Closing, Contact, Enrolment, FollowUpCheck
from mentorship.rules import pairs as rules
from mentorship.workflow import UNRESOLVED, ContactStatus, contact_workflow
from messaging import outbox
from messaging.models import Message
from training.actions.caring import ask_after
from training.models import CareTask, Mentor

# What follows from news of the matching floor; called inside its transaction ---------------


def hold(*, match: Match, by: User) -> None:
    """Pause: the plan stays, open checks and waiting messages go. Reminders look at the pair's state."""
    _cancel_open_checks(match)
    _cancel_messages(match)


def go_on(*, match: Match, by: User) -> None:
    """Resume: talks that would have been during the pause leave the plan. Those before it stay, to be noted still."""
    now = clock.now()
    within = Contact.objects.planned().filter(match=match, planned_at__gte=_paused_since(match) or now)
    for row in within.filter(planned_at__lte=now):
        contact_workflow.move(row, ContactStatus.CANCELLED, by=by, note="pause")


def _paused_since(match: Match) -> dt.datetime | None:
    """Return when the pause that is over now began; the history says it, where the pause has not been changed into one
    of another kind."""
    begun = match.history.filter(to_status=Status.PAUSED).exclude(from_status=Status.PAUSED).order_by("-at", "-pk")
    return begun.values_list("at", flat=True).first()


def stop(*, match: Match, by: User) -> None:
    """End: everything to come is cancelled. After a death nothing is sent, and people get their tasks.

    A talk whose hour was past stays as it was, with what the mentee said of it; in a pause, one from before the pause.
    """
    over = match.paused_at or match.ended_at or clock.now()
    for row in Contact.objects.planned().filter(match=match).exclude(planned_at__lt=over):
        contact_workflow.move(row, ContactStatus.CANCELLED, by=by, note="end")
    _cancel_open_checks(match)
    _cancel_messages(match)
    ending.after_the_end(match=match, by=by)
    if match.end_reason == EndReason.DIED:
        _ask_people_to_ring(match)


def _cancel_open_checks(match: Match) -> None:
    rows = _to_drop(match).filter(answered_at=None, cancelled_at=None)
    for ref in rows.filter(to="mentee").values_list("ref", flat=True):
        links.revoke("check.answer", ref)
    rows.update(cancelled_at=clock.now())


def _to_drop(match: Match) -> QuerySet[FollowUpCheck]:
    """Return its checks, without the one about the outcome where the ending was planned."""
    rows = FollowUpCheck.objects.filter(match=match)
    planned = match.end_reason == EndReason.PLANNED
    return rows.exclude(day=OUTCOME_DAY, to=MENTEE) if planned else rows


def _cancel_messages(match: Match) -> None:
    """Cancel what waits about its talks and checks; after a death, whatever waits about the pair at all."""
    refs = [*match.contacts.values_list("ref", flat=True), *_to_drop(match).values_list("ref", flat=True)]
    if match.end_reason == EndReason.DIED:
        refs += [match.ref, *match.questions.values_list("ref", flat=True)]
    waiting = Message.objects.filter(subject__in=refs, status="queued").values_list("subject", flat=True)
    for ref in set(waiting):
        outbox.cancel(subject=ref, why="The pair is paused or has ended.")
    for kind in ("contact.missed", "mentor.missed", reminders_formats.KIND):
        outbox.cancel(subject=match.ref, kind=kind, why="The pair is paused or has ended.")


def _ask_people_to_ring(match: Match) -> None:
    Aftercare.objects.get_or_create(match=match, kind=Aftercare.Kind.RING)
    mentor = match.mentor
    there = mentor.supervisor is not None and staffing.can_answer(mentor.supervisor, mentor.person.clinic)
    present = mentor.supervisor if there else None  # else any coordinator of the mentor's own clinic
    Aftercare.objects.get_or_create(match=match, kind=Aftercare.Kind.LOOK_AFTER, defaults={"user": present})
    ask_after(mentor=mentor, trigger=CareTask.Trigger.DEATH, event=match.ref)  # on their own page; nothing is sent


def tell_of_gone_mentor(*, mentor: Mentor) -> None:
    """Tell the coordinators of other clinics whose pairs were stopped because the mentor's own clinic ended their work."""
    pairs = mentor.matches.filter(lent.LENT).pairs().select_related("referral__clinic")
    for match in pairs:
        for user in staffing.coordinators(match.referral.clinic, but=mentor.person.user):
            outbox.post("pair.stopped", match.ref, clinic=match.referral.clinic, to=user)


# What a coordinator does ------------------------------------------------------------------


@transaction.atomic
def plan_closing(
    *, match: int, by: User, last_contact_on: dt.date, bridge: str, future: str = Closing.Future.NONE,
    debrief_on: dt.date | None = None,
) -> Enrolment:  # fmt: skip
    """Plan a good ending: other support, the day of the last talk, contact after it, and a talk with the mentor (Emb13 #82).

    May be changed until the end; both are asked the closing questions the first time. Talks planned after that day
    leave the plan. `debrief_on` is a week after the last talk unless given [D]. Raises Denied, WrongState, Invalid.
    """
    m = Match.objects.lock(match)
    rules.look_after.require(by, m)
    if m.status not in rules.PRESENT:
        raise WrongState(_("This pair has ended already."))
    tz = m.referral.clinic.time_zone
    if last_contact_on < m.introduced_at.astimezone(ZoneInfo(tz)).date():
        raise Invalid(_("Choose a day after they were introduced."), field="last_contact_on")
    if last_contact_on > clock.today(tz) + dt.timedelta(days=366):
        raise Invalid(_("Choose a day within a year from now."), field="last_contact_on")
    ending.prepare(match=m, by=by, future=future, debrief_on=debrief_on, last=last_contact_on)
    enrolment = planning.enrolment_of(m, by=by)
    enrolment.last_contact_on, enrolment.bridge = last_contact_on, bridge.strip()[:200]
    enrolment.closing_set_by, enrolment.closing_set_at = by, clock.now()
    enrolment.save(update_fields=["last_contact_on", "bridge", "closing_set_by", "closing_set_at"])
    day_after = clock.at_local(last_contact_on + dt.timedelta(days=1), dt.time(0), tz)
    for row in Contact.objects.planned().filter(match=m, planned_at__gte=day_after):
        contact_workflow.move(row, ContactStatus.CANCELLED, by=by, note="closing")
        outbox.cancel(subject=row.ref, why="The pair is closing.")
    return enrolment


def closing_missing(match: Match) -> list:
    """Return in words what a planned ending still needs: other support, the last talk, no open flag, the checklist
    (Emb13 #82).

    The matching floor asks it as a guard before it ends a pair as planned.
    """
    enrolment = Enrolment.objects.filter(match=match).first()
    missing = []
    if enrolment is None or not enrolment.bridge:
        missing.append(_("Other support has not been written down yet."))
    if enrolment is None or enrolment.last_contact_on is None:
        missing.append(_("The day of the last talk has not been chosen yet."))
    elif enrolment.last_contact_on > clock.today(match.referral.clinic.time_zone):
        missing.append(_("The last talk is still to come."))
    if match.red_flags.filter(status__in=UNRESOLVED).exists():
        missing.append(_("There is an open flag."))
    return missing + ending.checklist_missing(match)


@transaction.atomic
def finish_aftercare(*, task: int, by: User, note: str = "") -> Aftercare:
    """Note that somebody rang or looked after; again changes nothing. Raises Denied."""
    row = Aftercare.objects.select_for_update(of=("self",)).select_related("match__referral").get(pk=task)
    rules.finish_aftercare.require(by, row)
    if row.done_at is None:
        row.done_at, row.done_by, row.note = clock.now(), by, note.strip()[:300]
        row.save(update_fields=["done_at", "done_by", "note"])
    return row
