"""People of the demo who would like to be a mentor, at different places on the way."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from fpdf import FPDF

from common import clock
from desk.demo.cast import Cast, arrive
from desk.demo.stage import DAY, Stage
from desk.demo.study import study
from training import selection
from training.actions import applying, applying_staff, selecting, selecting_decision, selecting_papers
from training.data import Decision
from training.data_applying import ApplicationData, Nomination
from training.models import Application, Mentor, Rating, Reference
from training.models.policy import PaperKind
from training.wording_selecting import letter

CONSENT = "The clinic may keep what I wrote here to look at whether I could be a mentor. I can take it back any day."


@dataclass(frozen=True)
class Wish:
    """Somebody who would like to be a mentor, and how far they come in how many days."""

    first_name: str
    last_name: str
    birth_year: int
    why: str
    days: int  # ago
    far: str  # sent, talk, rated, or what was decided


DECISIONS = {"later": Decision.LATER, "redirected": Decision.REDIRECT, "accepted": Decision.ACCEPT}
WISHES = (
    Wish("Amélie", "Rousseau", 1987, "Nobody told me that it would get better. I want to be that voice.", 40, "rated"),
    Wish("Kobe", "Lambert", 1995, "I was diagnosed at 22. I know what it does to your plans.", 21, "talk"),
    Wish("Ingrid", "Thys", 1961, "Since I stopped working I have time, and a lot of experience.", 4, "sent"),
    Wish("Noor", "Haddad", 1990, "My neighbour helped me so. I would like to do the same.", 70, "later"),
    Wish("Herman", "Cools", 1955, "I like to organise things.", 90, "redirected"),
    Wish("Lotte", "Bracke", 1984, "I remember the first months too well.", 55, "accepted"),
)


class Applicant:
    """The way of one of them, by the real steps."""

    def __init__(self, stage: Stage, cast: Cast, wish: Wish):
        self.stage, self.cast, self.wish = stage, cast, wish
        self.application: Application | None = None
        self.mentor: Mentor | None = None

    def plan(self) -> None:
        """Send it on its day, and go on from there."""
        self.stage.at(self.stage.days_ago(self.wish.days, 19, 40), self.send)

    def send(self) -> None:
        """Write the application on the clinic's page."""
        wish, today = self.wish, self.cast.clinic.today
        answers = {
            "first_name": wish.first_name, "last_name": wish.last_name, "birth_year": wish.birth_year,
            "email": f"{wish.first_name}.{wish.last_name}@example.org".lower().replace("é", "e"), "language": "nl",
            "languages": ["nl"], "role_types": ["patient"], "diagnoses": ["ra"], "diagnosed_year": today.year - 7,
            "channels": ["phone"], "availability": ["weekday-evening"], "why": wish.why,
        }  # fmt: skip
        data = ApplicationData(answers=answers, consent=True, consent_words=CONSENT)
        self.application = applying.send_application(clinic=self.cast.clinic, data=data)
        applying.verify_address(application=self.application.pk)
        if wish.far != "sent":
            self.stage.at(self.stage.later(clock.now(), 24, 50), self.talk)

    def talk(self) -> None:
        """Take it up, talk, and ask two people to rate."""
        by, today = self.cast.coordinator, self.cast.clinic.today
        self.mentor = applying_staff.take_up(application=self.application.pk, by=by)
        selecting.record_interview(
            mentor=self.mentor.pk,
            by=by,
            on=today,
            channel="video",
            notes="Calm, asks back. Wants to know who rings her.",
        )
        if self.wish.far == "talk":
            return
        selecting.ask_raters(mentor=self.mentor.pk, by=by, assessors=[by.pk, self.cast.clinician.pk])
        self.stage.at(self.stage.later(clock.now(), 60, 90), self.rate)

    def rate(self) -> None:
        """Both rate, apart from each other; references are rung and a sponsor speaks."""
        chosen = {"communication": 3, "insight": 3, "functioning": 2, "professionalism": 4}
        for rating in Rating.objects.filter(mentor=self.mentor):
            mine = rating.assessor_id == self.cast.coordinator.pk
            saw = chosen if mine else chosen | {"insight": 4, "professionalism": 2}
            words = (
                "" if mine else "Told a neighbour which painkiller helped. When I asked, the line was clear at once."
            )
            selecting.save_rating(rating=rating.pk, by=rating.assessor, answers=saw, words=words)
        by = self.cast.coordinator
        for name, relation in (("Sofie Maertens", "Works with them"), ("Dirk Nuyts", "Chairs the walking club")):
            row = selecting_papers.add_reference(mentor=self.mentor.pk, by=by, name=name, relation=relation)
            selecting_papers.ring_reference(reference=row.pk, by=by, outcome=Reference.Outcome.GOOD)
        asked = selecting_papers.ask_sponsor(mentor=self.mentor.pk, by=by, sponsor=self.cast.backup.pk)
        selecting_papers.give_statement(
            sponsorship=asked.pk, by=self.cast.backup, known_years=6, vouches=True, words="Keeps to what was agreed."
        )
        selecting_papers.go_through(mentor=self.mentor.pk, by=by, answers=dict.fromkeys(selection.INSURANCE, "yes"))
        selecting_papers.go_through(mentor=self.mentor.pk, by=by, answers={selection.CONFLICTS: "none"})
        if self.wish.far != "rated":
            self.stage.at(self.stage.later(clock.now(), 48, 80), self.decide)

    def decide(self) -> None:
        """Decide, with the letter as it is proposed; whoever may begin to learn does."""
        decision = DECISIONS[self.wish.far]
        until = self.stage.now.date() if decision == Decision.LATER else None
        mentor = Mentor.objects.get(pk=self.mentor.pk)
        if decision == Decision.ACCEPT:
            until_day = mentor.person.clinic.today + 900 * DAY
            selecting_papers.add_paper(
                mentor=mentor.pk,
                by=self.cast.coordinator,
                kind=PaperKind.BACKGROUND,
                file=paper(),
                valid_until=until_day,
            )
            mentor.refresh_from_db()
        selecting_decision.decide(
            mentor=mentor.pk, by=self.cast.coordinator, decision=decision, version=mentor.version, until=until,
            why="As we saw it together.", letter=letter(mentor, decision, until, by=self.cast.coordinator.full_name),
        )  # fmt: skip
        if decision == Decision.ACCEPT:
            mentor = Mentor.objects.select_related("person__user").get(pk=mentor.pk)
            arrive(mentor.person.user, language="en")
            self.stage.at(
                self.stage.later(clock.now(), 100, 140), study, Random(7), mentor, self.cast.coordinator, parts=5
            )


def paper() -> SimpleUploadedFile:
    """Return a paper as somebody hands it in: one page that says what it is."""
    page = FPDF()
    page.add_page()
    page.set_font("Helvetica", size=14)
    page.cell(text="Extract for somebody who works with people, for the demo.")
    return SimpleUploadedFile("extract.pdf", bytes(page.output()), "application/pdf")


def add_applicants(stage: Stage, cast: Cast) -> None:
    """Plan everybody who would like to be a mentor, and somebody put forward who has not answered."""
    for wish in WISHES:
        Applicant(stage, cast, wish).plan()
    stage.at(stage.days_ago(6, 11), put_forward, cast)


def put_forward(cast: Cast) -> None:
    """A nurse puts somebody forward who said yes to being written to."""
    data = Nomination(
        "Yvonne",
        "Pauwels",
        "yvonne.pauwels@example.org",
        "nl",
        "Helps others in the waiting room without knowing it.",
        agreed=True,
    )
    applying_staff.nominate(clinic=cast.clinic, by=cast.nurse, data=data)
