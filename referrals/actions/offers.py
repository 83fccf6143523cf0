"""Asking somebody whether they want a mentor. An option, never standard care (VdE21)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Invalid
from common.models import new_ref
from referrals import facts, rules
from referrals.actions.drafts import erase_draft
from referrals.duplicates import is_ref
from referrals.models import Offer, Person, Referral

Answer = Offer.Answer


@transaction.atomic
def make_offer(
    *,
    by: User,
    clinic: int,
    answer: str,
    person: str = "",
    ask_again_on: dt.date | None = None,
    label: str = "",
    draft: str = "",
    earlier: str = "",
) -> Offer:
    """Store what somebody answered to the offer.

    "no" and "later" keep nothing else: the draft of that ref is erased and no referral made. "later" needs
    a date and may carry a label to remember them by; `person` is the ref of somebody the clinic knows.
    `earlier` is the ref of the offer this one repeats. The draft's ref makes a second click harmless.
    Raises Denied, Invalid (answer, ask_again_on, label, person).
    """
    home = Clinic.objects.get(pk=clinic)
    rules.refer.require(by, home)
    if answer not in Answer.values:
        raise Invalid(_("Choose what they answered"), field="offer")
    known = find_person(clinic, person) if person else None
    later = answer == Answer.LATER
    if later:
        facts.check_later(ask_again_on, today=home.today)
        facts.check_fields(Offer(label=label), "label")
    if answer != Answer.YES:
        erase_draft(by=by, clinic=clinic, draft=draft)
    values = {
        "clinic": home, "person": known, "answer": answer, "by": by, "at": clock.now(),
        "ask_again_on": ask_again_on if later else None, "label": label.strip() if later and not known else "",
    }  # fmt: skip
    offer = _once(draft, values)
    _close_earlier(clinic, earlier, offer)
    return offer


def _once(key: str, values: dict) -> Offer:
    """Store the offer under the ref of its form, so that the same form sent twice is one offer."""
    ref = key if is_ref(key) else new_ref()
    offer, made = Offer.objects.get_or_create(ref=ref, defaults=values)
    if made or (offer.by_id, offer.clinic_id) != (values["by"].pk, values["clinic"].pk):
        return offer if made else Offer.objects.create(**values)
    changed = [name for name in ("answer", "ask_again_on", "label", "person") if getattr(offer, name) != values[name]]
    for name in changed:
        setattr(offer, name, values[name])
    if changed:
        offer.save(update_fields=changed)
    return offer


def record_yes(referral: Referral, *, by: User, earlier: str = "") -> Offer:
    """Store that somebody said yes, once per referral. Part of submitting."""
    values = {"clinic": referral.clinic, "person": referral.mentee, "answer": Answer.YES, "by": by, "at": clock.now()}
    offer, _made = Offer.objects.update_or_create(
        ref=referral.ref, defaults={**values, "referral": referral, "ask_again_on": None, "label": ""}
    )
    _close_earlier(referral.clinic_id, earlier, offer)
    return offer


def _close_earlier(clinic: int, earlier: str, offer: Offer) -> None:
    if is_ref(earlier):
        rows = Offer.objects.filter(clinic=clinic, ref=earlier, asked_again_at=None).exclude(pk=offer.pk)
        rows.update(asked_again_at=clock.now())


def find_person(clinic: int, ref: str) -> Person:
    """Return a person of this clinic. Raises Invalid for anybody else's."""
    person = Person.objects.filter(clinic=clinic, ref=ref).first() if is_ref(ref) else None
    if person is None:
        raise Invalid(_("This person is not known in this clinic. Look again, or write who it is"), field="person")
    return person


def due_offers(*, by: User, on: dt.date):
    """Return the offers this person made whose day to ask again has come, oldest first. A queryset."""
    rows = Offer.objects.visible_to(by).filter(by=by, answer=Answer.LATER, ask_again_on__lte=on, asked_again_at=None)
    return rows.select_related("person", "clinic").order_by("ask_again_on", "pk")
