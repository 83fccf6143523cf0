"""Somebody would like to be a mentor: what they type is kept, sent, looked at again and taken back by themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Invalid, WrongState
from common.models import new_ref
from messaging import outbox
from referrals import facts
from referrals.duplicates import is_ref
from training import rules_applying as rules
from training.actions.applying_erasing import erase, erase_record, take_out, was_accepted
from training.data_applying import ANSWERS, DRAFTS_KEPT, KEPT_AFTER_A_NO, ApplicationData
from training.models import Application, ApplicationEvent, MentorEvent
from training.workflow import ApplicationStatus, Status, application_workflow

RECEIVED = "application.received"
MOST = 20_000  # characters of a whole draft
NEEDED = ("first_name", "last_name", "birth_year", "email", "languages", "role_types", "diagnoses", "channels", "why")
Source = Application.Source
Typed = Mapping[str, Sequence[str]]


@transaction.atomic
def save_draft(*, clinic: Clinic, typed: Typed, draft: str = "") -> Application:
    """Keep what was typed so far, right or wrong, under the ref `draft`; a ref not seen before begins a new draft.

    A draft is erased 14 days after it was begun. Raises Invalid (too long), WrongState (it was sent meanwhile).
    """
    words = _storable(typed)
    row = _draft(clinic, draft)
    if row.status != ApplicationStatus.DRAFT:
        raise WrongState(_("This was sent already. What you see here is an old copy of the form."))
    if row.draft_data.get("typed") == words:
        return row
    row.draft_data = {"typed": words, "at": clock.now().isoformat()}
    row.version += 1
    row.save(update_fields=["draft_data", "version"])
    return row


def _draft(clinic: Clinic, draft: str) -> Application:
    ref = draft if is_ref(draft) else new_ref()
    row, made = Application.objects.get_or_create(ref=ref, defaults={"clinic": clinic})
    if made:
        application_workflow.begin(row, by=User.objects.system())
    row = Application.objects.lock(row.pk)
    if row.clinic_id != clinic.pk or row.erased_at:
        raise WrongState(_("This form is not open any more. Begin again on the clinic's page."))
    return row


def _storable(typed: Typed) -> dict[str, list[str]]:
    kept = {str(n)[:60]: [str(v).replace("\x00", "\ufffd") for v in values] for n, values in typed.items()}
    if sum(len(value) for values in kept.values() for value in values) > MOST:
        raise Invalid(_("This is too much text to keep. Make it shorter, then go on"))
    return kept


@transaction.atomic
def erase_draft(*, draft: str) -> int:
    """Erase what was typed and not sent; return how many were erased. Safe to repeat. A nomination is answered no."""
    row = Application.objects.filter(ref=draft, status=ApplicationStatus.DRAFT).first()
    if row is None:
        return 0
    if row.source == Source.NOMINATED:
        withdraw(application=row.pk, by=User.objects.system())
        return 1
    row.delete()
    return 1


@transaction.atomic
def send_application(*, clinic: Clinic, data: ApplicationData, draft: str = "", by_link: bool = False) -> Application:
    """Send what somebody wrote about themselves. The same form twice, or the same person twice, is one application.

    `by_link` says that they came by a message to the address in it. Posts one message with a link to where they stand.
    Raises Invalid (at the field, nothing stored), WrongState (taken back meanwhile).
    """
    row = _draft(clinic, draft)
    if row.status in (ApplicationStatus.SENT, ApplicationStatus.TAKEN_UP):
        return row
    if row.status != ApplicationStatus.DRAFT:
        raise WrongState(_("This form is not open any more. Begin again on the clinic's page."))
    row.birth_year = data.answers.get("birth_year")  # type: ignore[assignment]
    known = _came_before(row, data)
    if known is not None:
        _give_way(row)
        tell(known, again=True)
        return known
    same = row.email and row.email.casefold() == str(data.answers.get("email", "")).casefold()
    verified = clock.now() if by_link and same else None
    send(row, data, by=User.objects.system(), email_verified_at=verified)
    _close_other_nominations(row)
    return row


def send(row: Application, data: ApplicationData, *, by: User, note: str = "", **changes: object) -> None:
    """Store the answers, move the application to sent and tell its writer. Raises Invalid."""
    check(row, data, needs_email=row.source != Source.COORDINATOR)
    row.save()
    now = clock.now()
    application_workflow.move(
        row, ApplicationStatus.SENT, by=by, note=note, sent_at=now, consented_at=now,
        consent_words=data.consent_words, draft_data={}, **changes,
    )  # fmt: skip
    tell(row)


def check(row: Application, data: ApplicationData, *, needs_email: bool = True) -> None:
    """Put the answers into the application and check them. Raises Invalid at the first field that needs another look."""
    for name in ANSWERS:
        if name in data.answers:
            setattr(row, name, data.answers[name])
    today = row.clinic.today
    for name in NEEDED:
        if not getattr(row, name) and (name != "email" or needs_email):
            raise Invalid(_("This still needs an answer"), field=name)
    facts.check_birth(int(row.birth_year or 0), row.birth_date, today=today)
    facts.check_diagnosed(row.diagnosed_year, None, today=today, birth_year=row.birth_year, birth_date=row.birth_date)
    facts.check_fields(row, *ANSWERS)
    if not data.consent or not data.consent_words:
        raise Invalid(_("We may only keep this if you agree. Tick the box, or erase what you wrote"), field="consent")


def _came_before(row: Application, data: ApplicationData) -> Application | None:
    """Return an application of the same person that waits already: nothing of it is changed or shown."""
    told = data.answers
    if not data.consent or not told.get("email"):
        return None
    same = Application.objects.filter(
        clinic=row.clinic, status=ApplicationStatus.SENT, email__iexact=str(told["email"]),
        first_name__iexact=str(told.get("first_name", "")), last_name__iexact=str(told.get("last_name", "")),
        birth_year=row.birth_year,
    )  # fmt: skip
    return same.exclude(pk=row.pk).first()


def _give_way(row: Application) -> None:
    if row.source == Source.NOMINATED:
        take_out(row, by=User.objects.system(), to=ApplicationStatus.CLOSED, note=_("They had applied already."))
    else:
        row.delete()


def _close_other_nominations(row: Application) -> None:
    others = Application.objects.filter(
        clinic=row.clinic, status=ApplicationStatus.DRAFT, source=Source.NOMINATED, email__iexact=row.email
    ).exclude(pk=row.pk)
    for other in others if row.email else []:
        take_out(other, by=User.objects.system(), to=ApplicationStatus.CLOSED, note=_("They had applied already."))


def tell(row: Application, *, again: bool = False) -> None:
    """Post the message with a link to where they stand; the same five minutes bring one message at most."""
    if row.email:
        key = str(int(clock.now().timestamp()) // 300) if again else ""
        outbox.post(RECEIVED, row.ref, clinic=row.clinic, to=row, key=key)


@transaction.atomic
def send_link_again(*, clinic: Clinic, email: str) -> int:
    """Send the link to whoever applied with this address; return how many, which no page may show."""
    known = Application.objects.filter(clinic=clinic, email__iexact=email.strip(), erased_at=None)
    rows = list(known.exclude(status__in=[ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN])[:5])
    for row in rows:
        tell(row, again=True)
    return len(rows)


@transaction.atomic
def verify_address(*, application: int) -> Application:
    """Note that somebody who came by a message to the address said that it is theirs. Again changes nothing."""
    row = Application.objects.lock(application)
    if row.email_verified_at is None and not row.erased_at:
        row.email_verified_at = clock.now()
        row.save(update_fields=["email_verified_at"])
        if row.mentor and row.mentor.person.email.casefold() == row.email.casefold():
            person = row.mentor.person
            person.email_verified_at = person.email_verified_at or row.email_verified_at
            person.save(update_fields=["email_verified_at"])
    return row


def may_take_back(row: Application) -> bool:
    """Tell whether an application can be taken back: always, until somebody was accepted."""
    return row.mentor is None or not was_accepted(row.mentor)


@transaction.atomic
def withdraw(*, application: int, by: User) -> Application:
    """Take an application back: what they wrote is erased, a record as an applicant stops, counts stay.

    Again changes nothing. Raises Denied, WrongState (they are in training or a mentor: that ends another way).
    """
    row = Application.objects.lock(application)
    rules.own.require(by, row)
    if row.status == ApplicationStatus.WITHDRAWN:
        return row
    if not may_take_back(row):
        raise WrongState(
            _("You are in the training, or a mentor already. Ring us: stopping is as easy, in another way.")
        )
    take_out(row, by=by, to=ApplicationStatus.WITHDRAWN, note=_("Taken back by the applicant."))
    return row


def tidy(now: dt.datetime) -> int:
    """Erase drafts begun 14 days ago and applications that came to nothing a year ago; return how many. A job."""
    system = User.objects.system()
    return _expire_drafts(now, system) + _forget(now, system)


@transaction.atomic
def _expire_drafts(now: dt.datetime, system: User) -> int:
    old = Application.objects.filter(status=ApplicationStatus.DRAFT, started_at__lt=now - DRAFTS_KEPT)
    rows = list(old.select_for_update(of=("self",)).select_related("clinic"))
    for row in rows:
        if row.source == Source.NOMINATED:
            take_out(row, by=system, to=ApplicationStatus.CLOSED, note=_("Not answered within two weeks."))
        else:
            row.delete()
    return len(rows)


@transaction.atomic
def _forget(now: dt.datetime, system: User) -> int:
    limit, kept = now - KEPT_AFTER_A_NO, Application.objects.filter(erased_at=None)
    came_to_nothing = Q(status=ApplicationStatus.CLOSED) | Q(
        status=ApplicationStatus.TAKEN_UP, mentor__status=Status.DECLINED
    )
    old = (
        kept.filter(came_to_nothing, sent_at__lt=limit).select_for_update(of=("self",)).select_related("mentor__person")
    )
    rows = [row for row in old if _last_moved(row) < limit]
    for row in rows:
        erase(row)
        if row.mentor and not was_accepted(row.mentor):
            erase_record(row.mentor)
    return len(rows)


def _last_moved(row: Application) -> dt.datetime:
    moments = list(ApplicationEvent.objects.filter(application=row).values_list("at", flat=True))
    return max([*moments, *MentorEvent.objects.filter(mentor=row.mentor_id).values_list("at", flat=True)])
