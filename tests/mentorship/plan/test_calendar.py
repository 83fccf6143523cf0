"""A mentor's private calendar: one secret address, no names in it, gone when taken back."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from icalendar import Calendar

from common import clock
from mentorship.actions import contacts, feeds
from mentorship.calendar_files import feed_of
from mentorship.limits import WRONG_ADDRESSES
from mentorship.models import CalendarFeed, Format, GroupSession, PeerGroup
from tests import factories
from tests.mentorship.plan.conftest import NOW

DAY = dt.timedelta(days=1)


def events(content: bytes) -> dict[str, dict]:
    """Return what a calendar program reads, by UID."""
    found = Calendar.from_ical(content).walk("VEVENT")
    return {str(event["uid"]): {name.lower(): event.decoded(name) for name in event} for event in found}


def read(client, token):
    return client.get(reverse("mentorship:calendar-feed", args=[token]))


@pytest.fixture
def token(mentor):
    return feeds.make_feed(by=mentor)[1]


def test_the_calendar_holds_the_planned_talks_and_no_names(match, mentor, client, token):
    response = read(client, token)
    found = events(response.content)
    assert len(found) == 5 and {f"{row.ref}@halfword" for row in match.contacts.planned()} == set(found)
    row = match.contacts.get(plan_day=14)
    event = found[f"{row.ref}@halfword"]
    assert (event["summary"], event["dtstart"], event["sequence"]) == ("Halfword: a talk", row.planned_at, 1)
    assert event["dtend"] - event["dtstart"] == dt.timedelta(minutes=45)
    assert event["url"].endswith(reverse("mentorship:talks", args=[match.ref]))
    text = response.content.decode().replace("\r\n ", "")
    mentee, clinic = match.referral.mentee, match.referral.clinic
    for word in (mentee.first_name, mentee.last_name, mentor.first_name, clinic.name, "heumat", "ra\n", mentee.email):
        assert word not in text
    assert response["Content-Type"].startswith("text/calendar")
    assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]


def test_a_moved_talk_keeps_its_uid_and_counts_on_and_one_taken_off_is_gone(match, mentor, client, token):
    moved, gone = match.contacts.get(plan_day=14), match.contacts.get(plan_day=28)
    contacts.move_contact(contact=moved.pk, by=mentor, at=moved.planned_at + DAY)
    contacts.cancel_contact(contact=gone.pk, by=mentor)
    found = events(read(client, token).content)
    assert found[f"{moved.ref}@halfword"]["sequence"] == 2
    assert found[f"{moved.ref}@halfword"]["dtstart"] == moved.planned_at + DAY
    assert f"{gone.ref}@halfword" not in found


def test_pairs_that_rest_or_end_or_were_taken_away_and_those_of_others_are_not_in_it(match, mentor, team):
    other = factories.make_match(team)
    contacts.plan_contact(match=other.pk, by=team.coordinator, at=NOW + DAY)
    assert len(events(feed_of(mentor))) == 5
    for fields in ({"status": "paused", "paused_at": NOW}, {"status": "introduced", "sight_ended_at": NOW}):
        for name, value in fields.items():
            setattr(match, name, value)
        match.save()
        assert events(feed_of(mentor)) == {}


def test_meetings_of_groups_they_lead_are_in_it(match, mentor, team):
    group = PeerGroup.objects.create(
        clinic=team.clinic, format=Format.objects.presets().get(key="emb_gifford"), kind="group", name="Lupus on Monday",
        starts_on=NOW.date(), hour=dt.time(14), size_max=8, created_by=team.coordinator, place="Ghent",
    )  # fmt: skip
    group.mentors.add(match.mentor)
    held = GroupSession.objects.create(group=group, planned_at=NOW + DAY, minutes=90)
    GroupSession.objects.create(group=group, planned_at=NOW + 2 * DAY, status="cancelled")
    content = feed_of(mentor)
    found = events(content)
    assert len(found) == 6 and b"Lupus" not in content and b"Ghent" not in content
    event = found[f"{held.ref}@halfword"]
    assert event["dtend"] - event["dtstart"] == dt.timedelta(minutes=90)
    PeerGroup.objects.update(cancelled_at=NOW, cancelled_by=team.coordinator)
    assert len(events(feed_of(mentor))) == 5


def test_the_address_is_shown_once_and_replaced_and_taken_back(match, mentor, sign_in, client):
    signed, url = sign_in(mentor), reverse("mentorship:my-calendar")
    assert "has no address yet" in signed.get(url).content.decode()
    pages = [signed.post(url, {"make": "yes"}).content.decode() for _time in range(2)]
    old, new = (re.search(r"/calendar/([\w-]+)\.ics", page)[1] for page in pages)
    assert old != new and new not in signed.get(url).content.decode()
    assert not CalendarFeed.objects.filter(token_hash__contains=new).exists()
    client.logout()
    assert (read(client, old).status_code, read(client, new).status_code) == (404, 200)
    sign_in(mentor).post(url, {"revoke": "yes"})
    client.logout()
    assert read(client, new).status_code == 404
    assert CalendarFeed.objects.filter(user=mentor, revoked_at=None).count() == 0


def test_a_closed_account_and_a_wrong_address_read_nothing_and_guessing_is_slowed_down(mentor, client, token):
    mentor.is_active = False
    mentor.save()
    assert read(client, token).status_code == 404
    answers = [read(client, f"wrong-address-number-{n}").status_code for n in range(WRONG_ADDRESSES + 3)]
    assert (answers[0], answers[-1]) == (404, 429)


def test_only_mentors_have_one(team, sign_in):
    for user in (team.nurse, team.coordinator, team.clinician):
        assert sign_in(user).post(reverse("mentorship:my-calendar"), {"make": "yes"}).status_code == 403
    assert not CalendarFeed.objects.exists()


def test_taking_back_again_changes_nothing(mentor, token):
    assert (feeds.revoke_feed(by=mentor), feeds.revoke_feed(by=mentor)) == (1, 0)


def test_one_talk_as_a_file_for_the_mentor_and_for_the_mentee_by_link(match, mentor, by_link, sign_in, client):
    row = match.contacts.get(plan_day=14)
    theirs = by_link.get(reverse("mentorship:mentee-talk-file", args=[row.ref]))
    assert list(events(theirs.content)) == [f"{row.ref}@halfword"]
    assert b"http" not in theirs.content and b"no-store" in theirs["Cache-Control"].encode()
    mine = sign_in(mentor).get(reverse("mentorship:talk-file", args=[row.ref]))
    assert reverse("mentorship:talks", args=[match.ref]) in mine.content.decode().replace("\r\n ", "")
    contacts.cancel_contact(contact=row.pk, by=mentor)
    gone = events(client.get(reverse("mentorship:talk-file", args=[row.ref])).content)
    assert gone[f"{row.ref}@halfword"]["status"] == "CANCELLED"


def test_over_the_change_of_the_clocks_the_hour_on_the_wall_stays(team):
    with clock.at(dt.datetime(2027, 3, 20, 9, tzinfo=dt.UTC)):
        match = factories.make_match(team)
        for day in (26, 29):
            at = clock.at_local(dt.date(2027, 3, day), dt.time(19), "Europe/Brussels")
            contacts.plan_contact(match=match.pk, by=team.coordinator, at=at)
        begins = sorted(event["dtstart"] for event in events(feed_of(match.mentor.person.user)).values())
    assert [at.hour for at in begins] == [18, 17]
