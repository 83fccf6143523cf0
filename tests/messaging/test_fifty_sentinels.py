"""Fifty words nobody uses are typed into every field of a pair's life, and looked for wherever something could leak."""

import datetime as dt
import logging
import re
from contextlib import ExitStack
from email.utils import parseaddr

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import clock
from matching import actions as matching
from matching.models import Match
from mentorship import starter, starter_checks
from mentorship.actions import checks, climbing
from mentorship.models import Contact, FlagCategory, FollowUpCheck, Question, RedFlag
from messaging import delivery, nudge, tasks
from messaging.models import Message, ProviderEvent
from referrals.models import Referral
from tests import factories
from tests.fakes.sms import envelope, signed
from tests.messaging.sentinels import OURS, Lines, Visitor, Words, as_text
from tests.referrals.builders import typed

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
TOKEN = "a-token-for-the-watch"


class Life:
    """A pair from the referral to its end, lived on the pages by people made of sentinels."""

    def __init__(self, words):
        self.words, self.now = words, MONDAY
        self.team = factories.Team()
        starter.start_clinic(self.team.clinic, self.team.admin)
        starter_checks.start_clinic(self.team.clinic)
        for user in User.objects.filter(memberships__clinic=self.team.clinic):
            self.name(user, "staff")
        self.mentor = factories.make_mentor(self.team)
        self.name(self.mentor.person, "mentor")
        person = self.mentor.person
        for field in ("first_name", "last_name", "email", "phone"):
            setattr(person.user, field, getattr(person, field))
        person.user.phone_verified_at = clock.now()
        person.user.save()
        for role in ("nurse", "coordinator", "clinician", "backup", "admin"):
            setattr(self, role, self.browser(User.objects.get(pk=getattr(self.team, role).pk)))
        self.peer, self.mentee = self.browser(person.user), self.browser()

    def browser(self, user=None):
        return Visitor(Client(), self.words, user)

    def name(self, who, what):
        for field in ("first_name", "last_name"):
            setattr(who, field, self.words.word(f"{what}.{field}"))
        who.email, who.phone = self.words.mail(f"{what}.email"), self.words.phone(f"{what}.phone")
        who.phone_verified_at = clock.now()
        who.save()

    def later(self, length=MINUTE):
        self.now += length
        return clock.at(self.now)

    def refer(self):
        word, texts = self.words.word, ("first_name", "last_name", "clinic_number", "cautions")
        values = {name: word(f"mentee.{name}") for name in texts} | {"languages": ["nl"], "language": "nl"}
        values |= {"email": self.words.mail("mentee.email"), "phone": self.words.phone("mentee.phone"), "musts": []}
        self.nurse.post(reverse("referrals:new"), typed(**values, email_read_back="on"))
        self.referral = Referral.objects.get(status="submitted")

    def triage(self):
        page = reverse("referrals:detail", args=[self.referral.ref])
        self.coordinator.fill(self.coordinator.get(page), "QuestionForm", step="return")
        self.nurse.fill(self.nurse.get(page), "AnswerForm", step="answer")
        self.coordinator.post(page, {"step": "accept"})
        self.coordinator.get(reverse("desk:search") + "?q=" + "nobody")

    def match_them(self):
        with self.later():
            by = self.team.coordinator
            found = {"referral": self.referral.pk, "mentor": self.mentor.pk, "override_reason": "know-both"}
            self.match = matching.ask_mentor(by=by, **found)
        page = self.peer.get(reverse("matching:request", args=[self.match.ref]))
        self.peer.fill(page, "AcceptForm", expectations="on", shares="on")
        self.coordinator.post(reverse("matching:step", args=[self.match.ref, "ask"]), {})
        delivery.send_due(limit=100, now=clock.now())
        link = re.search(r"http://\S+(/l/\S+)", mail.outbox[-1].body)[1]
        page = self.mentee.get(link)
        self.mentee.fill(page, "MenteeForm", reverse("matching:mentee"), answer="yes", expectations="on", shares="on")
        self.coordinator.post(reverse("matching:step", args=[self.match.ref, "introduce"]), {})
        self.match.refresh_from_db()
        assert self.match.status == "introduced"

    def talk(self):
        page = self.peer.get(reverse("mentorship:log-with", args=[self.match.ref]))
        chosen = {"outcome": "talked", "when": "today", "channel": "phone", "minutes": "30", "topics": ["fatigue"]}
        self.peer.fill(page, "LogForm", match=self.match.ref, **chosen)
        assert Contact.objects.filter(status="talked").exists()
        page = self.peer.get(reverse("mentorship:ask-about", args=[self.match.ref]))
        self.peer.fill(page, "AskForm", match=self.match.ref, topic="dose")
        page = self.peer.get(reverse("mentorship:closing-own", args=[self.match.ref]))
        self.peer.fill(page, "GoalTogetherForm", reverse("mentorship:closing-goal", args=[self.match.ref]))

    def answer_questions(self):
        for how, question in zip(("link", "call"), Question.objects.order_by("pk"), strict=True):
            page = self.clinician.get(reverse("mentorship:question", args=[question.ref]))
            self.clinician.fill(page, "AnswerForm", do="answer", how=how)

    def worry(self):
        category = FlagCategory.objects.get(clinic=self.team.clinic, key="breathless")
        address = reverse("mentorship:worry-about", args=[self.match.ref])
        self.peer.get(address)
        guide = self.peer.post(address, {"category": category.ref, "key": "k" * 20})
        self.peer.fill(guide, "DetailsForm")
        flag = RedFlag.objects.get()
        with self.later(31 * MINUTE):
            climbing.climb_due(clock.now())
            self.send()
            page = reverse("mentorship:flag", args=[flag.ref])
            self.clinician.post(page, {"do": "have"})
            self.clinician.fill(self.clinician.get(page), "AttemptForm", do="attempt", kind="reached")
            self.clinician.fill(self.clinician.get(page), "ResolveForm", do="resolve", outcome="seen")
            self.clinician.fill(self.clinician.get(page), "ReopenForm", do="reopen")
            self.clinician.post(page, {"do": "have"})
            self.clinician.fill(self.clinician.get(page), "ResolveForm", do="resolve", outcome="seen")

    def check(self):
        with self.later(4 * DAY):
            checks.send_due(clock.now())
            self.send()
            for row in FollowUpCheck.objects.filter(to="mentor", answered_at=None, asked_at__isnull=False)[:1]:
                page = reverse("mentorship:check", args=[row.ref])
                answers = self.peer.get(page).context["answers"]
                self.peer.post(page, {"answer": answers[0].code})
                self.peer.fill(self.peer.get(page), "CommentForm")

    def rest_and_end(self):
        with self.later():
            pair = [self.match.ref]
            self.coordinator.fill(self.coordinator.get(reverse("mentorship:pause", args=pair)), "PauseForm")
            self.coordinator.post(reverse("mentorship:resume", args=pair), {})
            page = self.coordinator.get(reverse("mentorship:pair", args=pair))
            to, last = reverse("mentorship:closing", args=pair), (self.now + 7 * DAY).date().isoformat()
            self.coordinator.fill(page, "ClosingForm", to, last_contact_on=last, future="none")
            page = self.coordinator.get(reverse("mentorship:end", args=pair))
            self.coordinator.fill(page, "EndForm", reason="mentee", wish="nothing")
            assert Match.objects.get().status == "ended"
            self.send()

    def send(self):
        while delivery.send_due(limit=200, now=clock.now()):
            pass

    def live(self):
        with clock.at(MONDAY):
            self.refer()
            self.triage()
            self.match_them()
            self.talk()
            self.answer_questions()
            self.worry()
        self.check()
        self.rest_and_end()
        with self.later(10 * DAY):
            climbing.climb_due(clock.now())
            self.send()

    @property
    def visitors(self):
        return [self.nurse, self.coordinator, self.clinician, self.backup, self.admin, self.peer, self.mentee]


@pytest.fixture
def lines():
    root, handler = logging.getLogger(), Lines()
    before = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield handler.written
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def nudged(settings, monkeypatch):
    """Everything the broker is given."""
    settings.NUDGES, given = True, []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda *args, **more: given.append(f"{args} {more}"))
    nudge.breaker.reset()
    return given


@pytest.fixture
def life(provider, settings, nudged, lines, django_capture_on_commit_callbacks):
    settings.METRICS_TOKEN = TOKEN
    with ExitStack() as stack:
        stack.enter_context(django_capture_on_commit_callbacks(execute=True))
        with clock.at(MONDAY):
            life = Life(Words())
        life.live()
        report_everything(provider, life)
    return life


def report_everything(provider, life):
    """The provider reports what became of each text, with its number, as theirs does."""
    for row in provider.accepted:
        body, signature = signed(envelope(row, "UNDELIVERABLE"), "a-secret")
        with life.later():
            answer = Client().post("/webhooks/sms/", body, "application/json", headers={"Signature": signature})
            assert answer.status_code == 200
            life.send()


def everything_stored():
    """Return every field of every row of ours."""
    models = [model for model in apps.get_models() if model.__module__.startswith(OURS)]
    return "".join(as_text(model._base_manager.all()) for model in models)


def test_what_fifty_people_and_fields_say_is_found_nowhere_it_does_not_belong(life, provider, nudged, lines):
    words = life.words
    assert len(words.given) >= 50 and provider.accepted and nudged and lines and len(mail.outbox) >= 15
    assert len(words.found_in(everything_stored())) >= 50  # what is looked for is there to be found
    watch = {"Authorization": f"Bearer {TOKEN}"}
    sinks = {
        "log": "\n".join(lines),
        "outbox": as_text(Message.objects.all()) + as_text(ProviderEvent.objects.all()),
        "broker": "\n".join(nudged),
        "numbers": Client().get("/metrics", headers=watch).content.decode(),
        "ready": Client().get("/ready").content.decode() + Client().get("/live").content.decode(),
        "health": "\n".join(re.findall(r"(?s)<main.*</main>", life.admin.get(reverse("desk:health")).content.decode())),
        "addresses": "\n".join(address for visitor in life.visitors for address in visitor.addresses),
        "sessions": "\n".join(str(session.get_decoded()) for session in Session.objects.all()),
        "cookies": "\n".join(visitor.client.cookies.output() for visitor in life.visitors),
    }
    leaks = {sink: {words.given[found] for found in words.found_in(text)} for sink, text in sinks.items()}
    assert not {sink: found for sink, found in leaks.items() if found}


def test_a_message_says_the_readers_own_given_name_and_nothing_else_of_anybody(life, provider):
    words, said = life.words, {}
    own = {who.email: who.first_name for who in [*User.objects.all(), life.referral.mentee]}
    for sent in mail.outbox:
        text = f"{sent.subject}\n{sent.body}".replace(f"Hello {own[parseaddr(sent.to[0])[1]]},", "")
        for found in words.found_in(text):
            said.setdefault(words.given[found], set()).add(sent.subject)
    for row in provider.accepted:
        for found in words.found_in(row["message"]):
            said.setdefault(words.given[found], set()).add(row["message"])
    assert not said
