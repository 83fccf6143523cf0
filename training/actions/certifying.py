"""Words that are signed, and certificates: given, taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic, SettingChange
from common import clock
from common.errors import Invalid, NotReady, Stale, WrongState
from training import agreements, certification, learning, policy
from training import rules_certifying as rules
from training.actions.record import noted, opened, past, stored, to_come
from training.models import AgreementText, Certificate, Mentor, Signature
from training.workflow import Status, workflow

CERTIFIABLE = (Status.IN_TRAINING, Status.READY, Status.ACTIVE, Status.RESTING)
FARTHEST = dt.timedelta(days=366)
LONGEST_TEXT = 20000  # characters


# Words ------------------------------------------------------------------------------------


@transaction.atomic
def publish_agreement(
    *, clinic: Clinic, by: User, kind: str, body: str, in_force_from: dt.date, sign_by: dt.date, version: int
) -> AgreementText:
    """Publish new words to sign. `version` is that of the words they follow (0: none): an older one raises Stale.

    They count from a later day than today, so that nobody who signed today signed other words; the first words of
    a kind may count at once. Nobody is late before `sign_by` is over. The same again returns what is there.
    Raises Denied, Stale, Invalid.
    """
    rules.publish_words.require(by, clinic)
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)  # two at once get two versions, or one a Stale
    newest = AgreementText.objects.of_clinic(clinic).filter(kind=kind).order_by("-version").first()
    words = "\n".join(line.rstrip() for line in body.replace("\r\n", "\n").strip().split("\n"))
    if newest and (newest.body, newest.in_force_from, newest.sign_by) == (words, in_force_from, sign_by):
        return newest
    if (newest.version if newest else 0) != version:
        raise Stale()
    _check_words(kind, words, newest)
    _check_days(clinic, newest, in_force_from, sign_by)
    SettingChange.objects.create(
        clinic=clinic, section="agreements", by=by,
        changes={str(AgreementText.Kind(kind).label): [str(version) if version else "", str(version + 1)]},
    )  # fmt: skip
    return AgreementText.objects.create(
        clinic=clinic, kind=kind, version=version + 1, body=words, in_force_from=in_force_from, sign_by=sign_by,
        published_by=by,
    )  # fmt: skip


def _check_words(kind: str, words: str, newest: AgreementText | None) -> None:
    if kind not in AgreementText.Kind.values:
        raise Invalid(_("Choose one of the answers below"), field="kind")
    if not words:
        raise Invalid(_("Write the words that mentors sign"), field="body")
    if len(words) > LONGEST_TEXT:
        raise Invalid(_("Make this shorter: at most %(most)d characters") % {"most": LONGEST_TEXT}, field="body")
    if newest and newest.body == words:
        raise Invalid(_("These are the present words. Change something first"), field="body")


def _check_days(clinic: Clinic, newest: AgreementText | None, in_force_from: dt.date, sign_by: dt.date) -> None:
    today = clinic.today
    if newest and in_force_from <= today:
        raise Invalid(_("Choose tomorrow or a later day: what was signed today stays signed"), field="in_force_from")
    if newest and in_force_from < newest.in_force_from:
        raise Invalid(_("The former words begin later than this. Choose a later day"), field="in_force_from")
    if not newest and in_force_from < today:
        raise Invalid(_("This day is past. Choose today or a day to come"), field="in_force_from")
    if in_force_from > today + FARTHEST:
        raise Invalid(_("Choose a day within a year"), field="in_force_from")
    if sign_by < in_force_from:
        raise Invalid(_("Give them time: choose a day after the words begin to count"), field="sign_by")
    if sign_by > in_force_from + FARTHEST:
        raise Invalid(_("Choose a day within a year after the words begin to count"), field="sign_by")


@transaction.atomic
def sign(*, mentor: int, by: User, texts: Collection[str]) -> Mentor:
    """Let a mentor sign everything that is unsigned; `texts` are the versions they ticked (agreements.key_of).

    Again changes nothing. Raises Denied, WrongState, Stale (other words count by now), Invalid (not all ticked).
    """
    m = opened(mentor, by, rules.sign)
    if m.status not in agreements.SIGNING:
        raise WrongState(_("These words are for people who are, or are becoming, a mentor."))
    today = m.person.clinic.today
    known = agreements.in_force(m.person.clinic, today)
    wanted = agreements.to_sign(m, today, known)
    if not wanted:
        return m
    if set(texts) - {agreements.key_of(text) for text in known}:
        raise Stale(_("The words have changed while you were reading. Read the new ones first."))
    if {agreements.key_of(text) for text in wanted} - set(texts):
        raise Invalid(_("Tick each of the texts"), field="texts")
    _write_signatures(m, wanted, today, by)
    noted(m, by, _("Signed: %(what)s.") % {"what": ", ".join(str(text.get_kind_display()) for text in wanted)})
    return stored(m, code_signed_on=today)


@transaction.atomic
def sign_code(*, mentor: int, by: User, on: dt.date | None = None) -> Mentor:
    """Record that the mentor signed, on paper, everything that counted on a day (Joo22 #45). Raises Denied, Invalid.

    What they signed themselves on a later day still counts.
    """
    m = opened(mentor, by)
    day = past(on, m)
    _write_signatures(m, agreements.in_force(m.person.clinic, day), day, by)
    own = m.signatures.filter(by=m.person.user).aggregate(last=Max("signed_on"))["last"]
    return stored(m, code_signed_on=max(day, own or day))


def _write_signatures(mentor: Mentor, texts: list[AgreementText], day: dt.date, by: User) -> None:
    rows = [Signature(mentor=mentor, text=text, signed_on=day, by=by) for text in texts]
    Signature.objects.bulk_create(rows, ignore_conflicts=True)  # signed once is signed


# Certificates -----------------------------------------------------------------------------


@transaction.atomic
def issue_certificate(*, mentor: int, by: User, valid_from: dt.date, valid_until: dt.date) -> Certificate:
    """Certify the training between two days, both included. The same dates again return what is there.

    A second one brings the mentor under the clinic's present rules. Raises Denied, Invalid, WrongState (not
    accepted yet, or no longer a mentor), NotReady with every part of the training or refresher still to pass.
    """
    m = opened(mentor, by)
    if m.status not in CERTIFIABLE:
        raise WrongState(_("A certificate is for somebody who was accepted as a mentor."))
    known = m.certificates.standing().filter(valid_from=valid_from, valid_until=valid_until).first()
    if known is not None:
        return known
    _check_span(m, valid_from, valid_until)
    lacking = certification.missing(m)
    if lacking:
        raise NotReady([certification.sentence(item) for item in lacking])
    return _issue(m, by, valid_from, valid_until)


def _issue(m: Mentor, by: User, valid_from: dt.date, valid_until: dt.date) -> Certificate:
    if certification.former(m) is not None:
        stored(m, policy=policy.current(m.person.clinic) or m.policy)
    followed = learning.current(m)
    certificate = Certificate.objects.create(
        mentor=m, valid_from=valid_from, valid_until=valid_until, issued_by=by, policy=m.policy,
        curriculum=followed.curriculum if followed else None,
    )  # fmt: skip
    note = _("Certificate %(number)s.") % {"number": certificate.number}
    if m.status == Status.IN_TRAINING:
        workflow.move(m, Status.READY, by=by, note=note)
    else:
        noted(m, by, note)
    return certificate


def _check_span(mentor: Mentor, valid_from: dt.date, valid_until: dt.date) -> None:
    if valid_until <= valid_from:
        raise Invalid(_("The last day comes after the first. Choose a later day"), field="valid_until")
    to_come(valid_until, mentor, "valid_until")
    if valid_from > mentor.person.clinic.today + FARTHEST:
        raise Invalid(_("Choose a day within a year"), field="valid_from")


@transaction.atomic
def revoke_certificate(*, certificate: int, by: User) -> Certificate:
    """Take one certificate back, for example after a slip of the pen. Again changes nothing. Raises Denied."""
    row = Certificate.objects.get(pk=certificate)
    m = opened(row.mentor_id, by)
    if revoke(m.certificates.filter(pk=row.pk), by, clock.now()):
        stored(m)
        noted(m, by, _("Certificate %(number)s taken back.") % {"number": row.number})
    row.refresh_from_db()
    return row


def revoke(certificates, by: User, at: dt.datetime) -> int:
    """Take certificates back that still stand; return how many."""
    return certificates.standing().update(revoked_at=at, revoked_by=by)
