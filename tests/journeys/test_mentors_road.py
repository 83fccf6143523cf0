"""The whole life of a mentor in the browser, with the real processes beside the pages."""

import datetime as dt

import pytest

from referrals.starter import start_clinic as consent_texts
from tests import factories
from tests.journeys import becoming, line
from tests.journeys.people import mail_to
from training import learning, readiness, starter_agreements, starter_curriculum, starter_policy
from training.actions import learning as learning_actions
from training.actions import learning_help
from training.models import Certificate, Mentor
from training.workflow import Status

pytestmark = pytest.mark.browser
DAY = dt.timedelta(days=1)


@pytest.fixture
def team(transactional_db):
    """A clinic with the rules, the training and the words a clinic begins with."""
    team = factories.Team()
    consent_texts(team.clinic, None)
    for starter in (starter_policy, starter_curriculum, starter_agreements):
        starter.start_clinic(team.clinic, team.admin)
    return team


def test_an_applicant_becomes_a_mentor_and_has_a_first_match(team, stand, arrive):
    applicant, coordinator, clinician = arrive(phone=True), arrive(team.coordinator), arrive(team.clinician)
    application = becoming.apply(applicant, team.clinic)
    mentor = becoming.take_up(coordinator, application)
    before = becoming.newest()
    becoming.choose(coordinator, clinician, team, mentor)
    mentor.refresh_from_db()
    assert (mentor.status, mentor.policy.version) == (Status.IN_TRAINING, 1)

    becoming.come_in(applicant, before)
    mentor = Mentor.objects.select_related("person__user").get(pk=mentor.pk)
    Mentor.objects.filter(pk=mentor.pk).update(supervisor=team.clinician)
    applicant.open("training:my-training")
    row = learning.current(mentor)
    becoming.answer_questions(applicant, row.progress.get(module__key="red-flags"))
    study_rest(mentor, team)
    becoming.sign(applicant)
    becoming.certify(coordinator, mentor)
    applicant.open("training:my-papers")
    applicant.sees("My certificate")
    number = Certificate.objects.get(mentor=mentor).number
    anybody = arrive()
    anybody.open("training:verify", number)
    anybody.sees("E. J.")
    anybody.sees_not("Els", "Journey")
    coordinator.open("training:step", mentor.ref, "active")
    coordinator.press("Yes, do this")
    mentor.refresh_from_db()
    assert mentor in readiness.ready(team.clinic.today)

    nurse = arrive(team.nurse)
    referral = line.refer(nurse)
    line.triage(coordinator, referral)
    match = line.ask_mentor(coordinator, referral, mentor)
    assert mail_to(becoming.APPLICANT, before).subject
    line.mentor_says_yes(applicant, match)


def study_rest(mentor: Mentor, team) -> None:
    """Let the other parts be learned elsewhere; each is walked in the tests of the training."""
    row = learning.current(mentor)
    open_parts = [part.ref for part in row.progress.filter(passed_at=None)]
    learning_help.recognise(learning=row.pk, parts=open_parts, by=team.coordinator, reason="In the pilot group.")


def test_expiry_grace_refresher_a_certificate_taken_back_appeal_and_return(team, stand, arrive):
    today = team.clinic.today
    mentor = factories.make_mentor(team, supervise_by=today + 30 * DAY)
    mentor.certificates.update(valid_from=today - 700 * DAY, valid_until=today - DAY)
    match = factories.make_match(team, mentor=mentor, days_ago=40)
    own, coordinator, admin = arrive(mentor.person.user, phone=True), arrive(team.coordinator), arrive(team.admin)

    # The certificate has ended: nobody new, and the pair stays.
    own.open("training:my-papers")
    own.sees("certificate ended")
    coordinator.open("training:mentor", mentor.ref)
    coordinator.sees("cannot take someone new", "certificate ended")
    assert mentor not in readiness.ready(today)
    own.open("mentorship:home")
    own.sees(match.referral.mentee.first_name)

    # Refreshers, one by the browser; then a new certificate.
    learning_actions.begin(mentor=mentor.pk, by=mentor.person.user, refresher=True)
    parts = mentor.learnings.get(is_refresher=True).progress.order_by("module__position")
    for part in parts:
        if part.module.passing in ("quiz", "sorting"):
            becoming.answer_questions(own, part)
        else:
            study_one(part, mentor, team)
    becoming.sign(own)
    coordinator.open("training:step", mentor.ref, "certificate")
    coordinator.press("Give the certificate")
    assert mentor in readiness.ready(today)

    # Taken back, appealed, and given back by somebody else.
    becoming.decertify(coordinator, mentor)
    mentor.refresh_from_db()
    assert mentor.status == Status.DECERTIFIED
    own.open("training:taken-back")
    own.sees("Your certificate is taken back")
    own.write(text="I told what I took myself. I did not advise it.")
    own.press("Ask to look again")
    becoming.decide_appeal(admin, mentor.appeals.get())
    mentor.refresh_from_db()
    assert mentor.status == Status.ACTIVE and mentor in readiness.ready(today)
    own.open("training:taken-back")
    own.sees("About your certificate")
    coordinator.open("training:mentor", mentor.ref)
    coordinator.sees("can take someone new")


def study_one(part, mentor: Mentor, team) -> None:
    """Let a part without questions be passed by somebody who teaches it."""
    learning_actions.pass_module(progress=part.pk, how="read", by=team.coordinator)
