"""A step in which somebody opens a page, whoever it is about: what it shows of patients is logged, and agreed to."""

import re

from django.test import Client

from clinics.models import AccessLog
from common import clock
from matching.models import Match
from mentorship.models import Question, RedFlag
from referrals.models import Person, Referral
from tests.always import truths
from tests.always.steps import step

# Pages about one thing, and lists of people.
ABOUT_REFERRAL = ("/referrals/{}/", "/waiting/{}/", "/worry/referral/{}/")
ABOUT_MATCH = (
    "/matches/{}/",
    "/pairs/{}/",
    "/requests/{}/",
    "/log/{}/",
    "/worry/{}/",
    "/ask/{}/",
)
LISTS = ("/today/", "/referrals/", "/pipeline/", "/pairs/", "/waiting/", "/me/", "/flags/", "/questions/", "/log/",
         "/escalations/", "/worry/", "/search/?q=samira")  # fmt: skip


class Looks:
    """Mixed into the machine."""

    def _a_page(self):
        """Return the address of a page, and who might have to do with it: the team, and the mentor of a match."""
        about = self.one_of("referral", "match", "flag", "question", "list", "list")
        team = self.a_clinic().team
        if about == "list":
            mentors = [mentor.person.user for mentor in truths.rows(truths.Mentor, person__clinic=team.clinic)]
            return self.draw.choice(LISTS), [*self.staff(team), *mentors]
        kind, pages = {
            "referral": (Referral, ABOUT_REFERRAL), "match": (Match, ABOUT_MATCH), "flag": (RedFlag, ("/flags/{}/",)),
            "question": (Question, ("/questions/{}/",)),
        }[about]  # fmt: skip
        thing = self.found(kind)
        if thing is None:
            return "/flags/", self.staff(team)
        team = self.team(thing)
        mentor = [thing.mentor.person.user] * 3 if about == "match" else []
        return self.draw.choice(pages).format(thing.ref), [*mentor, team.coordinator, team.admin, team.clinician]

    @step(weight=4)
    def look(self):
        """9. Every look at a patient has a log row. 3. A mentor reads of a mentee what the state of the match allows."""
        page, readers = self._a_page()
        everybody = [user for user in self.world.people if not user.is_system]
        reader = self.draw.choice(everybody if self.draw.random() < 0.3 else readers)
        before = max((pk for (pk,) in truths.look(AccessLog, "id")), default=0)
        with clock.at(self.now):
            answer = self._client(reader).get(page)
        self.tally["look", "done" if answer.status_code == 200 else "refused"] += 1
        assert answer.status_code < 500, f"{page} cannot be shown"
        shown = self._shown(answer.content.decode())
        rows = truths.look(AccessLog, "people", "by", "at", "page", where="id > %s", given=(before,))
        logged = {ref for people, by, *_rest in rows if by == reader.pk for ref in people.split()}
        for person in shown:
            self.tally["look_at_somebody", "done"] += 1
            assert person.ref in logged, f"{page} shows a patient and leaves no row"
            self._may_read(reader, person, answer.content.decode(), page)

    def _client(self, reader):
        client = Client()
        client.force_login(reader)
        return client

    @staticmethod
    def _shown(text):
        """Return the people referred of whom a page says something only theirs."""
        names = set(re.findall(r"\bSamira\d+\b", text))
        there = Person._base_manager.filter(first_name__in=names, referrals__isnull=False).distinct()
        return list(there)

    def _may_read(self, reader, person, text, page):
        matches = truths.look(
            Match, "status", "sight_ended_at", "mentee_shares_at",
            where="referral_id IN (SELECT id FROM referrals_referral WHERE mentee_id = %s) AND mentor_id IN "
                  "(SELECT m.id FROM training_mentor m JOIN referrals_person p ON p.id = m.person_id WHERE p.user_id = %s)",
            given=(person.pk, reader.pk),
        )  # fmt: skip
        if not self._is_mentor(reader):
            return
        seen = [row for row in matches if row[0] in truths.SEEN and not row[1]]
        assert seen, f"{page} names a mentee to a mentor who may not see them"
        shared = [row for row in seen if row[0] in truths.PAIR and row[2]]
        assert shared or person.email not in text, f"{page} shows contact details that are not shared"

    @staticmethod
    def _is_mentor(reader):
        return truths.rows(truths.Mentor, person__user=reader).exists()
