"""Builders for tests of choosing mentors: an applicant with everything the starter rules ask."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories
from training import selection, starter_policy
from training.actions import selecting, selecting_papers
from training.models import Mentor, Rating, Sponsorship

PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\nstartxref\n9\n%%EOF\n"
CHOSEN = {"communication": 3, "insight": 3, "functioning": 2, "professionalism": 4}


def pdf(name="check.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def applicant(team, first_name="Amélie") -> Mentor:
    """Store an applicant of a clinic with the starter rules, without an account."""
    starter_policy.start_clinic(team.clinic, team.admin)
    person = factories.make_person(team.clinic, first_name=first_name, last_name="Rousseau", birth_year=1987)
    mentor = factories.make_mentor(team, ready=False, person=person)
    mentor.person.user.memberships.all().delete()
    mentor.person.user = None
    mentor.person.save()
    return Mentor.objects.get(pk=mentor.pk)


def talk(team, mentor):
    return selecting.record_interview(mentor=mentor.pk, by=team.coordinator, on=team.clinic.today, channel="phone")


def raters(team, mentor) -> list[Rating]:
    """Ask the coordinator and the clinician to rate."""
    pks = [team.coordinator.pk, team.clinician.pk]
    selecting.ask_raters(mentor=mentor.pk, by=team.coordinator, assessors=pks)
    return [mentor.ratings.filter(assessor=pk).latest("round") for pk in pks]


def rate(rating, **changes):
    words = changes.pop("words", "")
    return selecting.save_rating(rating=rating.pk, by=rating.assessor, answers=CHOSEN | changes, words=words)


def references(team, mentor):
    for name in ("Jan Peeters", "Els Maes"):
        row = selecting_papers.add_reference(mentor=mentor.pk, by=team.coordinator, name=name, relation="The choir")
        selecting_papers.ring_reference(reference=row.pk, by=team.coordinator, outcome="good")


def sponsor(team, mentor) -> Sponsorship:
    row = selecting_papers.ask_sponsor(mentor=mentor.pk, by=team.coordinator, sponsor=team.clinician.pk)
    return selecting_papers.give_statement(sponsorship=row.pk, by=team.clinician, known_years=6, vouches=True)


def paper(team, mentor, **fields):
    values = {"kind": "background", "file": pdf(), "valid_until": team.clinic.today + 300 * factories.DAY}
    return selecting_papers.add_paper(mentor=mentor.pk, by=team.coordinator, **(values | fields))


def go_through(team, mentor):
    answers = dict.fromkeys(selection.INSURANCE, "yes")
    selecting_papers.go_through(mentor=mentor.pk, by=team.coordinator, answers=answers)
    selecting_papers.go_through(mentor=mentor.pk, by=team.coordinator, answers={"conflicts": "none"})


def complete(team, mentor) -> Mentor:
    """Write down everything the starter rules ask."""
    talk(team, mentor)
    for rating in raters(team, mentor):
        rate(rating)
    references(team, mentor)
    sponsor(team, mentor)
    paper(team, mentor)
    go_through(team, mentor)
    return Mentor.objects.get(pk=mentor.pk)
