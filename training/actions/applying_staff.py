"""What the clinic does about people who would like to be a mentor: put forward, write down, take up, close."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.models import Clinic
from common import clock
from common.errors import Invalid, NotReady, WrongState
from messaging import outbox
from referrals import facts
from referrals.duplicates import is_ref
from training import rules_applying as rules
from training.actions.applying import check, send
from training.actions.letters import send_letter
from training.actions.records import add_applicant
from training.data import MentorData
from training.data_applying import LIVED, WHO, ApplicationData, Nomination
from training.models import Application, Letter, Mentor
from training.workflow import ApplicationStatus, application_workflow

INVITED = "application.invited"
Source = Application.Source
NAMED = ("first_name", "last_name", "email", "language")


@transaction.atomic
def nominate(*, clinic: Clinic, by: User, data: Nomination) -> Application:
    """Put somebody forward, who said yes to being written to: they get a link to say yes or no themselves.

    The same person by the same professional, not answered yet, is one nomination. Raises Denied, Invalid.
    """
    rules.put_forward.require(by, clinic)
    if not data.agreed:
        raise Invalid(_("Ask them first whether we may write to them"), field="agreed")
    row = Application(clinic=clinic, source=Source.NOMINATED, nominated_by=by, nomination=data.why.strip())
    for name in NAMED:
        setattr(row, name, getattr(data, name).strip())
    facts.check_words(row.nomination, field="why")
    for name in NAMED:
        facts.check_words(getattr(row, name), field=name)
    facts.check_fields(row, *NAMED, "nomination")
    same = Application.objects.put_forward_by(by).filter(
        clinic=clinic, status=ApplicationStatus.DRAFT, email__iexact=row.email
    )
    if (known := same.first()) is not None:
        return known
    row.save()
    application_workflow.begin(row, by=by)
    outbox.post(INVITED, row.ref, clinic=clinic, to=row)
    return row


@transaction.atomic
def write_down(*, clinic: Clinic, by: User, data: ApplicationData, ref: str = "") -> Application:
    """Store what somebody says who sits beside a coordinator and agrees that it is kept. The same form twice is one.

    Raises Denied, Invalid.
    """
    rules.write_down.require(by, clinic)
    known = Application.objects.filter(ref=ref, clinic=clinic).first() if is_ref(ref) else None
    if known is not None:
        return known
    row = Application(clinic=clinic, source=Source.COORDINATOR)
    row.ref = ref if is_ref(ref) else row.ref
    check(row, data, needs_email=False)
    row.save()
    application_workflow.begin(row, by=by)
    send(row, data, by=by, note=_("They agreed beside the coordinator."))
    return row


def told(row: Application, same_as: str = "") -> MentorData:
    """Return what an applicant wrote, as the record of a mentor wants it."""
    profile = {name: getattr(row, name) for name in LIVED if name != "why"}
    return MentorData({name: getattr(row, name) for name in WHO}, profile, same_as)


@transaction.atomic
def take_up(*, application: int, by: User, same_as: str = "") -> Mentor:
    """Begin the selection of an applicant: a person and a record, without an account yet. Again returns the record.

    Somebody like a person the clinic knows is asked about (field "same_as"). Raises Denied, WrongState, Invalid.
    """
    row = Application.objects.lock(application)
    rules.handle.require(by, row)
    if row.mentor is not None and row.status == ApplicationStatus.TAKEN_UP:
        return row.mentor
    if row.status != ApplicationStatus.SENT:
        raise WrongState(_("This application is not open any more."))
    mentor = add_applicant(clinic=row.clinic, by=by, data=told(row, same_as), verified_at=row.email_verified_at)
    application_workflow.move(row, ApplicationStatus.TAKEN_UP, by=by, mentor=mentor)
    return mentor


@transaction.atomic
def close_application(*, application: int, by: User, letter: str, note: str = "") -> Application:
    """Say no, with a kind letter; without an address there is nothing to send and somebody rings. Again changes nothing.

    Raises Denied, WrongState, Invalid (no letter).
    """
    row = Application.objects.lock(application)
    rules.handle.require(by, row)
    if row.status == ApplicationStatus.CLOSED:
        return row
    application_workflow.move(row, ApplicationStatus.CLOSED, by=by, note=note.strip()[:1000])
    if row.email:
        send_letter(application=row, kind=Letter.Kind.DECLINED, body=letter, by=by)
    return row


@transaction.atomic
def open_again(*, application: int, by: User) -> Application:
    """Open a closed application again, as long as it was not erased. Again changes nothing. Raises Denied, WrongState."""
    row = Application.objects.lock(application)
    rules.handle.require(by, row)
    if row.status == ApplicationStatus.SENT:
        return row
    if row.erased_at:
        raise NotReady([_("What they wrote was erased. They can apply again on the clinic's page.")])
    application_workflow.move(row, ApplicationStatus.SENT, by=by, sent_at=clock.now())
    return row
