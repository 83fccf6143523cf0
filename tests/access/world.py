"""Two clinics with somebody in every role, and one of everything: own, somebody else's, another clinic's."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from accounts import links
from accounts.models import OneTimeLink, User
from clinics.roles import Role
from common import clock
from matching.models import Choice
from matching.workflow import Status as MatchStatus
from mentorship.models import Aftercare, Contact, FlagCategory, FollowUpCheck, LadderRung, Question, RedFlag
from messaging.models import LocalMail, Message
from messaging.models import Status as MessageStatus
from referrals.models import Referral
from referrals.workflow import Status as ReferralStatus
from tests import factories
from tests.access.row import ROLES
from tests.access.rows import EVERY_PART

HOUR = dt.timedelta(hours=1)
LINKS = ("mentee.ask", "mentee.choose", "check.answer", "question.answer", "account.invite")
MORE_LINKS = {kind: subject for part in EVERY_PART for kind, subject in part.LINKS.items()}


class Side:
    """One side of the world: a team, its mentor, and one of everything that belongs to them."""

    def __init__(self, team: factories.Team, *, nurse: User, clinician: User, supervisor: User):
        self.team, self.nurse, self.clinician = team, nurse, clinician
        self.mentor = factories.make_mentor(team, places=9, supervisor=supervisor)
        self.pair = self.match(MatchStatus.INTRODUCED, days_ago=5)
        self.objects = {
            "referral": self.pair.referral,
            "draft": Referral.objects.create(clinic=team.clinic, created_by=nurse, status=ReferralStatus.DRAFT),
            "pair": self.pair,
            "request": self.match(MatchStatus.APPROVED),
            "mentor": self.mentor,
            "check": self.check(),
            "question": self.question(),
            "flag": self.flag(),
            "waiting": self.referral(),
            "accepted": self.match(MatchStatus.ACCEPTED),
            "choice": self.choice(),
            "contact": self.contact(),
            "aftercare": self.aftercare(supervisor),
            "category": FlagCategory.objects.get(clinic=team.clinic, key=f"worry-{clinician.pk}"),
            "colleague": nurse,
            "invited": self.invited(),
            "message": self.message(),
            "mail": self.mail(),
            "step": {"ref": self.mentor.ref, "key": "code"},
            "link": {"token": "no-such-token"},
        }
        self.objects["pair-decided"] = {"ref": self.objects["waiting"].ref, "mentor": self.mentor.ref}
        self.objects["match-step"] = {"ref": self.objects["accepted"].ref, "do": "introduce"}

        for part in EVERY_PART:
            self.objects |= part.objects(self)

    def match(self, status: str, **fields):
        """Store a match of this side's mentor."""
        return factories.make_match(self.team, status=status, referral=self.referral(), mentor=self.mentor, **fields)

    def referral(self) -> Referral:
        """Store a referral by this side's nurse, naming its clinician."""
        return factories.make_referral(self.team, created_by=self.nurse, clinician=self.clinician)

    def choice(self) -> Choice:
        """Store profiles that a mentee was sent and has not answered."""
        choice = Choice.objects.create(referral=self.referral(), sent_by=self.team.coordinator)
        choice.mentors.set([self.mentor])
        return choice

    def contact(self) -> Contact:
        return Contact.objects.create(match=self.pair, planned_at=clock.now() + 48 * HOUR)

    def aftercare(self, supervisor: User) -> Aftercare:
        match = self.match(MatchStatus.ENDED, end_reason="died")
        return Aftercare.objects.create(match=match, kind=Aftercare.Kind.LOOK_AFTER, user=supervisor)

    def invited(self) -> User:
        user = factories.make_user(self.team.clinic, Role.NURSE)
        User.objects.filter(pk=user.pk).update(password="!")
        return user

    def message(self) -> Message:
        return Message.objects.create(
            key=f"lost:{self.nurse.ref}", kind="check.ask", delivery="at-most-once", clinic=self.team.clinic,
            recipient=f"user:{self.nurse.ref}", subject="x", status=MessageStatus.DEAD, problem="No address.",
        )  # fmt: skip

    def mail(self) -> LocalMail:
        return LocalMail.objects.create(
            message_ref=Message.objects.get(key=f"lost:{self.nurse.ref}").ref,
            to=self.nurse.email,
            subject="A",
            body="B",
        )

    def check(self) -> FollowUpCheck:
        return FollowUpCheck.objects.create(match=self.pair, day=3, to="mentor", due_on=self.team.clinic.today)

    def question(self) -> Question:
        return Question.objects.create(
            referral=self.pair.referral, match=self.pair, topic="dose", text="May I?", asked_by=self.mentor.person.user,
            routed_to=self.clinician, due_at=clock.now() + HOUR,
        )  # fmt: skip

    def flag(self) -> RedFlag:
        category = FlagCategory.objects.create(
            clinic=self.team.clinic, key=f"worry-{self.clinician.pk}", name="Low mood", severity="S3"
        )
        flag = RedFlag.objects.create(
            clinic=self.team.clinic, category=category, route="clinical", severity="S3", referral=self.pair.referral,
            match=self.pair, source="home", raised_by=self.mentor.person.user, owner=self.clinician,
            answer_by=clock.now() + HOUR, next_climb_at=clock.now() + HOUR,
        )  # fmt: skip
        flag.rungs.create(position=1, user=self.clinician, who=LadderRung.Who.RESPONSIBLE, told_at=clock.now())
        flag.history.create(from_status="", to_status=flag.status, by=flag.raised_by)
        return flag


class World:
    """Everybody and everything. `cookies` signs somebody in, `of` names an object in an address."""

    def __init__(self):
        ours, theirs = factories.Team(), factories.Team("Scheldt Rheumatology Clinic")
        colleague = factories.make_user(ours.clinic, Role.NURSE, first_name="Joke")
        self.sides = {
            "own": Side(ours, nurse=ours.nurse, clinician=ours.clinician, supervisor=ours.clinician),
            "other": Side(ours, nurse=colleague, clinician=ours.backup, supervisor=ours.backup),
            "foreign": Side(theirs, nurse=theirs.nurse, clinician=theirs.clinician, supervisor=theirs.clinician),
        }
        self.users = {f"foreign {role}": self.member("foreign", role) for role in ROLES}
        self.users |= {role: self.member("own", role) for role in ROLES}
        self.users["nobody"] = factories.make_user()
        self.users["deactivated"] = factories.make_user(ours.clinic, *Role)
        self.sessions = {actor: session_of(user) for actor, user in self.users.items()}
        User.objects.filter(pk=self.users["deactivated"].pk).update(is_active=False)
        self.by_link = {kind: self.link_session(kind) for kind in (*LINKS, *MORE_LINKS)}

    def member(self, side: str, role: str) -> User:
        """Return who holds this role on that side."""
        there = self.sides[side]
        return there.mentor.person.user if role == Role.MENTOR else getattr(there.team, role)

    def of(self, kind: str, whose: str, wanted: list[str]) -> dict[str, object]:
        """Return the keyword arguments of an address about this kind of object."""
        if not wanted:
            return {}
        obj = self.sides[whose].objects[kind]
        return {name: obj[name] if isinstance(obj, dict) else getattr(obj, name) for name in wanted}

    def cookies(self, actor: str, by: str) -> dict[str, str]:
        """Return the cookies with which somebody asks."""
        if actor == "anonymous":
            return {}
        key = self.by_link[by] if actor == "link" else self.sessions[actor]
        return {"sessionid": key}

    def link_session(self, kind: str) -> str:
        """Return the session of somebody who came by a one-time link of this kind."""
        link, _url = links.make(kind, self.subject(kind))
        store = SessionStore()
        store[links.SESSION_KEY] = {kind: [link.pk, clock.now().timestamp()]}
        store.create()
        if kind == "mentee.page":  # opened by its button, as nothing else of it lets anybody in
            OneTimeLink.objects.filter(pk=link.pk).update(used_at=clock.now(), used_by_session=store.session_key)
        return store.session_key

    def subject(self, kind: str) -> str:
        """Return the ref a link of this kind is about."""
        own = self.sides["own"]
        if kind in MORE_LINKS:
            return MORE_LINKS[kind](own)
        if kind == "mentee.ask":
            return own.match(MatchStatus.ACCEPTED).ref
        if kind == "mentee.choose":
            return own.choice().ref
        if kind == "check.answer":
            return FollowUpCheck.objects.create(match=own.pair, day=10, to="mentee", due_on=own.team.clinic.today).ref
        if kind == "question.answer":
            question = own.question()
            Question.objects.filter(pk=question.pk).update(
                status="answered", answer="Yes.", answered_by=own.clinician, answered_at=clock.now(), how="link"
            )
            return question.ref
        return own.nurse.ref


def session_of(user: User) -> str:
    """Store a session of this user, as signing in does, and return its key."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "accounts.backends.EmailBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return store.session_key
