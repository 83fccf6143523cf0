"""What must always be true, worked out from the tables alone: none of the product's querysets or rules is asked.

It is asked after every step, so most of it is plain SQL: writing SQL by the ORM would take most of the time.
"""

import datetime as dt
import functools
from collections import Counter

from django.db import connection, models

from accounts.models import User
from common.models import StatusChange
from matching.models import Match
from mentorship.models import Contact, Question, RedFlag
from messaging.models import Message
from referrals.models import Consent
from training.models import Certificate, Mentor

LIVE = ("approved", "accepted", "introduced", "paused")
PAIR = ("introduced", "paused")
SEEN = ("accepted", "introduced", "paused")
DOSE = "a-dose-came-up"  # how the key of a talk begins in which a dose came up


def rows(model, **only):
    """Return every row, past any manager of the product."""
    return model._base_manager.filter(**only)


def look(model: type[models.Model], *fields: str, where: str = "1 = 1", given: tuple = ()) -> list[tuple]:
    """Return these columns of every row, by number, as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_select(model, fields)} WHERE {where} ORDER BY id", given)
        return cursor.fetchall()


@functools.cache
def _select(model: type[models.Model], fields: tuple[str, ...]) -> str:
    columns = ", ".join(connection.ops.quote_name(model._meta.get_field(name).column) for name in fields)
    return f"SELECT {columns} FROM {model._meta.db_table}"


def agreeing() -> set[int]:
    """Return the referrals with both needed consents, given and not withdrawn."""
    given = look(Consent, "referral", "scope", where="given AND withdrawn_at IS NULL")
    count = Counter(referral for referral, scope in set(given) if scope in ("profile", "contact"))
    return {referral for referral, n in count.items() if n == 2}


def introduced_rightly(match: Match, today: dt.date) -> None:
    """1. No introduction without live consent, an approved match, a mentor who accepted, a mentee who said yes, and a
    mentor ready on that day.
    """
    assert match.referral_id in agreeing(), "introduced without consent"
    told = list(match.history.order_by("pk").values_list("to_status", "by_id"))
    assert "approved" in [to for to, _by in told], "introduced without approval"
    mentor = rows(Mentor, pk=match.mentor_id).select_related("person").get()
    assert ("accepted", mentor.person.user_id) in told, "introduced without the mentor's own yes"
    assert match.mentee_answer == "yes" and match.mentee_answered_at, "introduced without the mentee's yes"
    assert mentor.status == "active", mentor.status
    assert None not in (mentor.code_signed_on, mentor.secrecy_briefing_on, mentor.met_team_on)
    assert mentor.checks_valid_until >= today, "checks ran out"
    valid = rows(Certificate, mentor=mentor, valid_from__lte=today, valid_until__gte=today, revoked_at=None)
    assert valid.exists(), "no certificate"
    rests = mentor.rest_from and mentor.rest_from <= today and (not mentor.rest_until or today <= mentor.rest_until)
    assert not rests, "introduced while they rest"


def one_live_match_and_enough_places() -> None:
    """2. One live match per referral; never more live matches than a mentor's places."""
    live = [(r, m) for r, m, status in look(Match, "referral", "mentor", "status") if status in LIVE]
    assert max(Counter(r for r, _m in live).values(), default=0) <= 1, "two live matches for one referral"
    places = dict(look(Mentor, "id", "places"))
    for mentor, n in Counter(m for _r, m in live).items():
        assert n <= places[mentor], f"{n} live matches on {places[mentor]} places"


def sight_as_agreed(asked: dict[int, list]) -> None:
    """3. A mentor sees a profile only in accepted, introduced and paused, contact details only from introduction.

    Only the product can say what somebody sees; it is asked again for whom something changed since `asked`.
    """
    columns = ("mentor", "id", "status", "sight_ended_at", "mentee_shares_at", "mentor_shares_at")
    now = {}
    for mentor, *row in look(Match, *columns):
        now.setdefault(mentor, []).append(row)
    for mentor, matches in now.items():
        if asked.get(mentor) != matches:
            _sight_of(mentor, matches)
            asked[mentor] = matches


def _sight_of(mentor: int, matches: list) -> None:
    user = User._base_manager.get(persons__mentor=mentor)
    seen = set(Match.objects.visible_to(user).order_by().values_list("pk", flat=True))
    for pk, status, ended, mentee, mine in matches:
        if status not in (*SEEN, "approved") or ended:  # approved: the de-identified request
            assert pk not in seen, f"seen while {status}"
        match = Match(status=status, sight_ended_at=ended, mentee_shares_at=mentee, mentor_shares_at=mine)
        if match.details_shared:
            assert status in PAIR and ended is None, f"contact details while {status}"


def flags_have_owner_deadline_messages() -> None:
    """4. A red flag and its first messages are stored together; each has an owner and a deadline until resolved."""
    urgent = {subject for (subject,) in look(Message, "subject", where="delivery = 'at-least-once'")}
    columns = (
        "id", "ref", "status", "owner", "answer_by", "next_climb_at", "outcome", "resolved_by", "resolved_at",
    )  # fmt: skip
    for pk, ref, status, owner, answer_by, next_climb_at, *resolved in look(RedFlag, *columns):
        assert ref in urgent, "a flag without messages"
        if status == "resolved":
            assert all(resolved), "closed without an outcome"
            last = rows(RedFlag, pk=pk).get().history.order_by("-pk").first()
            assert last.by.is_system is False, "closed by itself"
        else:
            assert owner and answer_by and next_climb_at, "an open flag without owner or deadline"


def withdrawn_means_over() -> None:
    """5. Withdrawn consent ends access in the same transaction."""
    live = [(referral, status) for referral, status in look(Match, "referral", "status") if status in LIVE]
    agreed = agreeing() if live else set()
    for referral, status in live:
        assert referral in agreed, f"a match is {status} without consent"


def escalations_never_cancel() -> None:
    """6. At least once where silence would harm: such a message is never cancelled."""
    assert not look(Message, "id", where="status = 'cancelled' AND delivery = 'at-least-once'")


def medication_is_the_teams() -> None:
    """8. Medication, dose, results and diagnosis are never a mentor's topic: they become a question for the team."""
    asked = {contact for (contact,) in look(Question, "contact", where="contact_id IS NOT NULL")}
    for pk, topics, logged, key in look(Contact, "id", "topics", "logged_by", "client_key"):
        assert "dose" not in str(topics), "a dose was a mentor's topic"
        if logged and str(key).startswith(DOSE):
            assert pk in asked, "a dose that came up is no question for the team"


def every_change_has_who_and_when(now: dt.datetime) -> None:
    """9. Every change has a who and a when, and the history ends where the thing stands."""
    for model, changes, owner in histories():
        last = {}
        for pk, to, by, at in look(changes, owner, "to_status", "by", "at"):
            assert by and at, f"a change of {model.__name__} without who or when"
            last[pk] = to
        late = look(changes, "id", where="at > %s", given=(connection.ops.adapt_datetimefield_value(now),))
        assert not late, f"a change of {model.__name__} lies in the future"
        for pk, status in look(model, "id", "status"):
            assert last.get(pk) == status, f"{model.__name__} is {status}, its history says {last.get(pk)}"


@functools.cache
def histories() -> list[tuple]:
    """Return what has a history of every status, which is all but messages: model, history, the name of the way back."""
    found = []
    for changes in StatusChange.__subclasses__():
        back = next(f for f in changes._meta.fields if f.is_relation and f.remote_field.related_name == "history")
        found.append((back.related_model, changes, back.name))
    return [way for way in found if way[0] is not Message]
