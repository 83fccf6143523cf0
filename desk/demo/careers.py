"""The mentors of the demo, as they come to be."""

from __future__ import annotations

import datetime as dt
from random import Random

from accounts.models import User
from common import clock
from desk.demo import profiles
from desk.demo.care import Care
from desk.demo.cast import Cast, arrive
from desk.demo.people import KNOWN, MENTORS
from desk.demo.stage import DAY, Stage
from desk.demo.study import recognise, study
from training import actions as training
from training.actions.selecting_decision import accept_known
from training.models import Mentor

BEGAN = 183  # days ago
YEAR = 365 * DAY


def add_mentors(stage: Stage, cast: Cast) -> None:
    """Plan how each mentor comes to be one: asked, accepted, trained, certified, active."""
    for number, person in enumerate(MENTORS[cast.house.mail]):
        late = number % 6 == 4  # some join later
        begins = stage.in_office(stage.days_ago(BEGAN - 78 if late else BEGAN - number % 3))
        stage.at(begins, Career(stage, cast, number).apply, person)


CHOSEN = "Two people of the pilot talked with them in the spring; both said yes."
# Who stands out today, by their place in the list of the first clinic.
CERTIFICATE_ENDS = {1: 9, 8: 31}
RESTS, STOPPED, NEW, IN_TRAINING = 6, 13, 14, 15
LATE = 5  # whose supervision is late


class Career:
    """One mentor's way, step by step."""

    def __init__(self, stage: Stage, cast: Cast, number: int):
        self.stage, self.cast, self.number = stage, cast, number
        self.stands_out = cast.house.mail == "leieland"
        self.mentor: Mentor | None = None

    @property
    def by(self) -> User:
        return self.cast.coordinator

    def apply(self, person) -> None:
        """Add them, or put it off for the ones who are new today."""
        if self.stands_out and self.number in (NEW, IN_TRAINING) and clock.now() < self.stage.now - 40 * DAY:
            return self.stage.at(self.stage.days_ago(6 if self.number == NEW else 24), self.apply, person)
        data = profiles.mentor_data(self.stage.rng, person, self.cast.house, self.number, self.cast.clinic.today)
        data.profile["supervisor"] = self.cast.clinician if self.number % 3 else self.cast.backup
        if self.stands_out and self.number == KNOWN:
            data.profile.update(
                places=6, languages=["nl", "fr", "en"], channels=["phone", "video"], role_types=["patient", "caregiver"]
            )
        self.mentor = training.add_mentor(clinic=self.cast.clinic, by=self.by, data=data)
        self.arrive()
        if not (self.stands_out and self.number == NEW):
            self.stage.at(self.stage.later(clock.now(), 20, 60), self.accept)

    def arrive(self) -> None:
        """They follow the invitation, and the phone number was read back."""
        # English, until every page has its words in Dutch and French.
        arrive(self.mentor.person.user, phone=self.mentor.person.phone, language="en")
        self.mentor.person.email_verified_at = self.mentor.person.phone_verified_at = clock.now()
        self.mentor.person.save(update_fields=["email_verified_at", "phone_verified_at"])

    def accept(self) -> None:
        """Accept somebody chosen in the pilot, then train them; every third goes through all the questions."""
        accept_known(mentor=self.mentor.pk, by=self.by, why=CHOSEN)
        self.mentor.refresh_from_db()
        rng = Random(self.number)
        if self.stands_out and self.number == IN_TRAINING:
            self.stage.at(self.stage.later(clock.now(), 30, 60), study, rng, self.mentor, self.by, parts=4)
        elif self.number % 3 == 0:
            study(rng, self.mentor, self.by)
        else:
            recognise(self.mentor, self.by)
        self.stage.at(self.stage.later(clock.now(), 24, 60), self.sign)

    def sign(self) -> None:
        """Sign the code, hear about secrecy, show the background check, meet the team."""
        today = self.cast.clinic.today
        training.sign_code(mentor=self.mentor.pk, by=self.by)
        training.brief_on_secrecy(mentor=self.mentor.pk, by=self.by)
        training.record_checks(mentor=self.mentor.pk, by=self.by, valid_until=today + 3 * YEAR)
        training.meet_team(mentor=self.mentor.pk, by=self.by)
        if not (self.stands_out and self.number == IN_TRAINING):
            self.stage.at(self.stage.later(clock.now(), 48, 100), self.certify)

    def certify(self) -> None:
        """Issue a certificate for two years (evidence C), shorter for those whose renewal is near, and begin."""
        today = self.cast.clinic.today
        ends = CERTIFICATE_ENDS.get(self.number) if self.stands_out else None
        until = self.stage.now.date() + ends * DAY if ends else today + 2 * YEAR
        training.issue_certificate(mentor=self.mentor.pk, by=self.by, valid_from=today, valid_until=until)
        training.activate(mentor=self.mentor.pk, by=self.by)
        self.cast.mentors[self.number] = self.mentor
        Care(self.stage, self.mentor, self.number, late=self.stands_out and self.number == LATE).begin()
        if self.stands_out and self.number == RESTS:
            self.stage.at(self.stage.days_ago(5), self.rest)

    def rest(self) -> None:
        """Say "I need a rest", by themselves."""
        today = self.cast.clinic.today
        training.rest(
            mentor=self.mentor.pk, by=self.mentor.person.user, from_=today, until=today + dt.timedelta(days=17)
        )
