"""The pages of goals and endings: for the mentee by link and on their page, for the mentor, for the team."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts import links
from common import clock
from matching import actions as matching
from matching.models import Match
from mentorship.actions import closing, goals
from mentorship.models import Closing, ClosingAnswer, Goal
from messaging.models import Message
from referrals import actions as referrals
from referrals.models import Consent, Referral
from tests import factories
from tests.mentorship.closing.conftest import AFTER, answer
from tests.mentorship.mentee.conftest import open_page, text


def go(name: str, *args: str) -> str:
    return reverse(f"mentorship:{name}", args=args)


def by_link(pair) -> Client:
    """Return a browser that came by the link in the message."""
    client = Client()
    _link, address = links.make(closing.ASK, pair.ref)
    client.get("/l/" + address.rstrip("/").rsplit("/", 1)[-1] + "/")
    return client


# The mentee ---------------------------------------------------------------------------------


def test_the_mentee_answers_by_link_once_and_may_change_it_in_the_same_browser(planned):
    client, other = by_link(planned), Client()
    page = text(client.get(go("closing-link")))
    assert "Did the talks do you good?" in page and "May the programme invite you" in page
    sent = {"helped": "yes", "comment-helped": "It <b>did</b>.", "ahead": "no", "alumni": "yes"}
    assert client.post(go("closing-link"), sent).status_code == 302
    assert "It &lt;b&gt;did&lt;/b&gt;." in text(client.get(go("closing-link")))
    client.post(go("closing-link"), sent | {"helped": "somewhat"})
    assert ClosingAnswer.objects.get(question="helped").answer == "somewhat"
    assert Closing.objects.get(match=planned).mentee_alumni is True
    assert "helped" not in text(other.get(go("closing-link")))


def test_odd_answers_keep_what_was_typed_and_leave_the_link_good(planned):
    client = by_link(planned)
    page = client.post(go("closing-link"), {"helped": "hugely", "comment-ahead": "My words", "ahead": "yes"})
    assert page.status_code == 200 and "My words" in text(page) and not ClosingAnswer.objects.exists()
    assert "Choose one of the answers below" in text(client.post(go("closing-link"), {"comment-helped": "Only words"}))
    assert client.post(go("closing-link"), {"helped": "yes"}).status_code == 302


def test_the_link_opens_nothing_once_consent_is_gone(planned, team):
    client = by_link(planned)
    referrals.withdraw_consent(referral=planned.referral_id, scope="contact", by=team.nurse, how="phone")
    assert "Did the talks" not in text(client.get(go("closing-link")))
    client.post(go("closing-link"), {"helped": "yes"})
    assert not ClosingAnswer.objects.exists()


def test_the_card_of_the_mentees_page_asks_until_it_is_answered(planned):
    mine = open_page(planned.referral)
    assert go("own-closing") in text(mine.get(go("own-page")))
    mine.post(go("own-closing"), {"helped": "yes", "ahead": "yes"})
    assert go("own-closing") not in text(mine.get(go("own-page")))


def test_a_goal_is_written_read_and_taken_away_on_the_mentees_page(pair):
    mine = open_page(pair.referral)
    assert "Make this shorter" in text(mine.post(go("own-goals"), {"text": "x" * 300}))
    mine.post(go("own-goals"), {"text": "Cycle to <work>"})
    assert "Cycle to &lt;work&gt;" in text(mine.get(go("own-page")))
    goal = Goal.objects.get()
    theirs = open_page(factories.make_match(factories.Team("Elsewhere")).referral)
    theirs.post(go("own-goal-remove", goal.ref))
    assert Goal.objects.kept().count() == 1
    mine.post(go("own-goal-remove", goal.ref))
    assert "Cycle to" not in text(mine.get(go("own-page")))


@pytest.mark.parametrize(
    ("wish", "status", "group"), [("another", "open", False), ("group", "open", True), ("nothing", "closed", False)]
)
def test_a_mentee_says_what_comes_next_after_their_mentor_stopped(pair, mentor, wish, status, group):
    before = pair.referral.submitted_at
    closing.end_early(match=pair.pk, by=mentor, side="mentor")
    mine = open_page(pair.referral)
    assert go("own-next") in text(mine.get(go("own-page")))
    assert mine.post(go("own-next"), {"wish": "x"}).status_code == 200
    mine.post(go("own-next"), {"wish": wish})
    row = Referral.objects.get(pk=pair.referral_id)
    assert (row.status, row.only_group, row.submitted_at) == (status, group, before)
    assert Match.objects.get(pk=pair.pk).history.filter(note=f"next:{wish}").exists()


def test_the_way_back_asks_every_consent_anew(pair, team, system):
    closing.end_early(match=pair.pk, by=system, side="mentee", wish="nothing")
    mine = open_page(pair.referral)
    assert "Would you like a mentor again?" in text(mine.get(go("own-page")))
    page = text(mine.get(go("own-next")))
    assert "profile nl" in page or "profile en" in page  # the words themselves
    said = {f"consent_{scope}": "yes" for scope in ("profile", "contact", "evaluation", "research")}
    no = mine.post(go("own-next"), said | {"consent_contact": "no"})
    assert no.status_code == 200 and "Without this yes" in text(no)
    assert mine.post(go("own-next"), {}).status_code == 200
    assert Referral.objects.get(pk=pair.referral_id).status == "closed"
    assert mine.post(go("own-next"), said | {"consent_research": "no"}).status_code == 302
    row = Referral.objects.get(pk=pair.referral_id)
    assert row.status == "open"
    fresh = Consent.objects.filter(referral=row, withdrawn_at=None)
    assert {c.scope: (c.given, c.how) for c in fresh}["research"] == (False, "link")
    assert fresh.count() == 4


def test_who_moved_away_rings_instead(pair, team):
    referrals.close(referral=pair.referral_id, by=team.coordinator, reason="moved")
    mine = open_page(pair.referral)
    assert "Please ring the clinic" in text(mine.get(go("own-page")))
    mine.post(go("own-next"), {"consent_profile": "yes"})
    assert Referral.objects.get(pk=pair.referral_id).status == "closed"


# The mentor ---------------------------------------------------------------------------------


def test_the_mentor_rounds_off_on_one_page(planned, mentor, sign_in, system):
    goal = goals.write(match=planned.pk, by=system, text="Sleep")
    client, url = sign_in(mentor), go("closing-own", planned.ref)
    page = text(client.get(url))
    assert "“Sleep”" in page and "Was it good for you too?" in page
    sent = {f"goal-{goal.ref}": "partly", "deleted": "on", "well": "yes", "again": "later", "alumni": "no"}
    assert client.post(url, sent).status_code == 302
    goal.refresh_from_db()
    row = Closing.objects.get(match=planned)
    assert (goal.outcome, row.mentor_alumni, row.numbers_deleted_at is not None) == ("partly", False, True)
    assert not closing.unanswered(planned, "mentor")
    assert client.post(url, {"comment-well": "x" * 400}).status_code == 200


def test_the_mentor_writes_a_goal_down_with_them(pair, mentor, sign_in):
    client = sign_in(mentor)
    assert "Make this shorter" in text(client.post(go("closing-goal", pair.ref), {"text": "x" * 300}))
    client.post(go("closing-goal", pair.ref), {"text": "Walk"})
    assert Goal.objects.get().side == "mentor"
    assert "“Walk”" in text(client.get(go("closing-own", pair.ref)))


@pytest.mark.parametrize(
    ("why", "reason", "to"), [("", "mentor", "mentorship:home"), ("rest", "mentor", "training:rest"),
                              ("fit", "fit", "mentorship:home"), ("boundaries", "other", "mentorship:home")]
)  # fmt: skip
def test_a_mentor_stops_and_only_the_coordinator_reads_why(pair, mentor, team, sign_in, why, reason, to):
    client, url = sign_in(mentor), go("closing-stop", pair.ref)
    assert client.get(url).status_code == 200
    answer_ = client.post(url, {"reason": why, "note": "A secret of mine."})
    assert answer_["Location"] == reverse(to)
    row = Match.objects.get(pk=pair.pk)
    assert (row.status, row.end_reason) == ("ended", reason)
    assert "A secret of mine." in text(sign_in(team.coordinator).get(go("pair", pair.ref)))
    mine = open_page(pair.referral)
    assert "A secret" not in text(mine.get(go("own-page"))) + text(mine.get(go("own-data")))
    told = Message.objects.get(kind="pair.over")
    assert told.recipient == f"person:{pair.referral.mentee.ref}"
    assert sign_in(mentor).get(url).status_code == 404


def test_a_forged_reason_keeps_the_words_and_ends_nothing(pair, mentor, sign_in):
    page = sign_in(mentor).post(go("closing-stop", pair.ref), {"reason": "died", "note": "My words"})
    assert page.status_code == 200 and "My words" in text(page)
    assert Match.objects.get(pk=pair.pk).status == "introduced"


def test_a_mentor_agrees_to_invitations_and_takes_it_back(planned, mentor, sign_in, team):
    answer(planned, mentor, "mentor", alumni=True)
    closing.say_deleted(match=planned.pk, by=mentor)
    with clock.at(AFTER):
        closing.finish(match=planned.pk, by=team.coordinator)
        coordinator = sign_in(team.coordinator)
        assert planned.mentor.person.full_name in text(coordinator.get(go("former")))
        sign_in(mentor).post(go("closing-invitations"), {"agrees": "no"})
        assert planned.mentor.person.full_name not in text(sign_in(team.coordinator).get(go("former")))


# The team -----------------------------------------------------------------------------------


def test_a_mentee_is_on_the_list_of_former_pairs_only_while_they_agree(planned, mentor, system, team, sign_in):
    answer(planned, system, "mentee", alumni=True)
    closing.say_deleted(match=planned.pk, by=mentor)
    name = planned.referral.mentee.full_name
    with clock.at(AFTER):
        assert name not in text(sign_in(team.coordinator).get(go("former")))  # not before the end
        closing.finish(match=planned.pk, by=team.coordinator)
        assert name in text(sign_in(team.coordinator).get(go("former")))
        mine = open_page(planned.referral)
        mine.post(go("own-invitations"), {"agrees": "no"})
        assert name not in text(sign_in(team.coordinator).get(go("former")))
        mine.post(go("own-invitations"), {"agrees": "yes"})
        referrals.withdraw_consent(referral=planned.referral_id, scope="contact", by=team.nurse, how="phone")
        assert name not in text(sign_in(team.coordinator).get(go("former")))


def test_a_former_mentee_may_be_asked_for_a_group_while_they_agree(planned, mentor, system, team):
    from mentorship import grouping
    from tests.mentorship.groups.world import make_group

    answer(planned, system, "mentee", alumni=True)
    closing.say_deleted(match=planned.pk, by=mentor)
    with clock.at(AFTER):
        closing.finish(match=planned.pk, by=team.coordinator)
        referral, group = Referral.objects.get(pk=planned.referral_id), make_group(team)
        assert grouping.fits(group, referral) == ""
        closing.agree_to_invitations(referral=referral.pk, by=system, agrees=False)
        assert grouping.fits(group, referral) == "This referral is not open."


def test_the_pairs_page_says_how_each_thing_stands(planned, team, mentor, system, sign_in):
    client = sign_in(team.coordinator)
    page = text(client.get(go("pair", planned.ref)))
    for words in ("Goals looked at", "Numbers deleted", "The programme may invite both", "Asked, no answer yet."):
        assert words in page
    answer(planned, system, "mentee", comments={"helped": "It did me good."})
    client.post(go("closing-noted", planned.ref), {"deleted": "on"})
    page = text(client.get(go("pair", planned.ref)))
    assert "“It did me good.”" in page and "The mentor says so." in page


def test_a_planned_end_that_lacks_something_keeps_the_form(planned, team, sign_in):
    page = text(sign_in(team.coordinator).post(go("end", planned.ref), {"reason": "planned", "note": "My note"}))
    assert "The last talk is still to come." in page and "My note" in page
    assert Match.objects.get(pk=planned.pk).status == "introduced"


def test_ending_for_the_mentor_tells_the_mentee_kindly_and_keeps_the_place(pair, team, sign_in):
    sign_in(team.coordinator).post(go("end", pair.ref), {"reason": "mentor", "wish": "another"})
    assert Message.objects.get(kind="pair.over").recipient == f"person:{pair.referral.mentee.ref}"
    assert Referral.objects.get(pk=pair.referral_id).status == "open"


def test_a_supervisor_sees_whom_to_talk_with_and_not_about_whom(pair, team, mentor, sign_in):
    closing.end_early(match=pair.pk, by=mentor, side="mentor")
    client = sign_in(team.clinician)
    page = text(client.get(go("debriefs")))
    assert pair.mentor.person.full_name in page and pair.referral.mentee.full_name not in page
    client.post(go("debrief-done", pair.ref))
    assert "Nobody waits for you." in text(client.get(go("debriefs")))
    assert pair.mentor.person.full_name not in text(sign_in(team.backup).get(go("debriefs")))


@pytest.mark.parametrize("name", ["debriefs", "former"])
def test_lists_ask_the_same_number_of_questions_whatever_their_length(team, sign_in, name):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def store(n: int) -> None:
        for _n in range(n):
            match = factories.make_match(team, status="ended", days_ago=40)
            Closing.objects.create(
                match=match, made_by=team.coordinator, mentee_alumni=True, debrief_on=team.clinic.today, future="alumni"
            )

    def count() -> int:
        client = sign_in(team.coordinator)
        client.get(go(name))
        with CaptureQueriesContext(connection) as seen:
            client.get(go(name))
        return len(seen)

    store(2)
    few = count()
    store(18)
    assert count() == few


# A pause with an end ------------------------------------------------------------------------


def test_a_coordinators_pause_ends_by_itself_on_its_day_once(pair, team, sign_in):
    from matching.actions import pausing

    client = sign_in(team.coordinator)
    page = client.post(go("pause", pair.ref), {"reason": "Holiday", "until": "2026-11-19"})
    assert "Choose a day to come" in text(page) and "Holiday" in text(page)
    client.post(go("pause", pair.ref), {"reason": "Holiday", "until": "2026-12-01"})
    assert Match.objects.get(pk=pair.pk).status == "paused"
    assert pausing.resume_due(dt.datetime(2026, 11, 30, 22, tzinfo=dt.UTC)) == 0
    day = dt.datetime(2026, 12, 1, 7, tzinfo=dt.UTC)
    assert (pausing.resume_due(day), pausing.resume_due(day)) == (1, 0)
    row = Match.objects.get(pk=pair.pk)
    assert (row.status, row.pause_until) == ("introduced", None)


def test_a_pause_does_not_end_by_itself_once_the_mentors_access_was_taken(pair, team):
    from matching.actions import pausing

    matching.pause(match=pair.pk, by=team.coordinator, until=dt.date(2026, 12, 1))
    matching.take_sight(match=pair.pk, by=team.coordinator)
    assert pausing.resume_due(dt.datetime(2026, 12, 2, 7, tzinfo=dt.UTC)) == 0


def test_a_mentor_pauses_with_one_person_alone_who_hears_it_kindly(pair, mentor, sign_in, team):
    from matching.actions import pausing

    client, url = sign_in(mentor), go("closing-leave", pair.ref)
    other = factories.make_match(team, mentor=pair.mentor)
    assert "Choose a day to come" in text(client.post(url, {"until": "2026-11-01"}))
    client.post(url, {"until": "2026-12-01"})
    client.post(url, {"until": "2026-12-08"})
    row = Match.objects.get(pk=pair.pk)
    assert (row.status, row.pause_until) == ("paused", dt.date(2026, 12, 8))
    assert Match.objects.get(pk=other.pk).status == "introduced"
    told = Message.objects.get(kind="match.rests")
    assert told.recipient == f"person:{pair.referral.mentee.ref}"
    assert pausing.resume_due(dt.datetime(2026, 12, 8, 7, tzinfo=dt.UTC)) == 1
    assert Match.objects.get(pk=pair.pk).status == "introduced"


def test_a_mentor_goes_on_earlier_but_not_after_somebody_elses_pause(pair, mentor, sign_in, team):
    client, url = sign_in(mentor), go("closing-leave", pair.ref)
    client.post(url, {"until": "2026-12-01"})
    assert "Go on now" in text(client.get(url))
    client.post(url, {"go-on": "yes"})
    assert Match.objects.get(pk=pair.pk).status == "introduced"
    matching.pause(match=pair.pk, by=team.coordinator)
    client.post(url, {"go-on": "yes"})
    client.post(url, {"until": "2026-12-01"})
    row = Match.objects.get(pk=pair.pk)
    assert (row.status, row.pause_until) == ("paused", None)
    assert "Go on now" not in text(client.get(url))
