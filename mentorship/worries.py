"""Which worries somebody may pick, in which words, and the guidance and numbers they see at once."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from clinics.models import Clinic, Membership
from clinics.roles import Role
from common import clock
from matching.models import Match
from mentorship.ladder import AT_ONCE
from mentorship.models import About, FlagCategory, Group, RedFlag, Severity
from mentorship.starter import CLOSED, OWN_WORDS, WORRIES
from referrals.models import Person, Referral

REF = re.compile(r"[0-9a-z]{1,16}")
DOCTOR_ON_DUTY = "1733"
NOT_OWN = {"out-of-depth"}  # said by a mentor, never by a mentee
STARTER_NAMES = {worry.key: worry.name for worry in WORRIES}
OWN_GUIDANCE = {
    Severity.S1: (
        gettext_lazy("Ring 112 now, or have somebody ring for you."),
        gettext_lazy("Do not stay alone if you can help it."),
    ),
    Severity.S2: (
        gettext_lazy("Ring the clinic today, now if it is open."),
        gettext_lazy("If it is closed: the emergency department, or 1733. If it gets worse, ring 112."),
        gettext_lazy("Do not stop or change a medicine without asking."),
    ),
    Severity.S3: (
        gettext_lazy("Somebody of the team gets in touch with you."),
        gettext_lazy("Does it get worse? Ring the clinic."),
    ),
    Severity.S4: (gettext_lazy("Somebody of the team gets in touch with you."),),
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One worry as the person reads it."""

    category: FlagCategory
    words: str

    @property
    def is_about_staff(self) -> bool:
        return self.category.about == About.STAFF


def said(category: FlagCategory, *, own: bool = False) -> str:
    """Return the words of a worry, in the reader's language; of oneself when they pick it for themselves.

    The starter words are translated; what a clinic wrote itself stays as it is.
    """
    if own and category.name == STARTER_NAMES.get(category.key) and category.key in OWN_WORDS:
        return _(OWN_WORDS[category.key])
    return _(category.name)


def groups(clinic: Clinic, *, own: bool) -> list[tuple[str, str, list[Choice]]]:
    """Return (code, heading, worries) in order: what cannot wait comes first. One query."""
    rows = [row for row in FlagCategory.objects.filter(clinic=clinic, active=True) if not (own and row.key in NOT_OWN)]
    found = []
    for group in Group:
        choices = [Choice(row, said(row, own=own)) for row in rows if row.group == group]
        if choices:
            found.append((group.value, group.label, choices))
    return found


def team_of(clinic: Clinic, but: User | None = None) -> list[User]:
    """Return the people of a clinic's team whom a worry may name: those who work with it, not mentors."""
    roles = [Role.COORDINATOR, Role.CLINICIAN, Role.NURSE, Role.ADMIN]
    rows = Membership.objects.live().filter(clinic=clinic, role__in=roles).select_related("user")
    people = {row.user_id: row.user for row in rows.order_by("user__first_name", "user__last_name")}
    return [user for user in people.values() if but is None or user.pk != but.pk]


def is_own(flag: RedFlag) -> bool:
    """Tell whether somebody raised it about themselves: a mentee by link, or anybody about nobody of the programme."""
    return flag.raised_by_person_id is not None or (flag.match_id is None and flag.referral_id is None)


def guidance(flag: RedFlag, *, own: bool) -> list[str]:
    """Return what to do now, in the reader's language."""
    return _guidance(flag, own, flag.category.guidance, clock.now())


def guidance_then(flag: RedFlag) -> list[str]:
    """Return what whoever raised it was told to do when they did, in the reader's language."""
    written = flag.category.guidance if flag.guidance is None else flag.guidance
    return _guidance(flag, is_own(flag), written, flag.raised_at)


def _guidance(flag: RedFlag, own: bool, written: list[str], at: dt.datetime) -> list[str]:
    """Return the sentences. What a clinic wrote itself may forget who answers at night."""
    if own:
        return [str(sentence) for sentence in OWN_GUIDANCE[Severity(flag.severity)]]
    steps = [_(sentence) for sentence in written if sentence]
    forgets = flag.severity == Severity.S2 and not any(DOCTOR_ON_DUTY in step for step in steps)
    return [*steps, _(CLOSED)] if forgets and not flag.clinic.calendar.is_open(at) else steps


def is_closed(clinic: Clinic) -> bool:
    """Tell whether nobody is at the clinic now."""
    return not clinic.calendar.is_open(clock.now())


def main_number(flag: RedFlag) -> dict | None:
    """Return the number beside 112 that helps now: the clinic's, or for what cannot wait in a closed clinic another.

    `is_clinic` tells which; None where the clinic gave no number.
    """
    rows = flag.clinic.emergency_numbers.all() if flag.severity in AT_ONCE and is_closed(flag.clinic) else []
    other = next((row for row in rows if row.number != "112"), None)
    if other is not None:
        return {"label": other.label, "number": other.number, "is_clinic": False}
    own = clinic_numbers(flag.clinic)
    return own[0] | {"is_clinic": True} if own else None


def numbers(category: FlagCategory, clinic: Clinic) -> list[dict]:
    """Return the numbers to call for a worry: those of the worry in its order, then the clinic's own."""
    rows = [{"label": _(row["label"]), "number": row["number"]} for row in category.numbers]
    return rows + clinic_numbers(clinic)


def clinic_numbers(clinic: Clinic) -> list[dict]:
    """Return the clinic's own number for worries, or the programme's."""
    phone = clinic.flag_phone or clinic.phone
    return [{"label": _("The clinic, when it is open"), "number": phone}] if phone else []


def emergency_numbers(clinic: Clinic | None) -> list[dict]:
    """Return the numbers that stand before anything else: 112 first, then the clinic's list, then the clinic."""
    first = {"label": _("Emergency, day and night"), "number": "112"}
    if clinic is None:
        return [first]
    rows = [{"label": _(row.label), "number": row.number} for row in clinic.emergency_numbers.all()]
    return [first, *(row for row in rows if row["number"] != "112"), *clinic_numbers(clinic)]


def numbers_of_all(clinics: list[Clinic]) -> list[dict]:
    """Return the numbers that help whichever of these clinics it is about: a mentor may talk with people of several."""
    lists = [emergency_numbers(clinic) for clinic in dict.fromkeys(clinics)]
    return [row for row in lists[0] if all(row in other for other in lists[1:])]


def find_category(clinic: Clinic, ref: str) -> FlagCategory | None:
    """Return a worry of the clinic by its ref, also one that was just switched off: a stale page loses nothing."""
    if not REF.fullmatch(ref):
        return None
    return FlagCategory.objects.select_related("clinic").filter(clinic=clinic, ref=ref).first()


def find_teammate(clinic: Clinic, ref: str) -> User | None:
    """Return somebody of the clinic's team by their ref; None for anybody else, or nobody named."""
    return next((user for user in team_of(clinic) if user.ref == ref), None)


def sent_by(user: User, ref: str) -> RedFlag | None:
    """Return a flag this account raised; None for any other."""
    return RedFlag.objects.raised_by_account(user).filter(ref=ref).select_related("category", "clinic", "match").first()


def sent_by_person(person: Person, ref: str) -> RedFlag | None:
    """Return a flag this person raised by link; None for any other."""
    rows = RedFlag.objects.filter(raised_by_person=person, ref=ref)
    return rows.select_related("category", "clinic", "match").first()


def pair_of(referral: Referral) -> Match | None:
    """Return the present pair of a referral: a worry about its mentor's conduct must pause it."""
    return referral.matches.live().select_related("mentor__person__user", "referral__clinic").first()


def match_of_check(ref: str) -> Match | None:
    """Return the pair a mentee's follow-up question is about."""
    rows = Match.objects.filter(checks__ref=ref, checks__to="mentee")
    return rows.select_related("referral__clinic", "referral__mentee", "mentor__person__user").first()
