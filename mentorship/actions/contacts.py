"""The verbs of talks: log, plan, move, cancel. The only place that changes a contact."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clinics.roles import Role
from common import clock
from common.errors import Invalid, Stale, WrongState
from common.vocabulary import TEAM_TOPICS, Channel, Topic
from matching.models import Match
from matching.workflow import Status as MatchStatus
from mentorship import care, tries
from mentorship.actions import joining, telling
from mentorship.models import Contact, Side
from mentorship.rules import pairs as rules
from mentorship.rules import plan as plan_rules
from mentorship.workflow import MISSED, ContactStatus, contact_workflow
from messaging import outbox

FITS = dt.timedelta(days=7)  # [D] a talk logged so near to a planned one is that one
AHEAD = dt.timedelta(days=366)  # nothing is planned further on
SLACK = dt.timedelta(minutes=5)  # clocks of phones differ
NOTE_LENGTH, QUESTION_LENGTH, MOST_MINUTES = 500, 1000, 600
KEY = re.compile(r"[A-Za-z0-9-]{8,36}\Z")
GENERAL = Topic.VISIT  # a question without a subject: something to bring up at a visit


# Log --------------------------------------------------------------------------------------


@transaction.atomic
def log_contact(
    *,
    match: int,
    by: User,
    client_key: str,
    outcome: str,
    when: dt.datetime,
    channel: str = Channel.PHONE,
    minutes: int | None = None,
    topics: Iterable[str] = (),
    note: str = "",
    contact: int | None = None,
    question: str = "",
    next_at: dt.datetime | None = None,
    with_relatives: bool = False,
) -> Contact:
    """Store what came of a talk; the same `client_key` again returns the contact that is there, with a note or
    a question that was written since.

    It completes the planned contact `contact`, else the nearest planned one that fits, else it is an extra
    one. Subjects of the care team and `question` become questions for the team, never a note (VdE21 #66).
    `next_at` plans the next talk. `minutes` are minutes; moments are aware. What a mentee of equal ends noted already
    is completed, never doubled.
    Raises Denied, WrongState (the pair has ended), Invalid (with the field).
    """
    m = Match.objects.lock(match)
    known = _stored(client_key, m, by)
    topics = list(dict.fromkeys(topics))
    if known:
        return _written_since(m, known, by, outcome, topics, note, question)
    rules.keep_contacts.require(by, m)
    _require_pair(m)
    check_facts(m, outcome, when, channel, minutes, topics, note, question)
    _check_relatives(m, with_relatives)
    about, note, question = _for_team(topics, note, question)
    talked = outcome == ContactStatus.TALKED
    facts: dict[str, Any] = {
        "channel": channel, "minutes": minutes if talked else None, "with_relatives": with_relatives and talked,
        "topics": [t for t in topics if t not in TEAM_TOPICS] if talked else [],
        "note": note, "client_key": client_key, "logged_by": by, "logged_at": clock.now(),
    }  # fmt: skip
    theirs = joining.noted_by_mentee(m, when, contact)
    if theirs:
        row = joining.join(theirs, outcome, by, **facts)
    else:
        side = Side.MENTOR if rules.is_mentor_of(by, m) else ""
        row = finish(m, planned_one(m, contact, when), outcome, by, happened_at=when, logged_side=side, **facts)
    _ask_team(m, row, by, about, question)
    if next_at:
        _plan(m, next_at, channel, by)
    if outcome in MISSED and not theirs:
        tell_of_two_misses(m, row)
    return row


def _stored(client_key: str, match: Match, by: User) -> Contact | None:
    if not KEY.match(client_key):
        raise Invalid(_("Open this page again: something got lost on the way."))
    known = Contact.objects.filter(client_key=client_key).first()
    if known and (known.match_id != match.pk or known.logged_by_id != by.pk):
        raise Invalid(_("Open this page again: something got lost on the way."))
    return known


def _for_team(topics: list[str], note: str, question: str) -> tuple[list[str], str, str]:
    """Return the subjects of the question for the care team, the note that remains, and the question."""
    for_team = [t for t in topics if t in TEAM_TOPICS]
    if for_team and note and not question:
        return for_team, "", note  # what was typed belongs to the question
    return for_team or ([next(iter(topics), GENERAL)] if question else []), note, question


def _written_since(match: Match, row: Contact, by: User, outcome: str, topics, note: str, question: str) -> Contact:
    """Add what was written after a first sending whose answer got lost on the way, so that nothing typed is lost."""
    if outcome != row.status:
        raise WrongState(
            _("This talk was saved already as: %(outcome)s. If that is not right, put it right below.")
            % {"outcome": row.get_status_display()}
        )
    about, note, question = _for_team(topics, note.strip(), question.strip())
    known = set(row.questions.values_list("topic", "text"))
    about = [topic for topic in about if (topic, question) not in known]
    if not about and note in ("", row.note):
        return row
    rules.keep_contacts.require(by, match)
    _ask_team(match, row, by, about, question)
    if note not in ("", row.note):
        _check_length(note, question)
        Contact.objects.filter(pk=row.pk).update(note=note)
        row.note = note
        row.history.create(from_status=row.status, to_status=row.status, by=by, note="note", at=clock.now())
    return row


def _require_pair(match: Match) -> None:
    if match.status not in rules.PRESENT:
        raise WrongState(_("These two are not a pair at the moment, so nothing can be noted."))


def check_facts(match, outcome, when, channel, minutes=None, topics=(), note="", question="") -> None:
    """Raise Invalid, with the field, for what makes no sense about a talk."""
    if outcome not in ContactStatus.values or outcome == ContactStatus.PLANNED:
        raise Invalid(_("Choose how it went."), field="outcome")
    _check_moment(match, when)
    if channel not in Channel.values:
        raise Invalid(_("Choose how you talked."), field="channel")
    if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
        raise Invalid(_("Choose about how long it was."), field="minutes")
    if not set(topics) <= set(Topic.values):
        raise Invalid(_("Choose from the list."), field="topics")
    _check_length(note, question)


def _check_relatives(match: Match, with_relatives: bool) -> None:
    if with_relatives and not rules.with_relatives(match):
        raise Invalid(
            _("%(name)s did not agree that relatives join.") % {"name": match.referral.mentee.first_name},
            field="with_relatives",
        )


def _check_length(note: str, question: str) -> None:
    if len(note) > NOTE_LENGTH:
        raise Invalid(_("Make the note shorter."), field="note")
    if len(question) > QUESTION_LENGTH:
        raise Invalid(_("Make the question shorter."), field="question")


def _check_moment(match: Match, when: dt.datetime) -> None:
    """A talk lies between the introduction and now; in a paused pair, before the pause."""
    tz = ZoneInfo(match.referral.clinic.time_zone)
    day = when.astimezone(tz).date()
    if when > clock.now() + SLACK:
        raise Invalid(_("This day is still to come. Choose the day on which it was."), field="when")
    if day < match.introduced_at.astimezone(tz).date():
        raise Invalid(_("This is before you were introduced. Choose a later day."), field="when")
    if match.status == MatchStatus.PAUSED and match.paused_at and day > match.paused_at.astimezone(tz).date():
        raise Invalid(_("Your talks are paused. Only a talk from before the pause can be noted."), field="when")


def planned_one(match: Match, contact: int | None, when: dt.datetime) -> Contact | None:
    """Return the planned contact this one completes, or None for an extra one."""
    planned = Contact.objects.planned().filter(match=match)
    if contact is not None:
        row = planned.filter(pk=contact).first()
        if row is None:
            raise WrongState(_("This planned talk has been noted or moved in the meantime."))
        return row
    near = planned.filter(planned_at__gte=when - FITS, planned_at__lte=when + FITS)
    return min(near, key=lambda row: abs(row.planned_at - when), default=None)


def finish(match: Match, row: Contact | None, outcome: str, by: User, note: str, **facts) -> Contact:
    """Store the outcome. The note stands with the talk only, never in its history."""
    if row is None:
        enrolment = getattr(match, "enrolment", None)
        row = Contact.objects.create(match=match, enrolment=enrolment, status=outcome, note=note, **facts)
        contact_workflow.begin(row, by=by)
        return row
    contact_workflow.move(row, outcome, by=by, **facts)
    Contact.objects.filter(pk=row.pk).update(note=note)
    row.note = note
    outbox.cancel(subject=row.ref, why="The talk was noted.")
    return row


def _ask_team(match: Match, contact: Contact, by: User, topics: list[str], text: str) -> None:
    from mentorship.actions.questions import ask_question

    for topic in topics:
        ask_question(referral=match.referral, by=by, topic=topic, text=text, match=match, contact=contact)


def tell_of_two_misses(match: Match, row: Contact) -> None:
    """Tell the coordinators and look after the mentor at the second miss in a row, not again at the third (Emb13 #81)."""
    missed = tries.missed(tries.last_tries(match))
    if missed[:2] == [True, True] and missed[2:] != [True]:
        clinic = match.referral.clinic
        for user in User.objects.filter(
            memberships__clinic=clinic, memberships__role=Role.COORDINATOR, memberships__ended_at=None, is_active=True
        ).distinct():
            outbox.post("contact.missed", match.ref, clinic=clinic, to=user, key=row.ref)
        care.after_two_misses(row, match.mentor)


# Plan, move, cancel -----------------------------------------------------------------------


@transaction.atomic
def plan_contact(*, match: int, by: User, at: dt.datetime, channel: str = Channel.PHONE) -> Contact:
    """Plan a talk of a pair; the same moment again returns the one that is there. A mentor hears of what the mentee
    planned, by link, signed by the system user.

    Raises Denied, WrongState (paused or ended), Invalid (a moment that is past or too far).
    """
    m = Match.objects.lock(match)
    plan_rules.keep_talks.require(by, m)
    is_new = not Contact.objects.planned().filter(match=m, planned_at=at).exists()
    row = _plan(m, at, channel, by)
    if is_new and telling.side_of(by, m) == Side.MENTEE:
        telling.tell_other(telling.ADDED, row, by)
    return row


def _plan(match: Match, at: dt.datetime, channel: str, by: User) -> Contact:
    _require_going_on(match)
    _check_ahead(at)
    if channel not in Channel.values:
        raise Invalid(_("Choose how you talk."), field="channel")
    same = Contact.objects.planned().filter(match=match, planned_at=at).first()
    if same:
        return same
    row = Contact.objects.create(
        match=match, enrolment=getattr(match, "enrolment", None), planned_at=at, channel=channel
    )
    contact_workflow.begin(row, by=by, note=Side.MENTEE if by.is_system else "")
    return row


def _require_going_on(match: Match) -> None:
    if match.status != MatchStatus.INTRODUCED:
        raise WrongState(_("Their talks are paused or have ended, so nothing can be planned now."))


def _check_ahead(at: dt.datetime) -> None:
    if at <= clock.now():
        raise Invalid(_("Choose a day and time that are still to come."), field="day")
    if at > clock.now() + AHEAD:
        raise Invalid(_("Choose a day within a year from now."), field="day")


@transaction.atomic
def move_contact(*, contact: int, by: User, at: dt.datetime, version: int | None = None) -> Contact:
    """Move a planned talk to another moment (Joo22 #63: easy). The same moment again changes nothing.

    The other one of the pair is told. `version` is the one the form showed. Raises Denied, WrongState (no longer
    planned), Stale, Invalid.
    """
    row = lock(contact)
    plan_rules.keep_talks.require(by, row.match)
    _require_going_on(row.match)
    _require_planned(row)
    if row.planned_at == at:
        return row
    if version is not None and version != row.version:
        raise Stale(_("This talk was moved in the meantime. Look at the new day below."))
    _check_ahead(at)
    before = row.planned_at
    Contact.objects.filter(pk=row.pk).update(planned_at=at, version=row.version + 1)
    row.refresh_from_db(fields=["planned_at", "version"])
    note = f"{'mentee ' if by.is_system else ''}{before:%Y-%m-%dT%H:%MZ}"
    row.history.create(from_status=row.status, to_status=row.status, by=by, note=note, at=clock.now())
    telling.tell_other(telling.MOVED, row, by)
    return row


@transaction.atomic
def cancel_contact(*, contact: int, by: User, note: str = "") -> Contact:
    """Take a planned talk off the plan, and tell the other one where it was still to come; again changes nothing.

    Raises Denied, WrongState (already noted).
    """
    row = lock(contact)
    plan_rules.keep_talks.require(by, row.match)
    if row.status == ContactStatus.CANCELLED:
        return row
    _require_planned(row)
    was_to_come = row.planned_at is not None and row.planned_at > clock.now()
    contact_workflow.move(row, ContactStatus.CANCELLED, by=by, note=note)
    if was_to_come:
        telling.tell_other(telling.OFF, row, by)
    else:
        outbox.cancel(subject=row.ref, why="The talk was taken off the plan.")
    return row


def lock(contact: int) -> Contact:
    """Return a contact with its match, both locked, the match first."""
    match = Match.objects.lock(Contact.objects.values_list("match_id", flat=True).get(pk=contact))
    row = Contact.objects.lock(contact)
    row.match = match
    return row


def _require_planned(row: Contact) -> None:
    if row.status != ContactStatus.PLANNED:
        raise WrongState(_("This talk has been noted or taken off the plan in the meantime."))
