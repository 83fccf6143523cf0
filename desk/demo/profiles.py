"""What people of the demo are like: drawn from their age and language, the same for the same seed."""

from __future__ import annotations

import datetime as dt
from random import Random

from common.vocabulary import (
    Channel,
    Interest,
    LifeStage,
    Phase,
    Relation,
    Slot,
    Topic,
    Treatment,
    Value,
    Work,
)
from desk.demo.people import WORDS_OF_MENTORS, House, Somebody
from referrals.data import ConsentData, PersonData, ReferralData
from training.data import MentorData

PREFIX = "+329000"  # nobody has a number that begins like this
BLOCK = {"leieland": 0, "senne": 5000, "haspengouw": 3000}
DIAGNOSES = ["ra"] * 6 + ["psa"] * 2 + ["axspa"] * 2 + ["sle", "sjogren", "pmr"]
CAUTIONS = {
    "nl": ("Hoort minder goed aan de telefoon: spreek rustig.", "Liever niemand uit het eigen dorp."),
    "fr": ("Préfère ne pas parler de son travail au début.", "Entend mal au téléphone : parler calmement."),
    "en": ("Would rather not talk with somebody from the same street.",),
}

EARLY_TOPICS = [Topic.FATIGUE, Topic.STARTING, Topic.WORK, Topic.TELLING, Topic.MOOD, Topic.FUTURE, Topic.FAMILY]
ALL_TOPICS = [
    *EARLY_TOPICS, Topic.PAIN, Topic.DAILY, Topic.MOVING, Topic.EATING, Topic.FLARES, Topic.INJECTIONS, Topic.VISIT,
]  # fmt: skip
PHASES = [Phase.JUST_TOLD, Phase.STARTING, Phase.STARTING, Phase.ADJUSTING, Phase.FLARE, Phase.CHANGING, Phase.STABLE]


def some(rng: Random, items, low: int, high: int) -> list[str]:
    """Draw between `low` and `high` different items, as codes, in their own order."""
    chosen = rng.sample(list(items), min(rng.randint(low, high), len(items)))
    return [str(item.value if hasattr(item, "value") else item) for item in items if item in chosen]


def email(somebody, house: House) -> str:
    """Return an address at example.org made of the name."""
    plain = str.maketrans("éèêëàâäïîôöûüçñşıÉÈ", "eeeeaaaiioouucnsiEE")
    parts = f"{somebody.first_name} {somebody.last_name}".translate(plain).lower().replace("'", "").split()
    return f"{'.'.join(parts)}@{house.mail}.example.org"


def phone(house: House, number: int) -> str:
    """Return a phone number nobody has."""
    return f"{PREFIX}{BLOCK[house.mail] + number:04d}"


def life(rng: Random, age: int) -> tuple[str, str]:
    """Draw a stage of life and the kind of work that goes with an age."""
    if age >= 64:
        return LifeStage.RETIRED, Work.HOME
    if age <= 24:
        return LifeStage.STUDYING, Work.STUDY
    if age <= 28:
        return LifeStage.STARTING_WORK, rng.choice([Work.OFFICE, Work.CARE, Work.SHOP])
    stage = rng.choice(
        [LifeStage.WORKING, LifeStage.WORKING, LifeStage.RAISING_CHILDREN if age < 48 else LifeStage.CARING]
    )
    return stage, rng.choice(
        [Work.OFFICE, Work.CARE, Work.TEACHING, Work.SHOP, Work.HANDS, Work.OWN_BUSINESS, Work.NOT_WORKING]
    )


def languages(rng: Random, somebody: Somebody, house: House) -> list[str]:
    """Return their own language and sometimes a second one of the clinic."""
    second = [code for code in house.languages if code != somebody.language and rng.random() < 0.25]
    return [somebody.language, *second[:1]]


def mentor_data(rng: Random, somebody: Somebody, house: House, number: int, today: dt.date) -> MentorData:
    """Draw a mentor."""
    stage, work = life(rng, today.year - somebody.birth_year)
    topics = some(rng, ALL_TOPICS, 5, 8)
    caregiver = number % 8 == 5
    return MentorData(
        person={
            "first_name": somebody.first_name, "last_name": somebody.last_name, "birth_year": somebody.birth_year,
            "gender": somebody.gender, "language": somebody.language, "email": email(somebody, house),
            "phone": phone(house, 500 + number),
        },
        profile={
            "role_types": [Relation.PATIENT.value] + ([Relation.CAREGIVER.value] if caregiver else []),
            "languages": languages(rng, somebody, house), "channels": channels(rng), "topics": topics,
            "wont_discuss": [Topic.INTIMACY.value] if rng.random() < 0.3 else [],
            "life_stage": stage.value, "work": work.value, "interests": some(rng, Interest, 2, 4),
            "values": some(rng, Value, 1, 3), "area": rng.choice(house.areas), "availability": some(rng, Slot, 2, 4),
            "diagnoses": sorted({rng.choice(DIAGNOSES), "ra"} if rng.random() < 0.5 else {"ra"}),
            "diagnosed_year": rng.randint(max(somebody.birth_year + 18, today.year - 22), today.year - 3),
            "phases": some(rng, list(Phase)[1:7], 3, 5),
            "treatments": some(rng, list(Treatment)[1:8], 2, 4), "places": rng.choice([2, 2, 3]),
            "about_me": WORDS_OF_MENTORS[somebody.language][number % len(WORDS_OF_MENTORS[somebody.language])],
        },
    )  # fmt: skip


def channels(rng: Random) -> list[str]:
    """Return how somebody likes to talk: most by phone."""
    return [Channel.PHONE.value, *(c.value for c in (Channel.VIDEO, Channel.IN_PERSON) if rng.random() < 0.35)]


def referral_data(
    rng: Random, somebody: Somebody, house: House, number: int, today: dt.date, *, rare: bool = False, mail: bool = True
) -> ReferralData:
    """Draw what a nurse writes about somebody. `rare` asks for what hardly any mentor has."""
    age = today.year - somebody.birth_year
    stage, work = life(rng, age)
    caregiver = number % 13 == 7
    address = email(somebody, house) if mail and number % 17 != 5 else ""
    who = PersonData(
        first_name=somebody.first_name, last_name=somebody.last_name, birth_year=somebody.birth_year,
        gender=somebody.gender, language=somebody.language, email=address, email_read_back=bool(address),
        phone=phone(house, 1000 + number), phone_read_back=True,
    )  # fmt: skip
    needs = {
        "treatments": some(rng, list(Treatment)[1:8], 1, 2), "topics": some(rng, EARLY_TOPICS, 2, 3),
        "languages": languages(rng, somebody, house), "channels": channels(rng), "life_stage": stage.value,
        "work": work.value, "interests": some(rng, Interest, 0, 3), "values": some(rng, Value, 0, 2),
        "area": rng.choice(house.areas), "availability": some(rng, Slot, 1, 3),
        "gender_wish": rng.choice(["any", "any", "any", somebody.gender if somebody.gender != "other" else "any"]),
        "age_wish": rng.choice(["any", "near"]), "matters_most": rng.choice(["", "topics", "lived", "life_stage", "age"]),
        "musts": [],
        "cautions": rng.choice(CAUTIONS[somebody.language]) if rng.random() < 0.2 else "",
    }  # fmt: skip
    if rare:
        needs |= {"languages": ["tr"], "musts": ["language"], "channels": [Channel.IN_PERSON.value]}
    answers = {"profile": True, "contact": True, "evaluation": rng.random() < 0.8, "research": rng.random() < 0.5}
    return ReferralData(
        who=who, consent=ConsentData(answers, rng.choice(["in-person", "in-person", "phone", "paper"])),
        relation=(Relation.CAREGIVER if caregiver else Relation.PATIENT).value, diagnosis=rng.choice(DIAGNOSES),
        diagnosed_year=None if rng.random() < 0.05 else rng.choice([today.year, today.year - 1, today.year - 1, max(today.year - 6, somebody.birth_year + 18)]),
        phase=rng.choice(PHASES).value, needs=needs,
    )  # fmt: skip
