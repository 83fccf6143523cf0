"""The road of a mentor, as steps people take on the pages: apply, choose, learn, sign, begin; and the way out and back."""

from __future__ import annotations

import datetime as dt

from desk.demo.applicants import paper
from messaging.models import LocalMail
from tests.factories import PASSWORD
from tests.journeys.people import Visitor, link_in, mail_to
from training.models import Application, Mentor, ModuleProgress, Rating, Sponsorship

APPLICANT = "els.journey@example.org"
DAY = dt.timedelta(days=1)


def newest() -> int:
    """Return the pk of the newest mail, to wait for one after it."""
    return LocalMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def apply(applicant: Visitor, clinic) -> Application:
    """Somebody applies on the clinic's page, and confirms their address by the link in the mail."""
    applicant.open("training:apply", clinic.ref)
    applicant.write(first_name="Els", last_name="Journey", birth_year="1970", email=APPLICANT, diagnosed_year="2012")
    applicant.write(why="I had nobody to ask.")
    applicant.choose(
        role_types="patient", diagnoses="ra", languages="nl", channels="phone", availability="weekday-evening"
    )
    applicant.tick("consent")
    applicant.press("Send")
    applicant.sees("Thank you, it has arrived")
    applicant.go(link_in(mail_to(APPLICANT)))
    applicant.press("Yes, that is me")
    return Application.objects.get(email=APPLICANT, status="sent")


def take_up(coordinator: Visitor, application: Application) -> Mentor:
    """The coordinator takes the application up, and writes down the talk."""
    coordinator.open("training:applicants")
    coordinator.follow("Els Journey")
    coordinator.press("Take up: get to know Els")
    mentor = Mentor.objects.get(application=application)
    step(coordinator, mentor, "talk", channel="phone")
    return mentor


def step(coordinator: Visitor, mentor: Mentor, key: str, button: str = "Save", **answers) -> None:
    """Take one small step of choosing: rings and boxes are chosen, everything else is written."""
    coordinator.open("training:selection-step", mentor.ref, key)
    for name, value in answers.items():
        if coordinator.page.locator(f'[name="{name}"]').first.get_attribute("type") in ("radio", "checkbox"):
            coordinator.choose(**{name: value})
        else:
            coordinator.write(**{name: value})
    coordinator.press(button)


def rate(assessor: Visitor, mentor: Mentor, user, *, sees_other: str = "") -> None:
    """Somebody rates, without seeing what the other saw."""
    rating = Rating.objects.get(mentor=mentor, assessor=user)
    assessor.open("training:rate", rating.ref)
    assessor.sees_not("Asks back before answering.")
    assessor.choose(communication="3", insight="3", functioning="2", professionalism="4")
    assessor.write(words="Asks back before answering." if sees_other else "Calm.")
    assessor.press("Save my rating")


def choose(coordinator: Visitor, clinician: Visitor, team, mentor: Mentor) -> None:
    """Everything the clinic's rules ask, and the yes with its letter."""
    raters = [str(team.coordinator.pk), str(team.clinician.pk)]
    step(coordinator, mentor, "raters", "Ask them", assessors=raters)
    rate(coordinator, mentor, team.coordinator, sees_other="clinician")
    rate(clinician, mentor, team.clinician)
    for number, name in enumerate(("Sofie Maertens", "Dirk Nuyts")):
        step(coordinator, mentor, "reference", name=name, relation="Works with them")
        reference = mentor.references.order_by("pk")[number]
        step(coordinator, mentor, "rung", reference=str(reference.pk), outcome="good")
    step(coordinator, mentor, "sponsor", "Ask for a word", sponsor=str(team.clinician.pk))
    clinician.open("training:sponsor", Sponsorship.objects.get(mentor=mentor).ref)
    clinician.write(known_years="6")
    clinician.choose(vouches="yes")
    clinician.press("Give my word")
    hand_in_check(coordinator, team, mentor)
    step(
        coordinator,
        mentor,
        "insurance",
        liability="yes",
        public_body="yes",
        incapacity="none",
        unemployed="none",
        expenses="yes",
    )
    step(coordinator, mentor, "conflicts", conflicts="none")
    decide(coordinator, mentor)


def hand_in_check(coordinator: Visitor, team, mentor: Mentor) -> None:
    """The coordinator adds the background check, as a file."""
    coordinator.open("training:selection-step", mentor.ref, "paper")
    coordinator.choose(kind="background")
    file = paper()
    coordinator.page.set_input_files(
        'input[name="file"]', {"name": file.name, "mimeType": "application/pdf", "buffer": file.read()}
    )
    coordinator.write(valid_until=(team.clinic.today + 700 * DAY).isoformat())
    coordinator.press("Save")


def decide(coordinator: Visitor, mentor: Mentor) -> None:
    """The coordinator decides, reads the letter, and sends it."""
    coordinator.open("training:selection", mentor.ref)
    coordinator.choose(decision="accept")
    coordinator.write(why="Both of us saw a good listener.")
    coordinator.press("Write the letter")
    assert "glad to say yes" in coordinator.page.input_value('[name="letter"]')
    coordinator.press("Decide and send")


def come_in(applicant: Visitor, before: int) -> None:
    """They follow the invitation, choose a password, and sign in."""
    mails = LocalMail.objects.filter(to=APPLICANT, pk__gt=before)
    mail_to(APPLICANT, before)
    for mail in mails.order_by("-pk"):
        applicant.go(link_in(mail))
        if applicant.page.locator('[name="password1"]').count():
            break
    applicant.write(password1=PASSWORD, password2=PASSWORD)
    applicant.press("Use this password")
    if "/accounts/login" in applicant.page.url:
        applicant.write(login=APPLICANT, password=PASSWORD)
        applicant.press("Sign in")
    applicant.open("home")
    applicant.sees("Hello Els")


def answer_questions(mentor: Visitor, progress: ModuleProgress) -> None:
    """Read a part and answer its questions rightly, one a screen, on a phone."""
    mentor.open("training:module", progress.ref)
    for _page in range(progress.module.pages.count()):
        mentor.press("Next")
    mentor.press("Begin the questions")
    for question in progress.module.questions.prefetch_related("options"):
        mentor.sees(question.text)
        mentor.choose(option=next(o.ref for o in question.options.all() if o.is_right))
        mentor.press("Next")
    mentor.press("Hand them in")
    progress.refresh_from_db()
    assert progress.passed_at


def sign(mentor: Visitor) -> None:
    """Read and sign everything there is to sign."""
    mentor.open("training:sign")
    for box in mentor.page.locator('input[type="checkbox"]').all():
        box.check()
    mentor.press("Sign")


def certify(coordinator: Visitor, mentor: Mentor) -> None:
    """The coordinator notes the briefing and the meeting, and gives the certificate."""
    for key in ("secrecy", "team"):
        coordinator.open("training:step", mentor.ref, key)
        coordinator.press("Save")
    coordinator.open("training:step", mentor.ref, "certificate")
    coordinator.press("Give the certificate")


def decertify(coordinator: Visitor, mentor: Mentor) -> None:
    """The coordinator takes the certificate back, with reasons and a letter."""
    coordinator.open("training:decertify", mentor.ref)
    coordinator.page.locator('input[name="reasons"]').first.check()
    coordinator.write(note="Gave advice about a dose, twice, after it was talked through.")
    coordinator.press("Go on to the letter")
    coordinator.press("End it now and send the letter")


def decide_appeal(admin: Visitor, appeal) -> None:
    """The admin, who did not take it back, decides for the mentor."""
    admin.open("training:appeals")
    admin.open("training:appeal", appeal.ref)
    admin.choose(outcome="overturned")
    admin.write(answer="We heard both sides. It was a misunderstanding.")
    admin.press("Go on to the letter")
    admin.press("Decide and send the letter")
