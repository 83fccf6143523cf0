"""Planning training days: make, change and cancel them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Invalid, Stale, WrongState
from common.words import local
from messaging import outbox
from training import rules_sessions as rules
from training import sessions
from training.data_sessions import SessionData
from training.models import LiveSession, SignUp

BOOKED, CHANGED, CANCELLED, TOMORROW = "session.booked", "session.changed", "session.cancelled", "session.tomorrow"
TEACH, NO_DAY, SEEN = "session.teach", "session.no-day", "session.seen"
FARTHEST = dt.timedelta(days=366)
LONGEST = dt.timedelta(hours=10)
MOST_PLACES = 60
TOLD = {"starts_at", "ends_at", "how", "place"}  # who signed up hears of a change in one of these


@transaction.atomic
def make_session(*, clinic: Clinic, by: User, data: SessionData) -> LiveSession:
    """Plan a day for a module of the published training, and tell who teaches it.

    The same day of the same module and trainer at the same hour is made once. Raises Denied, Invalid (fields of SessionData).
    """
    rules.plan.require(by, clinic)
    values = _checked(clinic, data)
    _not_past(values["starts_at"])
    same = {name: values[name] for name in ("module_id", "trainer_id", "starts_at")}
    known = LiveSession.objects.of_clinic(clinic).held().filter(**same).first()
    if known is not None:
        return known
    session = LiveSession.objects.create(clinic=clinic, made_by=by, **values)
    _tell_trainer(session)
    return session


@transaction.atomic
def change_session(*, session: int, by: User, data: SessionData, version: int) -> LiveSession:
    """Change a day that is still to come; who signed up hears of another time or place. The same again changes nothing.

    Raises Denied, WrongState (cancelled, or begun), Stale (somebody else changed it), Invalid: also fewer places than
    people, or another module once somebody signed up.
    """
    row = LiveSession.objects.lock(session)
    rules.plan.require(by, row.clinic)
    values = _checked(row.clinic, data, row.module_id)
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return row
    _require_open(row)
    if row.version != version:
        raise Stale()
    _not_past(values["starts_at"])
    seats = list(row.sign_ups.live().order_by("seat", "pk"))
    _require_room(values, changed, seats)
    return _store(row, values, changed, seats)


def _store(row: LiveSession, values: dict, changed: set[str], seats: list[SignUp]) -> LiveSession:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*values, "version"])
    _move_up(seats, row.places)
    if changed & TOLD:
        for seat in seats:
            tell(CHANGED, seat, key=str(row.version))
    if changed & (TOLD | {"trainer_id", "module_id"}):
        _tell_trainer(row)
    return row


def _require_room(values: dict, changed: set[str], seats: list[SignUp]) -> None:
    if len(seats) > values["places"]:
        words = ngettext(
            "%(n)d person signed up. Keep at least %(n)d place",
            "%(n)d people signed up. Keep at least %(n)d places",
            len(seats),
        )
        raise Invalid(words % {"n": len(seats)}, field="places")
    if seats and "module_id" in changed:
        raise Invalid(_("People signed up for this part. Cancel the day, and plan another"), field="module")


def _move_up(seats: list[SignUp], places: int) -> None:
    """Give who sits beyond the last place a free one: there are enough."""
    taken = {seat.seat for seat in seats}
    free = iter([n for n in range(1, places + 1) if n not in taken])
    for seat in seats:
        if seat.seat > places:
            seat.seat = next(free)
            seat.save(update_fields=["seat"])


@transaction.atomic
def cancel_session(*, session: int, by: User) -> LiveSession:
    """Cancel a day that has not begun, and tell everybody who signed up and who teaches. Again changes nothing.

    Raises Denied, WrongState (begun).
    """
    row = LiveSession.objects.lock(session)
    rules.plan.require(by, row.clinic)
    if row.cancelled_at is not None:
        return row
    _require_open(row)
    row.cancelled_at, row.cancelled_by = clock.now(), by
    row.version += 1
    row.save(update_fields=["cancelled_at", "cancelled_by", "version"])
    for seat in row.sign_ups.live().select_related("mentor__person__user", "session__clinic"):
        outbox.cancel(subject=seat.ref, why="The day was cancelled.")
        tell(CANCELLED, seat)
    _tell_trainer(row)
    return row


def tell(kind: str, seat: SignUp, key: str = "", due_at: dt.datetime | None = None) -> None:
    """Post a message about a seat to who has it."""
    person = seat.mentor.person
    outbox.post(kind, seat.ref, clinic=seat.session.clinic, to=person.user or person, key=key, due_at=due_at)


def remind(now: dt.datetime) -> int:
    """Post a reminder for the morning of the day before, once for each seat and date; return how many are due."""
    seats = SignUp.objects.to_remind(now, ahead=dt.timedelta(hours=48))
    seats = seats.select_related("session__clinic", "mentor__person__user")
    return sum(_remind_one(seat, now) for seat in seats)


@transaction.atomic
def _remind_one(seat: SignUp, now: dt.datetime) -> bool:
    zone = seat.session.clinic.time_zone
    today = local(now, zone).date()
    if local(seat.session.starts_at, zone).date() != today + dt.timedelta(days=1):
        return False
    tell(TOMORROW, seat, key=today.isoformat(), due_at=max(clock.at_local(today, dt.time(9), zone), now))
    return True


def _tell_trainer(session: LiveSession) -> None:
    key = str(session.version)
    outbox.post(TEACH, session.ref, clinic=session.clinic, to=session.trainer, key=key)


def _require_open(session: LiveSession) -> None:
    if session.cancelled_at is not None:
        raise WrongState(_("This day was cancelled."))
    if session.starts_at <= clock.now():
        raise WrongState(_("This day has begun, or is over. It stays as it was."))


def _checked(clinic: Clinic, data: SessionData, keep: int | None = None) -> dict:
    """Return the values of a session as they are stored. Raises Invalid."""
    if not sessions.modules_of(clinic, keep).filter(pk=data.module).exists():
        raise Invalid(_("Choose a part of the training that people do together"), field="module")
    if not sessions.trainers_of(clinic).filter(pk=data.trainer).exists():
        raise Invalid(_("Choose somebody who may teach at this clinic"), field="trainer")
    if not 1 <= data.places <= MOST_PLACES:
        raise Invalid(_("Choose from 1 to %(most)d places") % {"most": MOST_PLACES}, field="places")
    starts, ends = _span(clinic, data)
    return {
        "module_id": data.module, "trainer_id": data.trainer, "organisation": data.organisation.strip(),
        "starts_at": starts, "ends_at": ends, "places": data.places, **_how(data),
    }  # fmt: skip


def _how(data: SessionData) -> dict[str, str]:
    if data.how not in LiveSession.How.values:
        raise Invalid(_("Choose an answer"), field="how")
    place, link = data.place.strip(), data.link.strip()
    if data.how == LiveSession.How.IN_PERSON and not place:
        raise Invalid(_("Write where people come together"), field="place")
    if data.how == LiveSession.How.VIDEO and not link:
        raise Invalid(_("Write the link of the video call. People see it from an hour before"), field="link")
    if data.how == LiveSession.How.VIDEO:
        return {"how": data.how, "place": "", "link": link}
    return {"how": data.how, "place": place, "link": ""}


def _span(clinic: Clinic, data: SessionData) -> tuple[dt.datetime, dt.datetime]:
    """Return the moments of beginning and end. Raises Invalid."""
    starts = clock.at_local(data.day, data.starts, clinic.time_zone)
    ends = clock.at_local(data.day, data.ends, clinic.time_zone)
    if ends <= starts:
        raise Invalid(_("The end comes after the start. Choose a later hour"), field="ends")
    if ends - starts > LONGEST:
        raise Invalid(_("Choose an end within ten hours of the start"), field="ends")
    if starts > clock.now() + FARTHEST:
        raise Invalid(_("Choose a day within a year"), field="day")
    return starts, ends


def _not_past(starts: dt.datetime) -> None:
    if starts <= clock.now():
        raise Invalid(_("This moment is past. Choose a day to come"), field="day")
