"""What a referral says, as labels and words."""

from __future__ import annotations

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from referrals.labels import labels
from referrals.models import Consent, Person, Referral, Scope


def several(referral: Referral, name: str) -> str:
    """Return the words of a field with several answers, in the order of its list."""
    chosen, field = set(getattr(referral, name)), referral._meta.get_field(name)
    return labels(field.codes, [code for code, _label in field.pairs if code in chosen])


def told_in(referral: Referral) -> str:
    """Return when they were told, as far as it is known."""
    if not referral.diagnosed_year:
        return ""
    month = MONTHS.get(referral.diagnosed_month, "")
    return f"{month} {referral.diagnosed_year}".strip().capitalize()


def about_whom(referral: Referral) -> str:
    """Say whom a caregiver cares for: the name only when that person agreed."""
    if referral.relation != "caregiver":
        return _("A patient")
    if referral.about:
        return _("Cares for %(name)s, who agreed to be named here") % {"name": referral.about.person.full_name}
    return _("Cares for somebody who is not named here")


def asked_for(referral: Referral) -> list[tuple[str, str]]:
    """Return (label, words) of everything they asked for; what was not said stays empty."""
    display = ("diagnosis", "phase", "life_stage", "work", "area", "gender_wish", "age_wish", "matters_most")
    said = {name: getattr(referral, f"get_{name}_display")() for name in display}
    many = ("treatments", "topics", "interests", "values", "languages", "channels", "availability", "musts")
    said |= {name: several(referral, name) for name in many}
    return [
        (_("They are"), about_whom(referral)),
        (_("Diagnosis"), said["diagnosis"]),
        (_("Told in"), told_in(referral)),
        (_("Now"), said["phase"]),
        (_("Treatment"), said["treatments"]),
        (_("Topics"), said["topics"]),
        (_("Their days"), said["life_stage"]),
        (_("Work or study"), said["work"]),
        (_("Area"), said["area"]),
        (_("What they like"), said["interests"]),
        (_("What counts"), said["values"]),
        (_("Languages"), said["languages"]),
        (_("How to talk"), said["channels"]),
        (_("When"), said["availability"]),
        (_("The mentor is"), said["gender_wish"]),
        (_("Age of the mentor"), said["age_wish"]),
        (_("Most of all"), said["matters_most"]),
        (_("A must"), said["musts"] or _("Nothing is a must")),
        (_("Be careful about"), referral.cautions),
        (_("Responsible clinician"), referral.clinician.full_name if referral.clinician else ""),
    ]


def agreed(consents: list[Consent]) -> list[tuple[str, str]]:
    """Return (scope, yes, no or taken back) from the answers, the newest of each scope."""
    newest = {consent.scope: consent for consent in consents}
    rows = []
    for scope in Scope:
        consent = newest.get(scope.value)
        if consent is None:
            told = ""
        elif consent.withdrawn_at and consent.given:
            told = _("Taken back")
        else:
            how = str(consent.get_how_display()).lower()
            told = _("Yes, %(how)s") % {"how": how} if consent.given else _("No")
        rows.append((scope.label, told))
    return rows


def reach(person: Person) -> list[tuple[str, str]]:
    """Return (kind, address) with whether it was read back to them."""
    rows = []
    for label, value, verified in (
        (_("Phone"), person.phone, person.phone_verified_at),
        (_("E-mail"), person.email, person.email_verified_at),
    ):
        told = _("%(address)s, read back") if verified else _("%(address)s, not read back yet")
        rows.append((label, told % {"address": value} if value else ""))
    return rows
