"""What the pages of people who would like to be a mentor show, worked out from rows already fetched."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from clinics.models import Clinic
from common import clock, words
from common.vocabulary import Channel, Diagnosis, Language, Relation, Slot
from referrals.labels import labels
from training.data_applying import DRAFTS_KEPT
from training.models import Application, Mentor
from training.workflow import ApplicationStatus, Status

RATED_BY = 2
AFTER_TALK = (Status.INTERVIEWED, Status.IN_TRAINING, Status.READY, Status.ACTIVE, Status.RESTING)
ACCEPTED = AFTER_TALK[1:]
DECIDED = (*ACCEPTED, Status.LATER, Status.REDIRECTED, Status.DECLINED, Status.RETIRED, Status.DECERTIFIED)


def consent_words(clinic: Clinic) -> str:
    """Return exactly what somebody agrees to when they let us keep what they write."""
    return _(
        "%(clinic)s may keep what I write here, my illness included, to see whether I can be a mentor. "
        "I can take it back any day, and then it is erased. If it comes to nothing it is erased after a year."
    ) % {"clinic": clinic.name}


def saved_words(row: Application | None) -> str:
    """Return "Saved at 12:11. Kept on this device's page until 12 December.", or nothing."""
    typed_at = (row.draft_data or {}).get("at") if row else None
    if row is None or not typed_at:
        return ""
    tz = row.clinic.time_zone
    at = words.until(dt.datetime.fromisoformat(typed_at), tz, now=clock.now())
    last = words.day(words.local(row.started_at + DRAFTS_KEPT, tz).date(), today=row.clinic.today, weekday=False)
    return _("Saved at %(time)s. You can go on here, on this device, until %(day)s.") % {"time": at, "day": last}


def initial(row: Application | None, is_many) -> dict:
    """Return what was typed as an unbound form shows it, right or wrong."""
    typed = (row.draft_data or {}).get("typed", {}) if row else {}
    return {name: values if is_many(name) else (values or [""])[-1] for name, values in typed.items()}


def named(row: Application) -> dict:
    """Return what who put somebody forward wrote about whom it is."""
    return {name: getattr(row, name) for name in ("first_name", "last_name", "email", "language")}


# Where somebody stands ------------------------------------------------------------------------


def stages(row: Application) -> list[dict]:
    """Return the road of an applicant: sent, a talk, rated by two, the decision, the training."""
    at = _step(row)
    titles = [_("Sent"), _("A talk"), _("Two people look"), _("Decision"), _("Training")]
    names = ["done", "now", "to-come"]
    return [{"title": title, "state": names[(n >= at) + (n > at)]} for n, title in enumerate(titles)]


def _step(row: Application) -> int:
    mentor = row.mentor
    if row.status != ApplicationStatus.TAKEN_UP or mentor is None:
        return 3 if row.status == ApplicationStatus.CLOSED else 0
    if mentor.status in (Status.READY, Status.ACTIVE, Status.RESTING):
        return 5
    if mentor.status == Status.IN_TRAINING:
        return 4
    if mentor.status in DECIDED:
        return 3
    if mentor.status == Status.APPLIED:
        return 1
    return 2 if mentor.ratings.exclude(saved_at=None).count() < RATED_BY else 3


def _says(row: Application) -> str:
    mentor = row.mentor
    if row.status == ApplicationStatus.CLOSED:
        return _("There is a letter for you about this.") if row.email else _("We told you about this on the phone.")
    if mentor is None:
        return _("We have it. Somebody rings or writes to you within a few days.")
    if mentor.status == Status.LATER and mentor.ask_again_on:
        day = words.day(mentor.ask_again_on, today=row.clinic.today, weekday=False)
        return _("Not now. We ask you again on %(day)s.") % {"day": day}
    return {
        Status.APPLIED: _("We get to know each other. Somebody plans a talk with you."),
        Status.INTERVIEWED: _("Two people each say what they saw, and then it is decided."),
        Status.IN_TRAINING: _("Yes! You have an account: sign in to begin."),
        Status.LATER: _("Not now. You hear from us."),
        Status.REDIRECTED: _("Another role may fit you better. There is a letter for you."),
        Status.DECLINED: _("It is a no this time. There is a letter for you."),
    }.get(mentor.status, _("This has ended."))


def lede(row: Application) -> str:
    """Say in one sentence where somebody stands."""
    if row.mentor and row.mentor.status in (Status.READY, Status.ACTIVE, Status.RESTING):
        return _("You did the training. Sign in to see everything that is yours.")
    return _says(row)


def letters_of(row: Application) -> list:
    """Return the letters to somebody, as an applicant and after, newest first."""
    found = list(row.letters.all())
    return found + list(row.mentor.letters.all()) if row.mentor else found


def own_facts(row: Application) -> list[tuple]:
    """Return what we keep of somebody, for themselves to read."""
    return [
        (_("Name"), str(row)), (_("Year of birth"), row.birth_year or ""), (_("E-mail address"), row.email),
        (_("Phone"), row.phone.as_national if row.phone else ""), (_("Illness"), labels(Diagnosis, row.diagnoses)),
        (_("Told in"), row.diagnosed_year or ""), (_("Speaks"), labels(Language, row.languages)),
        (_("By"), labels(Channel, row.channels)), (_("When"), labels(Slot, row.availability)), (_("Why"), row.why),
    ]  # fmt: skip


# For the clinic -------------------------------------------------------------------------------


def facts(row: Application) -> list[tuple]:
    """Return what somebody said about themselves, as label and value."""
    year, today = row.birth_year, row.clinic.today
    told = words.day(row.consented_at.date(), today=today, weekday=False) if row.consented_at else ""
    return [
        (_("Year of birth"), _("%(year)d, about %(age)d years old") % {"year": year, "age": today.year - year} if year else ""),
        (_("E-mail address"), _mail(row)), (_("Phone"), row.phone.as_national if row.phone else ""),
        (_("Letters in"), row.get_language_display()), (_("What they lived"), labels(Relation, row.role_types)),
        (_("Illness"), labels(Diagnosis, row.diagnoses)), (_("Told in"), row.diagnosed_year or ""),
        (_("Speaks"), labels(Language, row.languages)), (_("By"), labels(Channel, row.channels)),
        (_("When"), labels(Slot, row.availability)), (_("How it came"), came(row)),
        (_("Agreed that we keep this"), told),
    ]  # fmt: skip


def _mail(row: Application) -> str:
    if row.email and not row.email_verified_at:
        return _("%(email)s (they have not opened our message yet)") % {"email": row.email}
    return row.email


def came(row: Application) -> str:
    """Say by which way somebody came."""
    if row.nominated_by:
        return _("Put forward by %(name)s") % {"name": row.nominated_by.full_name}
    return str(row.get_source_display())


def history(row: Application) -> list[dict]:
    """Return what happened to an application, in order, for the timeline component."""
    return [
        {
            "at": event.at, "title": ApplicationStatus(event.to_status).label, "to_come": False,
            "text": " ".join(filter(None, ["" if event.by.is_system else f"{event.by.full_name}.", event.note])),
        }
        for event in row.history.select_related("by")
    ]  # fmt: skip


def outcome(row: Application) -> str:
    """Say in a word, to who put somebody forward, what became of it. Nothing of what was said or decided why."""
    if row.status == ApplicationStatus.DRAFT:
        return _("Not answered yet")
    if row.status == ApplicationStatus.SENT:
        return _("Said yes")
    if row.status == ApplicationStatus.TAKEN_UP and row.mentor:
        return _word_of(row.mentor)
    if row.status == ApplicationStatus.WITHDRAWN:
        return _("Said no")
    return _("Not answered") if row.sent_at is None else _("Closed")


def _word_of(mentor: Mentor) -> str:
    if mentor.status in (Status.APPLIED, Status.INTERVIEWED):
        return _("We are getting to know them")
    if mentor.status in (Status.IN_TRAINING, Status.READY):
        return _("In training")
    if mentor.status in (Status.ACTIVE, Status.RESTING):
        return _("A mentor now")
    return _("Later, perhaps") if mentor.status == Status.LATER else _("Closed")


def first_letter(row: Application, by) -> str:
    """Return a kind letter that says no, to be changed by who sends it."""
    text = _(
        "Dear %(name)s,\n\nThank you for wanting to be there for others, and for telling us about yourself. "
        "We read it with care. This time we do not go on together. That says nothing about what you lived or how you "
        "cope with it: being a mentor asks for something particular, at a particular moment.\n\n"
        "If you would like to hear more, or think of another way to help, do ring us. You may apply again later.\n\n"
        "With warm wishes,\n%(by)s"
    )
    return text % {"name": row.first_name, "by": by.full_name}
