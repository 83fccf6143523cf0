"""What the messages say: a time, a link, a number; never a person, a worry or a clinic."""

import datetime as dt

import pytest
from django.utils import translation

from common import clock
from mentorship.actions.climbing import climb_due
from mentorship.actions.flag_handing import hand_over
from mentorship.actions.flags import acknowledge, reopen, resolve
from mentorship.actions.questions import answer, ask_for_a_call, ask_question
from mentorship.models import FlagCategory
from messaging import kinds
from messaging.models import Message
from tests import factories
from tests.mentorship.flags.conftest import MINUTE, MONDAY, pick, raised

pytestmark = pytest.mark.django_db
SENTINELS = ("Sentinelmentee", "Sentinelfamily", "Sentinelworry", "Sentinelclinic", "Sentineldetails", "methotrexate")
OURS = {
    "flag.raised", "flag.half", "flag.climb", "flag.told", "flag.answered", "flag.next",
    "flag.handed", "flag.settled", "flag.again",
    "question.asked", "question.answer", "question.answered", "question.call",
    "care.task", "care.thanks",  # an urgent flag: somebody looks after the mentor who raised it
}  # fmt: skip


@pytest.fixture
def everything(team, pair):
    """One message of every kind, about a pair whose every name is a sentinel."""
    team.clinic.name = "Sentinelclinic"
    team.clinic.save()
    mentee = pair.referral.mentee
    mentee.first_name, mentee.last_name = "Sentinelmentee", "Sentinelfamily"
    mentee.save()
    FlagCategory.objects.update(name="Sentinelworry", guidance=["Sentinelworry"])
    mentor = pair.mentor.person.user
    flag = raised(team, pair, "suicide-plan", details="Sentineldetails")
    climb_due(MONDAY + 15 * MINUTE)
    climb_due(MONDAY + 30 * MINUTE)
    acknowledge(flag=flag, by=team.backup)
    hand_over(flag=flag, by=team.backup, to=team.clinician)
    resolve(flag=flag, by=team.clinician, outcome="spoken", done="Sentineldetails")
    reopen(flag=flag, by=team.clinician, note="Sentineldetails")
    question = ask_question(referral=pair.referral, match=pair, by=mentor, topic="dose", text="Sentineldetails")
    answer(question=question, by=team.clinician, answer="Sentineldetails", how="link")
    from accounts.models import User

    ask_for_a_call(question=question, by=User.objects.system())
    return Message.objects.order_by("pk")


@pytest.mark.parametrize("language", ["en", "nl", "fr"])
def test_no_message_names_a_person_a_worry_or_a_clinic(team, everything, language):
    assert {m.kind for m in everything} == OURS
    for message in everything:
        kind = kinds.get(message.kind)
        with translation.override(language):
            to = kind.recipient(message)
            text = kind.render(message, to)
        words = f"{text.subject}\n{text.body}"
        for sentinel in SENTINELS:
            own_name = sentinel == to.first_name and f"{sentinel}," in text.body
            assert sentinel not in text.subject
            assert words.count(sentinel) == (1 if own_name else 0), message.kind
        assert to.first_name in text.body
        assert len(text.subject) <= 70


def test_data_of_a_message_holds_times_only(everything):
    for message in everything:
        assert set(message.data) <= {"by"}
        if message.data:
            dt.datetime.fromisoformat(message.data["by"])


def test_an_escalation_says_until_when_on_the_readers_clock_with_link_and_number(team, pair):
    team.clinician.time_zone = "Europe/Lisbon"
    team.clinician.save()
    flag = raised(team, pair)
    message = Message.objects.get(kind="flag.raised")
    kind = kinds.get("flag.raised")
    with clock.at(MONDAY):
        text = kind.render(message, kind.recipient(message))
    assert text.subject == "Urgent: answer before 11:00"
    assert flag.ref in text.body and "+32 900 00 012" in text.body and "112" in text.body


def test_a_deadline_of_another_day_has_its_day_and_a_late_one_says_now(team, pair):
    raised(team, pair, "money-trouble")
    message = Message.objects.get(kind="flag.raised")
    kind = kinds.get("flag.raised")
    with clock.at(MONDAY):
        assert (
            kind.render(message, kind.recipient(message)).subject == "Urgent: answer before Monday 30 November, 17:00"
        )
    with clock.at(MONDAY + dt.timedelta(days=9)):
        assert kind.render(message, kind.recipient(message)).subject == "Urgent: answer now"


def test_escalations_are_sent_at_least_once_and_never_taken_back(team, pair):
    raised(team, pair)
    team.clinician.email_verified_at, team.clinician.phone_verified_at = None, clock.now()
    team.clinician.save()
    for consent in pair.referral.consents.all():
        consent.withdrawn_at, consent.withdrawn_by = clock.now(), team.nurse
        consent.save()
    message = Message.objects.get(kind="flag.raised")
    kind = kinds.get("flag.raised")
    assert message.delivery == "at-least-once" and kind.still_true(message)
    to = kind.recipient(message)
    assert to.email == "" and to.phone  # the next channel


def test_what_the_mentor_is_told_goes_out_at_most_once_and_not_to_somebody_gone(team, pair):
    acknowledge(flag=raised(team, pair), by=team.clinician)
    message = Message.objects.get(kind="flag.answered")
    kind = kinds.get("flag.answered")
    assert message.delivery == "at-most-once" and kind.still_true(message)
    pair.mentor.person.user.is_active = False
    pair.mentor.person.user.save()
    assert not kind.still_true(message)


def test_a_mentee_is_told_only_with_consent_to_be_contacted(team, pair):
    from accounts.models import User

    flag = raised(team, pair, by=User.objects.system(), person=pair.referral.mentee, source="check")
    acknowledge(flag=flag, by=team.clinician)
    message = Message.objects.get(kind="flag.answered")
    kind = kinds.get("flag.answered")
    assert kind.still_true(message)
    consent = pair.referral.consents.get(scope="contact")
    consent.withdrawn_at, consent.withdrawn_by = clock.now(), team.nurse
    consent.save()
    assert not kind.still_true(message)


def test_a_clinic_without_numbers_still_writes(team, pair):
    type(team.clinic).objects.filter(pk=team.clinic.pk).update(phone="", flag_phone="")
    raised(team, factories.make_match(team))
    message = Message.objects.filter(kind="flag.raised").first()
    text = kinds.get("flag.raised").render(message, kinds.get("flag.raised").recipient(message))
    assert "Or call" not in text.body
    assert pick(team, "fever").numbers
