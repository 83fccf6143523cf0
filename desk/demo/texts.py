"""What people of the demo write, in their own language. Never anything medical that a mentor would answer."""

TALKS = {
    "nl": ("Ze vertelde over het werk en hoe ze haar dag indeelt.", "Rustig gesprek, we hebben ook gelachen.",
           "Over hoe je het aan vrienden vertelt.", "We wandelen volgende keer misschien samen.", ""),
    "fr": ("On a parlé du travail et du rythme des journées.", "Une conversation calme, on a ri aussi.",
           "Comment le dire aux amis.", "La prochaine fois peut-être en vidéo.", ""),
    "en": ("We talked about work and pacing the day.", "A quiet talk, with some laughter.", "How to tell friends.", ""),
}  # fmt: skip
QUESTIONS = {
    "nl": ("Mag ik met dit middel een glas wijn drinken?", "Moet ik iets doen als ik een dosis vergeet?",
           "Welke vaccins mag ik nu wel en niet krijgen?"),
    "fr": ("Que faire si j'oublie une prise ?", "Puis-je me faire vacciner contre la grippe ?",
           "À quoi servent ces analyses de sang ?"),
    "en": ("What do I do when I forget a dose?", "Which vaccines may I have?"),
}  # fmt: skip
TEAM_TOPICS = ("dose", "medicines", "results")
ANSWERS = {
    "nl": "Dank je voor je vraag. Bel ons gerust op werkdagen voor tien uur, dan kijken we samen naar jouw situatie. "
          "Verander intussen niets aan je geneesmiddelen.",
    "fr": "Merci pour votre question. Appelez-nous un jour ouvrable avant dix heures et nous regarderons ensemble. "
          "Entre-temps, ne changez rien à vos médicaments.",
    "en": "Thank you for asking. Ring us on a working day before ten and we will look at it together. Until then, "
          "change nothing about your medicines.",
}  # fmt: skip
RETURNED = {
    "nl": ("Wil ze liever een vrouw, of maakt dat niet uit?", "Ja, liever een vrouw van haar leeftijd."),
    "fr": ("Préfère-t-elle parler au téléphone ou en vidéo ?", "Au téléphone, plutôt le soir."),
}
FLAG_DETAILS = {
    "death-wish": "Ze zei dat ze het soms niet meer ziet zitten. Ze is nu niet alleen, haar zus is bij haar.",
    "suicide-plan": "Zei aan de telefoon dat hij alles klaar had liggen. Ik ben aan de lijn gebleven.",
    "low-mood": "Al weken somber, komt niet meer buiten.",
    "joint": "Haar knie is warm en dik sinds gisteren.",
    "fever": "Rilt en heeft koorts sinds vanmorgen.",
    "flare": "Kan sinds drie dagen haast niets meer vastnemen.",
    "stopping": "Il veut arrêter son traitement, il dit qu'il n'en peut plus.",
    "headache": "Maux de tête très forts depuis ce matin, mâchoire douloureuse.",
    "money-trouble": "De huur is twee maanden niet betaald.",
    "out-of-depth": "Het gaat over haar scheiding en ik weet niet meer wat ik moet zeggen.",
    "mentor-conduct": "Vertelde dat de mentor producten wilde verkopen.",
}
DONE = {
    "nl": "Gebeld en gesproken. De nodige afspraken zijn gemaakt, en een collega volgt op.",
    "fr": "Appelée et entendue. Les rendez-vous nécessaires sont pris, un collègue suit.",
}
BRIDGES = {
    "nl": ("De beweeggroep op dinsdag", "De patiëntenvereniging in Gent", "De huisarts en de sociale dienst"),
    "fr": ("Le groupe de marche du jeudi", "L'association de patients", "Le médecin traitant"),
}
HANDLED = {
    "nl": "Gebeld. Het komt goed, we bellen over twee weken opnieuw.",
    "fr": "Appelé. Tout va bien, nouvel appel dans deux semaines.",
}
