"""The verbs of a place: invite, sign up, wait, decline, leave, hold a free place for the first who waits."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import links
from accounts.models import User
from common import clock
from common.errors import Invalid, NotReady, WrongState
from mentorship import follows, grouping
from mentorship.actions.groups import JOIN
from mentorship.formats import calendar
from mentorship.models import Enrolment, EnrolmentChange, GroupPlace, PeerGroup, Unit
from mentorship.rules import groups as rules
from mentorship.workflow import PlaceStatus, place_workflow
from messaging import outbox, quiet
from referrals.models import Referral

P = PlaceStatus
HELD_FOR = dt.timedelta(hours=48)  # [D] how long a free place is held for the first who waits
KEPT = (P.INVITED, P.SIGNED_UP, P.WAITING)


def can_be_written_to(referral: Referral) -> bool:
    """Tell whether a link can be sent: only to an e-mail address that was read back."""
    return bool(referral.mentee.email and referral.mentee.email_verified_at)


@transaction.atomic
def invite(*, group: int, referral: int, by: User) -> GroupPlace:
    """Ask somebody whether they want a place, by one-time link; without an address the coordinator rings them.

    Again returns the place. Raises Denied, WrongState (it does not go on, is over), NotReady (no moderator, not agreed,
    not for them).
    """
    who = Referral.objects.lock(referral)
    row = PeerGroup.objects.lock(group)
    rules.run.require(by, row)
    known = row.places.filter(referral=who).first()
    if known and known.status in KEPT:
        return known
    _require_open(row)
    lacking = [sentence for sentence in (grouping.moderator_missing(row), grouping.fits(row, who)) if sentence]
    if lacking:
        raise NotReady(lacking)
    place = known or GroupPlace(group=row, referral=who, invited_by=by)
    if known:
        place_workflow.move(place, P.INVITED, by=by, invited_by=by, invited_at=clock.now())
    else:
        place.save()
        place_workflow.begin(place, by=by)
    _post("group.invite", place, key=str(place.version))
    return place


def _post(kind: str, place: GroupPlace, key: str = "") -> None:
    if can_be_written_to(place.referral):
        outbox.post(kind, place.ref, clinic=place.group.clinic, to=place.referral.mentee, key=key)


@transaction.atomic
def send_again(*, place: int, by: User) -> GroupPlace:
    """Send a fresh link to somebody with a place or an invitation; older ones stop working. Raises Denied, WrongState."""
    row = GroupPlace.objects.lock(place)
    rules.run.require(by, row.group)
    _require_kept(row)
    if not can_be_written_to(row.referral):
        raise WrongState(_("There is no e-mail address that was read back. Ring them."))
    links.revoke(JOIN, row.ref)
    kind = "group.confirmed" if row.status == P.SIGNED_UP else "group.invite"
    _post(kind, row, key=f"again:{clock.now():%Y%m%d%H%M}")
    return row


@transaction.atomic
def sign_up(*, place: int, by: User, rules_agreed: bool, companion: str = "") -> GroupPlace:
    """Take the lowest free seat, and follow the format from today; who comes back after leaving, from then on.

    Again changes nothing. Raises Denied, Invalid (fields "rules_agreed", "companion"), NotReady (not agreed any more),
    WrongState (full, over, does not go on, too late).
    """
    row = GroupPlace.objects.lock(place)
    rules.answer.require(by, row)
    if row.status == P.SIGNED_UP:
        return row
    _require_may_answer(row)
    companion = _companion(row, companion)
    if not rules_agreed:
        raise Invalid(_("Please read what we ask of each other, and tick that it is fine"), field="rules_agreed")
    seat = grouping.free_seat(row.group, row)
    if seat is None:
        raise WrongState(_("Every place is taken now. You can be put on the waiting list."))
    place_workflow.move(
        row, P.SIGNED_UP, by=by, seat=seat, companion=companion, ground_rules_at=clock.now(), waiting_since=None,
        offered_until=None,
    )  # fmt: skip
    _enrol(row, by)
    outbox.cancel(subject=row.ref, why="They signed up.")
    _post("group.confirmed", row, key=str(row.version))
    return row


def _companion(place: GroupPlace, companion: str) -> str:
    companion = companion.strip()
    if place.group.unit != Unit.COUPLE:
        return ""
    if not companion:
        raise Invalid(_("Write the given name of who comes with you"), field="companion")
    if len(companion) > 80:
        raise Invalid(_("Make this shorter: at most 80 characters"), field="companion")
    return companion


def _enrol(place: GroupPlace, by: User) -> Enrolment:
    """Enrol them from the day of the sign-up; the group's meetings have days of their own."""
    group, today = place.group, clock.today(place.group.clinic.time_zone)
    row, made = Enrolment.objects.get_or_create(
        place=place,
        defaults={"referral": place.referral, "format": group.format, "starts_on": today, "created_by": by},
    )
    if made:
        EnrolmentChange.objects.create(enrolment=row, to_format=group.format, by=by, at=clock.now())
    elif row.starts_on != today:
        row.starts_on = today
        row.save(update_fields=["starts_on"])
        why = follows.code_of_anchor(calendar.INTRODUCTION, today)
        EnrolmentChange.objects.create(
            enrolment=row, from_format=row.format, to_format=row.format, why=why, by=by, at=clock.now()
        )
    return row


@transaction.atomic
def wait(*, place: int, by: User, companion: str = "") -> GroupPlace:
    """Put somebody on the waiting list, after those who wait. Again changes nothing. Raises Denied, WrongState, NotReady."""
    row = GroupPlace.objects.lock(place)
    rules.answer.require(by, row)
    if row.status == P.WAITING:
        return row
    _require_may_answer(row)
    if grouping.free_seat(row.group, row) is not None:
        raise WrongState(_("A place is free now. You can take it."))
    place_workflow.move(row, P.WAITING, by=by, waiting_since=clock.now(), companion=companion.strip()[:80])
    outbox.cancel(subject=row.ref, why="They wait for a place.")
    return row


@transaction.atomic
def decline(*, place: int, by: User) -> GroupPlace:
    """Not this time: no reason is asked. Again changes nothing. Raises Denied, WrongState (has a place)."""
    row = GroupPlace.objects.lock(place)
    rules.answer.require(by, row)
    if row.status in (P.DECLINED, P.LEFT):
        return row
    place_workflow.move(row, P.DECLINED, by=by, offered_until=None, waiting_since=None)
    outbox.cancel(subject=row.ref, why="Not this time.")
    offer_free(row.group)
    return row


@transaction.atomic
def leave(*, place: int, by: User) -> GroupPlace:
    """Give a place back, by link or as the coordinator heard it. The first who waits hears of it. Again changes nothing.

    Raises Denied.
    """
    row = GroupPlace.objects.lock(place)
    rules.answer.require(by, row)
    if row.status not in KEPT:
        return row
    _end(row, by, note="")
    offer_free(row.group)
    return row


def _end(place: GroupPlace, by: User, note: str) -> None:
    place_workflow.move(place, P.LEFT, by=by, note=note, seat=None, offered_until=None, waiting_since=None)
    outbox.cancel(subject=place.ref, why="The place was given back.")


# A free place --------------------------------------------------------------------------------


def offer_free(group: PeerGroup) -> int:
    """Hold each free place of a locked group for the first who wait, and tell them; return how many were told.

    The time it is held begins when they may read of it, after their quiet hours.
    """
    told = 0
    if group.cancelled_at or grouping.is_over(group):
        return 0
    agreed = Referral.objects.with_live_consent().filter(status="open").values("pk")
    for place in group.places.waiting().filter(offered_until=None, referral__in=agreed):
        if grouping.free_seat(group) is None:
            break
        told_at = quiet.of(place.referral.mentee).after(clock.now())
        GroupPlace.objects.filter(pk=place.pk).update(offered_until=told_at + HELD_FOR)
        place.group = group
        _post("group.free", place, key=f"{clock.now():%Y%m%d%H%M%S}")
        told += 1
    return told


def pass_on_offers(now: dt.datetime) -> int:
    """Let go of free places that were not taken in time, and hold them for the next. Return how many. Safe to repeat."""
    late = GroupPlace.objects.filter(status=P.WAITING, offered_until__lte=now).order_by("group")
    return sum(_pass_on(pk, now) for pk in dict.fromkeys(late.values_list("group", flat=True)))


@transaction.atomic
def _pass_on(group: int, now: dt.datetime) -> int:
    """Who did not answer is asked no further, and may still sign up later: the place goes to the next."""
    row = PeerGroup.objects.lock(group)
    late = list(row.places.filter(status=P.WAITING, offered_until__lte=now).order_by("waiting_since", "pk"))
    for place in late:
        place_workflow.move(
            place,
            P.DECLINED,
            by=User.objects.system(),
            note="no answer in time",
            offered_until=None,
            waiting_since=None,
        )
        outbox.cancel(subject=place.ref, kind="group.free", why="The place was held long enough.")
    offer_free(row)
    return len(late)


# News from below -------------------------------------------------------------------------------


def stop_for_referral(*, referral: Referral, by: User, note: str) -> int:
    """End every place and invitation of a referral that may not be written to any more, inside the caller's transaction."""
    pks = (
        GroupPlace.objects.filter(referral=referral, status__in=KEPT).order_by("group_id").values_list("pk", flat=True)
    )
    ended = [_stop(pk, by, note) for pk in pks]
    for ref in GroupPlace.objects.filter(referral=referral).values_list("ref", flat=True):
        links.revoke(JOIN, ref)
        outbox.cancel(subject=ref, why="The referral may not be written to any more.")
    return len(ended)


def _stop(pk: int, by: User, note: str) -> GroupPlace:
    place = GroupPlace.objects.lock(pk)
    if place.status in KEPT:
        _end(place, by, note)
        offer_free(place.group)
    return place


def stop_for_person(*, referral: Referral, by: User) -> None:
    """End the places of every referral of a mentee who died."""
    for row in Referral.objects.filter(mentee=referral.mentee_id).order_by("pk"):
        stop_for_referral(referral=row, by=by, note="died")


# What makes sense ------------------------------------------------------------------------------


def _require_kept(place: GroupPlace) -> None:
    if place.status not in KEPT:
        raise WrongState(_("They have no place and no invitation now."))


def _require_open(group: PeerGroup) -> None:
    if group.cancelled_at:
        raise WrongState(_("This group does not go on any more."))
    if grouping.is_over(group):
        raise WrongState(_("This group is over."))


def _require_may_answer(place: GroupPlace) -> None:
    _require_open(place.group)
    until = place.group.sign_up_until
    held = place.offered_until is not None and place.offered_until > clock.now()
    if until is not None and until < clock.today(place.group.clinic.time_zone) and not held:
        raise WrongState(_("The day to sign up is over. Ring us if you would still like to come."))
    if place.status == P.LEFT:
        raise WrongState(_("This invitation is not open any more."))
    if lacking := grouping.fits(place.group, place.referral):
        raise NotReady([lacking])
