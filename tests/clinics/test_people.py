"""Inviting people, giving and taking roles, closing and opening accounts."""

import pytest

from accounts import links
from accounts.actions import INVITE
from accounts.models import User
from clinics import actions, guards
from clinics.models import Membership, SettingChange
from clinics.roles import Role
from common.errors import Denied, Invalid, NotReady, Refused, WrongState
from messaging import outbox
from messaging.models import Message
from tests.factories import make_user

SARAH = {"email": "Sarah@Example.org ", "first_name": "Sarah", "last_name": "Lemmens", "roles": ["nurse"]}


def invite(team, **changes):
    return actions.invite(**{"clinic": team.clinic, "by": team.admin} | SARAH | changes)


def live_roles(user, clinic):
    return set(Membership.objects.live().filter(user=user, clinic=clinic).values_list("role", flat=True))


# Inviting ---------------------------------------------------------------------------------


def test_an_invitation_makes_an_account_without_a_password_and_a_message(team):
    user = invite(team)
    assert user.email == "sarah@example.org"
    assert not user.has_usable_password()
    assert live_roles(user, team.clinic) == {"nurse"}
    assert Membership.objects.get(user=user).given_by == team.admin
    assert Message.objects.get(kind="account.invited").recipient == f"user:{user.ref}"


def test_inviting_again_gives_the_roles_once(team):
    user = invite(team)
    assert invite(team, roles=["nurse", "clinician"]) == user
    assert live_roles(user, team.clinic) == {"nurse", "clinician"}
    assert User.objects.filter(email="sarah@example.org").count() == 1


def test_somebody_with_an_account_only_gets_the_role(team, other_team):
    invite(team, email=other_team.nurse.email)
    assert live_roles(other_team.nurse, team.clinic) == {"nurse"}
    assert not Message.objects.exists()


@pytest.mark.parametrize("who", ["nurse", "coordinator", "clinician"])
def test_only_an_admin_of_the_clinic_invites(team, who):
    with pytest.raises(Denied):
        invite(team, by=getattr(team, who))


def test_an_admin_of_another_clinic_invites_nobody_here(team, other_team):
    with pytest.raises(Denied):
        invite(team, by=other_team.admin)


@pytest.mark.parametrize("roles", [[], ["boss"], ["nurse", "\x00"]])
def test_an_invitation_needs_roles_that_exist(team, roles):
    with pytest.raises(Invalid):
        invite(team, roles=roles)


def test_a_closed_account_is_not_invited(team):
    User.objects.filter(pk=team.nurse.pk).update(is_active=False)
    with pytest.raises(Invalid):
        invite(team, email=team.nurse.email)


def test_nothing_is_stored_when_the_message_cannot_be(team, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(outbox, "post", broken)
    with pytest.raises(RuntimeError):
        invite(team)
    assert not User.objects.filter(email="sarah@example.org").exists()


def test_sending_again_closes_the_links_sent_before(team):
    user = invite(team)
    link, _address = links.make(INVITE, user.ref)
    actions.send_again(clinic=team.clinic, by=team.admin, user=user)
    link.refresh_from_db()
    assert link.revoked_at


def test_an_answered_invitation_is_not_sent_again(team):
    with pytest.raises(WrongState):
        actions.send_again(clinic=team.clinic, by=team.admin, user=team.nurse)


def test_an_invitation_taken_back_opens_nothing(team):
    user = invite(team)
    link, _address = links.make(INVITE, user.ref)
    actions.take_back(clinic=team.clinic, by=team.admin, user=user)
    link.refresh_from_db()
    assert link.revoked_at
    assert live_roles(user, team.clinic) == set()


def test_an_accepted_invitation_is_not_taken_back(team):
    with pytest.raises(WrongState):
        actions.take_back(clinic=team.clinic, by=team.admin, user=team.nurse)


# Roles ------------------------------------------------------------------------------------


def test_roles_are_given_and_taken_with_who_and_when(team):
    actions.set_roles(clinic=team.clinic, by=team.admin, user=team.nurse, roles=["clinician"])
    assert live_roles(team.nurse, team.clinic) == {"clinician"}
    ended = Membership.objects.get(user=team.nurse, role=Role.NURSE)
    assert ended.ended_by == team.admin
    assert ended.ended_at


def test_a_role_given_or_taken_twice_is_one(team):
    for _ in range(2):
        actions.give_role(clinic=team.clinic, by=team.admin, user=team.nurse, role="clinician")
    assert Membership.objects.filter(user=team.nurse, role="clinician").count() == 1
    for _ in range(2):
        actions.end_role(clinic=team.clinic, by=team.admin, user=team.nurse, role="clinician")
    assert live_roles(team.nurse, team.clinic) == {"nurse"}


def test_a_clinic_keeps_an_admin_who_can_sign_in(team):
    invited = invite(team, roles=["admin"])
    with pytest.raises(NotReady, match="at least one admin"):
        actions.end_role(clinic=team.clinic, by=team.admin, user=team.admin, role="admin")
    User.objects.filter(pk=invited.pk).update(password=team.nurse.password)
    actions.end_role(clinic=team.clinic, by=team.admin, user=team.admin, role="admin")
    assert "admin" not in live_roles(team.admin, team.clinic)


def test_roles_change_all_together_or_not_at_all(team):
    with pytest.raises(NotReady):
        actions.set_roles(clinic=team.clinic, by=team.admin, user=team.admin, roles=["nurse"])
    assert live_roles(team.admin, team.clinic) == {"admin"}


def test_the_clinician_who_answers_when_none_is_named_stays(team):
    with pytest.raises(NotReady, match="when none is named"):
        actions.end_role(clinic=team.clinic, by=team.admin, user=team.clinician, role="clinician")


def test_the_floors_above_may_have_something_against_it(team, monkeypatch):
    monkeypatch.setattr(guards, "_guards", [lambda clinic, user, role: "The last one on the ladder."])
    with pytest.raises(NotReady, match="ladder"):
        actions.end_role(clinic=team.clinic, by=team.admin, user=team.backup, role="clinician")
    with pytest.raises(NotReady, match="ladder"):
        actions.deactivate(clinic=team.clinic, by=team.admin, user=team.backup)


def test_people_of_another_clinic_are_out_of_reach(team, other_team):
    for action in (actions.deactivate, actions.reactivate, actions.send_again, actions.take_back):
        with pytest.raises(Invalid):
            action(clinic=team.clinic, by=team.admin, user=other_team.nurse)
    with pytest.raises(Invalid):
        actions.give_role(clinic=team.clinic, by=team.admin, user=other_team.nurse, role="nurse")


# Closing an account -----------------------------------------------------------------------


def test_closing_an_account_ends_its_sessions_and_is_kept(team, sign_in):
    client = sign_in(team.nurse)
    assert client.get("/account/").status_code == 200
    for _ in range(2):
        actions.deactivate(clinic=team.clinic, by=team.admin, user=team.nurse)
    assert client.get("/account/").status_code == 302
    change = SettingChange.objects.get(section="people")
    assert change.by == team.admin


def test_an_account_opened_again_has_its_roles_but_not_its_sessions(team, sign_in):
    client = sign_in(team.nurse)
    actions.deactivate(clinic=team.clinic, by=team.admin, user=team.nurse)
    for _ in range(2):
        actions.reactivate(clinic=team.clinic, by=team.admin, user=team.nurse)
    assert live_roles(team.nurse, team.clinic) == {"nurse"}
    assert client.get("/account/").status_code == 302
    assert SettingChange.objects.filter(section="people").count() == 2


def test_nobody_closes_their_own_account(team):
    make_user(team.clinic, Role.ADMIN)
    with pytest.raises(Refused, match="own account"):
        actions.deactivate(clinic=team.clinic, by=team.admin, user=team.admin)


def test_an_account_that_works_elsewhere_too_is_not_closed_from_here(team, other_team):
    Membership.objects.create(clinic=other_team.clinic, user=team.nurse, role=Role.NURSE)
    with pytest.raises(Refused, match="another clinic"):
        actions.deactivate(clinic=team.clinic, by=team.admin, user=team.nurse)


def test_an_account_is_not_opened_by_a_clinic_the_person_has_left(team, other_team):
    Membership.objects.create(clinic=other_team.clinic, user=team.nurse, role=Role.NURSE)
    actions.end_role(clinic=team.clinic, by=team.admin, user=team.nurse, role="nurse")
    actions.deactivate(clinic=other_team.clinic, by=other_team.admin, user=team.nurse)
    with pytest.raises(Refused, match="closed this account"):
        actions.reactivate(clinic=team.clinic, by=team.admin, user=team.nurse)
    with pytest.raises(Invalid, match="closed"):
        actions.give_role(clinic=team.clinic, by=team.admin, user=team.nurse, role="nurse")
    actions.reactivate(clinic=other_team.clinic, by=other_team.admin, user=team.nurse)


def test_an_account_closed_without_any_role_left_can_be_opened_where_it_was_closed(team):
    actions.deactivate(clinic=team.clinic, by=team.admin, user=team.nurse)
    actions.end_role(clinic=team.clinic, by=team.admin, user=team.nurse, role="nurse")
    actions.reactivate(clinic=team.clinic, by=team.admin, user=team.nurse)
    actions.give_role(clinic=team.clinic, by=team.admin, user=team.nurse, role="nurse")
    assert live_roles(team.nurse, team.clinic) == {"nurse"}


@pytest.mark.parametrize("who", ["nurse", "coordinator", "clinician"])
def test_only_an_admin_closes_and_opens_accounts(team, who):
    by = getattr(team, who)
    for action in (actions.deactivate, actions.reactivate):
        with pytest.raises(Denied):
            action(clinic=team.clinic, by=by, user=team.backup)


# Pages ------------------------------------------------------------------------------------


def test_the_list_shows_everybody_with_their_roles(sign_in, team):
    invite(team)
    page = sign_in(team.admin).get("/people/").content.decode()
    for name in ("Katrien", "Leen", "Piet", "Ana", "Sarah Lemmens"):
        assert name in page
    assert "Invitations not answered" in page


def test_the_list_can_be_narrowed(sign_in, team):
    page = sign_in(team.admin).get("/people/", {"q": "katr", "role": ""}).content.decode()
    assert "Katrien" in page
    assert "Leen" not in page


def test_somebody_is_invited_from_the_page(sign_in, team):
    client = sign_in(team.admin)
    assert client.post("/people/", SARAH | {"email": "sarah@example.org"}).status_code == 302
    assert User.objects.filter(email="sarah@example.org").exists()


@pytest.mark.parametrize(
    "odd",
    [{"email": "nonsense"}, {"roles": "boss"}, {"roles": []}, {"first_name": "a\x00b"}, {"last_name": "x" * 10_000}],
)
def test_an_odd_invitation_is_refused_and_kept(sign_in, team, odd):
    page = sign_in(team.admin).post("/people/", SARAH | {"email": "sarah@example.org"} | odd)
    assert page.status_code == 200
    assert "error-summary" in page.content.decode()
    assert not User.objects.filter(email__contains="sarah").exists()


def test_roles_are_changed_from_the_page(sign_in, team):
    client = sign_in(team.admin)
    address = f"/people/{team.nurse.ref}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"roles": ["nurse", "coordinator"]}).status_code == 302
    assert live_roles(team.nurse, team.clinic) == {"nurse", "coordinator"}


def test_a_refused_change_says_why_and_keeps_the_answer(sign_in, team):
    page = sign_in(team.admin).post(f"/people/{team.admin.ref}/", {"roles": ["nurse"]})
    assert page.status_code == 409
    assert "at least one admin" in page.content.decode()


@pytest.mark.parametrize("verb", ["close", "open", "send-again", "take-back"])
def test_people_of_another_clinic_are_not_there(sign_in, team, other_team, verb):
    client = sign_in(team.admin)
    assert client.get(f"/people/{other_team.nurse.ref}/").status_code == 404
    assert client.post(f"/people/{other_team.nurse.ref}/{verb}/").status_code == 404


def test_accounts_are_closed_and_opened_from_the_page(sign_in, team):
    client = sign_in(team.admin)
    client.post(f"/people/{team.nurse.ref}/close/")
    team.nurse.refresh_from_db()
    assert not team.nurse.is_active
    assert "Account closed" in client.get("/people/").content.decode()
    client.post(f"/people/{team.nurse.ref}/open/")
    team.nurse.refresh_from_db()
    assert team.nurse.is_active


def test_the_list_asks_as_many_questions_for_two_people_as_for_many(sign_in, team, django_assert_max_num_queries):
    client = sign_in(team.admin)
    for _ in range(60):
        make_user(team.clinic, Role.NURSE)
    with django_assert_max_num_queries(12):
        client.get("/people/")


def test_somebody_with_two_roles_changes_hat(sign_in, team, other_team):
    second = Membership.objects.create(clinic=other_team.clinic, user=team.nurse, role=Role.CLINICIAN)
    client = sign_in(team.nurse)
    assert client.post("/hat/", {"membership": second.pk}).status_code == 302
    assert client.session["hat"] == second.pk


@pytest.mark.parametrize("chosen", ["", "x\x00", "999999", "1" * 400])
def test_nobody_puts_on_somebody_elses_hat(sign_in, team, chosen):
    assert sign_in(team.nurse).post("/hat/", {"membership": chosen}).status_code == 404
    theirs = team.admin.memberships.get().pk
    assert sign_in(team.nurse).post("/hat/", {"membership": theirs}).status_code == 404


def test_roles_that_somebody_changed_meanwhile_are_not_overwritten_unseen(sign_in, team):
    address = f"/people/{team.nurse.ref}/"
    client = sign_in(team.admin)
    assert 'name="was" value="nurse"' in client.get(address).content.decode()
    actions.give_role(clinic=team.clinic, by=team.admin, user=team.nurse, role="clinician")
    answer = client.post(address, {"roles": ["nurse", "coordinator"], "was": "nurse"})
    assert answer.status_code == 409
    assert "Somebody changed these roles meanwhile" in answer.content.decode()
    assert live_roles(team.nurse, team.clinic) == {"nurse", "clinician"}
    client.post(address, {"roles": ["nurse", "coordinator"], "was": "nurse clinician"})
    assert live_roles(team.nurse, team.clinic) == {"nurse", "coordinator"}


def test_somebody_without_a_role_is_not_said_to_sign_in(sign_in, team):
    client = sign_in(team.admin)
    client.post(f"/people/{team.nurse.ref}/", {"was": "nurse"})
    assert "Has no role here any more" in client.get(f"/people/{team.nurse.ref}/").content.decode()
