"""The pages of worries and flags: three taps to raise one, and everything a reader needs to answer."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import links
from accounts.models import User
from clinics.models import AccessLog
from common import clock
from mentorship import told as told_of
from mentorship.actions.climbing import climb_due
from mentorship.actions.flags import acknowledge, reopen, resolve
from mentorship.models import FlagCategory, FollowUpCheck, RedFlag
from mentorship.undelivered import escalations_of
from messaging import delivery
from messaging.models import Message
from tests import factories
from tests.mentorship.flags.conftest import MINUTE, MONDAY, SUNDAY, again, pick, raised, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def mentor(pair):
    return pair.mentor.person.user


def send_all(at):
    """Send whatever is due at a moment."""
    with clock.at(at):
        delivery.send_due(now=at)


def page(client, name, *args, query=""):
    response = client.get(reverse(f"mentorship:{name}", args=args) + query)
    return response, response.content.decode()


def key_of(html):
    return re.search(r'name="key" value="([^"]+)"', html).group(1)


# Raising ------------------------------------------------------------------------------------


def test_with_one_pair_the_worries_stand_there_at_once_with_the_numbers_first(team, pair, mentor, sign_in):
    response, html = page(sign_in(mentor), "worry")
    assert response.status_code == 200
    assert html.index("no emergency service") < html.index('name="category"')
    assert html.index('href="tel:112"') < html.index('name="category"')
    assert AccessLog.objects.get().people == f" {pair.referral.mentee.ref} "


def test_with_several_pairs_whom_it_is_about_comes_first(team, pair, mentor, sign_in):
    other = factories.make_match(team, mentor=pair.mentor)
    _response, html = page(sign_in(mentor), "worry")
    for row in (pair, other):
        assert reverse("mentorship:worry-about", args=[row.ref]) in html
    assert reverse("mentorship:worry-myself") in html


def test_choosing_a_worry_stores_it_and_answers_with_guidance(team, pair, mentor, sign_in):
    client = sign_in(mentor)
    _response, html = page(client, "worry-about", pair.ref, query="?from=contact")
    url = reverse("mentorship:worry-about", args=[pair.ref]) + "?from=contact"
    sent = {"category": pick(team, "fever").ref, "key": key_of(html)}
    first, second = client.post(url, sent), client.post(url, sent)  # a double tap
    flag = RedFlag.objects.get()
    assert first.url == second.url == reverse("mentorship:worry-sent", args=[flag.ref])
    assert (flag.source, flag.match, flag.details) == ("contact", pair, "")
    html = client.get(first.url).content.decode()
    assert html.index('href="tel:112"') < html.index("Ask them to ring the clinic today") < html.index("<textarea")
    assert "We are telling Piet and Leen" in html or "We are telling Piet, Leen" in html  # and who is on call


def sent_page(client, flag, at):
    with clock.at(at):
        return page(client, "worry-sent", flag.ref)[1]


def test_whom_it_reached_and_when_is_said_once_the_messages_are_out(team, pair, mentor, sign_in):
    flag, client = raised(team, pair), sign_in(mentor)
    html = sent_page(client, flag, MONDAY)
    assert "We are telling Piet and Leen." in html and "Told" not in html
    send_all(MONDAY + MINUTE)
    with clock.at(MONDAY + 120 * MINUTE):
        climb_due(MONDAY + 120 * MINUTE)
    html = sent_page(client, flag, MONDAY + 121 * MINUTE)
    assert "Told at 10:01: Piet and Leen. We are telling Nora." in html
    send_all(MONDAY + 122 * MINUTE)
    assert "Told at 10:01: Piet and Leen. Told at 12:02: Nora." in sent_page(client, flag, MONDAY + 123 * MINUTE)
    assert "Told yesterday, 10:01: Piet and Leen." in sent_page(client, flag, MONDAY + dt.timedelta(days=1))


def test_when_nobody_could_be_told_the_page_says_so_and_whom_to_phone(team, pair, mentor, sign_in):
    flag, client = raised(team, pair), sign_in(mentor)
    Message.objects.update(status="dead")
    html = sent_page(client, flag, MONDAY)
    assert "Nobody could be told by message" in html and "Your worry is sent" not in html
    assert "no message about it could be sent. Please phone" in html
    with clock.at(MONDAY + MINUTE):
        acknowledge(flag=flag, by=team.clinician)
    assert "Somebody of the team has it." in sent_page(client, flag, MONDAY + 2 * MINUTE)


def test_the_team_is_not_said_to_know_before_a_message_is_out(team, pair, mentor, sign_in):
    flag, client = raised(team, pair, "out-of-depth"), sign_in(mentor)
    assert "The team knows" not in sent_page(client, flag, MONDAY)
    send_all(MONDAY)
    assert "Thank you. The team knows." in sent_page(client, flag, MONDAY)


def test_opened_again_only_those_told_since_are_named(team, pair, mentor, sign_in):
    flag, client = raised(team, pair), sign_in(mentor)
    send_all(MONDAY)
    with clock.at(MONDAY + MINUTE):
        acknowledge(flag=flag, by=team.clinician)
        resolve(flag=flag, by=team.clinician, outcome="seen")
    with clock.at(MONDAY + 2 * MINUTE):
        reopen(flag=flag, by=team.clinician)
    html = sent_page(client, flag, MONDAY + 3 * MINUTE)
    assert "We are telling Piet and Leen." in html and "Told at" not in html


def test_however_many_were_told_of_however_many_flags_it_costs_one_question(team, pair, django_assert_num_queries):
    flags = [raised(team, pair, key) for key in ("fever", "suicide-plan", "flare")]
    for rows in (flags[:1], flags):
        with django_assert_num_queries(1):
            assert len(told_of.of(escalations_of(rows))) == len(rows)


@pytest.mark.parametrize(
    ("key", "at", "number"),
    [("fever", MONDAY, "+3290000012"), ("fever", SUNDAY, "1733"), ("flare", SUNDAY, "+3290000012")],
)
def test_the_number_always_at_hand_is_one_that_answers_now(team, pair, mentor, sign_in, key, at, number):
    team.clinic.emergency_numbers.create(position=2, label="Doctor on duty", number="1733")
    flag = raised(team, pair, key, at=at)
    with clock.at(at):
        _response, html = page(sign_in(mentor), "worry-sent", flag.ref)
    bar = html[html.index('class="thumbbar"') :]
    assert re.findall(r'href="tel:([^"]+)"', bar)[:2] == ["112", number]


def say(team, *sentences):
    """Let a clinic write itself what to do about a fever."""
    FlagCategory.objects.filter(clinic=team.clinic, key="fever").update(guidance=list(sentences))


@pytest.mark.parametrize(("at", "said"), [(MONDAY, False), (SUNDAY, True)])
def test_out_of_hours_a_clinics_own_worry_names_who_answers_at_night(team, pair, mentor, sign_in, at, said):
    say(team, "Stay calm.")
    flag = raised(team, pair, at=at)
    with clock.at(at):
        _response, html = page(sign_in(mentor), "worry-sent", flag.ref)
    assert ("the emergency department, or 1733" in html) is said


def test_details_are_optional_and_kept_when_they_are_refused(team, pair, mentor, sign_in):
    client = sign_in(mentor)
    url = reverse("mentorship:worry-sent", args=[raised(team, pair).ref])
    assert client.post(url, {"details": "She shivers."}).status_code == 302
    assert RedFlag.objects.get().details == "She shivers."
    for text in ("x" * 10_000, "a\x00b"):
        response = client.post(url, {"details": text})
        assert response.status_code == 200
        assert 'role="alert"' in response.content.decode()
    assert RedFlag.objects.get().details == "She shivers."


@pytest.mark.parametrize("category", ["", "nonsense", "a\x00b", "x" * 10_000])
def test_a_forged_worry_shows_the_page_again(team, pair, mentor, sign_in, category):
    response = sign_in(mentor).post(
        reverse("mentorship:worry-about", args=[pair.ref]), {"category": category, "key": "\x00"}
    )
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert not RedFlag.objects.exists()


def test_another_clinics_worry_and_another_mentors_pair_are_not_there(team, pair, other_team, mentor, sign_in):
    other = factories.make_match(team)
    client = sign_in(mentor)
    assert page(client, "worry-about", other.ref)[0].status_code == 404
    strange = raised(team, other)
    assert page(client, "worry-sent", strange.ref)[0].status_code == 404


def test_a_worry_about_somebody_who_is_no_longer_theirs_shows_whom_to_ring(team, pair, mentor, sign_in):
    client = sign_in(mentor)
    _response, html = page(client, "worry-about", pair.ref)
    pair.status, pair.slot, pair.end_reason, pair.ended_at, pair.ended_by = (
        "ended",
        None,
        "fit",
        MONDAY,
        team.coordinator,
    )
    pair.save()
    sent = {"category": pick(team, "suicide-plan").ref, "key": key_of(html)}
    answer = client.post(reverse("mentorship:worry-about", args=[pair.ref]), sent)
    words = answer.content.decode()
    assert answer.status_code == 404 and not RedFlag.objects.exists()
    assert 'href="tel:112"' in words and "was not sent" in words
    assert pair.referral.mentee.first_name not in words


def test_a_mentor_without_pairs_can_still_say_something(team, pair, sign_in):
    user = factories.make_mentor(team).person.user
    client = sign_in(user)
    _response, html = page(client, "worry")
    assert "I have a fever" in html and "I am out of my depth" not in html
    answer = client.post(reverse("mentorship:worry"), {"category": pick(team, "fever").ref, "key": key_of(html)})
    assert answer.status_code == 302
    flag = RedFlag.objects.get()
    assert (flag.match, flag.raised_by) == (None, user)


def test_the_team_raises_a_worry_about_its_own_people_only(team, pair, other_team, sign_in):
    client = sign_in(team.nurse)
    url = reverse("mentorship:worry-referral", args=[pair.referral.ref])
    assert client.get(url).status_code == 200
    assert client.post(url, {"category": pick(team, "fever").ref}).status_code == 302
    assert RedFlag.objects.get().match == pair
    assert sign_in(other_team.nurse).get(url).status_code == 404


# By link ------------------------------------------------------------------------------------


@pytest.fixture
def check(pair):
    return FollowUpCheck.objects.create(match=pair, day=10, to="mentee", due_on=pair.referral.clinic.today)


def arrive(client, check):
    link, _address = links.make("check.answer", check.ref)
    session = client.session
    session[links.SESSION_KEY] = {"check.answer": [link.pk, clock.now().timestamp()]}
    session.save()
    return link


def test_a_mentee_raises_a_worry_beside_a_question_without_using_the_link_up(team, pair, check, client):
    link = arrive(client, check)
    response, html = page(client, "worry-link")
    assert response.status_code == 200 and "I have a fever" in html
    answer = client.post(reverse("mentorship:worry-link"), {"category": pick(team, "fever").ref, "key": key_of(html)})
    flag = RedFlag.objects.get()
    assert answer.url == reverse("mentorship:worry-link-sent", args=[flag.ref])
    assert (flag.source, flag.raised_by_person, flag.raised_by.is_system) == ("check", pair.referral.mentee, True)
    guidance = client.get(answer.url).content.decode()
    assert "Ring the clinic today" in guidance and "What is going on?" in guidance
    assert client.post(answer.url, {"details": "Since noon."}).status_code == 302
    link.refresh_from_db()
    assert link.used_at is None


def test_without_a_link_the_numbers_still_stand_there(team, pair, check, client):
    for name, args in (("worry-link", []), ("worry-link-sent", [raised(team, pair).ref])):
        response, html = page(client, name, *args)
        assert response.status_code == 410
        assert 'href="tel:112"' in html


def test_one_mentee_does_not_see_the_worry_of_another(team, pair, check, client):
    arrive(client, check)
    assert page(client, "worry-link-sent", raised(team, pair).ref)[0].status_code == 410


# Answering ----------------------------------------------------------------------------------


def test_unanswered_flags_stand_first_and_an_empty_list_says_so(team, pair, sign_in):
    client = sign_in(team.clinician)
    assert "No flags are waiting." in page(client, "flags")[1]
    now = clock.now()
    late, soon = raised(team, pair, at=now - dt.timedelta(days=3)), raised(team, pair, "suicide-plan", at=now)
    taken = acknowledge(flag=raised(team, pair, "flare", at=now), by=team.clinician)
    done = resolve(
        flag=acknowledge(flag=raised(team, pair, "leg", at=now), by=team.backup), by=team.backup, outcome="seen"
    )
    html = page(client, "flags")[1]
    places = [html.index(reverse("mentorship:flag", args=[f.ref])) for f in (late, soon, taken, done)]
    assert places == sorted(places)
    assert "I have this" in html


def test_the_clinician_takes_tries_and_resolves_on_one_page(team, pair, sign_in):
    flag = raised(team, pair, at=clock.now(), details="She shivers.")
    client, url = sign_in(team.clinician), reverse("mentorship:flag", args=[flag.ref])
    html = client.get(url).content.decode()
    assert "She shivers." in html and "Methotrexate" in html and "Answer before" in html
    assert f"tel:{pair.referral.mentee.phone.as_e164}" in html
    for sent in (
        {"do": "have"},
        {"do": "attempt", "kind": "not-reached", "text": ""},
        {"do": "resolve", "outcome": "seen", "done": "Came in."},
    ):
        assert client.post(url, sent).url == url
    html = client.get(url).content.decode()
    for words in ("I have this", "Could not reach them", "Seen by the team. Came in.", "Open it again"):
        assert words in html
    assert client.post(url, {"do": "reopen", "note": "Again."}).url == url
    assert RedFlag.objects.get().status == "reopened"


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "resolve", "outcome": "could-not-reach", "done": "kept words"},
        {"do": "resolve", "outcome": "seen", "done": "kept words" + "x" * 10_000},
        {"do": "attempt", "kind": "note", "text": "kept words \x00"},
    ],
)
def test_what_is_refused_is_said_and_kept(team, pair, sign_in, sent):
    flag = acknowledge(flag=raised(team, pair, at=clock.now()), by=team.clinician)
    response = sign_in(team.clinician).post(reverse("mentorship:flag", args=[flag.ref]), sent)
    html = response.content.decode()
    assert response.status_code == 200
    assert 'role="alert"' in html and "kept words" in html
    flag.refresh_from_db()
    assert flag.status == "acknowledged" and not flag.attempts.exists()


@pytest.mark.parametrize(("at", "said"), [(MONDAY, False), (SUNDAY, True)])
def test_what_they_were_told_to_do_is_what_they_read_when_they_raised_it(team, pair, mentor, sign_in, at, said):
    say(team, "Stay calm.")
    flag = raised(team, pair, at=at)
    say(team, "Written later.")
    for now in (MONDAY + 5 * MINUTE, SUNDAY + dt.timedelta(days=7)):  # open, and closed
        with clock.at(now):
            html = page(sign_in(team.clinician), "flag", flag.ref)[1]
        assert "Stay calm." in html and "Written later." not in html
        assert ("the emergency department, or 1733" in html) is said


@pytest.mark.parametrize("source", ["check", "page"])
def test_of_a_mentee_who_raised_it_the_page_shows_what_they_read_themselves(team, pair, sign_in, source):
    flag = raised(team, pair, by=User.objects.system(), person=pair.referral.mentee, source=source)
    html = page(sign_in(team.clinician), "flag", flag.ref)[1]
    assert "Ring the clinic today, now if it is open." in html
    assert "Ask them to ring the clinic today" not in html


def test_what_was_raised_before_its_guidance_was_kept_shows_what_the_worry_says(team, pair, sign_in):
    flag = raised(team, pair)
    RedFlag.objects.update(guidance=None)
    assert "Ask them to ring the clinic today" in page(sign_in(team.clinician), "flag", flag.ref)[1]


def test_a_second_person_is_told_who_has_it_and_may_take_over(team, pair, sign_in):
    flag = acknowledge(flag=raised(team, pair, at=clock.now()), by=team.clinician)
    client, url = sign_in(team.backup), reverse("mentorship:flag", args=[flag.ref])
    assert "has this one" in client.post(url, {"do": "have"}, follow=True).content.decode()
    client.post(url, {"do": "take"})
    assert RedFlag.objects.get().owner == team.backup


def test_an_unknown_button_changes_nothing(team, pair, sign_in):
    flag = raised(team, pair)
    response = sign_in(team.clinician).post(reverse("mentorship:flag", args=[flag.ref]), {"do": "\x00explode"})
    assert response.status_code == 302
    assert RedFlag.objects.get().version == flag.version


def test_the_coordinator_sees_whom_to_call_and_until_when_but_not_what_it_is(team, pair, sign_in):
    flag = raised(team, pair, "suicide-plan", at=clock.now(), details="Sentinel words")
    response, html = page(sign_in(team.coordinator), "flag", flag.ref)
    assert response.status_code == 200
    assert pair.referral.mentee.full_name in html and "Level 1" in html
    assert f"tel:{pair.referral.mentee.phone.as_e164}" in html
    for hidden in ("Sentinel words", "end their life", "Methotrexate"):
        assert hidden not in html
    assert "end their life" not in page(sign_in(team.coordinator), "flags")[1]


def test_who_sees_no_flag_page(team, pair, mentor, other_team, sign_in):
    flag = raised(team, pair)
    for user in (other_team.clinician, other_team.admin):
        assert page(sign_in(user), "flag", flag.ref)[0].status_code == 404
    for user in (mentor, team.nurse):
        assert page(sign_in(user), "flag", flag.ref)[0].status_code == 403
        assert page(sign_in(user), "escalations")[0].status_code == 403


def test_every_look_is_in_the_access_log(team, pair, sign_in):
    flag = raised(team, pair)
    for user, name, args in [
        (team.clinician, "flags", []), (team.clinician, "flag", [flag.ref]), (team.admin, "escalations", []),
    ]:  # fmt: skip
        AccessLog.objects.all().delete()
        page(sign_in(user), name, *args)
        row = AccessLog.objects.get()
        assert (row.by, row.people) == (user, f" {pair.referral.mentee.ref} ")


# Escalations --------------------------------------------------------------------------------


def test_the_admin_sees_every_flag_with_its_timeline_and_filters(team, pair, sign_in):
    now = clock.now()
    raised(team, pair, at=now - dt.timedelta(days=3))
    done = acknowledge(flag=raised(team, pair, "flare", at=now), by=team.clinician)
    client = sign_in(team.admin)
    html = page(client, "escalations")[1]
    assert html.count("was asked to answer") == 2 and "Late" in html
    assert done.ref not in page(client, "escalations", query="?severity=S2")[1]
    assert done.ref not in page(client, "escalations", query="?status=late")[1]
    assert done.ref in page(client, "escalations", query="?status=acknowledged&period=30&route=clinical")[1]
    assert page(client, "escalations", query="?severity=S9&page=x&period=%00&status=<b>")[0].status_code == 200


def test_the_share_on_time_is_hidden_for_fewer_than_five(team, pair, sign_in):
    now = clock.now()
    for n in range(5):
        acknowledge(flag=raised(team, pair, at=now), by=team.clinician)
        if n < 4:
            acknowledge(flag=raised(team, pair, "suicide-plan", at=now), by=team.clinician)
    html = page(sign_in(team.admin), "escalations")[1]
    assert "9 of 9" in html and "4 of 4" not in html
    assert html.count("Hidden: fewer than 5") == 1
    assert "5 of 5" not in html and html.count("Hidden too") == 1  # else the four could be worked out
    assert "5 of 5" in page(sign_in(team.admin), "escalations", query="?severity=S2")[1]


def test_a_small_clinic_reads_its_share_over_all_levels(team, pair, sign_in):
    now = clock.now()
    for key in ("fever", "suicide-plan"):
        for _time in range(3):
            acknowledge(flag=raised(team, pair, key, at=now), by=team.clinician)
    html = page(sign_in(team.admin), "escalations")[1]
    assert "All levels" in html and "6 of 6" in html
    assert html.count("Hidden: fewer than 5") == 2 and "Hidden too" not in html


@pytest.mark.parametrize(("who", "name"), [("clinician", "flags"), ("coordinator", "flags"), ("admin", "escalations")])
def test_lists_ask_as_much_for_many_flags_as_for_two(team, pair, sign_in, who, name):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert page(client, name)[0].status_code == 200
        return len(queries)

    def some(n):
        for _n in range(n):
            raised(team, factories.make_match(team), at=clock.now())
            acknowledge(flag=raised(team, pair, "flare", at=clock.now()), by=team.clinician)
            row = acknowledge(flag=raised(team, pair, "leg", at=clock.now()), by=team.backup)
            resolve(flag=row, by=team.backup, outcome="seen")

    client = sign_in(getattr(team, who))
    some(1)
    page(client, name)
    few = asked()
    some(4)
    assert asked() == few <= 13


# Conduct ------------------------------------------------------------------------------------


def test_a_conduct_flag_pauses_the_pair_and_ends_the_mentors_sight_at_once(team, pair, check, client):
    arrive(client, check)
    client.post(reverse("mentorship:worry-link"), {"category": pick(team, "mentor-conduct").ref})
    flag = RedFlag.objects.get()
    pair.refresh_from_db()
    assert (pair.status, pair.sight_ended_at is not None) == ("paused", True)
    assert flag.about_user == pair.mentor.person.user
    assert pair.history.order_by("pk").last().by.is_system
    assert told(flag) == [("flag.raised", "Leen")]
    assert [r.user for r in flag.rungs.all()] == [team.coordinator, team.admin]


def test_nobody_sees_a_conduct_flag_about_themselves_in_any_role(team, pair, sign_in):
    user = pair.mentor.person.user
    for role in ("coordinator", "admin", "clinician"):
        user.memberships.create(clinic=team.clinic, role=role)
    flag = raised(team, pair, "mentor-conduct", by=team.nurse, source="staff")
    assert user not in [r.user for r in flag.rungs.all()]
    assert user.first_name not in [name for _kind, name in told(flag)]
    client = sign_in(user)
    for name in ("flags", "escalations"):
        assert flag.ref not in page(client, name)[1]
    assert page(client, "flag", flag.ref)[0].status_code == 404
    assert page(client, "worry-sent", flag.ref)[0].status_code == 404
    for do in ("have", "resolve", "reopen"):
        assert client.post(reverse("mentorship:flag", args=[flag.ref]), {"do": do}).status_code == 404


def test_a_worry_about_somebody_of_the_team_never_reaches_them(team, pair, mentor, sign_in):
    client, url = sign_in(mentor), reverse("mentorship:worry-about", args=[pair.ref])
    client.post(url, {"category": pick(team, "staff-conduct").ref, "about": team.coordinator.ref})
    flag = RedFlag.objects.get()
    assert flag.about_user == team.coordinator
    assert told(flag) == [("flag.raised", "Ana")]
    pair.refresh_from_db()
    assert pair.status == "introduced"
    assert page(sign_in(team.coordinator), "flag", flag.ref)[0].status_code == 404
    assert page(sign_in(team.admin), "flag", flag.ref)[0].status_code == 200


def test_a_mentor_about_another_mentor_leaves_the_own_pair_alone(team, pair, mentor):
    flag = raised(team, pair, "mentor-conduct")
    pair.refresh_from_db()
    assert (flag.match, flag.about_user, pair.status, pair.sight_ended_at) == (None, None, "introduced", None)


def test_no_number_of_the_person_it_is_about_is_shown(team, pair, sign_in):
    flag = raised(team, pair, "mentor-conduct", by=team.nurse, source="staff")
    html = page(sign_in(team.coordinator), "flag", flag.ref)[1]
    assert f"tel:{again(pair.mentor.person.user).phone.as_e164}" not in html
    assert f"tel:{again(team.nurse).phone.as_e164}" in html


def test_other_methods_are_refused(team, pair, sign_in):
    flag = raised(team, pair)
    client = sign_in(team.clinician)
    for name, args in (("flags", []), ("flag", [flag.ref]), ("questions", []), ("worry-sent", [flag.ref])):
        assert client.put(reverse(f"mentorship:{name}", args=args)).status_code == 405
    for name in ("flags", "questions"):
        assert client.post(reverse(f"mentorship:{name}")).status_code == 405


def test_resolving_a_flag_without_consent_leads_to_the_list_not_to_a_dead_end(team, pair, sign_in):
    flag = acknowledge(flag=raised(team, pair, at=clock.now()), by=team.clinician)
    pair.referral.consents.update(withdrawn_at=clock.now(), withdrawn_by=team.nurse)
    answer = sign_in(team.clinician).post(f"/flags/{flag.ref}/", {"do": "resolve", "outcome": "seen"}, follow=True)
    assert answer.redirect_chain == [("/flags/", 302)]
    assert "Resolved." in answer.content.decode()


def test_a_flag_that_is_not_resolved_in_time_says_so(team, pair, sign_in):
    flag = acknowledge(flag=raised(team, pair, at=clock.now()), by=team.clinician)
    flag.resolve_by = clock.now() - MINUTE
    flag.save()
    text = sign_in(team.clinician).get(f"/flags/{flag.ref}/").content.decode()
    assert "It should have been resolved before" in text and "To be resolved before" not in text
