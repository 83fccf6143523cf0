"""Somebody asks for a mentor themselves, by the clinic's public page: sent, taken up by a nurse, declined, taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.actions.settings import lock, note_change
from clinics.models import Clinic
from common import clock
from common.errors import Invalid, WrongState
from common.vocabulary import TEAM_TOPICS, Relation
from messaging import outbox
from referrals import facts, rules
from referrals.actions.drafts import save_draft
from referrals.models import Referral, SelfReferral, SelfReferralPage
from referrals.workflow import SelfStatus, self_workflow
from referrals.workflow import Status as ReferralStatus

RECEIVED, DECIDED = "self-referral.received", "self-referral.decided"
KEPT = dt.timedelta(days=60)  # then what they wrote is erased [D]
ANSWERS = ("first_name", "last_name", "birth_year", "email", "phone", "language", "relation", "topics")
MOST_WORDS = 600


@dataclass(frozen=True)
class Wish:
    """What somebody wrote, and exactly what they agreed to; nothing clinical."""

    first_name: str
    last_name: str
    birth_year: int
    language: str
    relation: str
    consent_words: str
    email: str = ""
    phone: str = ""
    topics: list[str] = field(default_factory=list)


@transaction.atomic
def ask_for_a_mentor(*, clinic: Clinic, wish: Wish) -> SelfReferral:
    """Keep that somebody would like to talk with a mentor, and tell them by e-mail that it came, with a link.

    The same person while it waits is one: nothing of it is changed, the link is sent again.
    Raises WrongState (the page is closed), Invalid (with the field): no way to reach them, not 18, no consent.
    """
    home = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)  # a double click waits here
    if not is_open(home):
        raise WrongState(_("This page is closed now. Please ring the clinic, or ask at your next visit."))
    row = _checked(home, wish)
    same = _waits_already(row)
    if same is not None:
        tell(same, again=True)
        return same
    row.asked_at = clock.now()
    row.save()
    self_workflow.begin(row, by=User.objects.system())
    tell(row)
    return row


def is_open(clinic: Clinic) -> bool:
    """Tell whether a clinic lets people ask for a mentor themselves."""
    return SelfReferralPage.objects.filter(clinic=clinic, is_open=True).exists()


def _checked(home: Clinic, wish: Wish) -> SelfReferral:
    row = SelfReferral(clinic=home, **asdict(wish))
    for name in ("first_name", "last_name"):
        if not getattr(row, name).strip():
            raise Invalid(_("This still needs an answer"), field=name)
    facts.check_birth(row.birth_year or 0, None, today=home.today)
    if row.relation not in Relation.values:
        raise Invalid(_("Choose one of the answers below"), field="relation")
    if not (row.phone or row.email):
        raise Invalid(_("Write a phone number or an e-mail address, so that we can reach you"), field="phone")
    if set(row.topics) & TEAM_TOPICS:
        raise Invalid(_("Choose from the answers below"), field="topics")
    facts.check_fields(row, *ANSWERS)
    if not wish.consent_words:
        raise Invalid(_("We may only keep this if you agree. Tick the box, or close this page"), field="consent")
    return row


def _waits_already(row: SelfReferral) -> SelfReferral | None:
    same = SelfReferral.objects.waiting().filter(
        clinic=row.clinic, first_name__iexact=row.first_name, last_name__iexact=row.last_name, birth_year=row.birth_year
    )
    by_mail = same.filter(email__iexact=row.email) if row.email else same.none()
    return by_mail.first() or (same.filter(phone=row.phone).first() if row.phone else None)


def tell(row: SelfReferral, *, again: bool = False) -> None:
    """Post the message with a link to where it stands; the same five minutes bring one message at most."""
    if row.email:
        key = str(int(clock.now().timestamp()) // 300) if again else ""
        outbox.post(RECEIVED, row.ref, clinic=row.clinic, to=row, key=key)


@transaction.atomic
def take_up(*, wish: int, by: User) -> Referral:
    """Open a draft referral with what somebody wrote, to complete with them. The wish waits until it is sent.

    Again is the same draft. Raises Denied, WrongState (decided already, or a colleague is completing it).
    """
    row = SelfReferral.objects.lock(wish)
    rules.refer.require(by, row.clinic)
    _require_waiting(row)
    if row.referral is not None:
        if row.referral.created_by_id != by.pk:
            raise WrongState(_("%(name)s is completing this one.") % {"name": row.referral.created_by.full_name})
        return row.referral
    row.referral = save_draft(by=by, clinic=row.clinic_id, typed=_typed(row))
    row.save(update_fields=["referral"])
    note = "taken up"
    row.history.create(from_status=row.status, to_status=row.status, by=by, at=clock.now(), note=note)
    return row.referral


def _typed(row: SelfReferral) -> dict[str, list[str]]:
    one = {name: [str(getattr(row, name) or "")] for name in ANSWERS if name != "topics"}
    return one | {"topics": list(row.topics), "languages": [row.language], "offer": ["yes"]}


def _require_waiting(row: SelfReferral) -> None:
    if row.status != SelfStatus.ASKED:
        raise WrongState(_("This was answered already, or taken back by who sent it."))


@transaction.atomic
def leave(*, wish: int, by: User) -> SelfReferral:
    """Let go of the draft, so that a colleague can take it up. Raises Denied, WrongState. Again changes nothing."""
    row = SelfReferral.objects.lock(wish)
    rules.look_after.require(by, row.clinic)
    _require_waiting(row)
    if row.referral is not None:
        draft, row.referral = row.referral, None
        row.save(update_fields=["referral"])
        Referral.objects.filter(pk=draft.pk, status=ReferralStatus.DRAFT).delete()
        row.history.create(from_status=row.status, to_status=row.status, by=by, at=clock.now(), note="left")
    return row


def confirm(referral: Referral, *, by: User) -> None:
    """Note that the referral which somebody asked for themselves was sent, and tell them. Part of submitting."""
    row = SelfReferral.objects.select_for_update(of=("self",)).filter(referral=referral).first()
    if row is not None and row.status == SelfStatus.ASKED:
        self_workflow.move(row, SelfStatus.CONFIRMED, by=by)
        _tell_decided(row)


@transaction.atomic
def decline(*, wish: int, by: User, reason: str) -> SelfReferral:
    """Say that it does not go on through here, with a reason they are told kindly. Again changes nothing.

    Raises Denied, Invalid (reason), WrongState (decided otherwise).
    """
    row = SelfReferral.objects.lock(wish)
    rules.look_after.require(by, row.clinic)
    if reason not in SelfReferral.Reason.values:
        raise Invalid(_("Choose why"), field="reason")
    if row.status == SelfStatus.DECLINED and row.reason == reason:
        return row
    _require_waiting(row)
    _drop_draft(row)
    self_workflow.move(row, SelfStatus.DECLINED, by=by, reason=reason)
    _tell_decided(row)
    return row


def _drop_draft(row: SelfReferral) -> None:
    if row.referral_id:
        Referral.objects.filter(pk=row.referral_id, status=ReferralStatus.DRAFT).delete()
        row.referral = None


def _tell_decided(row: SelfReferral) -> None:
    if row.email:
        outbox.post(DECIDED, row.ref, clinic=row.clinic, to=row)


@transaction.atomic
def withdraw_wish(*, wish: int) -> SelfReferral:
    """Take a wish back, by its writer: what they wrote is erased at once, and a draft made of it. Safe to repeat.

    Raises WrongState once it became a referral: that is stopped in another way.
    """
    row = SelfReferral.objects.lock(wish)
    if row.status == SelfStatus.WITHDRAWN:
        return row
    if row.status == SelfStatus.CONFIRMED:
        raise WrongState(_("The team went on with it already. Ring them: stopping is as easy, in another way."))
    _drop_draft(row)
    if row.status == SelfStatus.ASKED:
        self_workflow.move(row, SelfStatus.WITHDRAWN, by=User.objects.system())
    erase(row)
    return row


def erase(row: SelfReferral) -> None:
    """Take out everything somebody wrote; that somebody asked, and when, stays."""
    row.first_name = row.last_name = row.email = row.phone = row.relation = row.consent_words = ""
    row.birth_year, row.topics, row.erased_at = None, [], clock.now()
    row.version += 1
    row.save()


@transaction.atomic
def tidy_wishes(*, now: dt.datetime) -> int:
    """Erase what was sent 60 days ago; what nobody answered by then has expired. A job; return how many."""
    rows = SelfReferral.objects.filter(erased_at=None, asked_at__lt=now - KEPT)
    found = list(rows.select_for_update(of=("self",)).select_related("clinic"))
    for row in found:
        if row.status == SelfStatus.ASKED:
            _drop_draft(row)
            self_workflow.move(row, SelfStatus.EXPIRED, by=User.objects.system())
        erase(row)
    return len(found)


@transaction.atomic
def change_page(*, clinic: Clinic, by: User, version: int, is_open: bool, words: str) -> Clinic:
    """Open or close the clinic's public page, and write its own words. Raises Denied, Stale, Invalid (words)."""
    row = lock(clinic, by, version)
    words = (words or "").replace("\x00", "").strip()
    if len(words) > MOST_WORDS:
        raise Invalid(_("Make it shorter: at most %(n)d characters.") % {"n": MOST_WORDS}, field="words")
    page, _made = SelfReferralPage.objects.get_or_create(clinic=row)
    said = {True: _("open"), False: _("closed")}
    changes = {_("The page"): [said[page.is_open], said[is_open]]} if page.is_open != is_open else {}
    changes |= {_("Its words"): [page.words, words]} if page.words != words else {}
    page.is_open, page.words = is_open, words
    page.save()
    return note_change(row, "self-referral", changes, by)
