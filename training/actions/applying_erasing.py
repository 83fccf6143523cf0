"""What somebody wrote about themselves is erased; that there was somebody, when and what became of it stays."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts import links
from accounts.models import User
from common import clock
from messaging import outbox
from referrals.models import Patient, Person
from training.models import Application, Mentor, Upload
from training.workflow import Status, application_workflow, workflow

WORDS = ("first_name", "last_name", "email", "why", "nomination")
LISTS = ("languages", "diagnoses", "channels", "availability")
OWN_LISTS = (
    "languages", "channels", "topics", "wont_discuss", "interests", "values", "availability", "diagnoses", "phases",
    "treatments",
)  # fmt: skip


def take_out(row: Application, *, by: User, to: str, note: str) -> None:
    """Move a locked application to `to` and erase it, with the record of somebody who is no mentor yet."""
    mentor = row.mentor
    application_workflow.move(row, to, by=by, note=note)
    erase(row)
    if mentor is None:
        return
    if mentor.status in (Status.APPLIED, Status.INTERVIEWED, Status.LATER):
        workflow.move(mentor, Status.RETIRED, by=by, note=note)
    erase_record(mentor)


def erase(row: Application) -> None:
    """Erase what an application says and the letters about it; links to it show only that it is gone."""
    blank: dict[str, object] = dict.fromkeys((*WORDS, "phone"), "") | {name: [] for name in LISTS}
    blank |= {
        "birth_year": None,
        "birth_date": None,
        "diagnosed_year": None,
        "draft_data": {},
        "email_verified_at": None,
    }
    for name, value in blank.items():
        setattr(row, name, value)
    row.erased_at = clock.now()
    row.version += 1
    row.save(update_fields=[*blank, "erased_at", "version"])
    row.letters.all().delete()
    outbox.cancel(subject=row.ref, why="It was taken back.")
    links.revoke("application.fill", row.ref)


def erase_record(mentor: Mentor) -> None:
    """Erase what is known of somebody who never became a mentor, unless the clinic knows them for another reason."""
    for name in OWN_LISTS:
        setattr(mentor, name, [])
    mentor.about_me, mentor.work, mentor.life_stage, mentor.diagnosed_year, mentor.ask_again_on = "", "", "", None, None
    mentor.version += 1
    mentor.save()
    _erase_selection(mentor)
    person = mentor.person
    if person.user_id is None and not known_otherwise(person):
        _erase_person(person)


def was_accepted(mentor: Mentor) -> bool:
    """Tell whether somebody was ever accepted: then there is an account, a training, perhaps people."""
    return mentor.history.filter(to_status=Status.IN_TRAINING).exists()


def known_otherwise(person: Person) -> bool:
    """Tell whether somebody is a patient or was referred: then the clinic keeps them for that."""
    return Patient.objects.filter(person=person).exists() or person.referrals.exists()


def _erase_selection(mentor: Mentor) -> None:
    mentor.interviews.update(notes="")
    mentor.ratings.update(words="", draft={})
    mentor.references.all().delete()
    mentor.sponsorships.update(words="")
    mentor.selection_notes.update(words="")
    mentor.letters.all().delete()
    uploads = list(mentor.papers.values_list("upload", flat=True))
    mentor.papers.all().delete()
    Upload.objects.filter(pk__in=uploads).delete()


def _erase_person(person: Person) -> None:
    person.first_name, person.last_name = _("Somebody"), _("who took it back")
    person.email, person.phone, person.clinic_number, person.gender = "", "", "", ""
    person.email_verified_at = person.phone_verified_at = person.birth_date = None
    person.version += 1
    person.save()
