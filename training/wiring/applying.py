"""Messages, rounds, doors, panels and settings of this part."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.roles import Perm, can
from common import words
from messaging import rounds
from training import doors, panels
from training.actions.applying import tidy
from training.doors import Door
from training.models import Application, Mentor
from training.notices import applying, letters
from training.panels import Panel
from training.rules_applying import put_forward
from training.workflow import ApplicationStatus


def applicants(user, clinic) -> Door | None:
    """Lead who keeps the records to the people who want to be a mentor."""
    if not can(user, Perm.MANAGE_MENTORS, clinic):
        return None
    n = Application.objects.of_clinic(clinic).filter(status=ApplicationStatus.SENT).count()
    waits = ngettext("%(n)d waits to be taken up", "%(n)d wait to be taken up", n) % {"n": n} if n else ""
    return Door(reverse("training:applicants"), "user-plus", _("People who want to be a mentor"), waits, soon=bool(n))


def nominate(user, clinic) -> Door | None:
    """Lead who does not keep the records, and knows people, to putting somebody forward."""
    if can(user, Perm.MANAGE_MENTORS, clinic) or not put_forward.allows(user, clinic):
        return None
    return Door(reverse("training:nominate"), "user-plus", _("Put somebody forward as a mentor"))


def unread(mentor: Mentor) -> Door | None:
    """Lead a mentor to the newest letter they have not said to have read."""
    letter = mentor.letters.filter(read_at=None).first()
    if letter is None:
        return None
    return Door(
        reverse("training:letter", args=[letter.ref]),
        "mail",
        _("A letter for you"),
        _("You have not read it yet."),
        soon=True,
    )


def written(mentor: Mentor, user) -> Panel | None:
    """Show who keeps the records what somebody wrote when they applied, and the letters to them."""
    if not can(user, Perm.MANAGE_MENTORS, mentor.person.clinic):
        return None
    applied = Application.objects.filter(mentor=mentor, erased_at=None).select_related("clinic").first()
    rows = (
        [_row(applied.sent_at, _("Applied"), reverse("training:applicant", args=[applied.ref]), mentor)]
        if applied
        else []
    )
    for letter in mentor.letters.all():
        url = reverse("training:letter", args=[letter.ref])
        said = _("They said that they read it.") if letter.read_at else ""
        rows.append(_row(letter.sent_at, letter.get_kind_display(), url, mentor) | {"text": said})
    return Panel(_("Application and letters"), rows) if rows else None


def _row(at, title: str, url: str, mentor: Mentor) -> dict:
    clinic = mentor.person.clinic
    day = words.day(words.local(at, clinic.time_zone).date(), today=clinic.today, weekday=False) if at else ""
    return {
        "when": day,
        "title": title,
        "url": url,
        "text": "",
        "action": _("Read"),
        "action_url": url,
        "action_about": title,
    }


def connect() -> None:
    """Register them."""
    letters.connect()
    applying.connect()
    rounds.register("applications", tidy, 3600)
    doors.register_staff(10, applicants)
    doors.register_staff(12, nominate)
    doors.register_own(5, unread)
    panels.register(written)
