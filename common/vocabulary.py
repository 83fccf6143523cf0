"""The choices that describe people on both sides of a match. Codes are stored, labels are translated."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """Languages people talk in. Each is named in itself."""

    NL = "nl", "Nederlands"
    FR = "fr", "Français"
    EN = "en", "English"
    DE = "de", "Deutsch"
    TR = "tr", "Türkçe"
    AR = "ar", "العربية"
    ES = "es", "Español"
    IT = "it", "Italiano"
    PL = "pl", "Polski"
    RO = "ro", "Română"


class Channel(models.TextChoices):
    PHONE = "phone", _("Phone")
    VIDEO = "video", _("Video")
    IN_PERSON = "in-person", _("In person")
    MESSAGES = "messages", _("Messages")


class Gender(models.TextChoices):
    WOMAN = "woman", _("A woman")
    MAN = "man", _("A man")
    OTHER = "other", _("In another way")
    UNSAID = "unsaid", _("Rather not say")


class Diagnosis(models.TextChoices):
    RHEUMATOID_ARTHRITIS = "ra", _("Rheumatoid arthritis")
    PSORIATIC_ARTHRITIS = "psa", _("Psoriatic arthritis")
    AXIAL_SPONDYLOARTHRITIS = "axspa", _("Axial spondyloarthritis")
    JUVENILE_ARTHRITIS = "jia", _("Juvenile arthritis, grown up")
    LUPUS = "sle", _("Lupus")
    SJOGREN = "sjogren", _("Sjögren's disease")
    SYSTEMIC_SCLEROSIS = "ssc", _("Systemic sclerosis")
    VASCULITIS = "vasculitis", _("Vasculitis")
    POLYMYALGIA = "pmr", _("Polymyalgia rheumatica")
    GOUT = "gout", _("Gout")
    OSTEOARTHRITIS = "oa", _("Osteoarthritis")
    FIBROMYALGIA = "fm", _("Fibromyalgia")
    UNKNOWN = "unknown", _("Not known yet")
    OTHER = "other", _("Another one")


class Phase(models.TextChoices):
    """Where the patient is with the disease (VdE21)."""

    WAITING = "waiting", _("Waiting for a diagnosis")
    JUST_TOLD = "just-told", _("Just told")
    STARTING = "starting", _("Starting a treatment")
    ADJUSTING = "adjusting", _("Getting used to it")
    FLARE = "flare", _("A hard time")
    CHANGING = "changing", _("Changing treatment")
    STABLE = "stable", _("Going well")
    LIFE_EVENT = "life-event", _("Something else changed in life")


class Treatment(models.TextChoices):
    """Only to find somebody who has lived it; never a topic to advise on."""

    NONE = "none", _("None yet")
    PAINKILLERS = "painkillers", _("Painkillers or anti-inflammatories")
    CORTISONE = "cortisone", _("Cortisone")
    METHOTREXATE = "methotrexate", _("Methotrexate")
    OTHER_DMARD = "other-dmard", _("Another tablet for the disease")
    BIOLOGIC = "biologic", _("A biological, by injection")
    INFUSION = "infusion", _("A biological, by drip")
    JAK = "jak", _("A JAK tablet")
    SURGERY = "surgery", _("An operation")
    PHYSIOTHERAPY = "physiotherapy", _("Physiotherapy")


class LifeStage(models.TextChoices):
    STUDYING = "studying", _("Studying")
    STARTING_WORK = "starting-work", _("Starting work")
    WORKING = "working", _("Working")
    RAISING_CHILDREN = "raising-children", _("Raising children")
    CARING = "caring", _("Caring for others")
    RETIRED = "retired", _("Retired")
    OTHER = "other", _("Other")


class Work(models.TextChoices):
    """The kind of work or study, as hands and days are concerned."""

    OFFICE = "office", _("At a desk")
    CARE = "care", _("Caring for people")
    TEACHING = "teaching", _("Teaching")
    SHOP = "shop", _("In a shop, bar or kitchen")
    HANDS = "hands", _("With the hands: building, making, cleaning")
    OUTDOORS = "outdoors", _("Outdoors or on the road")
    OWN_BUSINESS = "own-business", _("An own business")
    STUDY = "study", _("Studying")
    HOME = "home", _("At home")
    NOT_WORKING = "not-working", _("Not working now")


class TopicScope(models.TextChoices):
    MENTOR = "mentor", _("for mentors")
    SHARE = "share", _("share your story, then ask the team")
    TEAM = "team", _("for the care team")


class Topic(models.TextChoices):
    """Standard themes (evidence C). TOPIC_SCOPE says whose each one is."""

    FATIGUE = "fatigue", _("Tiredness and energy")
    PAIN = "pain", _("Pain from day to day")
    DAILY = "daily", _("Aids and daily tasks")
    WORK = "work", _("Work")
    FAMILY = "family", _("Roles at home")
    TELLING = "telling", _("Telling other people")
    MOOD = "mood", _("Mood and worry")
    MOVING = "moving", _("Moving and hobbies")
    EATING = "eating", _("Eating")
    FUTURE = "future", _("The future")
    VISIT = "visit", _("Getting ready for a visit")
    SERVICES = "services", _("Finding help and services")
    STARTING = "starting", _("Starting treatment")
    INJECTIONS = "injections", _("Injecting, the practical side")
    FLARES = "flares", _("Hard times")
    INTIMACY = "intimacy", _("Love and intimacy")
    PHYSIO = "physio", _("Physiotherapy")
    DOSE = "dose", _("Dose, side effects, stopping")
    MEDICINES = "medicines", _("Medicines together, vaccines")
    PREGNANCY = "pregnancy", _("Plans for a pregnancy")
    RESULTS = "results", _("Test results, diagnosis")
    SUPPLEMENTS = "supplements", _("Supplements, other cures")
    BENEFITS = "benefits", _("Benefits and rights")


TEAM_TOPICS = frozenset(
    {Topic.DOSE, Topic.MEDICINES, Topic.PREGNANCY, Topic.RESULTS, Topic.SUPPLEMENTS, Topic.BENEFITS}
)
SHARE_TOPICS = frozenset({Topic.STARTING, Topic.INJECTIONS, Topic.FLARES, Topic.INTIMACY, Topic.PHYSIO})
MENTEE_TOPICS = [(t.value, t.label) for t in Topic if t not in TEAM_TOPICS]


def topic_scope(topic: str) -> str:
    """Return whose a topic is: the mentor's, to share then ask, or the care team's (VdE21: medication)."""
    if topic in TEAM_TOPICS:
        return TopicScope.TEAM
    return TopicScope.SHARE if topic in SHARE_TOPICS else TopicScope.MENTOR


class Interest(models.TextChoices):
    GARDEN = "garden", _("Garden and nature")
    SPORT = "sport", _("Sport and moving")
    MUSIC = "music", _("Music")
    READING = "reading", _("Reading")
    COOKING = "cooking", _("Cooking")
    CRAFTS = "crafts", _("Crafts")
    ANIMALS = "animals", _("Animals")
    TRAVEL = "travel", _("Travelling")
    FILM = "film", _("Film and series")
    TECHNOLOGY = "technology", _("Technology")
    VOLUNTEERING = "volunteering", _("Volunteering")


class Value(models.TextChoices):
    """What somebody wants to be understood in (Emb13: the same condition alone is not enough)."""

    FAMILY = "family", _("Family first")
    FAITH = "faith", _("Faith")
    INDEPENDENCE = "independence", _("Doing it myself")
    HUMOUR = "humour", _("Humour")
    CALM = "calm", _("Calm")
    TRADITION = "tradition", _("Traditions of my culture")
    ACHIEVING = "achieving", _("Getting things done")
    HELPING = "helping", _("Being there for others")


class Slot(models.TextChoices):
    """When somebody is free."""

    WEEKDAY_MORNING = "weekday-morning", _("Weekdays, morning")
    WEEKDAY_AFTERNOON = "weekday-afternoon", _("Weekdays, afternoon")
    WEEKDAY_EVENING = "weekday-evening", _("Weekdays, evening")
    WEEKEND_DAY = "weekend-day", _("Weekend, by day")
    WEEKEND_EVENING = "weekend-evening", _("Weekend, evening")


class Relation(models.TextChoices):
    PATIENT = "patient", _("A patient")
    CAREGIVER = "caregiver", _("A partner or relative")


class Matters(models.TextChoices):
    """What matters most to a mentee; it counts one and a half times."""

    TOPICS = "topics", _("The same topics")
    LIVED = "lived", _("The same treatment or phase")
    LIFE_STAGE = "life_stage", _("The same stage of life")
    AGE = "age", _("About the same age")
    WORK = "work", _("The same kind of work")
    CULTURE = "culture", _("The same culture and values")
    INTERESTS = "interests", _("The same interests")
    NONE = "", _("No preference")


class Must(models.TextChoices):
    """Preferences that may be made a must."""

    LANGUAGE = "language", _("The language")
    GENDER = "gender", _("Woman or man")
    CHANNEL = "channel", _("How to talk")
    AVAILABILITY = "availability", _("When")


class GenderWish(models.TextChoices):
    ANY = "any", _("A woman or a man")
    WOMAN = "woman", _("A woman")
    MAN = "man", _("A man")


class AgeWish(models.TextChoices):
    ANY = "any", _("Any age")
    NEAR = "near", _("About the same age")


class Area(models.TextChoices):
    """Districts: near enough to judge travelling, too wide to find a house."""

    AALST = "aalst", "Aalst"
    ANTWERPEN = "antwerpen", "Antwerpen"
    BRUGGE = "brugge", "Brugge"
    BRUSSEL = "brussel", "Brussel / Bruxelles"
    CHARLEROI = "charleroi", "Charleroi"
    DEINZE = "deinze", "Deinze"
    DENDERMONDE = "dendermonde", "Dendermonde"
    EEKLO = "eeklo", "Eeklo"
    GENT = "gent", "Gent"
    HASSELT = "hasselt", "Hasselt"
    IEPER = "ieper", "Ieper"
    KORTRIJK = "kortrijk", "Kortrijk"
    LEUVEN = "leuven", "Leuven"
    LIEGE = "liege", "Liège"
    MECHELEN = "mechelen", "Mechelen"
    MONS = "mons", "Mons"
    NAMUR = "namur", "Namur"
    OOSTENDE = "oostende", "Oostende"
    OUDENAARDE = "oudenaarde", "Oudenaarde"
    ROESELARE = "roeselare", "Roeselare"
    SINT_NIKLAAS = "sint-niklaas", "Sint-Niklaas"
    TIELT = "tielt", "Tielt"
    TOURNAI = "tournai", "Tournai"
    TURNHOUT = "turnhout", "Turnhout"
    WAREGEM = "waregem", "Waregem"


# Latitude and longitude of the centre of each area, in degrees.
AREA_CENTRES = {
    Area.AALST: (50.94, 4.04),
    Area.ANTWERPEN: (51.22, 4.40),
    Area.BRUGGE: (51.21, 3.22),
    Area.BRUSSEL: (50.85, 4.35),
    Area.CHARLEROI: (50.41, 4.44),
    Area.DEINZE: (50.98, 3.53),
    Area.DENDERMONDE: (51.03, 4.10),
    Area.EEKLO: (51.19, 3.56),
    Area.GENT: (51.05, 3.72),
    Area.HASSELT: (50.93, 5.34),
    Area.IEPER: (50.85, 2.88),
    Area.KORTRIJK: (50.83, 3.26),
    Area.LEUVEN: (50.88, 4.70),
    Area.LIEGE: (50.63, 5.57),
    Area.MECHELEN: (51.03, 4.48),
    Area.MONS: (50.45, 3.95),
    Area.NAMUR: (50.47, 4.87),
    Area.OOSTENDE: (51.23, 2.92),
    Area.OUDENAARDE: (50.85, 3.60),
    Area.ROESELARE: (50.95, 3.12),
    Area.SINT_NIKLAAS: (51.16, 4.14),
    Area.TIELT: (51.00, 3.33),
    Area.TOURNAI: (50.61, 3.39),
    Area.TURNHOUT: (51.32, 4.95),
    Area.WAREGEM: (50.89, 3.42),
}
