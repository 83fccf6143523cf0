"""The next talk: likely moments, moved in one tap from either end, added, noted by either of two peers, with relatives."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import User
from clinics.models import AccessLog
from common import clock
from common.errors import Denied, Invalid, WrongState
from common.vocabulary import Slot
from mentorship import mentee_cards, talks
from mentorship.actions import contacts, peers, planning
from mentorship.models import Contact, Enrolment, EnrolmentChange
from mentorship.notices import plan as notices
from messaging import kinds
from messaging.models import Message
from tests import factories
from tests.mentorship.plan.conftest import NOW, follow

DAY = dt.timedelta(days=1)
KEY = "0b54cbc1-4a0e-4d0a-9d09-9f3c2b6f3a11"


@pytest.fixture
def talk(match):
    """The next talk: day 14, on Monday 23 November at 19:00 in Belgium."""
    return match.contacts.planned().get(plan_day=14)


@pytest.fixture
def peer_pair(match):
    """The pair as two peers."""
    follow(match, "emb_sutton")
    return match


@pytest.fixture
def system(db):
    return User.objects.system()


def local(moments) -> list[str]:
    return [f"{at.astimezone(clock.ZoneInfo('Europe/Brussels')):%a %d %H:%M}" for at in moments]


def free(match, mentee, mentor) -> None:
    match.referral.availability, match.mentor.availability = mentee, mentor


def offered(match, contact):
    return local(talks.offers(match, contact, match.contacts.planned()))


def told(kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=kind, status="queued").values_list("recipient", flat=True))


# Likely moments ---------------------------------------------------------------------------


def test_offers_lie_where_both_are_free(match, talk):
    free(match, [Slot.WEEKDAY_MORNING, Slot.WEEKEND_DAY], [Slot.WEEKEND_DAY])
    assert offered(match, talk) == ["Sat 28 11:00", "Sun 29 11:00", "Sat 05 11:00"]
    free(match, [Slot.WEEKDAY_MORNING, Slot.WEEKDAY_EVENING], [Slot.WEEKDAY_MORNING, Slot.WEEKDAY_EVENING])
    assert offered(match, talk) == ["Mon 23 10:00", "Tue 24 19:00", "Wed 25 19:00"]


def test_the_same_day_at_another_hour_comes_first(match, talk):
    contacts.move_contact(
        contact=talk.pk,
        by=match.mentor.person.user,
        at=clock.at_local(dt.date(2026, 11, 23), dt.time(9), "Europe/Brussels"),
    )
    talk.refresh_from_db()
    assert offered(match, talk)[0] == "Mon 23 19:00"


def test_nobody_free_together_is_offered_what_the_mentee_likes_and_nothing_said_is_the_evening(match, talk):
    free(match, [Slot.WEEKDAY_AFTERNOON], [Slot.WEEKEND_DAY])
    assert offered(match, talk) == ["Mon 23 14:00", "Tue 24 14:00", "Wed 25 14:00"]
    free(match, [], [])
    assert offered(match, None) == ["Thu 19 19:00", "Fri 20 19:00", "Sat 21 19:00"]


def test_days_with_another_talk_and_days_after_the_ending_are_not_offered(match, talk):
    contacts.plan_contact(match=match.pk, by=match.mentor.person.user, at=talk.planned_at + DAY)
    Enrolment.objects.filter(match=match).update(last_contact_on=dt.date(2026, 11, 26))
    match.enrolment.refresh_from_db()
    assert offered(match, talk) == ["Wed 25 19:00", "Thu 26 19:00"]


def test_over_a_change_of_the_clocks_the_hour_on_the_wall_stays(match):
    with clock.at(dt.datetime(2027, 3, 26, 9, tzinfo=dt.UTC)):
        moments = talks.offers(match, None, [])
    assert local(moments) == ["Fri 26 19:00", "Sat 27 19:00", "Sun 28 19:00"]
    assert [at.hour for at in moments] == [18, 18, 17]


# Moved ------------------------------------------------------------------------------------


def tap(client, talk, at, version=None):
    values = {"at": at.isoformat(), "version": talk.version if version is None else version}
    return client.post(reverse("mentorship:move-to", args=[talk.ref]), values, follow=True)


def test_a_mentor_moves_it_in_one_tap_and_the_mentee_is_told_once(match, mentor, talk, sign_in):
    client = sign_in(mentor)
    page = client.get(reverse("mentorship:talks", args=[match.ref])).content.decode()
    at = talks.offers(match, talk, match.contacts.planned())[0]
    assert 'value="2026-11-24T18:00:00+00:00"' in page
    for _tap in range(2):
        assert "Moved to Tuesday 24 November, about 19:00" in tap(client, talk, at).content.decode()
    talk.refresh_from_db()
    assert (talk.planned_at, talk.version) == (at, 2)
    assert told("talk.moved") == [f"person:{match.referral.mentee.ref}"]
    assert talk.history.last().by == mentor


def test_a_tap_on_an_old_page_moves_nothing_and_says_so(match, mentor, talk, sign_in):
    client = sign_in(mentor)
    contacts.move_contact(contact=talk.pk, by=mentor, at=talk.planned_at + DAY)
    page = tap(client, talk, talk.planned_at + 2 * DAY, version=1).content.decode()
    assert "was moved in the meantime" in page
    assert Contact.objects.get(pk=talk.pk).planned_at == talk.planned_at + DAY


@pytest.mark.parametrize(
    "at", ["", "soon", "2026-11-30T19:00", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00", "\x00"]
)
def test_a_moment_that_is_none_moves_nothing(match, mentor, talk, sign_in, at):
    url = reverse("mentorship:move-to", args=[talk.ref])
    response = sign_in(mentor).post(url, {"at": at, "version": "x" * 5000}, follow=True)
    assert response.status_code == 200 and "Choose one of the moments" in response.content.decode()
    assert Contact.objects.get(pk=talk.pk).version == 1


def test_moved_by_the_mentee_the_mentor_is_told_and_the_history_says_who(match, talk, system):
    before = talk.planned_at
    contacts.move_contact(contact=talk.pk, by=system, at=before + DAY, version=1)
    assert told("talk.moved") == [f"user:{match.mentor.person.user.ref}"]
    last = talk.history.last()
    assert (last.by, last.note) == (system, f"mentee {before:%Y-%m-%dT%H:%MZ}")


def test_moved_by_the_coordinator_both_are_told_and_only_of_the_last_day(match, talk, team):
    for days in (1, 2):
        contacts.move_contact(contact=talk.pk, by=team.coordinator, at=talk.planned_at + days * DAY)
    assert len(told("talk.moved")) == 2
    waiting, old = Message.objects.filter(status="queued"), Message.objects.filter(status="cancelled")
    assert all(notices.still_planned(row) for row in waiting)
    assert not any(notices.still_planned(row) for row in old) and old.count() == 2


def test_what_is_told_names_nobody_and_leads_to_the_own_page(match, talk, team):
    contacts.move_contact(contact=talk.pk, by=team.coordinator, at=talk.planned_at + DAY)
    mentee, mentor = match.referral.mentee, match.mentor.person
    for message in Message.objects.filter(kind="talk.moved"):
        kind = kinds.get(message.kind)
        recipient = kind.recipient(message)
        text = kind.render(message, recipient)
        other = mentor if message.recipient.startswith("person:") else mentee
        assert other.first_name not in text.subject + text.body and team.clinic.name not in text.body
        assert ("/l/" if message.recipient.startswith("person:") else f"/talks/{match.ref}/") in text.body


def test_once_the_pair_rests_or_consent_is_gone_nothing_is_told(match, talk, system):
    contacts.move_contact(contact=talk.pk, by=system, at=talk.planned_at + DAY)
    message = Message.objects.get(kind="talk.moved")
    assert notices.still_planned(message)
    match.referral.consents.update(withdrawn_at=clock.now(), withdrawn_how="link", withdrawn_by=system)
    assert not notices.still_planned(message)


def test_a_talk_the_mentee_adds_is_told_to_the_mentor_once(match, mentor, system):
    for _tap in range(2):
        contacts.plan_contact(match=match.pk, by=system, at=NOW + 3 * DAY)
    assert match.contacts.filter(component=None).count() == 1
    assert told("talk.added") == [f"user:{mentor.ref}"]
    assert match.contacts.get(component=None).history.get().note == "mentee"
    contacts.plan_contact(match=match.pk, by=mentor, at=NOW + 4 * DAY)
    assert told("talk.added") == [f"user:{mentor.ref}"]


def test_a_talk_taken_off_is_told_to_the_other_one_but_not_one_that_is_past(match, mentor, talk):
    contacts.cancel_contact(contact=talk.pk, by=mentor)
    contacts.cancel_contact(contact=talk.pk, by=mentor)
    assert told("talk.off") == [f"person:{match.referral.mentee.ref}"]
    assert notices.still_off(Message.objects.get(kind="talk.off"))
    contacts.cancel_contact(contact=match.contacts.planned().get(plan_day=2).pk, by=mentor)
    assert Message.objects.filter(kind="talk.off").count() == 1


def test_strangers_move_nothing(talk, team, other_team):
    for user in (team.nurse, team.clinician, other_team.coordinator, factories.make_mentor(team).person.user):
        with pytest.raises(Denied):
            contacts.move_contact(contact=talk.pk, by=user, at=talk.planned_at + DAY)


# The mentee's page ------------------------------------------------------------------------


def test_the_card_shows_the_next_talk_with_its_buttons(match, by_link):
    card = next(c for c in mentee_cards.cards(match.referral, None) if c["template"].endswith("plan/_mentee_card.html"))
    assert card["plan"].next.plan_day == 14 and len(card["plan"].offers) == 3 and not card["may_note"]


def test_a_mentee_moves_adds_and_takes_off_by_link(match, talk, by_link):
    url = reverse("mentorship:mentee-talks")
    page = by_link.get(url).content.decode()
    assert "Monday 23 November, about 19:00" in page and match.mentor.person.last_name not in page
    at = talk.planned_at + DAY
    sent = {"do": "to", "talk": talk.ref, "version": talk.version, "at": at.isoformat()}
    assert "Moved to Tuesday 24 November" in by_link.post(url, sent, follow=True).content.decode()
    sent = {"do": "move", "talk": talk.ref, "move-day": "2026-11-25", "move-hour": "10:00", "move-version": 2}
    assert "Moved to Wednesday 25 November" in by_link.post(url, sent, follow=True).content.decode()
    sent = {"do": "add", "add-day": "2026-12-01", "add-hour": "10:00", "add-channel": "video"}
    assert "Planned for Tuesday 1 December" in by_link.post(url, sent, follow=True).content.decode()
    by_link.post(url, {"do": "off", "talk": talk.ref})
    talk.refresh_from_db()
    assert (talk.status, match.contacts.get(component=None).channel) == ("cancelled", "video")


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"do": "to", "at": "2026-11-30T19:00:00Z", "version": "1"}, "in the meantime"),
        ({"do": "move", "move-day": "2026-11-25", "move-hour": ""}, "in the meantime"),
        ({"do": "add", "add-day": "2020-11-25", "add-hour": "10:00", "add-channel": "phone"}, "still to come"),
        ({"do": "add", "add-day": "nonsense", "add-hour": "10:00", "add-channel": "phone"}, "as day, month and year"),
        ({"do": "log", "log-client_key": KEY, "log-outcome": "talked", "log-when": "today", "log-channel": "phone"}, "need not"),
        ({"do": "nonsense"}, "Your talks with"), ({}, "Your talks with"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_and_changes_nothing(match, by_link, sent, says):
    before = list(match.contacts.order_by("pk").values_list("pk", "status", "version"))
    page = by_link.post(reverse("mentorship:mentee-talks"), sent).content.decode()
    assert says in page
    assert list(match.contacts.order_by("pk").values_list("pk", "status", "version")) == before


def test_a_talk_of_somebody_else_is_out_of_reach_by_link(match, team, by_link):
    other = factories.make_match(team)
    planning.begin_plan(match=other, by=team.coordinator)
    theirs = other.contacts.planned().first()
    by_link.post(reverse("mentorship:mentee-talks"), {"do": "off", "talk": theirs.ref})
    theirs.refresh_from_db()
    assert theirs.status == "planned"
    assert by_link.get(reverse("mentorship:mentee-talk-file", args=[theirs.ref])).status_code == 404


def test_without_a_link_or_without_a_pair_there_is_no_page(match, client, by_link):
    match.status, match.ended_at, match.end_reason = "ended", clock.now(), "both"
    match.ended_by, match.slot = match.introduced_by, None
    match.save()
    assert by_link.get(reverse("mentorship:mentee-talks")).status_code == 404
    assert by_link.post(reverse("mentorship:mentee-talks"), {"do": "relatives", "relatives": "yes"}).status_code == 404


# Peers ------------------------------------------------------------------------------------


def note(match, system, **values):
    values = {"client_key": KEY, "outcome": "talked", "when": clock.now(), "channel": "phone"} | values
    return peers.note_as_peer(match=match.pk, by=system, **values)


def log(match, mentor, **values):
    values = {"client_key": "the-key-of-the-mentor", "outcome": "talked", "when": clock.now()} | values
    return contacts.log_contact(match=match.pk, by=mentor, **values)


def test_a_peer_notes_a_talk_once(peer_pair, system, talk):
    row = note(peer_pair, system)
    assert note(peer_pair, system).pk == row.pk == talk.pk
    assert (row.logged_side, row.logged_by, row.note, row.mentee_says) == ("mentee", system, "", "talked")
    assert row.history.filter(to_status="talked").count() == 1


def test_the_mentor_who_notes_the_same_talk_completes_it(peer_pair, system, mentor, talk):
    note(peer_pair, system)
    row = log(peer_pair, mentor, minutes=30, topics=["fatigue"], note="A good talk", contact=talk.pk)
    assert row.pk == talk.pk
    row.refresh_from_db()
    assert (row.minutes, row.note, row.logged_by, row.logged_side) == (30, "A good talk", mentor, "mentee")
    assert log(peer_pair, mentor, minutes=30, note="A good talk").pk == talk.pk
    assert note(peer_pair, system).pk == talk.pk
    assert peer_pair.contacts.filter(status="talked").count() == 1


def test_the_mentee_who_notes_what_the_mentor_noted_doubles_nothing(peer_pair, system, mentor):
    row = log(peer_pair, mentor)
    for _tap in range(2):
        assert note(peer_pair, system).pk == row.pk
    row.refresh_from_db()
    assert (row.logged_side, row.mentee_says) == ("mentor", "talked")
    assert peer_pair.contacts.exclude(logged_at=None).count() == 1


def test_that_they_talked_counts_more_than_a_miss_of_the_same_day_and_not_the_other_way(peer_pair, system, mentor):
    row = note(peer_pair, system, outcome="no-answer")
    assert log(peer_pair, mentor).pk == row.pk
    row.refresh_from_db()
    assert row.status == "talked"
    note(peer_pair, system, client_key="of-another-day", when=clock.now() - 2 * DAY)
    with pytest.raises(WrongState, match="noted already"):
        log(peer_pair, mentor, client_key="another-key-of-theirs", outcome="no-answer", when=clock.now() - 2 * DAY)


def test_the_talks_of_two_days_are_two(peer_pair, system, mentor):
    note(peer_pair, system, when=clock.now() - 2 * DAY)
    log(peer_pair, mentor)
    assert peer_pair.contacts.filter(status="talked").count() == 2


def test_only_peers_note_from_both_ends(match, system, team):
    with pytest.raises(WrongState):
        note(match, system)
    follow(match, "emb_heisler")
    for user in (match.mentor.person.user, team.coordinator):
        with pytest.raises(Denied):
            note(match, user)
    with pytest.raises(Invalid):
        note(match, system, client_key="x")
    with pytest.raises(Invalid) as refusal:
        note(match, system, when=clock.now() + DAY)
    assert refusal.value.field == "when"


def test_a_peer_notes_it_on_their_page(peer_pair, by_link):
    url = reverse("mentorship:mentee-talks")
    page = by_link.get(url).content.decode()
    assert "your peer" in page and "Note a talk" in page
    sent = {
        "do": "log",
        "log-client_key": KEY,
        "log-outcome": "talked",
        "log-when": "yesterday",
        "log-channel": "video",
    }
    for _tap in range(2):
        assert "Saved. Thank you." in by_link.post(url, sent, follow=True).content.decode()
    row = peer_pair.contacts.get(client_key=KEY)
    assert (row.channel, row.happened_at.date()) == ("video", NOW.date() - DAY)
    sent |= {"log-when": "other", "log-day": "", "log-client_key": KEY[:-1] + "2"}
    assert "Choose the day on which it was" in by_link.post(url, sent).content.decode()


# Relatives --------------------------------------------------------------------------------


def test_a_relative_is_noted_only_where_the_mentee_agreed(match, mentor, by_link, team, sign_in):
    with pytest.raises(Invalid) as refusal:
        log(match, mentor, with_relatives=True)
    assert refusal.value.field == "with_relatives" and "did not agree" in str(refusal.value)
    url = reverse("mentorship:mentee-talks")
    for _tap in range(2):
        by_link.post(url, {"do": "relatives", "relatives": "yes"})
    assert EnrolmentChange.objects.get().why == "relatives:yes"
    assert log(match, mentor, with_relatives=True).with_relatives
    by_link.post(url, {"do": "relatives", "relatives": "no"})
    with pytest.raises(Invalid):
        log(match, mentor, client_key="another-key-of-theirs", with_relatives=True)
    assert Contact.objects.filter(with_relatives=True).count() == 1
    sign_in(team.coordinator).post(reverse("mentorship:relatives", args=[match.ref]), {"relatives": "yes"})
    assert Enrolment.objects.get(match=match).relatives_agreed_at == NOW


def test_only_the_mentee_and_a_coordinator_agree(match, mentor, team, other_team):
    for user in (mentor, team.nurse, other_team.coordinator):
        with pytest.raises(Denied):
            planning.agree_relatives(match=match.pk, by=user, agreed=True)


# Pages ------------------------------------------------------------------------------------


def test_the_pair_page_says_what_they_follow_and_what_changed(match, team, sign_in, django_assert_max_num_queries):
    client, url = sign_in(team.coordinator), reverse("mentorship:pair", args=[match.ref])
    page = client.get(url).content.decode()
    assert "Our own start" in page and "Version 1, since Monday 9 November" in page
    change = reverse("mentorship:change-format", args=[match.ref])
    from tests.mentorship.plan.conftest import preset

    brown = preset("emb_brown")
    page = client.get(change, {"format": brown.ref}).content.decode()
    assert "Monday 30 November, about 19:00" in page and "4 planned talks leave the plan" in page
    sent = {"format": brown.ref, "seen": 0, "why": "They like to meet"}
    page = client.post(change, sent, follow=True).content.decode()
    assert "They follow “Two visits, then by phone for a year” from now on." in page and "They like to meet" in page
    stale = client.post(change, {"format": preset("emb_joseph").ref, "seen": 0, "why": "Typed"}).content.decode()
    assert "changed the plan in the meantime" in stale and "Typed" in stale and 'name="seen" value="1"' in stale
    assert AccessLog.objects.about(match.referral.mentee.ref).exists()


@pytest.mark.parametrize("ref", ["", "no-such-format", "x" * 3000])
def test_a_format_nobody_knows_is_said_at_its_field(match, team, sign_in, ref):
    client, url = sign_in(team.coordinator), reverse("mentorship:change-format", args=[match.ref])
    for response in (client.get(url, {"format": ref}), client.post(url, {"format": ref, "seen": "x", "why": "Typed"})):
        assert response.status_code == 200
        assert "Choose" in response.content.decode()
    assert not EnrolmentChange.objects.exists()


def test_the_coordinator_gives_a_date_on_the_pair_page(match, team, sign_in):
    follow(match, "joo_c")
    client, url = sign_in(team.coordinator), reverse("mentorship:anchor", args=[match.ref, "discharge"])
    assert "not dated yet" in client.get(reverse("mentorship:pair", args=[match.ref])).content.decode()
    assert "Write the date" in client.post(url, {"day": "soon", "seen": 0}).content.decode()
    assert "Leaves hospital on" in client.get(url).content.decode()
    page = client.post(url, {"day": "2026-12-01", "seen": 0}, follow=True).content.decode()
    assert "Leaves hospital on Tuesday 1 December" in page
    assert match.contacts.planned().get(plan_day=-1)
    stale = client.post(url, {"day": "2026-12-03", "seen": 0}).content.decode()
    assert "in the meantime" in stale and 'value="2026-12-03"' in stale


@pytest.mark.parametrize("rows", [2, 20])
def test_the_plan_costs_the_same_whatever_its_length(match, mentor, sign_in, rows, django_assert_max_num_queries):
    for n in range(rows):
        contacts.plan_contact(match=match.pk, by=mentor, at=NOW + (n + 1) * DAY)
    client = sign_in(mentor)
    with django_assert_max_num_queries(14):
        client.get(reverse("mentorship:talks", args=[match.ref]))
