"""The pages of groups: what a coordinator, a mentor who leads and a mentee read and send."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from accounts import links
from common import clock
from mentorship.models import GroupPlace, PeerGroup
from referrals import actions as referrals
from referrals.models import Referral
from tests import factories
from tests.mentorship.groups.world import DAY, HOUR, invite, make_group, preset, sign_up

LINK = "https://meet.example.org/room"


def by_link(client, place):
    """Follow a fresh one-time link; return the address of the page."""
    url = links.make("group.join", place.ref)[1].replace(settings.SITE_URL, "")
    client.get(url)
    return reverse("mentorship:group-join")


def test_a_group_is_made_with_what_the_format_says_filled_in(sign_in, team):
    client = sign_in(team.coordinator)
    assert b"Expert" in client.get(reverse("mentorship:group-choose")).content or preset("emb_epp").name
    url = reverse("mentorship:group-new", args=[preset("emb_beckmann").ref, 1])
    page = client.get(url).content.decode()
    assert 'value="16"' in page and 'value="12"' in page and "What is said here stays here" in page
    mentor = factories.make_mentor(team)
    sent = {
        "name": "Tuesdays", "starts_on": "2026-12-01", "hour": "19:00", "size_max": "8", "unit": "person", "language": "nl",
        "channel": "in-person", "place": "", "mentors": [mentor.ref], "moderator": team.clinician.ref,
    }  # fmt: skip
    refused = client.post(url, sent).content.decode()
    assert "Write where people meet" in refused and "Tuesdays" in refused and not PeerGroup.objects.exists()
    client.post(url, sent | {"place": "Kerkstraat 1"})
    assert PeerGroup.objects.get().sessions.count() == 6


def test_a_mentee_signs_up_by_link_and_stops_again(client, team, group):
    place = invite(team, group)
    url = by_link(client, place)
    assert "Yes and no are equally fine" in client.get(url).content.decode()
    assert "Please read what we ask" in client.post(url, {"do": "yes"}).content.decode()
    client.post(url, {"do": "yes", "rules_agreed": "on"})
    assert GroupPlace.objects.get().status == "signed-up"
    ics = client.get(reverse("mentorship:group-join-calendar")).content
    assert ics.count(b"BEGIN:VEVENT") == 6 and b"Living" not in ics and b"Kerkstraat" not in ics
    client.post(url, {"do": "leave"})
    assert GroupPlace.objects.get().status == "left"


def test_the_video_link_is_shown_to_who_signed_up_from_a_day_before(client, team):
    group = make_group(team, channel="video", video_link=LINK)
    place, first = invite(team, group), group.sessions.first()
    with clock.at(first.planned_at - HOUR):
        assert LINK not in client.get(by_link(client, place)).content.decode()
    sign_up(team, group, place.referral)
    for before, shown in ((2 * DAY, False), (23 * HOUR, True)):
        with clock.at(first.planned_at - before):
            assert (LINK in client.get(by_link(client, place)).content.decode()) is shown


def test_after_a_yes_was_taken_back_the_link_shows_nothing(client, team, group):
    place = sign_up(team, group)
    url = by_link(client, place)
    referrals.withdraw_consent(referral=place.referral_id, scope="contact", by=team.nurse, how="phone")
    assert client.get(url).status_code == 404


def test_a_mentor_reads_given_names_and_taps_who_came(sign_in, team, group):
    place = sign_up(team, group)
    session, mentor = group.sessions.first(), group.mentors.get().person.user
    client = sign_in(mentor)
    url = reverse("mentorship:group-session", args=[session.ref])
    with clock.at(session.planned_at + HOUR):
        page = client.get(url).content.decode()
        person = place.referral.mentee
        assert person.first_name in page and person.last_name not in page and "Did something happen" not in page
        client.post(url, {f"came-{place.ref}": "came"})
    session.refresh_from_db()
    assert session.status == "held" and session.attendance.get().came == "came"


def test_wanting_a_group_takes_somebody_off_the_waiting_list_and_back(sign_in, team):
    referral = factories.make_referral(team)
    client, url = sign_in(team.coordinator), reverse("referrals:detail", args=[referral.ref])
    waiting = reverse("matching:waiting")
    client.post(url, {"step": "only-group"})
    assert Referral.objects.get().only_group and referral.mentee.last_name not in client.get(waiting).content.decode()
    assert "Wants a group, no mentor" in sign_in(team.nurse).get(url).content.decode()
    client = sign_in(team.coordinator)
    client.post(url, {"step": "mentor-too"})
    assert referral.mentee.last_name in client.get(waiting).content.decode()


def test_somebody_whose_mentor_was_asked_stays_on_that_road(sign_in, team):
    match = factories.make_match(team, status="approved")
    page = sign_in(team.coordinator).post(
        reverse("referrals:detail", args=[match.referral.ref]), {"step": "only-group"}
    )
    assert "Stop that first" in page.content.decode() and not Referral.objects.get().only_group


@pytest.mark.parametrize("name", ["groups", "group"])
def test_a_page_asks_the_same_for_2_and_20_people(sign_in, team, django_assert_max_num_queries, name):
    group, client = make_group(team, size_max=40), sign_in(team.coordinator)
    url = reverse("mentorship:group", args=[group.ref]) if name == "group" else reverse("mentorship:groups")
    counts = []
    for n in (2, 18):
        for _n in range(n):
            sign_up(team, group)
            factories.make_referral(team)
        with django_assert_max_num_queries(40) as seen:
            assert client.get(url).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_invitation_names_no_group_person_or_clinic(team, group):
    from messaging import kinds
    from messaging.models import Message

    invite(team, group)
    message = Message.objects.get(kind="group.invite")
    kind = kinds.get(message.kind)
    assert kind.still_true(message)
    words = kind.render(message, kind.recipient(message)).body
    assert (not re.search(r"Living|Leieland|Rita|arthritis", words) and "/l/" in words) or "http" in words


def test_the_team_finds_the_note_and_the_way_to_a_worry_on_a_meeting(sign_in, team, group):
    place = sign_up(team, group)
    session = group.sessions.first()
    url = reverse("mentorship:group-session", args=[session.ref])
    page = sign_in(team.coordinator).get(url).content.decode()
    assert reverse("mentorship:worry-referral", args=[place.referral.ref]) in page and "Did something happen" in page
    noted = {"incident_note": "All well.", "version": "1"}
    sign_in(team.clinician).post(reverse("mentorship:group-session-note", args=[session.ref]), noted)
    session.refresh_from_db()
    assert session.incident_note == "All well."
