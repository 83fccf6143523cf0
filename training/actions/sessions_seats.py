"""Places at training days: take one, change it, give it back, say that no day suits."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.roles import Role
from common import clock
from common.errors import Denied, Invalid, WrongState
from messaging import outbox
from training import rules_sessions as rules
from training import sessions
from training.actions.sessions import BOOKED, NO_DAY, tell
from training.models import LiveSession, Mentor, Module, NoDay, SignUp

LONGEST_WORDS = 300  # characters


@transaction.atomic
def sign_up(*, session: int, mentor: int, by: User) -> SignUp:
    """Give a mentor the lowest free seat at a day, in exchange for one they had at another day of the same module.

    Rows are locked in the order mentor, days by number. Again returns the seat they have. Raises Denied, WrongState:
    cancelled, begun, not a part they still have to do, or full, and then another day is named.
    """
    m = Mentor.objects.lock(mentor)
    rules.take_place.require(by, m)
    wanted, old = _locked(session, m)
    has = wanted.sign_ups.live().filter(mentor=m).first()
    if has is not None:
        return has
    _require_fits(wanted, m)
    seat = free_seat(wanted)
    if seat is None:
        full = _("Every place on that day is taken by now.")
        raise WrongState(f"{full} {sessions.another_day(wanted, clock.now())}")
    for row in old:
        _give_back(row)
    return _seated(wanted, m, seat, by)


def _seated(session: LiveSession, mentor: Mentor, seat: int, by: User) -> SignUp:
    made = SignUp.objects.create(session=session, mentor=mentor, seat=seat, by=by)
    said = NoDay.objects.open().filter(mentor=mentor, module__key=session.module.key)
    said.update(settled_at=clock.now(), settled_by=by)
    tell(BOOKED, made)
    return made


def _locked(session: int, mentor: Mentor) -> tuple[LiveSession, list[SignUp]]:
    """Lock the day and those the mentor would leave for it, by number; return it and the seats to give back."""
    key = LiveSession.objects.select_related("module").get(pk=session).module.key
    coming = SignUp.objects.of(mentor).to_come(clock.now()).filter(session__module__key=key).exclude(session=session)
    pks = sorted({session, *coming.values_list("session", flat=True)})
    rows = {pk: LiveSession.objects.lock(pk) for pk in pks}
    return rows[session], list(coming.filter(session__in=pks, session__starts_at__gt=clock.now()))


def free_seat(session: LiveSession) -> int | None:
    """Return the lowest free seat of a locked day; None when it is full."""
    taken = set(session.sign_ups.live().values_list("seat", flat=True))
    return next((n for n in range(1, session.places + 1) if n not in taken), None)


def _require_fits(session: LiveSession, mentor: Mentor) -> None:
    if session.clinic_id != mentor.person.clinic_id:
        raise Denied(_("This day is of another clinic."))
    if session.trainer_id == mentor.person.user_id:
        raise WrongState(_("You teach this day yourself."))
    if session.cancelled_at is not None:
        raise WrongState(f"{_('That day was cancelled.')} {sessions.another_day(session, clock.now())}")
    if session.starts_at <= clock.now():
        raise WrongState(f"{_('That day has begun, or is over.')} {sessions.another_day(session, clock.now())}")
    if not sessions.to_do(mentor).filter(module__key=session.module.key).exists():
        raise WrongState(_("This part is not, or no longer, one you have to do."))


@transaction.atomic
def give_place_back(*, sign_up: int, by: User) -> SignUp:
    """Free a seat before the day begins: no reason is asked. Again changes nothing. Raises Denied, WrongState (begun)."""
    row = SignUp.objects.select_related("session__module", "mentor").get(pk=sign_up)
    m = Mentor.objects.lock(row.mentor_id)
    rules.take_place.require(by, m)
    session = LiveSession.objects.lock(row.session_id)
    row.refresh_from_db()
    if row.cancelled_at is not None:
        return row
    if session.starts_at <= clock.now():
        raise WrongState(_("That day has begun, or is over. Who teaches it writes down who came."))
    return _give_back(row)


def _give_back(seat: SignUp) -> SignUp:
    seat.cancelled_at = clock.now()
    seat.save(update_fields=["cancelled_at"])
    outbox.cancel(subject=seat.ref, why="The place was given back.")
    return seat


@transaction.atomic
def no_day_suits(*, mentor: int, module: int, by: User, words: str = "") -> NoDay:
    """Keep that none of the days fits, and tell the coordinators. A place they had is given back.

    Said again, the newer words count. Raises Denied, WrongState (not a part they still have to do), Invalid (field "words").
    """
    m = Mentor.objects.lock(mentor)
    rules.take_place.require(by, m)
    words = words.strip()
    if len(words) > LONGEST_WORDS:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": LONGEST_WORDS}, field="words")
    part = Module.objects.get(pk=module)
    if not sessions.to_do(m).filter(module__key=part.key).exists():
        raise WrongState(_("This part is not, or no longer, one you have to do."))
    coming = SignUp.objects.of(m).to_come(clock.now()).filter(session__module__key=part.key)
    for seat in coming.filter(session__starts_at__gt=clock.now()):
        _give_back(seat)
    return _said(m, part, words)


def _said(mentor: Mentor, module: Module, words: str) -> NoDay:
    row, made = NoDay.objects.get_or_create(mentor=mentor, module=module, settled_at=None, defaults={"words": words})
    if not made and words and row.words != words:
        row.words = words
        row.save(update_fields=["words"])
    if made:
        _tell_coordinators(row)
    return row


def _tell_coordinators(row: NoDay) -> None:
    clinic = row.mentor.person.clinic
    held = {"memberships__clinic": clinic, "memberships__role": Role.COORDINATOR, "memberships__ended_at": None}
    for user in User.objects.filter(is_active=True, **held).distinct():
        outbox.post(NO_DAY, row.ref, clinic=clinic, to=user)


@transaction.atomic
def settle_no_day(*, no_day: int, by: User) -> NoDay:
    """Write down that somebody spoke with them about another day. Again changes nothing. Raises Denied."""
    row = NoDay.objects.select_related("mentor__person").get(pk=no_day)
    mentor = Mentor.objects.lock(row.mentor_id)
    rules.settle.require(by, mentor)
    row.refresh_from_db()
    if row.settled_at is None:
        row.settled_at, row.settled_by = clock.now(), by
        row.save(update_fields=["settled_at", "settled_by"])
    return row


def free_places_of(mentor: Mentor) -> int:
    """Free what a mentor who leaves had at days to come; return how many. Inside the action that lets them go."""
    coming = SignUp.objects.of(mentor).to_come(clock.now()).filter(session__starts_at__gt=clock.now())
    seats = [_give_back(seat) for seat in coming]
    NoDay.objects.open().filter(mentor=mentor).update(settled_at=clock.now())
    return len(seats)
