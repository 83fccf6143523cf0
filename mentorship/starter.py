"""What a new clinic starts with: worries to pick from, deadlines, and the ladder of people.

The rows are those of evidence C and the ones the domain adds. A rheumatologist of the clinic must read and sign
them before use: those on methotrexate, septic joints, giant cell arteritis and pregnancy match public guidance,
the others are general knowledge. Every number is a setting; 1733 differs by municipality [D].
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop as _n

from accounts.models import User
from clinics.models import Clinic
from mentorship.ladder import DEFAULT_RUNGS, TIMINGS
from mentorship.models import About, FlagCategory, FlagTiming, Group, LadderRung, Route

N112 = {"label": _n("Danger to life"), "number": "112"}
N101 = {"label": _n("Police, in danger"), "number": "101"}
N1733 = {"label": _n("Doctor on duty, evenings and weekends"), "number": "1733"}
SUICIDE = [
    {"label": _n("Suicide line, Dutch"), "number": "1813"},
    {"label": _n("Suicide line, French"), "number": "0800 32 123"},
]
POISON = {"label": _n("Poison centre"), "number": "070 245 245"}
VIOLENCE = [
    {"label": _n("Violence and abuse, Dutch"), "number": "1712"},
    {"label": _n("Violence and abuse, French"), "number": "0800 30 030"},
]
MISSING = {"label": _n("Missing child"), "number": "116 000"}
LISTEN = [
    {"label": _n("Somebody to talk to, Dutch"), "number": "106"},
    {"label": _n("Somebody to talk to, French"), "number": "107"},
]

NO_JUDGING = _n("You need not judge how bad it is: the team does that.")
NO_STOP = _n("Do not tell them to stop or change a medicine.")
RING_TODAY = _n("Ask them to ring the clinic today, now if it is open.")
CLOSED = _n("If the clinic is closed: the emergency department, or 1733.")


@dataclass(frozen=True)
class Worry:
    """One category to start with."""

    key: str
    group: str
    severity: str
    name: str
    guidance: tuple[str, ...]
    numbers: tuple[dict, ...] = ()
    about: str = About.PERSON
    thanks: bool = False

    @property
    def route(self) -> str:
        return Route.CLINICAL if self.about == About.PERSON else Route.CONDUCT


D, B, M, P = Group.DANGER, Group.BODY, Group.MIND, Group.PROGRAMME
WORRIES = (
    Worry("suicide-plan", D, "S1", _n("They want to end their life and have a plan"),
          (_n("Stay with them, on the line or in the room."),
           _n("Ask directly: are you thinking of ending your life?"),
           _n("Do not promise to keep it secret."), _n("Ring 112 now.")), (N112, *SUICIDE)),
    Worry("chest", D, "S1", _n("Chest pain, collapse, signs of a stroke, or a swollen throat"),
          (_n("Ring 112 now, or have them ring it."), _n("Stay on the line until help is there.")), (N112,)),
    Worry("breathless", D, "S1", _n("Out of breath while sitting still"),
          (_n("Ring 112 now, or have them ring it."), _n("Stay on the line until help is there.")), (N112,)),
    Worry("fever-ill", D, "S1", _n("Fever with confusion, or very ill, on medicine that slows the defences"),
          (_n("Ring 112 now."), _n("Say which medicine they take."),
           _n("Stay on the line until help is there.")), (N112,)),
    Worry("sight", D, "S1", _n("Suddenly sees much less, or nothing, with one or both eyes"),
          (_n("Ring 112 or go to the emergency department now."), _n("They must not drive themselves.")), (N112,)),
    Worry("weakness", D, "S1", _n("New weakness in an arm or leg, or cannot hold water or stool"),
          (_n("Ring 112 now."), _n("Stay on the line until help is there.")), (N112,)),
    Worry("overdose", D, "S1", _n("Methotrexate taken every day, or too much of it"),
          (_n("Ring the poison centre now."), _n("If they feel unwell, ring 112."),
           _n("Keep the box at hand, and say how much was taken and when.")), (POISON, N112)),
    Worry("leg-breathless", D, "S1", _n("One swollen, painful leg and out of breath"),
          (_n("Ring 112 now."), _n("Stay on the line until help is there.")), (N112,)),
    Worry("danger-home", D, "S1", _n("Violence, or a child in danger, now"),
          (_n("Get yourself and others safe first."), _n("Ring 112 or 101 now."),
           _n("If a child is missing, ring 116 000 as well.")), (N112, N101, MISSING)),
    Worry("death-wish", M, "S2", _n("They would rather be dead, without a plan"),
          (_n("Stay with them, listen, and ask directly: are you thinking of ending your life?"),
           _n("Do not promise to keep it secret, and do not leave them without support."),
           _n("If there is a plan after all, ring 112."),
           _n("If the clinic is closed: 1813 in Dutch, 0800 32 123 in French, or 1733.")),
          (*SUICIDE, N112, N1733)),
    Worry("cough", B, "S2", _n("Newly short of breath or a dry cough, on methotrexate"),
          (_n("Ask them to call the team now."), NO_STOP, CLOSED), (N1733, N112)),
    Worry("fever", B, "S2", _n("Fever or shivering, on medicine that slows the defences"),
          (_n("If they are confused, very ill or hard to wake, ring 112."), RING_TODAY,
           _n("They say which medicine they take; do not tell them to stop it."), CLOSED), (N112, N1733)),
    Worry("joint", B, "S2", _n("One joint hot, swollen and very painful, more so with fever or an artificial joint"),
          (_n("It must be seen today, in the emergency department if need be."), NO_JUDGING, CLOSED), (N1733, N112)),
    Worry("headache", B, "S2", _n("New bad headache, sore jaw or scalp, or a red painful eye"),
          (RING_TODAY, _n("If they see less, ring 112."), CLOSED), (N1733, N112)),
    Worry("pregnancy", B, "S2", _n("Perhaps pregnant, on methotrexate, leflunomide or a JAK tablet"),
          (_n("Ask them to call the team today."), _n("Give no advice on the medicine or the pregnancy."),
           CLOSED), (N1733,)),
    Worry("jaundice", B, "S2", _n("Yellow skin or eyes, bleeding, or a rash with blisters"),
          (RING_TODAY, NO_STOP, CLOSED), (N1733, N112)),
    Worry("leg", B, "S2", _n("One swollen, painful leg"),
          (_n("If they are out of breath, ring 112."), RING_TODAY, CLOSED), (N112, N1733)),
    Worry("shingles", B, "S2", _n("Shingles, or near somebody with chickenpox"),
          (RING_TODAY, NO_STOP, CLOSED), (N1733,)),
    Worry("flare", B, "S3", _n("A very bad time: hardly able to do anything"),
          (_n("Encourage them to call the team."), _n("You may listen, and tell how you asked for help."),
           NO_JUDGING)),
    Worry("stopping", B, "S3", _n("They stopped, or want to stop, a medicine"),
          (_n("Encourage them to call the team before they change anything."),
           _n("You may say: I am not the one to judge this, the team is."))),
    Worry("low-mood", M, "S3", _n("Low for a long time, or very alone"),
          (_n("Listen, and ask who is there for them."),
           _n("They can talk to somebody by phone, day or night: 106 in Dutch, 107 in French."),
           _n("If they speak of death, choose that worry instead.")), (*LISTEN,)),
    Worry("violence", M, "S2", _n("Violence or abuse, or a child at risk, not at this moment"),
          (_n("Believe them, and do not promise to keep it secret."), _n("If it becomes dangerous, ring 112 or 101."),
           _n("1712 in Dutch or 0800 30 030 in French gives advice."), CLOSED), (*VIOLENCE, N112, N101)),
    Worry("money-trouble", M, "S4", _n("Trouble with money, housing or papers"),
          (_n("Tell them that the social worker of the clinic can help."), _n("Do not lend or give money."))),
    Worry("out-of-depth", P, "S3", _n("I am out of my depth"),
          (_n("Well done for saying so: nobody should carry this alone."),
           _n("You need not solve it: somebody of the team rings you."),
           _n("You may tell the other person that you have asked the team.")), thanks=True),
    Worry("miracle-cure", P, "S3", _n("Somebody promises or sells a miracle cure"),
          (_n("Thank you: the team wants to hear of this."),
           _n("Do not argue about it; you may say that the team knows more."),
           NO_STOP), thanks=True),
    Worry("mentor-conduct", P, "S2", _n("How a mentor behaves: money, selling, sex, pressure"),
          (_n("It is not your fault, and you did right to say it."),
           _n("Only the coordinator hears of it, or the admin; the mentor does not."),
           _n("In danger, ring 112 or 101."), CLOSED), (N112, N101), about=About.MENTOR),
    Worry("staff-conduct", P, "S2", _n("How somebody of the team behaves"),
          (_n("It is not your fault, and you did right to say it."),
           _n("Only the coordinator or the admin hears of it, never the person it is about."),
           _n("In danger, ring 112 or 101."), CLOSED), (N112, N101), about=About.STAFF),
)  # fmt: skip


# The same worries as somebody says them of themselves: a mentee by link, a mentor about their own health.
OWN_WORDS = {
    "suicide-plan": _n("I want to end my life and have a plan"),
    "breathless": _n("I am out of breath while sitting still"),
    "fever-ill": _n("I have a fever and feel confused or very ill, on medicine that slows the defences"),
    "sight": _n("I suddenly see much less, or nothing, with one or both eyes"),
    "weakness": _n("New weakness in an arm or leg, or I cannot hold water or stool"),
    "overdose": _n("I took methotrexate every day, or too much of it"),
    "leg-breathless": _n("One of my legs is swollen and painful, and I am out of breath"),
    "danger-home": _n("Violence where I am, or a child in danger, now"),
    "death-wish": _n("I would rather be dead, without a plan"),
    "cough": _n("I am newly short of breath or have a dry cough, on methotrexate"),
    "fever": _n("I have a fever or shiver, on medicine that slows the defences"),
    "pregnancy": _n("I may be pregnant, on methotrexate, leflunomide or a JAK tablet"),
    "shingles": _n("I have shingles, or was near somebody with chickenpox"),
    "flare": _n("I have a very bad time and can hardly do anything"),
    "stopping": _n("I stopped, or want to stop, a medicine"),
    "low-mood": _n("I have felt low for a long time, or am very alone"),
    "money-trouble": _n("I have trouble with money, housing or papers"),
}


@transaction.atomic
def start_clinic(clinic: Clinic, by: User) -> None:
    """Give a clinic the starter worries, the deadlines and the ladder, where it has none yet.

    Safe to repeat: what the clinic has changed since stays as it is.
    """
    _categories(clinic)
    have = set(FlagTiming.objects.filter(clinic=clinic).values_list("severity", flat=True))
    FlagTiming.objects.bulk_create(
        FlagTiming(clinic=clinic, severity=severity, **values)
        for severity, values in TIMINGS.items()
        if severity not in have
    )
    for route, rungs in DEFAULT_RUNGS.items():
        if not LadderRung.objects.filter(clinic=clinic, route=route).exists():
            LadderRung.objects.bulk_create(
                LadderRung(clinic=clinic, route=route, position=n, who=who) for n, who in enumerate(rungs, 1)
            )


def _categories(clinic: Clinic) -> None:
    have = set(FlagCategory.objects.filter(clinic=clinic).values_list("key", flat=True))
    FlagCategory.objects.bulk_create(
        FlagCategory(
            clinic=clinic, key=worry.key, name=worry.name, route=worry.route, about=worry.about,
            severity=worry.severity, group=worry.group, guidance=list(worry.guidance), numbers=list(worry.numbers),
            thanks=worry.thanks, position=n,
        )
        for n, worry in enumerate(WORRIES, 1)
        if worry.key not in have
    )  # fmt: skip
