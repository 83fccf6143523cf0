"""The people of the demo. All are invented; their phone numbers are in ranges nobody has, their addresses in example.org."""

from __future__ import annotations

from dataclasses import dataclass

from clinics.roles import Role


@dataclass(frozen=True)
class Staff:
    """Somebody who works at a clinic."""

    first_name: str
    last_name: str
    language: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class House:
    """A clinic of the demo."""

    name: str
    mail: str  # the part of an address that tells the clinics apart
    languages: tuple[str, ...]
    areas: tuple[str, ...]
    staff: dict[str, Staff]


@dataclass(frozen=True)
class Somebody:
    """A mentor or a mentee: who they are. The rest is drawn."""

    first_name: str
    last_name: str
    gender: str
    birth_year: int
    language: str


LEIELAND = House(
    "Leieland Rheumatology Clinic", "leieland", ("nl", "fr", "en"), ("deinze", "gent", "waregem", "tielt", "kortrijk"),
    {
        "nurse": Staff("Katrien", "De Smet", "nl", (Role.NURSE,)),
        "coordinator": Staff("Leen", "Vandamme", "nl", (Role.COORDINATOR,)),
        "clinician": Staff("Piet", "Wouters", "nl", (Role.CLINICIAN,)),
        "admin": Staff("Ana", "Verstraete", "nl", (Role.ADMIN,)),
        "backup": Staff("Nora", "Peeters", "nl", (Role.CLINICIAN,)),
        "two roles": Staff("Joke", "Lambrecht", "nl", (Role.NURSE, Role.COORDINATOR)),
        "trainer": Staff("Mieke", "Daems", "nl", (Role.TRAINER,)),
    },
)  # fmt: skip
SENNE = House(
    "Clinique de la Senne", "senne", ("fr", "nl", "en"), ("brussel", "namur", "mons", "leuven"),
    {
        "nurse": Staff("Amélie", "Fontaine", "fr", (Role.NURSE,)),
        "coordinator": Staff("Claire", "Lemaire", "fr", (Role.COORDINATOR,)),
        "clinician": Staff("Hugo", "Laurent", "fr", (Role.CLINICIAN,)),
        "admin": Staff("Thomas", "Gérard", "fr", (Role.ADMIN,)),
        "backup": Staff("Sofia", "Benali", "fr", (Role.CLINICIAN,)),
    },
)  # fmt: skip
HOUSES = (LEIELAND, SENNE)
KNOWN = 0  # the mentor whose sign-in the demo prints, by their place in the list

WORDS_OF_MENTORS = {
    "nl": (
        "Ik heb geleerd mijn dag in stukjes te delen. Ik luister graag, en ik zeg het ook als ik iets niet weet.",
        "Toen ik het hoorde, stond alles stil. Nu werk ik weer, op mijn manier. Daar vertel ik graag over.",
        "Drie kinderen, een hond en handen die niet altijd mee willen. Humor helpt bij ons.",
        "Ik ben geen dokter. Ik ken wel de nachten waarin je ligt te piekeren.",
        "Wandelen doe ik nog elke week, soms kort. Ik vind samen zwijgen ook goed.",
    ),
    "fr": (
        "J'ai appris à couper mes journées en petits morceaux. J'écoute, et je dis quand je ne sais pas.",
        "Le jour où on me l'a dit, tout s'est arrêté. Aujourd'hui je travaille à nouveau, à ma façon.",
        "Deux enfants, un potager et des mains qui ne suivent pas toujours. On en rit souvent.",
        "Je ne suis pas médecin. Mais je connais les nuits où l'on tourne en rond.",
    ),
    "en": (
        "I learned to cut my days into small pieces. I listen, and I say so when I do not know.",
        "The day they told me, everything stopped. I work again now, in my own way.",
    ),
}


def _read(lines: str) -> tuple[Somebody, ...]:
    """Read "Given Names Family / w|m|o / year / language", one person a line."""
    people = []
    genders = {"w": "woman", "m": "man", "o": "other"}
    for line in lines.strip().splitlines():
        first, last, gender, year, language = (part.strip() for part in line.split("|"))
        people.append(Somebody(first, last, genders[gender], int(year), language))
    return tuple(people)


MENTORS = {
    "leieland": _read("""
        Rita|Claes|w|1968|nl
        Fatima|El Idrissi|w|1979|nl
        Luc|Janssens|m|1961|nl
        Marc|Dubois|m|1972|fr
        Els|Mertens|w|1983|nl
        Greet|Maes|w|1966|nl
        Hilde|Baert|w|1958|nl
        Stijn|De Clercq|m|1988|nl
        Ayşe|Yildiz|w|1985|nl
        Bart|Goethals|m|1974|nl
        Lien|Vercauteren|w|1993|nl
        Godelieve|Declercq|w|1952|nl
        Sarah|Whitfield|w|1981|en
        Wouter|Naessens|m|1990|nl
        Annick|Desmet|w|1971|nl
        Karim|Bouzid|m|1977|nl
        Miet|Cornelis|w|1964|nl
    """),
    "senne": _read("""
        Isabelle|Renard|w|1975|fr
        Olivier|Lambert|m|1969|fr
        Nadia|Haddad|w|1982|fr
        Philippe|Marchal|m|1957|fr
        Céline|Gillet|w|1990|fr
        Emma|Clarkson|w|1984|en
        Bénédicte|Noël|w|1963|fr
        Youssef|Tahiri|m|1979|fr
    """),
}

MENTEES = {
    "leieland": _read("""
        Samira|Bensalem|w|1987|nl
        Jef|Vermeulen|m|1959|nl
        Chantal|Mercier|w|1966|fr
        An|Goossens|w|1978|nl
        Bram|Willems|m|1991|nl
        Lotte|Hendrickx|w|1994|nl
        Marie-Claire|Dumont|w|1962|fr
        Youssef|Amrani|m|1985|nl
        Emma|Clarke|w|1990|en
        Griet|Van Acker|w|1973|nl
        Pieter|Lootens|m|1969|nl
        Nele|Buyse|w|1988|nl
        Rosa|Ferrari|w|1971|nl
        Koen|Matthys|m|1976|nl
        Hanne|Debruyne|w|1997|nl
        Willy|Coppens|m|1951|nl
        Zeynep|Kaya|w|1992|nl
        Tom|Vandenberghe|m|1982|nl
        Martine|Roelandt|w|1960|nl
        Jana|Nowak|w|1986|nl
        Dirk|Braeckman|m|1965|nl
        Ine|Van Hove|w|1999|nl
        Lucienne|Maertens|w|1949|nl
        Mehdi|Chaouch|m|1989|nl
        Sofie|Carlier|w|1980|nl
        Gerda|Steyaert|w|1956|nl
        Ruben|Pauwels|m|1995|nl
        Caroline|Delvaux|w|1974|fr
        Anja|Rogiers|w|1970|nl
        Frank|Dhondt|m|1963|nl
        Leila|Mansouri|w|1984|nl
        Johan|Verhaeghe|m|1957|nl
        Evi|Snauwaert|w|1990|nl
        Robin|Claeys|o|1998|nl
        Christine|Lefèvre|w|1967|fr
        Patrick|Hoste|m|1972|nl
        Tine|Bogaert|w|1985|nl
        Ivan|Petrov|m|1968|en
        Marleen|Opsomer|w|1954|nl
        Jasper|Ghys|m|1993|nl
        Kathy|Vanhaverbeke|w|1977|nl
        Amina|Diallo|w|1988|fr
        Rik|Temmerman|m|1961|nl
        Veerle|De Backer|w|1981|nl
        Paul|Segers|m|1948|nl
        Silke|Moerman|w|1996|nl
        Ludo|Baeten|m|1964|nl
        Grace|Okafor|w|1983|en
        Carine|Walgraeve|w|1969|nl
        Thijs|Lievens|m|1987|nl
        Bea|Schepens|w|1958|nl
        Olga|Sokolova|w|1979|en
    """),
    "senne": _read("""
        Julie|Masson|w|1986|fr
        Alain|Petitjean|m|1960|fr
        Sarah|Cohen|w|1992|fr
        Michel|Rousseau|m|1955|fr
        Inès|Garcia|w|1989|fr
        Laurence|Wauters|w|1971|fr
        Mohamed|Ziani|m|1983|fr
        Pauline|Henry|w|1995|fr
        Brigitte|Colin|w|1958|fr
        David|Mbemba|m|1980|fr
        Valérie|Simon|w|1973|fr
        Tom|Hughes|m|1988|en
        Aurélie|Denis|w|1984|fr
        Jacques|Leroy|m|1952|fr
        Nathalie|Vander Elst|w|1968|nl
        Elif|Demir|w|1990|fr
        Vincent|Moreau|m|1976|fr
        Catherine|Piette|w|1964|fr
        Luca|Romano|m|1994|fr
        Sylvie|Adam|w|1966|fr
        Hassan|Oukili|m|1970|fr
        Margot|Lejeune|w|1998|fr
        Geneviève|Bodart|w|1950|fr
        Samuel|Dupuis|m|1987|fr
        Anne|Jacobs|w|1975|fr
        Chloé|Gilson|w|1991|fr
        Denise|Paquet|w|1947|fr
        Adam|Kowalski|m|1985|en
    """),
}
