"""The line of the product, as steps somebody takes on the pages. Each works with and without JavaScript."""

from __future__ import annotations

from matching.models import Match
from mentorship.models import RedFlag
from referrals.models import Referral
from tests.journeys.people import Visitor, link_in, mail_to

MENTEE = "samira.journey@example.org"


def refer(nurse: Visitor) -> Referral:
    """The nurse offers, hears yes, and refers Samira."""
    nurse.follow("Refer someone")
    nurse.follow("Yes, now")
    nurse.choose(offer="yes")
    nurse.write(first_name="Samira", last_name="Bensalem", birth_year="1987", phone="0470 00 00 12", email=MENTEE)
    nurse.tick("phone_read_back", "email_read_back")
    nurse.choose(language="nl", gender="woman", relation="patient", phase="starting", diagnosis="ra")
    nurse.write(diagnosed_year="2026")
    nurse.choose(treatments=["methotrexate"], topics=["fatigue", "work"], life_stage="working", work="office")
    nurse.choose(languages=["nl"], channels=["phone"], gender_wish="any", age_wish="any")
    for scope in ("profile", "contact", "evaluation", "research"):
        nurse.choose(**{f"consent_{scope}": "yes"})
    nurse.choose(consent_how="in-person")
    nurse.press("Send the referral")
    nurse.sees("Samira Bensalem")
    return Referral.objects.get(mentee__email=MENTEE)


def triage(coordinator: Visitor, referral: Referral) -> None:
    """The coordinator finds it on Today and accepts it."""
    coordinator.open("desk:today")
    coordinator.sees("New referrals", "Samira Bensalem")
    coordinator.follow("Samira Bensalem")
    coordinator.press("Accept the referral")
    coordinator.sees("Accepted.")


def ask_mentor(coordinator: Visitor, referral: Referral, mentor) -> Match:
    """The coordinator finds the first candidate and asks them."""
    coordinator.open("desk:today")
    coordinator.follow("Find a mentor", exact=False)
    coordinator.sees("Find a mentor for Samira", "of 100 points")
    coordinator.press(f"Ask {mentor.person.first_name}")
    return Match.objects.get(referral=referral, status="approved")


def mentor_says_yes(mentor: Visitor, match: Match) -> None:
    """The mentor reads the request, without a name, and says yes."""
    mentor.open("mentorship:home")
    mentor.open("matching:request", match.ref)
    mentor.sees("Would you like to talk with this person?")
    mentor.sees_not("Samira", "Bensalem")
    mentor.tick("expectations")
    mentor.press("Yes, I would like to")
    mentor.sees("You said yes")


def ask_mentee(coordinator: Visitor, match: Match) -> str:
    """The coordinator sends the mentee a link; return the address in the mail."""
    before = 0
    coordinator.open("desk:today")
    coordinator.sees("Mentees to ask")
    coordinator.open("matching:match", match.ref)
    coordinator.press("Ask Samira by link")
    mail = mail_to(MENTEE, before)
    assert "rheuma" not in (mail.subject + mail.body).lower()
    return link_in(mail)


def mentee_says_yes(mentee: Visitor, link: str) -> None:
    """The mentee opens the link, reads, and says yes."""
    mentee.go(link)
    mentee.sees("Would you like to talk with")
    mentee.choose(answer="yes")
    mentee.tick("expectations")
    mentee.press("Send my answer")
    mentee.sees("Thank you for your yes")


def introduce(coordinator: Visitor, match: Match) -> None:
    """The coordinator introduces the two."""
    coordinator.open("desk:today")
    coordinator.sees("Introductions to make")
    coordinator.open("matching:match", match.ref)
    coordinator.press("Introduce them")
    match.refresh_from_db()
    assert match.status == "introduced"


def log_talk(mentor: Visitor, match: Match) -> None:
    """The mentor logs a talk of half an hour."""
    mentor.open("mentorship:home")
    mentor.sees("Samira")
    mentor.open("mentorship:log-with", match.ref)
    mentor.choose(outcome="talked", minutes="30", topics=["fatigue"])
    mentor.press("Save")
    assert match.contacts.filter(status="talked", minutes=30).count() == 1


def raise_flag(mentor: Visitor, match: Match) -> RedFlag:
    """The mentor taps what worries them and sees what to do."""
    mentor.open("mentorship:home")
    mentor.follow("Something worries me", exact=False)
    if "Whom is it about?" in mentor.text():
        mentor.follow("Samira", exact=False)
    mentor.press("Fever or shivering", exact=False)
    mentor.sees("Your worry is sent", "Do this now", "112")
    return RedFlag.objects.get(match=match)


def answer_flag(clinician: Visitor, flag: RedFlag) -> None:
    """The clinician has it, notes a call, and resolves it."""
    clinician.open("mentorship:flags")
    clinician.sees("Samira Bensalem")
    clinician.open("mentorship:flag", flag.ref)
    clinician.press("I have this")
    clinician.choose(kind="reached")
    clinician.press("Note this")
    clinician.choose(outcome="seen")
    clinician.write(done="Seen this afternoon.")
    clinician.press("Resolve this flag")
    flag.refresh_from_db()
    assert flag.status == "resolved"


def answer_check(mentee: Visitor, link: str) -> None:
    """The mentee answers a follow-up question with one tap."""
    mentee.go(link)
    mentee.press("Yes")
    mentee.sees("Saved, thank you")


def review(admin: Visitor, flag: RedFlag) -> None:
    """The admin sees the whole timeline of the flag, and who looked at whom."""
    admin.open("mentorship:escalations")
    admin.sees("Samira Bensalem", "Seen by the team")
    admin.open("mentorship:flag", flag.ref)
    admin.sees("Who was told, and when", "Piet")
    admin.open("clinics:access-log")
    admin.sees("Katrien", "Leen")
