"""Looking after mentors: one task for one reason, a rest, a flare, and how they say they are."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import User
from common import clock
from common.errors import Denied, Invalid, WrongState
from matching.workflow import Status as MatchStatus
from messaging import kinds
from messaging.models import Message
from tests import factories
from tests.factories import DAY, Team
from training import care, readiness
from training.actions import caring, caring_flare, caring_wellbeing
from training.models import CareTask, Mentor, WellbeingCheck
from training.workflow import Status

NOON = dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC)  # a Wednesday
TRIGGERS = [str(t) for t in CareTask.Trigger]


@pytest.fixture
def team(db) -> Team:
    return Team()


@pytest.fixture
def mentor(team) -> Mentor:
    return factories.make_mentor(team)


def user_of(mentor: Mentor) -> User:
    return User.objects.get(pk=mentor.person.user_id)  # fresh, with no memory of roles


@pytest.fixture
def sign_in(client):
    def go(user):
        client.force_login(user)
        return client

    return go


# One task for one event -------------------------------------------------------------------


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_each_reason_raises_one_task_and_none_when_it_comes_again(mentor, team, trigger):
    with clock.at(NOON):
        task = caring.raise_task(mentor=mentor, trigger=trigger, event="x")
        assert caring.raise_task(mentor=mentor, trigger=trigger, event="x") is None
    assert CareTask.objects.count() == 1
    said = sorted(Message.objects.values_list("kind", "recipient"))
    told = [("care.task", f"user:{team.clinician.ref}"), ("care.thanks", f"user:{mentor.person.user.ref}")]
    assert said == ([] if trigger == "death" else told)
    assert WellbeingCheck.objects.count() == (trigger in ("death", "urgent-flag", "missed"))
    days = (task.due_at - NOON).total_seconds() / 86400
    assert days == 1 if trigger == "urgent-flag" else 3 <= days < 6


def test_another_event_is_another_task(mentor):
    assert caring.raise_task(mentor=mentor, trigger="missed", event="a")
    assert caring.raise_task(mentor=mentor, trigger="missed", event="b")


@pytest.mark.parametrize("supervisor", ["none", "gone", "themselves"])
def test_without_a_supervisor_the_coordinators_are_told(mentor, team, supervisor):
    mentor.supervisor = {
        "none": None, "gone": factories.make_user(team.clinic, "nurse"), "themselves": mentor.person.user,
    }[supervisor]  # fmt: skip
    mentor.save()
    caring.raise_task(mentor=mentor, trigger="often", event="a")
    assert Message.objects.get(kind="care.task").recipient == f"user:{team.coordinator.ref}"


def test_the_messages_name_nobody_and_are_no_longer_sent_once_it_is_done(mentor, team):
    task = caring.raise_task(mentor=mentor, trigger="memories", event="a")
    for kind in ("care.task", "care.thanks"):
        message, spec = Message.objects.get(kind=kind), kinds.get(kind)
        assert spec.still_true(message)
        said = spec.render(message, spec.recipient(message))
        for word in (mentor.person.last_name, "memor", "Leieland"):
            assert word not in f"{said.subject} {said.body}"
        assert spec.link(message)
    caring.finish_task(task=task.pk, by=team.clinician, note="Rang")
    assert Message.objects.get(kind="care.task").status == "cancelled"


def test_a_task_is_finished_once_by_who_looks_after_them(mentor, team):
    task = caring.raise_task(mentor=mentor, trigger="often", event="a")
    for user in (team.nurse, team.backup, user_of(mentor)):
        with pytest.raises(Denied):
            caring.finish_task(task=task.pk, by=user)
    with pytest.raises(Invalid):
        caring.finish_task(task=task.pk, by=team.clinician, note="x" * 501)
    assert caring.finish_task(task=task.pk, by=team.clinician, note="Rang her").done_by == team.clinician
    assert caring.finish_task(task=task.pk, by=team.coordinator, note="Other").note == "Rang her"


def test_nothing_is_kept_when_the_message_cannot_be_written(mentor, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(caring.outbox, "post", broken)
    with pytest.raises(RuntimeError):
        caring.raise_task(mentor=mentor, trigger="missed", event="a")
    assert not CareTask.objects.exists() and not WellbeingCheck.objects.exists()


def test_late_supervision_is_one_task_and_settles_itself(mentor, team):
    today = team.clinic.today
    assert caring.watch_supervision(clock.now()) == 0
    Mentor.objects.update(supervise_by=today - DAY)
    assert caring.watch_supervision(clock.now()) == 1
    assert caring.watch_supervision(clock.now()) == 0
    Mentor.objects.update(supervise_by=today)
    assert caring.watch_supervision(clock.now()) == 0
    assert CareTask.objects.get().done_by.is_system


# A flare, and gifts -----------------------------------------------------------------------


def test_a_flare_stops_new_people_and_raises_one_task(mentor, team):
    by = user_of(mentor)
    for _n in range(2):
        caring_flare.begin_flare(mentor=mentor.pk, by=by)
    row = readiness.with_facts(Mentor.objects.all()).get()
    assert readiness.missing_keys(row, team.clinic.today) == ["flare"]
    assert CareTask.objects.get().trigger == "flare"
    for _n in range(2):
        caring_flare.end_flare(mentor=mentor.pk, by=by)
    assert readiness.missing_keys(readiness.with_facts(Mentor.objects.all()).get(), team.clinic.today) == []
    assert mentor.history.count() == 3  # as made, a flare, better


def test_a_flare_is_said_by_who_mentors_now(mentor, team):
    with pytest.raises(Denied):
        caring_flare.begin_flare(mentor=mentor.pk, by=team.nurse)
    Mentor.objects.update(status=Status.RETIRED)
    for action in (caring_flare.begin_flare, caring_flare.end_flare, caring_flare.say_gifts):
        with pytest.raises(WrongState):
            action(mentor=mentor.pk, by=user_of(mentor))


def test_gifts_are_told_once_a_day_and_by_the_mentor_only(mentor, team):
    for _n in range(2):
        caring_flare.say_gifts(mentor=mentor.pk, by=user_of(mentor))
    assert CareTask.objects.get().trigger == "gifts"
    with pytest.raises(Denied):
        caring_flare.say_gifts(mentor=mentor.pk, by=team.coordinator)


# How are you? -----------------------------------------------------------------------------


@pytest.fixture
def paired(mentor, team):
    factories.make_match(team, mentor=mentor, days_ago=40)
    return mentor


def test_the_question_is_asked_once_a_month_of_who_talks_with_somebody(paired, team):
    alone, new = factories.make_mentor(team), factories.make_mentor(team)
    factories.make_match(team, mentor=new, days_ago=2)
    for days, asked in ((0, 1), (0, 0), (29, 0), (30, 1), (31, 0)):
        with clock.at(NOON + days * DAY):
            factories_introduced(paired, new)
            assert caring_wellbeing.ask_due(clock.now()) == asked, days
    assert not alone.wellbeing.exists() and not new.wellbeing.exists()
    assert Message.objects.filter(kind="wellbeing.ask").count() == 2


def factories_introduced(paired, new):
    """Let the two pairs be 40 and 2 days old whenever it is."""
    for mentor, days in ((paired, 40), (new, 2)):
        mentor.matches.update(introduced_at=clock.now() - days * DAY)


@pytest.mark.parametrize("why", ["night", "resting", "asked", "gone"])
def test_nobody_is_asked_at_night_in_a_rest_or_just_after(paired, team, why):
    now = NOON.replace(hour=2) if why == "night" else NOON
    paired.matches.update(introduced_at=now - 40 * DAY)
    if why == "resting":
        Mentor.objects.update(status=Status.RESTING)
    if why == "asked":
        caring.ask_after(mentor=paired, trigger="missed", event="a", now=now - 3 * DAY)
    if why == "gone":
        paired.matches.update(status=MatchStatus.ENDED, slot=None, end_reason="planned", ended_by=team.coordinator,
                              ended_at=now - 31 * DAY)  # fmt: skip
    with clock.at(now):
        assert caring_wellbeing.ask_due(now) == 0


def said(mentor, drain, days=0):
    with clock.at(NOON + days * DAY):
        WellbeingCheck.objects.get_or_create(key=f"m{days}", defaults={"mentor": mentor, "asked_at": clock.now()})
        return caring_wellbeing.answer(mentor=mentor.pk, by=user_of(mentor), drain=drain)


@pytest.mark.parametrize("twice", [("very", "very"), ("bit", "bit"), ("bit", "very"), ("very", "bit")])
def test_drained_twice_in_a_row_is_one_task_however_much(mentor, twice):
    said(mentor, twice[0], 0)
    said(mentor, "no", 30)
    said(mentor, twice[0], 60)
    assert not CareTask.objects.exists()
    for _n in range(2):
        said(mentor, twice[1], 90)
    said(mentor, twice[0], 120)
    assert CareTask.objects.get().trigger == "drained"


@pytest.mark.parametrize(("answers", "trigger"), [
    ({"sleep": "worse"}, "sleep"), ({"memories": "hard"}, "memories"), ({"illness": "flare"}, "flare"),
])  # fmt: skip
def test_an_answer_that_asks_for_somebody_is_one_task(mentor, answers, trigger):
    for _n in range(2):
        caring_wellbeing.say_more(mentor=mentor.pk, by=user_of(mentor), answers=answers, words="A hard week")
    assert CareTask.objects.get().trigger == trigger
    assert WellbeingCheck.objects.get().words == "A hard week"


def test_a_flare_that_is_over_does_not_come_back_by_the_old_answer(mentor):
    by = user_of(mentor)
    caring_wellbeing.say_more(mentor=mentor.pk, by=by, answers={"illness": "flare"})
    caring_flare.end_flare(mentor=mentor.pk, by=by)
    caring_wellbeing.say_more(mentor=mentor.pk, by=by, answers={"illness": "flare", "worth": "yes"})
    mentor.refresh_from_db()
    assert mentor.flare_since is None


def test_an_answer_may_change_for_two_weeks(mentor):
    first = said(mentor, "very")
    with clock.at(NOON + 14 * DAY):
        assert caring_wellbeing.answer(mentor=mentor.pk, by=user_of(mentor), drain="no").pk == first.pk
    with clock.at(NOON + 15 * DAY):
        assert caring_wellbeing.answer(mentor=mentor.pk, by=user_of(mentor), drain="bit").pk != first.pk
    first.refresh_from_db()
    assert first.drain == "no"


def test_nobody_answers_for_a_mentor_and_forged_answers_change_nothing(mentor, team):
    with pytest.raises(Denied):
        caring_wellbeing.answer(mentor=mentor.pk, by=team.coordinator, drain="no")
    with pytest.raises(Invalid):
        caring_wellbeing.answer(mentor=mentor.pk, by=user_of(mentor), drain="x")
    with pytest.raises(Invalid):
        caring_wellbeing.say_more(mentor=mentor.pk, by=user_of(mentor), answers={"sleep": "x"})
    assert not WellbeingCheck.objects.exists()


# Pages ------------------------------------------------------------------------------------


def test_one_tap_saves_and_the_rest_is_optional(mentor, sign_in):
    client, url = sign_in(mentor.person.user), reverse("training:wellbeing")
    assert "Would you like to say more" not in client.get(url).content.decode()
    assert client.post(url, {"drain": "bit"}).status_code == 302
    page = client.get(url).content.decode()
    assert 'value="bit" aria-pressed="true"' in page and "Would you like to say more" in page
    assert client.post(url, {"sleep": "worse", "words": "Long nights"}).status_code == 302
    row = WellbeingCheck.objects.get()
    assert (row.drain, row.sleep, row.words) == ("bit", "worse", "Long nights")


def test_what_was_typed_stays_when_it_is_too_long(mentor, sign_in):
    client, url = sign_in(mentor.person.user), reverse("training:wellbeing")
    client.post(url, {"drain": "bit"})
    page = client.post(url, {"words": "y" * 501}).content.decode()
    assert "Make this shorter" in page and "y" * 501 in page
    assert "Choose an answer" in client.post(url, {"drain": "nonsense"}).content.decode()
    assert WellbeingCheck.objects.get().words == ""


def test_a_mentor_says_with_one_tap_that_they_are_not_well(mentor, sign_in):
    client, url = sign_in(mentor.person.user), reverse("training:rest")
    page = client.get(url).content.decode()
    assert "I have a flare" in page and "I am in hospital" in page
    assert "Take care of yourself" in client.post(reverse("training:flare"), follow=True).content.decode()
    assert "I am better" in client.get(url).content.decode()
    client.post(reverse("training:better"))
    mentor.refresh_from_db()
    assert mentor.flare_since is None
    assert "talk it over" in client.post(reverse("training:gifts"), follow=True).content.decode()


def test_the_supervisor_reads_why_rings_and_says_it_is_done(mentor, team, sign_in):
    task = caring.raise_task(mentor=mentor, trigger="sleep", event="a")
    client, url = sign_in(team.clinician), reverse("training:care-tasks")
    page = client.get(url).content.decode()
    assert "Sleeps worse" in page and "tel:" in page and mentor.person.full_name in page
    done = reverse("training:care-done", args=[task.ref])
    assert "Make this shorter" in client.post(done, {"note": "z" * 501}).content.decode()
    assert client.post(done, {"note": "Rang"}).url == url
    assert "Nobody waits for you" in client.get(url).content.decode()


def test_what_was_said_in_confidence_is_the_supervisors_only(mentor, team, sign_in):
    caring.raise_task(mentor=mentor, trigger="sleep", event="a")
    caring_wellbeing.say_more(mentor=mentor.pk, by=user_of(mentor), answers={"worth": "no"}, words="Secret words")
    record = reverse("training:mentor", args=[mentor.ref])
    for user, reads in ((team.coordinator, False), (team.clinician, True)):
        client = sign_in(user)
        pages = client.get(record).content.decode() + client.get(reverse("training:care-tasks")).content.decode()
        assert ("Secret words" in pages) == reads and ("Sleeps worse" in pages) == reads
        assert mentor.person.full_name in client.get(reverse("training:care-tasks")).content.decode()
    assert "Could use a word" in sign_in(team.coordinator).get(reverse("desk:today")).content.decode()


def test_nobody_sees_a_task_about_themselves(mentor, team, sign_in):
    user = factories.make_user(team.clinic, "coordinator")
    factories_own = factories.make_mentor(team, person=factories.make_person(team.clinic, user=user))
    task = caring.raise_task(mentor=factories_own, trigger="often", event="a")
    client = sign_in(user)
    assert "Talks more than" not in client.get(reverse("training:care-tasks")).content.decode()
    assert client.post(reverse("training:care-done", args=[task.ref])).status_code == 404


@pytest.mark.parametrize("many", [2, 20])
def test_the_list_takes_the_same_few_queries(team, sign_in, django_assert_max_num_queries, many):
    for n in range(many):
        caring.raise_task(mentor=factories.make_mentor(team), trigger="often", event=str(n))
    client = sign_in(team.clinician)
    with django_assert_max_num_queries(10):
        client.get(reverse("training:care-tasks"))


def test_how_long_ago_is_said_in_words(team):
    today = NOON.date()
    said = [care.since_last_match(at, today, "Europe/Brussels") for at in (None, NOON, NOON - DAY, NOON - 40 * DAY)]
    assert said == ["Nobody yet", "Today", "1 day ago", "40 days ago"]
