"""People see what did not arrive, and deal with it."""

import pytest
from django.urls import reverse

from common.errors import Denied, WrongState
from messaging import actions, delivery, kinds
from messaging.models import LocalMail, Message
from messaging.workflow import Status
from tests.factories import make_person, make_user
from tests.messaging.conftest import ALARM, NOTE

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead(post, kind):
    """A message that could not be sent."""
    kind(NOTE, recipient=lambda m: None)
    message = post()
    delivery.deliver(message.pk)
    message.refresh_from_db()
    return message


def url(name, message):
    return reverse(f"messaging:{name}", args=[message.ref])


@pytest.mark.parametrize("who", ["coordinator", "admin"])
def test_an_undelivered_message_is_sent_again(dead, team, who):
    by = getattr(team, who)
    actions.retry(message=dead.pk, by=by)
    actions.retry(message=dead.pk, by=by)  # a double click
    dead.refresh_from_db()
    assert (dead.status, dead.attempts, dead.problem) == (Status.QUEUED, 0, "")
    assert [(e.from_status, e.to_status, e.by) for e in dead.history.all()] == [("dead", "queued", by)]


@pytest.mark.parametrize("who", ["coordinator", "admin"])
def test_an_undelivered_message_is_settled_by_hand(dead, team, who):
    by = getattr(team, who)
    actions.settle(message=dead.pk, by=by, note="Phoned.")
    actions.settle(message=dead.pk, by=by, note="Phoned.")
    dead.refresh_from_db()
    assert dead.settled_by == by and dead.settled_at
    assert [(e.to_status, e.note) for e in dead.history.all()] == [("settled", "Phoned.")]
    assert not Message.objects.undelivered().exists()


@pytest.mark.parametrize("action", [actions.retry, actions.settle])
@pytest.mark.parametrize("who", ["nurse", "clinician"])
def test_nobody_else_deals_with_messages(dead, team, action, who):
    with pytest.raises(Denied):
        action(message=dead.pk, by=getattr(team, who))


@pytest.mark.parametrize("action", [actions.retry, actions.settle])
def test_another_clinic_does_not_deal_with_ours(dead, other_team, action):
    with pytest.raises(Denied):
        action(message=dead.pk, by=other_team.admin)


@pytest.mark.parametrize("action", [actions.retry, actions.settle])
def test_what_arrived_needs_nothing(post, team, action):
    message = post()
    delivery.deliver(message.pk)
    with pytest.raises(WrongState):
        action(message=message.pk, by=team.admin)


def test_what_was_settled_is_not_sent_again(dead, team):
    actions.settle(message=dead.pk, by=team.admin)
    with pytest.raises(WrongState):
        actions.retry(message=dead.pk, by=team.admin)


def test_an_admin_reads_the_outbox_without_names_of_people_in_the_programme(dead, post, team, sign_in):
    kinds.get(NOTE)
    person = make_person(team.clinic, first_name="Zeldzaam")
    post(ALARM, to=person)
    text = sign_in(team.admin).get(reverse("messaging:outbox")).content.decode()
    assert "A note" in text and "An alarm" in text and team.clinician.full_name in text
    assert "Zeldzaam" not in text and person.last_name not in text and "Somebody in the programme" in text


@pytest.mark.parametrize(("query", "shown"), [
    ("status=dead", {"A note"}), ("status=queued", {"An alarm"}), ("status=sent", set()),
    ("kind=test.alarm", {"An alarm"}),
    ("status=settled", set()), ("status=%00", {"A note", "An alarm"}), ("page=x", {"A note", "An alarm"}),
])  # fmt: skip
def test_the_outbox_is_filtered(dead, post, team, sign_in, query, shown):
    post(ALARM)
    answer = sign_in(team.admin).get(f"{reverse('messaging:outbox')}?{query}")
    assert {message.about for message in answer.context["messages_shown"]} == shown


def test_the_outbox_asks_as_many_questions_for_200_messages_as_for_2(
    post, team, sign_in, django_assert_max_num_queries
):
    client = sign_in(team.admin)
    counts = []
    for upto in (range(2), range(2, 200)):
        for n in upto:
            message = post(subject=f"s{n}", to=make_person(team.clinic) if n % 2 else team.nurse)
            Message.objects.filter(pk=message.pk, pk__gt=message.pk - n % 2).update(status="dead")
        with django_assert_max_num_queries(12) as asked:
            client.get(reverse("messaging:outbox"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_another_clinic_sees_nothing(dead, other_team, sign_in):
    client = sign_in(other_team.admin)
    page = client.get(reverse("messaging:outbox"))
    assert page.context["messages_shown"] == [] and page.context["undelivered"] == []
    assert client.get(url("message", dead)).status_code == 404
    assert client.post(url("again", dead)).status_code == 404
    assert client.post(url("settle", dead)).status_code == 404


def test_a_coordinator_deals_with_what_did_not_arrive(dead, team, sign_in, kind):
    kind(NOTE, link=lambda m: "/pairs/abc/")
    client = sign_in(team.coordinator)
    assert "A note" in client.get(reverse("messaging:undelivered")).content.decode()
    page = client.get(url("message", dead)).content.decode()
    assert 'href="/pairs/abc/"' in page
    answer = client.post(url("settle", dead), {"note": "Phoned."}, follow=True)
    assert "Noted" in answer.content.decode() and "Phoned." in answer.content.decode()
    assert "or somebody has dealt" in client.get(reverse("messaging:undelivered")).content.decode()


def test_trying_again_from_the_page(dead, team, sign_in):
    client = sign_in(team.coordinator)
    assert "on its way again" in client.post(url("again", dead), follow=True).content.decode()
    actions_before = dead.history.count()
    client.post(url("again", dead))
    assert dead.history.count() == actions_before


def test_too_long_a_note_keeps_every_word(dead, team, sign_in):
    words = "😀<b>" * 200
    answer = sign_in(team.coordinator).post(url("settle", dead), {"note": words})
    assert answer.status_code == 200 and answer.context["form"].data["note"] == words
    assert "Make this shorter" in answer.content.decode()
    dead.refresh_from_db()
    assert not dead.settled_at


def test_a_note_that_cannot_be_stored_is_refused(dead, team, sign_in):
    assert "cannot be stored" in sign_in(team.admin).post(url("settle", dead), {"note": "a\x00b"}).content.decode()


def test_mail_that_stayed_here_is_shown_as_its_reader_sees_it(post, team, other_team, settings, sign_in):
    settings.LOCAL_MAIL = True
    mine = LocalMail.objects.create(
        message_ref=post().ref,
        to="x@example.org",
        subject="You have a message",
        body="Dear Piet,\n\nhttp://a.test/l/abc",
    )
    account = LocalMail.objects.create(to=team.nurse.email, subject="Choose a password", body="x")
    foreign = LocalMail.objects.create(to=other_team.nurse.email, subject="Not yours", body="x")
    client = sign_in(team.admin)
    listed = client.get(reverse("messaging:mails")).content.decode()
    assert "You have a message" in listed and "Choose a password" in listed and "Not yours" not in listed
    assert '<a href="http://a.test/l/abc"' in client.get(reverse("messaging:mail", args=[mine.pk])).content.decode()
    assert client.get(reverse("messaging:mail", args=[account.pk])).status_code == 200
    assert client.get(reverse("messaging:mail", args=[foreign.pk])).status_code == 404


def test_reading_somebodys_mail_leaves_a_row_in_the_access_log(post, team, settings, sign_in):
    from clinics.models import AccessLog

    settings.LOCAL_MAIL = True
    person = make_person(team.clinic)
    kept = LocalMail.objects.create(message_ref=post(to=person).ref, to=person.email, subject="s", body="b")
    sign_in(team.admin).get(reverse("messaging:mail", args=[kept.pk]))
    assert AccessLog.objects.about(person.ref).count() == 1


def test_where_mail_goes_out_there_is_no_mail_to_read(team, sign_in):
    assert sign_in(team.admin).get(reverse("messaging:mails")).status_code == 404


@pytest.mark.parametrize("name", ["outbox", "undelivered", "mails"])
def test_people_without_the_role_are_refused(team, sign_in, name):
    assert sign_in(make_user(team.clinic, "nurse")).get(reverse(f"messaging:{name}")).status_code == 403


@pytest.mark.parametrize("address", ["/outbox/message/%00/", "/outbox/message/%00/settle/", "/people/%00/"])
def test_an_address_nobody_could_have_leads_nowhere(client, team, address):
    client.force_login(team.admin)
    assert client.get(address).status_code == client.post(address).status_code == 404
