"""What the tests of this floor type."""

import dataclasses

from referrals.data import ConsentData, PersonData, ReferralData
from referrals.models import Scope

YES = {scope.value: True for scope in Scope}


def who(**changes) -> PersonData:
    values = {
        "first_name": "Isabelle", "last_name": "Moreau", "birth_year": 1971, "gender": "woman", "language": "fr",
        "phone": "0470 12 34 56", "email": "isabelle@example.org",
    }  # fmt: skip
    return PersonData(**(values | changes))


def asked(**changes) -> ReferralData:
    """Return a whole referral; a field of the person may be changed by its name with who_ before it."""
    person = {name[4:]: changes.pop(name) for name in list(changes) if name.startswith("who_")}
    needs = {
        "topics": ["fatigue"], "languages": ["fr"], "channels": ["phone"], "life_stage": "working", "work": "office",
    } | changes.pop("needs", {})  # fmt: skip
    data = ReferralData(
        who=who(**person), consent=ConsentData(YES, "in-person"), relation="patient", diagnosis="ra",
        diagnosed_year=2026, diagnosed_month=3, phase="starting", needs=needs,
    )  # fmt: skip
    return dataclasses.replace(data, **changes)


def typed(**changes) -> dict:
    """Return a whole form as a browser sends it."""
    return {
        "offer": "yes", "first_name": "Isabelle", "last_name": "Moreau", "birth_year": "1971", "phone": "0470 12 34 56",
        "phone_read_back": "on", "email": "", "language": "fr", "gender": "woman", "relation": "patient",
        "phase": "starting", "diagnosis": "ra", "diagnosed_year": "2026", "diagnosed_month": "3",
        "treatments": ["methotrexate"], "topics": ["fatigue", "work"], "life_stage": "working", "work": "office",
        "languages": ["fr"], "channels": ["phone", "video"], "gender_wish": "any", "age_wish": "near",
        "matters_most": "work", "musts": ["language"], "cautions": "Hears little on the left.",
        "consent_profile": "yes", "consent_contact": "yes", "consent_evaluation": "yes", "consent_research": "no",
        "consent_how": "in-person",
    } | changes  # fmt: skip
