"""A mentor of one clinic and a mentee of another: each clinic has its own, and nobody reads what is the other's."""

import datetime as dt

import pytest
from django.urls import reverse

from clinics.models import AccessLog, Membership
from clinics.roles import Role
from common import clock
from common.errors import Denied, NotReady, WrongState
from matching import actions as matching
from matching.errors import DoesNotFit
from matching.models import Match
from mentorship import lent
from mentorship.actions import checks, contacts
from mentorship.actions.conduct import give_back
from mentorship.actions.flags import acknowledge, raise_flag, reopen, resolve
from mentorship.actions.questions import ask_question
from mentorship.models import Aftercare, CheckDay, FlagCategory, FollowUpCheck, Question, RedFlag
from mentorship.starter import WORRIES, start_clinic
from messaging.models import Message
from referrals import actions as referrals
from tests import factories
from tests.mentorship.flags.conftest import MINUTE, MONDAY, again, told
from training import actions as training
from training.models import Mentor

pytestmark = pytest.mark.django_db
ABOUT_MENTOR = next(worry.key for worry in WORRIES if worry.about == "mentor")
URGENT = next(worry.key for worry in WORRIES if worry.severity == "S1" and worry.route == "clinical")


@pytest.fixture
def home(db):
    """The clinic that lends the mentor."""
    return factories.Team("Leie Clinic")


@pytest.fixture
def there(db):
    """The clinic of the mentee, four hours behind, with people of its own."""
    team = factories.Team("Scheldt Clinic")
    team.clinic.time_zone, team.clinic.flag_phone = "America/Martinique", "+3290000077"
    team.clinic.save()
    start_clinic(team.clinic, team.admin)
    return team


@pytest.fixture
def mentor(home):
    start_clinic(home.clinic, home.admin)
    row = factories.make_mentor(home)
    training.wish_to_share(mentor=row.pk, by=row.person.user, yes=True)
    return training.share(mentor=row.pk, by=home.coordinator)


@pytest.fixture
def pair(there, mentor):
    return factories.make_match(there, mentor=mentor, days_ago=10)


def worry(there, pair, key, by, at=MONDAY, **more):
    category = FlagCategory.objects.get(clinic=there.clinic, key=key)
    with clock.at(at):
        return raise_flag(category=category, by=by, match=pair, source=more.pop("source", "home"), **more)


def texts(client, url):
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def names_of(pair):
    mentee = pair.referral.mentee
    return mentee.first_name, mentee.last_name, pair.referral.ref, pair.ref


# From the request to the end ----------------------------------------------------------------


def ask(there, mentor):
    referral = factories.make_referral(there)
    return matching.ask_mentor(
        referral=referral.pk, mentor=mentor.pk, by=there.coordinator, relaxations=["clinic"], asked=True
    )


def test_the_whole_way_with_a_lent_mentor(there, home, mentor, sign_in):
    match, user = ask(there, mentor), mentor.person.user
    assert match.relaxations == ["clinic"]
    assert texts(sign_in(user), reverse("matching:request", args=[match.ref]))
    matching.accept(match=match.pk, by=again(user), expectations=True)
    matching.mentee_answer(match=match.pk, by=there.coordinator, answer="yes", expectations=True)
    matching.introduce(match=match.pk, by=there.coordinator)
    match.refresh_from_db()
    assert match.status == "introduced" and match.contacts.exists()
    assert match.referral.mentee.first_name in texts(sign_in(again(user)), reverse("mentorship:home"))
    row = contacts.log_contact(
        match=match.pk, by=again(user), client_key="a" * 36, outcome="talked", when=clock.now(), topics=["dose"],
        question="May I?",
    )  # fmt: skip
    question = Question.objects.get(contact=row)
    assert question.routed_to == there.clinician and question.referral.clinic == there.clinic
    matching.pause(match=match.pk, by=there.coordinator)
    matching.resume(match=match.pk, by=there.coordinator)
    matching.end(match=match.pk, by=there.coordinator, reason="both")
    assert match.referral.mentee.last_name not in texts(sign_in(again(user)), reverse("mentorship:home"))


@pytest.mark.parametrize("step", ["introduce", "pause", "end", "cancel"])
def test_the_home_clinic_takes_no_step_of_the_pair(there, home, pair, step):
    more = {"reason": "both"} if step == "end" else {}
    with pytest.raises(Denied):
        getattr(matching, step)(match=pair.pk, by=home.coordinator, **more)


def test_a_withdrawn_consent_ends_it_for_the_mentor_too(there, pair, mentor, sign_in):
    referrals.withdraw_consent(referral=pair.referral_id, by=there.nurse, scope="profile", how="phone")
    pair.refresh_from_db()
    assert (pair.status, pair.end_reason) == ("ended", "consent")
    assert not Match.objects.visible_to(again(mentor.person.user)).filter(pk=pair.pk).exists()


# Who sees what ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["coordinator", "clinician", "admin", "nurse"])
def test_the_home_clinic_opens_nothing_of_the_mentee(who, there, home, pair, mentor, sign_in):
    user = mentor.person.user
    check = FollowUpCheck.objects.create(match=pair, day=10, to="mentee", due_on=there.clinic.today)
    contact = pair.contacts.create(planned_at=clock.now() + dt.timedelta(days=2))
    question = ask_question(referral=pair.referral, by=user, topic="dose", text="May I?", match=pair)
    flag = worry(there, pair, "fever", user)
    client = sign_in(getattr(home, who))
    for name, ref in (
        ("mentorship:pair", pair.ref), ("mentorship:end", pair.ref), ("matching:match", pair.ref),
        ("referrals:detail", pair.referral.ref), ("mentorship:log-with", pair.ref), ("mentorship:plan", pair.ref),
        ("mentorship:move", contact.ref), ("mentorship:check", check.ref), ("mentorship:question", question.ref),
        ("mentorship:flag", flag.ref), ("mentorship:worry-referral", pair.referral.ref),
    ):  # fmt: skip
        assert client.get(reverse(name, args=[ref])).status_code in (403, 404), name


def test_the_home_coordinator_gets_404_and_not_the_reason(there, home, pair, sign_in):
    contact = pair.contacts.create(planned_at=clock.now() + dt.timedelta(days=2))
    question = ask_question(referral=pair.referral, by=pair.mentor.person.user, topic="dose", match=pair)
    client = sign_in(home.coordinator)
    for name, ref in (
        ("mentorship:pair", pair.ref), ("matching:match", pair.ref), ("referrals:detail", pair.referral.ref),
        ("mentorship:move", contact.ref), ("mentorship:question", question.ref),
    ):  # fmt: skip
        assert client.get(reverse(name, args=[ref])).status_code == 404, name


def test_the_home_clinic_sees_a_place_taken_and_no_name(there, home, pair, mentor, sign_in):
    page = texts(sign_in(home.coordinator), reverse("training:mentor", args=[mentor.ref]))
    assert "1 of 2 in use" in page and "Somebody of Scheldt Clinic" in page
    assert not [name for name in names_of(pair) if name in page]
    for url in ("mentorship:pairs", "desk:today", "mentorship:flags", "training:mentors"):
        page = texts(sign_in(home.coordinator), reverse(url))
        assert not [name for name in names_of(pair) if name in page], url
    found = texts(sign_in(home.coordinator), f"{reverse('desk:search')}?q={pair.referral.mentee.last_name}")
    assert pair.referral.mentee.full_name not in found


@pytest.mark.parametrize("who", ["coordinator", "clinician", "admin", "nurse"])
def test_the_borrowing_clinic_opens_no_record_of_the_mentor(who, there, pair, mentor, sign_in):
    client = sign_in(getattr(there, who))
    assert client.get(reverse("training:mentor", args=[mentor.ref])).status_code in (403, 404)
    assert client.get(reverse("training:step", args=[mentor.ref, "decertify"])).status_code in (403, 404)


def test_the_borrowing_coordinator_reads_whose_mentor_it_is(there, home, pair, sign_in):
    page = texts(sign_in(there.coordinator), reverse("mentorship:pair", args=[pair.ref]))
    assert "is a mentor of Leie Clinic" in page and "Call Leie Clinic" in page
    logged = AccessLog.objects.filter(by=there.coordinator, page="pair")
    assert {row.clinic for row in logged} == {there.clinic, home.clinic}  # each clinic reads of its own person


# Questions, checks and worries belong to the mentee's clinic --------------------------------


def test_a_worry_from_a_talk_shows_the_numbers_and_climbs_the_ladder_of_the_mentees_clinic(there, home, pair, sign_in):
    user = pair.mentor.person.user
    with clock.at(MONDAY):
        client = sign_in(user)
        assert "90000077" in texts(client, reverse("mentorship:worry-about", args=[pair.ref])).replace(" ", "")
        category = FlagCategory.objects.get(clinic=there.clinic, key="fever")
        url = reverse("mentorship:worry-about", args=[pair.ref]) + "?from=contact"
        page = client.post(url, {"category": category.ref, "key": "k" * 16}, follow=True).content.decode()
    assert "90000077" in page.replace(" ", "")
    flag = RedFlag.objects.get()
    assert (flag.clinic, flag.source, flag.owner) == (there.clinic, "contact", there.clinician)
    staff = {there.clinician, there.backup, there.coordinator, there.admin}
    assert {rung.user for rung in flag.rungs.all()} <= staff
    assert ("flag.told", there.backup.first_name) in told(flag)  # ten o'clock at home, five at night there
    assert not Message.objects.filter(clinic=home.clinic).exclude(kind__startswith="care.").exists()


def test_nine_oclock_is_that_of_the_mentees_clinic(there, pair):
    CheckDay.objects.create(clinic=there.clinic, day=10, to="mentee")
    morning = dt.datetime.combine(clock.now().date(), dt.time(9, 30), tzinfo=dt.UTC)  # half past five there
    with clock.at(morning):
        assert checks.send_due_for(there.clinic, morning) == 0
    later = morning + dt.timedelta(hours=4)
    with clock.at(later):
        assert checks.send_due_for(there.clinic, later) > 0
    assert {m.clinic for m in Message.objects.filter(kind="check.ask")} == {there.clinic}


def test_numbers_for_people_of_two_clinics_are_those_both_have(home, there, pair, mentor, sign_in):
    own = factories.make_match(home, mentor=mentor)
    page = texts(sign_in(again(mentor.person.user)), reverse("mentorship:worry"))
    assert own.referral.mentee.first_name in page and pair.referral.mentee.first_name in page
    assert "tel:112" in page and "tel:1733" in page
    assert "90000077" not in page.replace(" ", "")


# Conduct ------------------------------------------------------------------------------------


@pytest.fixture
def conduct(there, pair):
    """A worry of the mentee's nurse about how the lent mentor acts."""
    details = f"{pair.referral.mentee.first_name} was asked for a large sum"
    return worry(there, pair, ABOUT_MENTOR, there.nurse, source="staff", details=details)


def test_a_worry_about_the_mentor_goes_to_both_clinics_at_once(there, home, conduct):
    assert ("flag.raised", there.coordinator.first_name) in told(conduct)
    assert Message.objects.get(kind="flag.home").recipient == f"user:{home.coordinator.ref}"
    row = Message.objects.get(kind="flag.home")
    assert (row.delivery, row.clinic) == ("at-least-once", home.clinic)
    assert conduct.owner == there.coordinator and conduct.clinic == there.clinic
    assert not conduct.rungs.filter(user=home.coordinator).exists()


def test_the_message_to_the_home_clinic_names_nobody(there, home, pair, conduct):
    from messaging import kinds

    row = Message.objects.get(kind="flag.home")
    spec = kinds.get("flag.home")
    said = spec.render(row, spec.recipient(row))
    text = f"{said.subject} {said.body}"
    assert not [name for name in (*names_of(pair), "Rita", "Scheldt", "Leie Clinic", "large sum") if name in text]
    assert spec.still_true(row) and spec.at_least_once


def test_the_home_coordinator_reads_what_they_must_act_on(there, home, pair, mentor, conduct, sign_in):
    client = sign_in(home.coordinator)
    today = texts(client, reverse("desk:today"))
    assert "A worry about how they act as a mentor" in today and there.coordinator.full_name in today
    assert not [name for name in names_of(pair) if name in today]
    page = texts(client, reverse("mentorship:flags"))
    assert "About your mentors elsewhere" in page and mentor.person.full_name in page
    page = texts(client, reverse("mentorship:flag", args=[conduct.ref]))
    assert conduct.category.name in page and there.coordinator.full_name in page and "Scheldt Clinic" in page
    assert "End at once, after a worry" in page and "Give a rest" in page
    assert not [name for name in (*names_of(pair), "large sum", there.nurse.full_name) if name in page]
    logged = AccessLog.objects.filter(by=home.coordinator, page="flag")
    assert logged.get().people.split() == [mentor.person.ref]


def test_the_home_coordinator_cannot_answer_or_close_it(there, home, conduct, sign_in):
    client, url = sign_in(home.coordinator), reverse("mentorship:flag", args=[conduct.ref])
    for do in ("have", "attempt", "resolve", "reopen", "go-on"):
        assert client.post(url, {"do": do, "outcome": "no-action", "kind": "reached"}).status_code == 403
    with pytest.raises(Denied):
        acknowledge(flag=conduct, by=home.coordinator)
    conduct.refresh_from_db()
    assert conduct.status == "raised" and conduct.attempts.count() == 0


@pytest.mark.parametrize("who", ["clinician", "nurse"])
def test_nobody_else_of_the_home_clinic_reads_it(home, conduct, who, sign_in):
    response = sign_in(getattr(home, who)).get(reverse("mentorship:flag", args=[conduct.ref]))
    assert response.status_code in (403, 404)


def test_the_home_admin_reads_it_without_the_steps(home, conduct, sign_in):
    page = texts(sign_in(home.admin), reverse("mentorship:flag", args=[conduct.ref]))
    assert "What you can do" not in page
    assert conduct.ref not in texts(sign_in(home.admin), reverse("mentorship:escalations"))


def test_the_mentor_never_reads_it_though_they_run_the_home_clinic(home, mentor, conduct, sign_in):
    Membership.objects.create(clinic=home.clinic, user=mentor.person.user, role=Role.COORDINATOR)
    client = sign_in(again(mentor.person.user))
    assert client.get(reverse("mentorship:flag", args=[conduct.ref])).status_code == 404
    assert "About your mentors elsewhere" not in texts(client, reverse("mentorship:flags"))


def test_a_mentor_who_runs_the_home_clinic_is_not_told_of_themselves(there, home, mentor, pair):
    Membership.objects.create(clinic=home.clinic, user=mentor.person.user, role=Role.COORDINATOR)
    worry(there, pair, ABOUT_MENTOR, there.nurse, source="staff")
    assert [m.recipient for m in Message.objects.filter(kind="flag.home")] == [f"user:{home.coordinator.ref}"]


def test_without_a_coordinator_the_home_admin_is_told(there, home, pair):
    Membership.objects.filter(user=home.coordinator).update(ended_at=clock.now(), ended_by=home.admin)
    worry(there, pair, ABOUT_MENTOR, there.nurse, source="staff")
    assert [m.recipient for m in Message.objects.filter(kind="flag.home")] == [f"user:{home.admin.ref}"]


def test_who_works_at_both_clinics_sees_it_in_full_and_is_told_once(there, home, pair, sign_in):
    Membership.objects.create(clinic=there.clinic, user=home.coordinator, role=Role.COORDINATOR)
    flag = worry(there, pair, ABOUT_MENTOR, there.nurse, source="staff")
    assert not Message.objects.filter(kind="flag.home").exists()
    page = texts(sign_in(again(home.coordinator)), reverse("mentorship:flag", args=[flag.ref]))
    assert pair.referral.mentee.full_name in page


def test_the_borrowing_clinic_reads_that_the_home_clinic_was_told(there, home, conduct, sign_in):
    page = texts(sign_in(there.coordinator), reverse("mentorship:flag", args=[conduct.ref]))
    assert "is a mentor of Leie Clinic" in page
    assert "Somebody of the mentor&#x27;s own clinic was told" in page


def test_a_worry_about_a_mentor_of_the_same_clinic_tells_no_other(home, mentor):
    own = factories.make_match(home, mentor=mentor)
    worry(home, own, ABOUT_MENTOR, home.nurse, source="staff")
    assert not Message.objects.filter(kind="flag.home").exists()


def test_settled_it_says_what_came_of_it_and_opened_again_the_home_clinic_hears_of_it(there, home, conduct, sign_in):
    with clock.at(MONDAY + MINUTE):
        acknowledge(flag=conduct, by=there.coordinator)
        resolve(flag=conduct, by=there.coordinator, outcome="conduct", done="Secret words")
    with clock.at(MONDAY + 2 * MINUTE):
        page = texts(sign_in(home.coordinator), reverse("mentorship:flag", args=[conduct.ref]))
    assert "has settled it" in page and "Secret words" not in page
    with clock.at(MONDAY + 3 * MINUTE):
        reopen(flag=conduct, by=there.coordinator)
    assert Message.objects.filter(kind="flag.home").count() == 2


def test_ending_the_mentors_work_ends_it_everywhere_and_the_other_clinic_hears_of_it(
    there, home, mentor, pair, sign_in
):
    own = factories.make_match(home, mentor=mentor)
    training.decertify(mentor=mentor.pk, by=home.coordinator, note="After a worry")
    for row in (own, pair):
        row.refresh_from_db()
        assert row.status == "paused" and row.sight_ended_at
    assert not Match.objects.visible_to(again(mentor.person.user)).exists()
    stopped = Message.objects.filter(kind="pair.stopped")
    assert [m.recipient for m in stopped] == [f"user:{there.coordinator.ref}"]
    page = texts(sign_in(there.coordinator), reverse("mentorship:pair", args=[pair.ref]))
    assert "is no mentor any more" in page and "Let them go on" not in page
    with pytest.raises(NotReady):
        matching.resume(match=pair.pk, by=there.coordinator)


def test_a_mentor_whose_work_was_ended_is_not_given_back(there, home, mentor, pair, conduct, sign_in):
    with clock.at(MONDAY + MINUTE):
        acknowledge(flag=conduct, by=there.coordinator)
        resolve(flag=conduct, by=there.coordinator, outcome="no-action")
    training.decertify(mentor=mentor.pk, by=home.coordinator, note="After a worry")
    with pytest.raises(WrongState):
        give_back(flag=conduct.pk, by=there.coordinator)
    page = texts(sign_in(there.coordinator), reverse("mentorship:flag", args=[conduct.ref]))
    assert "They are no mentor any more" in page and "Let them go on" not in page


# Looking after the mentor -------------------------------------------------------------------


def miss(pair, days_ago, key):
    when = clock.now() - dt.timedelta(days=days_ago)
    user = again(pair.mentor.person.user)
    return contacts.log_contact(match=pair.pk, by=user, client_key=key * 36, outcome="no-answer", when=when)


def test_two_misses_reach_the_supervisor_at_home(there, home, pair, mentor, sign_in):
    miss(pair, 5, "a")
    miss(pair, 1, "b")
    assert [m.recipient for m in Message.objects.filter(kind="contact.missed")] == [f"user:{there.coordinator.ref}"]
    row = Message.objects.get(kind="care.task")
    assert (row.recipient, row.clinic) == (f"user:{home.clinician.ref}", home.clinic)
    client = sign_in(home.clinician)
    assert "A mentor you look after could use a word" in texts(client, reverse("mentorship:flags"))
    page = texts(client, reverse("training:care-tasks"))
    assert mentor.person.full_name in page and "Two talks in a row did not happen" in page
    assert not [name for name in names_of(pair) if name in page]
    assert texts(client, reverse("training:mentor", args=[mentor.ref]))


def test_without_a_supervisor_the_coordinators_at_home_hear_of_it(there, home, pair, mentor):
    Mentor.objects.filter(pk=mentor.pk).update(supervisor=None)
    miss(pair, 5, "a")
    miss(pair, 1, "b")
    assert Message.objects.get(kind="care.task").recipient == f"user:{home.coordinator.ref}"


def test_the_messages_about_looking_after_name_nobody(there, home, pair, mentor):
    from messaging import kinds

    miss(pair, 5, "a")
    miss(pair, 1, "b")
    worry(there, pair, URGENT, again(mentor.person.user), at=clock.now())
    training.decertify(mentor=mentor.pk, by=home.coordinator, note="x")
    for kind in ("care.task", "pair.stopped"):
        row = Message.objects.filter(kind=kind).first()
        spec = kinds.get(kind)
        said = spec.render(row, spec.recipient(row))
        names = [name for name in (*names_of(pair)[:2], "Rita", "Clinic") if name in f"{said.subject} {said.body}"]
        assert not names and spec.link(row)


def test_an_urgent_flag_asks_the_supervisor_at_home_to_talk_with_the_mentor(there, home, pair, mentor, sign_in):
    worry(there, pair, URGENT, again(mentor.person.user), at=clock.now())
    assert Message.objects.get(kind="care.task").recipient == f"user:{home.clinician.ref}"
    page = texts(sign_in(home.clinician), reverse("training:care-tasks"))
    assert "A short talk is due within a day" in page
    today = texts(sign_in(home.coordinator), reverse("desk:today"))
    assert "A short talk is due within a day" in today and mentor.person.full_name in today
    assert not [name for name in names_of(pair) if name in page + today]
    elsewhere = texts(sign_in(there.coordinator), reverse("desk:today"))
    assert reverse("training:mentor", args=[mentor.ref]) not in elsewhere  # a page they cannot open


def test_an_urgent_flag_of_the_team_asks_for_no_talk_with_the_mentor(there, pair):
    worry(there, pair, URGENT, there.nurse, source="staff")
    assert not Message.objects.filter(kind="care.task").exists()


@pytest.mark.parametrize("supervised", [True, False])
def test_after_a_death_each_clinic_looks_after_its_own(there, home, pair, mentor, sign_in, supervised):
    if not supervised:
        Mentor.objects.filter(pk=mentor.pk).update(supervisor=None)
    matching.end(match=pair.pk, by=there.coordinator, reason="died", note="")
    task = Aftercare.objects.get(kind="look-after")
    carer = home.clinician if supervised else home.coordinator
    assert task.user == (carer if supervised else None)
    page = texts(sign_in(carer), reverse("mentorship:aftercare-list"))
    assert mentor.person.full_name in page and "somebody of another clinic" in page
    assert not [name for name in names_of(pair)[:2] if name in page]
    elsewhere = texts(sign_in(there.coordinator), reverse("desk:today"))
    assert "Ring the one who stays behind" in elsewhere and "Look after the mentor in supervision" not in elsewhere
    on_pair = texts(sign_in(there.coordinator), reverse("mentorship:pair", args=[pair.ref]))
    assert "Leie Clinic looks after the mentor" in on_pair
    url = reverse("mentorship:aftercare", args=[task.ref])
    assert sign_in(there.coordinator).post(url, {f"{task.ref}-note": "x"}).status_code == 403
    assert sign_in(carer).post(url, {f"{task.ref}-note": "Rang her"}).status_code == 302
    task.refresh_from_db()
    assert task.done_by == carer


def test_the_home_coordinators_today_leads_to_the_task_without_a_name(there, home, pair, mentor, sign_in):
    Mentor.objects.filter(pk=mentor.pk).update(supervisor=None)
    matching.end(match=pair.pk, by=there.coordinator, reason="died", note="")
    page = texts(sign_in(home.coordinator), reverse("desk:today"))
    assert "Look after the mentor in supervision" in page and reverse("mentorship:aftercare-list") in page
    assert not [name for name in names_of(pair) if name in page]


def test_what_waits_about_mentors_is_one_question(home, pair, conduct, django_assert_num_queries):
    user = again(home.clinician)
    user.memberships.count()
    with django_assert_num_queries(2):  # their memberships, and what waits
        assert lent.waiting(user, MONDAY, dt.timedelta(days=14)).flags == []
    user = again(home.coordinator)
    with django_assert_num_queries(3):
        assert len(lent.waiting(user, MONDAY, dt.timedelta(days=14)).flags) == 1


# Sharing no longer --------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["clinic", "mentor"])
def test_sharing_no_longer_stops_new_requests_and_no_present_pair(there, home, mentor, pair, by):
    referral = factories.make_referral(there)
    proposal = matching.propose(
        referral=referral.pk, mentor=mentor.pk, by=there.coordinator, relaxations=["clinic"], asked=True
    )
    if by == "clinic":
        training.stop_sharing(mentor=mentor.pk, by=home.coordinator)
    else:
        training.wish_to_share(mentor=mentor.pk, by=again(mentor.person.user), yes=False)
    with pytest.raises(DoesNotFit):
        matching.approve(match=proposal.pk, by=there.coordinator)
    with pytest.raises(DoesNotFit):
        ask(there, mentor)
    pair.refresh_from_db()
    assert pair.status == "introduced" and pair.sight_ended_at is None
    assert contacts.log_contact(
        match=pair.pk, by=again(mentor.person.user), client_key="c" * 36, outcome="talked", when=clock.now()
    )


def test_before_they_stop_the_home_clinic_reads_who_must_round_it_off(home, mentor, pair):
    with pytest.raises(NotReady) as refusal:
        training.retire(mentor=mentor.pk, by=home.coordinator)
    assert any("Scheldt Clinic" in sentence for sentence in refusal.value.missing)


def test_a_worry_of_the_mentor_about_themselves_stays_at_home(home, there, pair, mentor, sign_in):
    client = sign_in(again(mentor.person.user))
    category = FlagCategory.objects.get(clinic=home.clinic, key="fever")
    client.post(reverse("mentorship:worry-myself"), {"category": category.ref, "key": "k" * 16})
    assert RedFlag.objects.get().clinic == home.clinic


def test_another_clinic_with_no_part_in_it_sees_nothing(pair, conduct, mentor, sign_in):
    third = factories.Team("Dender Clinic")
    client = sign_in(third.coordinator)
    for name, ref in (("mentorship:flag", conduct.ref), ("mentorship:pair", pair.ref), ("training:mentor", mentor.ref)):
        assert client.get(reverse(name, args=[ref])).status_code == 404
    assert mentor.person.full_name not in texts(client, reverse("mentorship:flags"))
