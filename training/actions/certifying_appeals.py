"""A certificate taken back with its reasons, the mentor's word against it, and what somebody else decides (Joo22 #46)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic, Membership
from clinics.roles import PERMISSIONS, Perm
from common import clock, words
from common.errors import Invalid, WrongState
from messaging import outbox
from referrals.models import Person
from training import readiness, signals, wording_certifying
from training import rules_certifying as rules
from training.actions.certifying import revoke
from training.actions.letters import send_letter
from training.actions.record import noted, opened
from training.models import Appeal, Decertification, Letter, Mentor
from training.wording_certifying import APPEAL_DAYS
from training.workflow import Status, workflow

LONGEST = 3000  # characters
Reason = Decertification.Reason
Outcome = Appeal.Outcome


@transaction.atomic
def decertify(
    *, mentor: int, by: User, note: str, reasons: Collection[str] = (Reason.OTHER,), letter: str = ""
) -> Mentor:
    """Take somebody's certificates and their place as a mentor away at once, with the reasons, and tell them by letter.

    Without words of its own the letter says the usual. Again changes nothing. Raises Denied, WrongState, Invalid.
    """
    m = opened(mentor, by)
    if m.status == Status.DECERTIFIED:
        return m
    chosen = _reasons(reasons)
    what = _text(note, "note", _("Write the reason: the mentor may ask for it"))[:1000]
    was, labels = m.status, ", ".join(str(Reason(code).label) for code in chosen)
    workflow.move(m, Status.DECERTIFIED, by=by, note=f"{labels}. {what}"[:1200], rest_from=None, rest_until=None)
    now = clock.now()
    Decertification.objects.create(mentor=m, reasons=chosen, words=what, was_status=was, at=now, by=by)
    revoke(m.certificates.all(), by, now)
    body = letter.strip() or wording_certifying.decertified(m, chosen, m.person.clinic.today)
    send_letter(mentor=m, kind=Letter.Kind.DECERTIFIED, body=body, by=by)
    signals.decertified.send(Mentor, mentor=m, by=by)
    return m


def _reasons(given: Collection[str]) -> list[str]:
    chosen = [code.value for code in Reason if code in given]
    if not chosen or len(chosen) != len(set(given)):
        raise Invalid(_("Choose at least one"), field="reasons")
    return chosen


def _text(text: str, field: str, missing: str) -> str:
    found = text.strip()
    if not found:
        raise Invalid(missing, field=field)
    if len(found) > LONGEST:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": LONGEST}, field=field)
    return found


# The appeal -------------------------------------------------------------------------------


def last_day(row: Decertification) -> dt.date:
    """Return the last day on which the mentor can ask to look again."""
    there = words.local(row.at, row.mentor.person.clinic.time_zone)
    return there.date() + dt.timedelta(days=APPEAL_DAYS)


@transaction.atomic
def appeal(*, mentor: int, by: User, text: str) -> Appeal:
    """Ask that somebody else looks again at a certificate taken back, once, within 30 days [D].

    Again returns what was asked. Raises Denied, WrongState (nothing to appeal against, or too late), Invalid.
    """
    m = opened(mentor, by, rules.appeal)
    against = m.decertifications.first()
    if m.status != Status.DECERTIFIED or against is None:
        raise WrongState(_("Your certificate is not taken back, so there is nothing to look at again."))
    known = Appeal.objects.filter(against=against).first()
    if known is not None:
        return known
    if m.person.clinic.today > last_day(against):
        raise WrongState(_("The time for this is over. Ring us: there is also a way back through the training."))
    body = _text(text, "text", _("Write why you do not agree"))
    row = Appeal.objects.create(mentor=m, against=against, words=body)
    noted(m, by, _("Asked somebody else to look at this again."))
    for user in deciders(m.person.clinic, but={against.by_id, by.pk}):
        outbox.post("appeal.to-decide", row.ref, clinic=m.person.clinic, to=user)
    return row


def deciders(clinic: Clinic, *, but: set[int]) -> list[User]:
    """Return who may decide appeals at a clinic today, without some people."""
    roles = [role for role, perms in PERMISSIONS.items() if Perm.OVERSEE in perms]
    rows = Membership.objects.live().filter(clinic=clinic, role__in=roles, user__is_active=True).exclude(user__in=but)
    return list({row.user_id: row.user for row in rows.select_related("user").order_by("since", "pk")}.values())


@transaction.atomic
def decide_appeal(*, appeal: int, by: User, outcome: str, answer: str, letter: str = "") -> Appeal:
    """Decide about an appeal, with the reason and a letter to the mentor; the certificates come back when overturned.

    The same decision again changes nothing. Raises Denied, WrongState (decided otherwise), Invalid.
    """
    row = Appeal.objects.select_related("against").get(pk=appeal)
    m = Mentor.objects.lock(row.mentor_id)
    row = Appeal.objects.select_related("against").get(pk=appeal)  # as it is under the lock
    row.mentor = m
    rules.decide_appeal.require(by, row)
    if outcome not in Outcome.values:
        raise Invalid(_("Choose an answer"), field="outcome")
    if row.decided_at is not None:
        if row.outcome == outcome:
            return row
        raise WrongState(_("This was decided meanwhile."))
    why = _text(answer, "answer", _("Write why, in your own words"))
    row.outcome, row.answer, row.decided_at, row.decided_by = outcome, why, clock.now(), by
    row.save(update_fields=["outcome", "answer", "decided_at", "decided_by"])
    noted(m, by, f"{Outcome(outcome).label}. {why}")
    if outcome == Outcome.OVERTURNED:
        _restore(m, row.against, by)
    body = letter.strip() or wording_certifying.answered(row, outcome)
    send_letter(mentor=m, kind=Letter.Kind.APPEAL, body=body, by=by)
    return row


def _restore(mentor: Mentor, row: Decertification, by: User) -> None:
    """Give back what was taken with the decision: straight to where they were while a certificate counts (ADR 10)."""
    mentor.certificates.filter(revoked_at=row.at).update(revoked_at=None, revoked_by=None)
    if mentor.status != Status.DECERTIFIED:  # retired meanwhile: the certificates stand again, nothing more
        return
    Person.objects.select_for_update().get(pk=mentor.person_id)  # so that nobody refers them at this very moment
    today = mentor.person.clinic.today
    covered = mentor.certificates.standing().filter(valid_from__lte=today, valid_until__gte=today).exists()
    waiting = mentor.person.referrals.filter(status__in=readiness.WAITING_FOR_A_MENTOR).exists()
    workflow.move(mentor, Status.ACTIVE if covered and not waiting else Status.IN_TRAINING, by=by)
