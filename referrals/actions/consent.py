"""Consent: one answer per scope, with the words that were read, how and by whom; withdrawn any day."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic, SettingChange
from common import clock
from common.errors import Invalid, WrongState
from common.vocabulary import Language
from messaging import outbox
from referrals import facts, rules
from referrals.data import ConsentData
from referrals.models import NEEDED_SCOPES, Consent, ConsentText, Referral, Scope
from referrals.signals import consent_withdrawn
from referrals.workflow import Status


@transaction.atomic
def withdraw_consent(*, referral: int, scope: str, by: User, how: str) -> Referral:
    """Take back one consent, from this moment.

    Without a needed scope every message about the referral is cancelled and `consent_withdrawn` is sent, all
    in this transaction. Already withdrawn changes nothing. Raises Denied, Invalid, WrongState.
    """
    row = Referral.objects.lock(referral)
    rules.look_after.require(by, row)
    _require(scope, how)
    if row.status == Status.DRAFT:
        raise WrongState()
    answer = row.consents.filter(scope=scope, given=True, withdrawn_at=None).first()
    if answer is None:
        return row
    _withdraw(answer, by=by, how=how)
    if scope in NEEDED_SCOPES:
        outbox.cancel(subject=row.ref, why="consent withdrawn")
        consent_withdrawn.send(sender=Referral, referral=row, by=by)
    return row


def _withdraw(answer: Consent, *, by: User, how: str) -> None:
    answer.withdrawn_at, answer.withdrawn_by, answer.withdrawn_how = clock.now(), by, how
    answer.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_how"])


@transaction.atomic
def give_consent(
    *, referral: int, scope: str, by: User, how: str, text: int | None = None, given: bool = True
) -> Referral:
    """Store a new answer to one scope; the answer that stood so far ends now. The same answer changes nothing.

    `text` is the pk of the words that were read, else the newest. Raises Denied, Invalid, WrongState.
    A yes that becomes a no is a withdrawal.
    """
    row = Referral.objects.lock(referral)
    rules.look_after.require(by, row)
    _require(scope, how)
    if row.status == Status.DRAFT:
        raise WrongState()
    if not given and row.consents.filter(scope=scope, given=True, withdrawn_at=None).exists():
        withdraw_consent(referral=referral, scope=scope, by=by, how=how)
    answer_scope(row, scope, given, ConsentData({}, how, (text,) if text else ()), by=by)
    return row


def answer_scope(referral: Referral, scope: str, given: bool, consent: ConsentData, *, by: User) -> Consent:
    """Write one answer, closing the one before; no new row when nothing changed."""
    live = referral.consents.filter(scope=scope, withdrawn_at=None).first()
    if live and live.given == given:
        return live
    if live:
        _withdraw(live, by=by, how=consent.how)
    words = words_read(referral.clinic, scope, consent.texts, referral.mentee.language)
    return referral.consents.create(scope=scope, given=given, text=words, how=consent.how, by=by, at=clock.now())


def answer_all(referral: Referral, consent: ConsentData, *, by: User) -> None:
    """Write one answer per scope. Raises Invalid at consent_<scope> or consent_how."""
    if consent.how not in Consent.How.values:
        raise Invalid(_("Choose how they gave their answers"), field="consent_how")
    for scope in Scope:
        if consent.answers.get(scope) not in (True, False):
            raise Invalid(_("Choose yes or no"), field=f"consent_{scope.value}")
        if scope in NEEDED_SCOPES and not consent.answers[scope]:
            words = _("Without this yes nobody can look for a mentor. If they would rather not, change the offer")
            raise Invalid(words, field=f"consent_{scope.value}")
    for scope in Scope:
        answer_scope(referral, scope.value, consent.answers[scope], consent, by=by)


def _require(scope: str, how: str) -> None:
    if scope not in Scope.values:
        raise Invalid(_("Choose what it is about"), field="scope")
    if how not in Consent.How.values:
        raise Invalid(_("Choose how they told it"), field="how")


def current_texts(clinic: Clinic) -> list[ConsentText]:
    """Return the newest words of every scope and language of a clinic, in order of scope."""
    newest: dict[tuple[str, str], ConsentText] = {}
    for row in ConsentText.objects.filter(clinic=clinic).order_by("version"):
        newest[row.scope, row.language] = row
    order = {scope.value: n for n, scope in enumerate(Scope)}
    return sorted(newest.values(), key=lambda row: (order.get(row.scope, 9), row.language))


def words_read(clinic: Clinic, scope: str, shown: Iterable[int], language: str) -> ConsentText:
    """Return the words somebody agreed to: of those shown, in their language, else the newest there are.

    Raises Invalid when shown words are another clinic's, or the clinic has none.
    """
    rows = {row.pk: row for row in ConsentText.objects.filter(clinic=clinic).order_by("version")}
    if not set(shown) <= set(rows):
        raise Invalid(_("These consent words are not of this clinic. Open the form again"), field=f"consent_{scope}")
    own = [row for row in rows.values() if row.scope == scope]
    if not own:
        raise Invalid(_("This clinic has no consent words yet. Ask an admin to write them"), field=f"consent_{scope}")
    seen = [row for row in own if row.pk in set(shown)] or own
    mother = [row for row in seen if row.language == language]
    first = [row for row in seen if row.language == (clinic.languages or ["en"])[0]]
    return (mother or first or seen)[-1]


@transaction.atomic
def new_consent_text(*, clinic: int, scope: str, language: str, text: str, by: User) -> ConsentText:
    """Add a new version of the words of one scope in one language; the old ones stay as they were.

    The same words again change nothing. Raises Denied, Invalid (scope, language, text).
    """
    home = Clinic.objects.select_for_update(no_key=True).get(pk=clinic)
    rules.change_texts.require(by, home)
    if scope not in Scope.values:
        raise Invalid(_("Choose what it is about"), field="scope")
    if language not in Language.values:
        raise Invalid(_("Choose one of the languages"), field="language")
    words = facts.check_words(text, field="text", most=2000)
    last = ConsentText.objects.filter(clinic=home, scope=scope, language=language).order_by("-version").first()
    if last and last.text == words:
        return last
    version = last.version + 1 if last else 1
    SettingChange.objects.create(
        clinic=home, section="consent", by=by, at=clock.now(),
        changes={f"{scope} {language}": [f"version {last.version}" if last else "", f"version {version}"]},
    )  # fmt: skip
    return ConsentText.objects.create(
        clinic=home, scope=scope, language=language, version=version, text=words, by=by, at=clock.now()
    )
