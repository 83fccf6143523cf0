"""What each side may read of the other: nothing that finds anybody."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.vocabulary import (
    Channel,
    Language,
    Relation,
    Slot,
    Topic,
)
from matching import facts
from matching.models import Match
from referrals.labels import labels


def summary_for_mentor(match: Match) -> list[tuple]:
    """Return the de-identified summary: phase, topics, language, how, age band, when free. Nothing else."""
    referral = match.referral
    year = facts.today_of(referral.clinic).year
    cares = referral.relation == Relation.CAREGIVER
    return [
        (_("Who"), _("A partner or relative") if cares else _("A patient")),
        (_("Where the one they care for is") if cares else _("Where they are"), referral.get_phase_display()), (_("Wants to talk about"), labels(Topic, referral.topics)),
        (_("Speaks"), labels(Language, referral.languages)), (_("How"), labels(Channel, referral.channels)),
        (_("Age"), age_band(year - referral.mentee.birth_year)), (_("Free"), labels(Slot, referral.availability)),
    ]  # fmt: skip


def age_band(age: int) -> str:
    """Return an age as a band of ten years, so that nobody is known by it."""
    if age < 30:
        return _("Under 30")
    if age >= 80:
        return _("80 or over")
    return _("%(low)d to %(high)d") % {"low": age // 10 * 10, "high": age // 10 * 10 + 9}


def profile_for_mentee(match: Match) -> list[tuple]:
    """Return what a mentee reads of a mentor before saying yes: nothing that finds them."""
    mentor, person = match.mentor, match.mentor.person
    year = facts.today_of(match.referral.clinic).year
    told = ""
    if mentor.diagnosed_year and year > mentor.diagnosed_year:
        years = year - mentor.diagnosed_year
        told = ngettext("For %(n)d year", "For %(n)d years", years) % {"n": years}
    shared = [code for code in match.referral.topics if code in mentor.topics] or mentor.topics
    cares = match.referral.relation == Relation.CAREGIVER  # then so does the mentor
    return [
        (_("Who"), about(person, year)), (_("Cares for somebody with it") if cares else _("Lives with it"), told), (_("Talks about"), labels(Topic, shared)),
        (_("Speaks"), labels(Language, mentor.languages)), (_("How"), labels(Channel, mentor.channels)),
        (_("Free"), labels(Slot, mentor.availability)),
    ]  # fmt: skip


def about(person, year: int) -> str:
    """Return who somebody is in the fewest words: "A woman, about 45"."""
    age = round((year - person.birth_year) / 5) * 5
    names = {"woman": _("A woman, about %(age)d"), "man": _("A man, about %(age)d")}
    return names.get(person.gender, _("Somebody of about %(age)d")) % {"age": age}
