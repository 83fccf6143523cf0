"""The verbs of a red flag: it is stored with its deadline, its ladder and its first messages, or not at all."""

from __future__ import annotations

import hashlib
import re

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Invalid, WrongState
from common.models import new_ref
from matching.models import Match
from matching.workflow import LIVE
from mentorship import care, flag_versions, ladder, staffing
from mentorship.actions import flag_messages as tell
from mentorship.actions.conduct import is_against_mentor, stop_mentor
from mentorship.models import About, Attempt, FlagCategory, RedFlag, Route, Rung
from mentorship.rules import flags as rules
from mentorship.undelivered import KEPT, TAKEN
from mentorship.workflow import UNANSWERED, FlagStatus, flag_workflow
from referrals.models import Person, Referral

KEY = re.compile(r"[0-9A-Za-z-]{8,36}")
MAX_DETAILS, MAX_TEXT, MAX_DONE = 2000, 1000, 2000
OUTCOMES = {
    Route.CLINICAL: ("spoken", "seen", "emergency", "referred", "no-action"),
    Route.CONDUCT: ("conduct", "referred", "no-action"),
}


@transaction.atomic
def raise_flag(
    *,
    category: FlagCategory,
    by: User,
    source: str,
    match: Match | None = None,
    referral: Referral | None = None,
    person: Person | None = None,
    about_user: User | None = None,
    client_key: str = "",
    details: str = "",
) -> RedFlag:
    """Store a worry with its owner, deadline, ladder and first messages, in one transaction.

    `by` is the system user for a mentee who came by link; then `person` is the mentee. `about_user` names
    whom a worry about the conduct of the team is about, if the person says so. The same `client_key` of the
    same person with the same worry returns the flag that is there; with another worry it is another flag, as when
    somebody changes their mind on a slow line. Nothing is refused for its details: what is too long is cut.
    Raises Denied (not their pair), Invalid (a category of another clinic).
    """
    referral = match.referral if match else referral
    clinic = category.clinic
    rules.raise_for.require(by, (clinic, match, referral))
    if referral is not None and referral.clinic_id != clinic.pk:
        raise Invalid(_("Choose one of the worries in the list."), field="category")
    key = client_key if KEY.fullmatch(client_key or "") else None
    about, match, referral, against_mentor = _whom(category, by, match, referral, about_user)
    before = _sent_before(key, by, person, category, about)
    if before is not None:
        return before
    flag, made = _store(
        clinic, category, by, person,
        referral=referral, match=match, about_user=about, source=source, details=_clean(details)[:MAX_DETAILS], key=key,
    )  # fmt: skip
    if made and against_mentor:
        stop_mentor(match=match)
        tell.home(flag)
    elif made:
        care.after_urgent_flag(flag)
    return flag


def _sent_before(key: str | None, by: User, person: Person | None, category, about: User | None) -> RedFlag | None:
    if key is None:
        return None
    keys = [key, _own_key(key, by, person, category, about)]
    return RedFlag.objects.filter(
        client_key__in=keys, raised_by=by, raised_by_person=person, category=category, about_user=about
    ).first()


def _own_key(key: str, *what) -> str:
    """Return the key a worry is stored under whose form has the key of another flag: the same for the same worry sent again."""
    named = ":".join([key, *(str(one.pk if one else None) for one in what)])
    return hashlib.sha256(named.encode()).hexdigest()[:36]


def _whom(category, by, match, referral, about_user):
    """Return whom it is about, the pair and referral it concerns, and whether it is about the pair's mentor."""
    if category.about == About.MENTOR and match is not None:
        if match.mentor.person.user_id != by.pk:
            return match.mentor.person.user, match, referral, True
        return _somebody_else(about_user, by), None, None, False  # a mentor about another mentor: not about this pair
    if category.about in (About.MENTOR, About.STAFF):
        about = _somebody_else(about_user, by)
        # Somebody of the team may be the mentor of this very pair: it is about the mentor then, whatever it was called.
        return about, match, referral, bool(about and match and match.mentor.person.user_id == about.pk)
    return None, match, referral, False


def _somebody_else(user: User | None, by: User) -> User | None:
    return user if user is not None and user.pk != by.pk else None


def _store(
    clinic: Clinic, category: FlagCategory, by: User, person, *, referral, match, about_user, source, details, key
):
    """Insert the flag with all that belongs to it; return it and whether it is new (a double click is not)."""
    now = clock.now()
    team = staffing.of(clinic)
    steps = team.ladder(category.route, category.pk, responsible=_responsible(clinic, referral, by), about=about_user)
    version = flag_versions.current(clinic)
    timing = flag_versions.timing(version, category.severity)
    times = ladder.deadlines(timing, clinic.calendar, now)
    try:
        with transaction.atomic():
            flag = RedFlag.objects.create(
                clinic=clinic, category=category, route=category.route, severity=category.severity, rules=version,
                referral=referral, match=match, about_user=about_user, source=source, raised_by=by,
                raised_by_person=person, raised_at=now, client_key=key, details=details,
                guidance=category.guidance,
                owner=team.owner(steps), answer_by=times.answer_by, next_climb_at=times.answer_by,
                half_time_at=times.half_time, rung=steps[0].position if steps else 1,
            )  # fmt: skip
    except IntegrityError:
        before = _sent_before(key, by, person, category, about_user)
        if before is not None:
            return before, False
        if key is None:
            raise
        own = _own_key(key, by, person, category, about_user)
        return _store(  # the key belongs to another flag: neither a forged key nor another worry may lose this one
            clinic, category, by, person,
            referral=referral, match=match, about_user=about_user, source=source, details=details, key=own,
        )  # fmt: skip
    flag_workflow.begin(flag, by=by)
    Rung.objects.bulk_create(staffing.rungs_of(flag, steps))
    tell.first(flag, steps, team, out_of_hours=ladder.is_out_of_hours(timing, clinic.calendar, now), now=now)
    return flag, True


def _responsible(clinic: Clinic, referral: Referral | None, by: User) -> list[int | None]:
    """Return the clinicians to ask first: the referral's, or a mentor's own supervisor, then the clinic's default."""
    if referral is not None:
        return [referral.clinician_id, clinic.default_clinician_id]
    return [staffing.supervisor_of(by, clinic), clinic.default_clinician_id]


def _clean(text: str) -> str:
    return (text or "").replace("\x00", "").strip()


@transaction.atomic
def add_details(*, flag: RedFlag | int, by: User, text: str, person: Person | None = None) -> RedFlag:
    """Add what the person who raised it saw or heard. The same words twice are kept once.

    Raises Denied (not theirs), Invalid (too long), WrongState (resolved meanwhile).
    """
    row = _lock(flag)
    rules.add_details.require(by, row)
    if row.raised_by_person_id != getattr(person, "pk", None):
        rules.add_details.require(None, row)
    text = _clean(text)
    if not text or text in row.details:
        return row
    if row.status == FlagStatus.RESOLVED:
        raise WrongState(_("The team has settled this one. Is there something new? Then raise a new worry."))
    together = f"{row.details}\n\n{text}" if row.details else text
    if len(together) > MAX_DETAILS:
        room = max(MAX_DETAILS - len(row.details) - 2, 0)
        raise Invalid(_("Make it shorter: there is room for %(room)d characters.") % {"room": room}, field="details")
    row.details, row.version = together, row.version + 1
    row.save(update_fields=["details", "version"])
    _note(row, by, "details")
    return row


@transaction.atomic
def acknowledge(*, flag: RedFlag | int, by: User, take_over: bool = False) -> RedFlag:
    """Say "I have this": the ladder stops, the time to resolve it starts, and whoever raised it hears so.

    Saying it again changes nothing but takes a question to a colleague back; when another has it, only `take_over`
    or being asked by them passes it on.
    Raises Denied, WrongState (another has it, or it is resolved).
    """
    row = _lock(flag)
    rules.answer.require(by, row)
    if row.status == FlagStatus.ACKNOWLEDGED:
        return _take_over(row, by, take_over or row.handed_to_id == by.pk)
    if row.status == FlagStatus.RESOLVED:
        raise WrongState(_("This flag is resolved. Open it again if there is more to do."))
    now = clock.now()
    until = ladder.resolve_by(flag_versions.timing_of(row), row.clinic.calendar, now)
    flag_workflow.move(
        row, FlagStatus.ACKNOWLEDGED, by=by, acknowledged_at=now, acknowledged_by=by, owner=by,
        resolve_by=until, next_climb_at=until, half_time_at=None,
    )  # fmt: skip
    tell.answered(row, by)
    return row


def _take_over(row: RedFlag, by: User, take_over: bool) -> RedFlag:
    if row.acknowledged_by_id == by.pk:
        return _keeps(row, by)
    if not take_over:
        raise WrongState(_("%(name)s has this one.") % {"name": row.acknowledged_by.full_name})
    if row.handed_to_id == by.pk:
        staffing.keep_on(row, by)
    row.acknowledged_by = row.owner = by
    row.handed_to, row.version = None, row.version + 1
    row.save(update_fields=["acknowledged_by", "owner", "handed_to", "version"])
    _note(row, by, TAKEN)
    return row


def _keeps(row: RedFlag, by: User) -> RedFlag:
    """Take the question to a colleague back: who has it says again that they do."""
    if row.handed_to_id is not None:
        row.handed_to, row.version = None, row.version + 1
        row.save(update_fields=["handed_to", "version"])
        _note(row, by, KEPT)
    return row


@transaction.atomic
def attempt(*, flag: RedFlag | int, by: User, kind: str, text: str = "") -> Attempt:
    """Write down a call, reached or not, or a note. None of them ends a flag.

    The same words by the same person within two minutes are one attempt. Raises Denied, Invalid, WrongState (resolved).
    """
    row = _lock(flag)
    rules.answer.require(by, row)
    if row.status == FlagStatus.RESOLVED:
        raise WrongState(_("This flag is resolved. Open it again if there is more to do."))
    text = _clean(text)
    if kind not in Attempt.Kind.values:
        raise Invalid(_("Choose one of the answers below"), field="kind")
    if kind == Attempt.Kind.NOTE and not text:
        raise Invalid(_("Write what you want to note."), field="text")
    if len(text) > MAX_TEXT:
        raise Invalid(_("Make it shorter: at most %(n)d characters.") % {"n": MAX_TEXT}, field="text")
    now = clock.now()
    same = row.attempts.filter(kind=kind, text=text, by=by, at__gt=now - 2 * ladder.MINUTE).first()
    return same or row.attempts.create(kind=kind, text=text, by=by, at=now)


@transaction.atomic
def resolve(*, flag: RedFlag | int, by: User, outcome: str, done: str = "") -> RedFlag:
    """Close a flag that somebody has, with an outcome: by whoever has it, or another who answers flags here.

    Repeating it changes nothing. Raises Denied, Invalid (no outcome of this route), WrongState (nobody has it yet,
    or somebody else resolved it).
    """
    row = _lock(flag)
    rules.answer.require(by, row)
    done = _clean(done)
    if row.status == FlagStatus.RESOLVED and (row.resolved_by_id, row.outcome, row.done) == (by.pk, outcome, done):
        return row
    if row.status in UNANSWERED:
        raise WrongState(_("Say first that you have this."))
    if outcome not in OUTCOMES[Route(row.route)]:
        raise Invalid(_("Choose an answer"), field="outcome")
    if len(done) > MAX_DONE:
        raise Invalid(_("Make it shorter: at most %(n)d characters.") % {"n": MAX_DONE}, field="done")
    flag_workflow.move(
        row, FlagStatus.RESOLVED, by=by, note=f"{outcome}\n{done}".strip(), resolved_at=clock.now(), resolved_by=by,
        outcome=outcome, done=done, next_climb_at=None, half_time_at=None, handed_to=None,
    )  # fmt: skip
    tell.raiser("flag.settled", row, by=by)
    return row


@transaction.atomic
def reopen(*, flag: RedFlag | int, by: User, note: str = "") -> RedFlag:
    """Open a resolved flag again: a new deadline, and the ladder from its first rung.

    A worry about the conduct of the pair's mentor stops a pair that went on once more.

    Repeating it on an open flag changes nothing. Raises Denied, Invalid.
    """
    row = _lock(flag)
    rules.answer.require(by, row)
    note = _clean(note)
    if row.status != FlagStatus.RESOLVED:
        return row
    if len(note) > MAX_TEXT:
        raise Invalid(_("Make it shorter: at most %(n)d characters.") % {"n": MAX_TEXT}, field="note")
    now, team = clock.now(), staffing.of(row.clinic)
    timing = flag_versions.timing_of(row)
    times = ladder.deadlines(timing, row.clinic.calendar, now)
    steps = staffing.reachable(row, team)
    flag_workflow.move(
        row, FlagStatus.REOPENED, by=by, note=note, answer_by=times.answer_by, next_climb_at=times.answer_by,
        half_time_at=times.half_time, owner=team.owner(steps), rung=steps[0].position if steps else 1,
        climbs=F("climbs") + 1, acknowledged_at=None, acknowledged_by=None, resolve_by=None,
        resolved_at=None, resolved_by=None, outcome="", done="",
    )  # fmt: skip
    tell.first(row, steps, team, out_of_hours=ladder.is_out_of_hours(timing, row.clinic.calendar, now), now=now)
    row.refresh_from_db(fields=["climbs"])
    tell.raiser("flag.again", row, by=by)
    if row.match is not None and is_against_mentor(row) and row.match.status in LIVE:
        stop_mentor(match=row.match)
    if is_against_mentor(row):
        tell.home(row)
    return row


def _lock(flag: RedFlag | int) -> RedFlag:
    return RedFlag.objects.lock(flag.pk if isinstance(flag, RedFlag) else flag)


def _note(row: RedFlag, by: User, note: str) -> None:
    """Write a history row for a change that is no change of status."""
    row.history.create(from_status=row.status, to_status=row.status, by=by, note=note, at=clock.now())


def new_key() -> str:
    """Return a key for a form, so that sending it twice raises one flag."""
    return new_ref()
