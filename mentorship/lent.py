"""A mentor of one clinic with a mentee of another: who belongs where, and what the mentor's own clinic sees of it.

The mentee, the talks, questions, checks and flags belong to the mentee's clinic. The mentor's own clinic looks
after the mentor and reads no name of the mentee.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import F, Q, TextField, Value
from django.utils.translation import gettext as _

from clinics.roles import Perm, clinics_where
from common import clock, words
from matching.models import Match
from matching.workflow import LIVE
from mentorship.models import Aftercare, RedFlag
from training.models import CareTask, Mentor
from training.panels import Panel
from training.workflow import Status as MentorStatus

AT_WORK = (MentorStatus.ACTIVE, MentorStatus.RESTING)
MOST = 50
LENT = ~Q(referral__clinic=F("mentor__person__clinic"))


def is_lent(match: Match) -> bool:
    """Tell whether the mentor of a match belongs to another clinic than the mentee."""
    return match.mentor.person.clinic_id != match.referral.clinic_id


def home_of(match: Match):
    """Return the clinic that lends the mentor of a match; None where both are of one clinic."""
    return match.mentor.person.clinic if is_lent(match) else None


def mentors_no_more(match: Match) -> bool:
    """Tell whether the mentor of a match that goes on is no longer one, so that only an ending is left."""
    return match.status in LIVE and match.mentor.status not in AT_WORK


@dataclass(frozen=True)
class Waiting:
    """How much waits for somebody about mentors: after a death, to look after, and worries about lent ones."""

    tasks: int = 0
    care: int = 0
    flags: list[LentFlag] = field(default_factory=list)


def waiting(user, now: dt.datetime, recent: dt.timedelta) -> Waiting:
    """Return what waits for a reader about mentors they keep or supervise.

    One query, and a second one where there are worries about lent mentors: those open or settled within `recent`.
    """
    flags = flags_seen_from_home(user).filter(Q(resolved_at=None) | Q(resolved_at__gte=now - recent))
    parts = [
        rows.order_by().values_list(Value(kind, output_field=TextField()), F(key))
        for kind, rows, key in (
            ("task", Aftercare.objects.visible_to(user).open().put_to(user), "pk"),
            ("care", CareTask.objects.put_to(user).open(), "mentor"),
            ("flag", flags.select_related(None), "pk"),
        )
    ]
    found = Counter(kind for kind, _key in set(parts[0].union(*parts[1:], all=True)))
    shown = flags.order_by("-raised_at", "-pk")[:MOST] if found["flag"] else []
    return Waiting(found["task"], found["care"], [LentFlag(row) for row in shown])


def people_elsewhere(mentor: Mentor, user) -> Panel | None:
    """Return the places of a mentor that other clinics take, without anybody's name; nothing where there are none.

    Whoever runs the other clinic's programme as well reads the name in the panel of their own people.
    """
    rows = (
        Match.objects.filter(LENT, mentor=mentor)
        .live()
        .exclude(referral__clinic__in=clinics_where(user, Perm.COORDINATE))
    )
    found = list(rows.select_related("referral__clinic").order_by("approved_at", "pk"))
    if not found:
        return None
    return Panel(_("Places taken by other clinics"), [_row(match) for match in found])


def holding(mentor: Mentor) -> list[str]:
    """Say which other clinics must round off their pairs with this mentor before they can stop."""
    pairs = mentor.matches.filter(LENT).pairs().select_related("referral__clinic").order_by("pk")
    clinics = dict.fromkeys(match.referral.clinic.name for match in pairs)
    return (
        [_("Ask %(clinics)s to round theirs off: it is their pair.") % {"clinics": words.listed(clinics)}]
        if clinics
        else []
    )


def _row(match: Match) -> dict:
    text = _("%(status)s. Who it is stays with that clinic.") % {"status": match.get_status_display()}
    return {
        "title": _("Somebody of %(clinic)s") % {"clinic": match.referral.clinic}, "url": "", "text": text,
        "since": match.introduced_at or match.accepted_at or match.approved_at, "action": "",
    }  # fmt: skip


# Flags about a lent mentor -----------------------------------------------------------------


@dataclass(frozen=True)
class LentFlag:
    """A worry about a lent mentor's conduct as the mentor's own clinic reads it: no word of the mentee."""

    flag: RedFlag

    @property
    def mentor(self) -> Mentor:
        return self.flag.match.mentor

    @property
    def handler(self):
        """Return who handles it at the other clinic: whoever has it, else who was asked."""
        return self.flag.acknowledged_by or self.flag.owner

    @property
    def number(self):
        """Return the number of the other clinic to talk it over."""
        return self.handler.phone or self.flag.clinic.flag_phone or self.flag.clinic.phone

    @property
    def where(self) -> str:
        """Say where it stands."""
        return says(self.flag)


def says(flag: RedFlag) -> str:
    """Say in a sentence who handles a flag, for a reader of another clinic."""
    names = {"clinic": flag.clinic, "name": (flag.acknowledged_by or flag.owner).full_name}
    if flag.status == "resolved":
        return _("%(clinic)s has settled it: %(outcome)s.") % {**names, "outcome": flag.get_outcome_display()}
    if flag.status == "acknowledged":
        return _("%(name)s of %(clinic)s has it.") % names
    until = words.until(flag.answer_by, flag.clinic.time_zone, now=clock.now())
    return _("%(name)s of %(clinic)s was asked to answer before %(until)s.") % {**names, "until": until}


def flags_seen_from_home(user):
    """Return worries about lent mentors whose own clinic this user runs or reviews, with what their pages show."""
    rows = RedFlag.objects.seen_from_home(user)
    return rows.select_related(
        "clinic", "category", "owner", "acknowledged_by", "match__mentor__person__clinic", "match__mentor__person__user"
    )
