"""Words a new clinic can begin with. A clinic has them checked and writes its own in the settings."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from clinics.models import Clinic
from common import clock
from referrals.models import ConsentText, Scope

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        Scope.PROFILE: (
            "I may be put in touch with a trained volunteer who lives with the same illness. Before we meet, this "
            "mentor reads a short profile: what is going on for me now, what I want to talk about, my language, how "
            "I like to talk and roughly my age. Not my file. I can stop any day, without saying why. My care stays "
            "the same."
        ),
        Scope.CONTACT: (
            "The team of the programme may ring or write to me about it. Once I have said yes to a mentor, this "
            "mentor gets my first name and how to reach me. If a mentor is worried about me, my care team is told. "
            "I can change this any day."
        ),
        Scope.EVALUATION: (
            "The team may ask me now and then how it goes, and use my answers, without my name, to make the "
            "programme better. I need not answer. My care stays the same."
        ),
        Scope.RESEARCH: (
            "My answers, without my name, may be used for research about support between patients. I can say no "
            "to this and still have a mentor."
        ),
    },
    "nl": {
        Scope.PROFILE: (
            "Ik mag in contact gebracht worden met een opgeleide vrijwilliger die met dezelfde ziekte leeft. Vóór "
            "we elkaar spreken, leest deze mentor een kort profiel: wat er nu bij mij speelt, waarover ik wil praten, "
            "mijn taal, hoe ik graag praat en ongeveer mijn leeftijd. Niet mijn dossier. Ik kan elke dag stoppen, "
            "zonder te zeggen waarom. Mijn zorg blijft dezelfde."
        ),
        Scope.CONTACT: (
            "Het team van het programma mag mij hierover bellen of schrijven. Als ik ja heb gezegd tegen een mentor, "
            "krijgt deze mentor mijn voornaam en hoe ik te bereiken ben. Maakt een mentor zich zorgen over mij, dan "
            "hoort mijn zorgteam dat. Ik kan dit elke dag veranderen."
        ),
        Scope.EVALUATION: (
            "Het team mag mij af en toe vragen hoe het gaat, en mijn antwoorden zonder mijn naam gebruiken om het "
            "programma beter te maken. Ik hoef niet te antwoorden. Mijn zorg blijft dezelfde."
        ),
        Scope.RESEARCH: (
            "Mijn antwoorden mogen, zonder mijn naam, gebruikt worden voor onderzoek over steun tussen patiënten. "
            "Ik kan hier nee op zeggen en toch een mentor hebben."
        ),
    },
    "fr": {
        Scope.PROFILE: (
            "On peut me mettre en contact avec une personne bénévole et formée, qui vit avec la même maladie. Avant "
            "que nous nous parlions, elle lit un court profil : ce qui se passe pour moi en ce moment, de quoi je "
            "veux parler, ma langue, comment j’aime parler et à peu près mon âge. Pas mon dossier. Je peux arrêter "
            "chaque jour, sans dire pourquoi. Mes soins restent les mêmes."
        ),
        Scope.CONTACT: (
            "L’équipe du programme peut m’appeler ou m’écrire à ce sujet. Quand j’ai dit oui à un mentor, il reçoit "
            "mon prénom et la façon de me joindre. Si un mentor s’inquiète pour moi, mon équipe de soins est "
            "prévenue. Je peux changer cela chaque jour."
        ),
        Scope.EVALUATION: (
            "L’équipe peut me demander de temps en temps comment cela se passe, et utiliser mes réponses, sans mon "
            "nom, pour améliorer le programme. Je ne suis pas obligé de répondre. Mes soins restent les mêmes."
        ),
        Scope.RESEARCH: (
            "Mes réponses peuvent servir, sans mon nom, à la recherche sur le soutien entre patients. Je peux dire "
            "non et avoir quand même un mentor."
        ),
    },
}


@transaction.atomic
def start_clinic(clinic: Clinic, by: User | None) -> None:
    """Give a clinic first consent words in its languages. What is there already stays as it is."""
    languages = [code for code in clinic.languages if code in TEXTS] or ["en"]
    for language in languages:
        for scope, text in TEXTS[language].items():
            ConsentText.objects.get_or_create(
                clinic=clinic, scope=scope.value, language=language, version=1,
                defaults={"text": text, "by": by, "at": clock.now()},
            )  # fmt: skip
