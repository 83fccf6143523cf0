"""What must always be true, worked out from the tables alone: none of the product's querysets or rules is asked.

It is asked after every step, so most of it is plain SQL: writing SQL by the ORM would take most of the time.
"""

import datetime as dt
import functools
from collections import Counter

from django.db import connection, models

from accounts.models import User
from clinics.models import Membership
from common.models import StatusChange
from matching.models import Match
from mentorship.models import Contact, Question, RedFlag, Rung
from mentorship.undelivered import not_reached
from messaging.models import Message
from referrals.models import Consent
from training.models import Certificate, Mentor

LIVE = ("approved", "accepted", "introduced", "paused")
PAIR = ("introduced", "paused")
SEEN = ("accepted", "introduced", "paused")
DOSE = "a-dose-came-up"  # how the key of a talk begins in which a dose came up
UNANSWERED = ("raised", "reopened")
ASKING = ("flag.raised", "flag.half", "flag.climb")
ON_ITS_WAY = ("queued", "sending", "sent")
URGENT_ONE = "delivery = 'at-least-once' AND settled_at IS NULL"
URGENT = "delivery = 'at-least-once' AND status = '{}'"
# A worry about the mentor of its own pair; its mentor stays without sight until it is resolved.
ABOUT_MENTOR = (
    "match_id IN (SELECT mm.id FROM matching_match mm JOIN training_mentor tm ON tm.id = mm.mentor_id "
    "JOIN referrals_person rp ON rp.id = tm.person_id WHERE rp.user_id = about_user_id)"
)
SETTLED_ABOUT_MENTOR = f"status = 'resolved' AND {ABOUT_MENTOR}"


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


def flags_stand() -> list[str]:
    """Return the status of every flag; besides, what is handed over, and what is settled about a pair's mentor."""
    rows = look(RedFlag, "status", "handed_to")
    handed = ["handed" for _status, to in rows if to]
    against = ["against"] * len(look(RedFlag, "id", where=SETTLED_ABOUT_MENTOR))
    return [status for status, _to in rows] + handed + against


def whoever_is_asked_is_told() -> None:
    """4. Whoever the rung of an unanswered flag asks has an escalation that goes out, or that is listed for a call."""
    open_flags = "status IN ('raised', 'reopened')"
    columns = ("id", "ref", "rung", "climbs", "owner", "about_user")
    for pk, ref, rung, climbs, owner, about in look(RedFlag, *columns, where=open_flags):
        assert owner != about, "a flag is owned by whom it is about"
        on_rung = look(Rung, "user", where="flag_id = %s AND position = %s AND named", given=(pk, rung))
        told = _told_of(ref, climbs)
        for user in {owner, *(user for (user,) in on_rung if user != about)}:
            address = f"user:{_refs()[user]}"
            assert address in told, "somebody stands on the rung of a flag and is not asked"
            status, settled = told[address]
            assert status in ON_ITS_WAY or settled or _is_listed(pk, user), f"asked by a message that is {status}"


def _told_of(ref: str, climbs: int) -> dict[str, tuple]:
    """Return per reader the last message that asks them to answer since the flag climbed last."""
    rows = look(Message, "recipient", "key", "kind", "status", "settled_at", where="subject = %s", given=(ref,))
    return {
        to: (status, settled)
        for to, key, kind, status, settled in rows
        if kind in ASKING and key.split(":")[2] == str(climbs)
    }


def _is_listed(pk: int, user: int) -> bool:
    """Ask the product whom somebody has to phone: only it can say what its pages show."""
    flag = rows(RedFlag, pk=pk).get()
    return user in [to.pk for to in not_reached([flag]).get(flag.ref, [])]


def _refs() -> dict[int, str]:
    return dict(look(User, "id", "ref"))


def coordinators_hear_at_once() -> None:
    """4. The coordinator is told at once of what cannot wait, whatever the ladder says."""
    urgent = look(RedFlag, "ref", "clinic", "about_user", where="severity IN ('S1', 'S2')")
    if not urgent:
        return
    team, refs = look(Membership, "clinic", "user", where="role = 'coordinator' AND ended_at IS NULL"), _refs()
    told = set(look(Message, "subject", "recipient", where="delivery = 'at-least-once'"))
    for ref, clinic, about in urgent:
        for at, user in team:
            if at == clinic and user != about:
                assert (ref, f"user:{refs[user]}") in told, "a coordinator was not told at once"


def nothing_is_left_to_climb(now: dt.datetime) -> None:
    """4. After a round no deadline of an open flag lies in the past, nor the half time of one that waits."""
    moment = (connection.ops.adapt_datetimefield_value(now),)
    late = look(RedFlag, "id", where="status <> 'resolved' AND next_climb_at <= %s", given=moment)
    assert not late, "a flag whose deadline passed did not climb"
    half = look(RedFlag, "id", where="status IN ('raised', 'reopened') AND half_time_at <= %s", given=moment)
    assert not half, "nobody was told again at half time"


def flags_seen_by_their_handlers(asked: dict[int, tuple]) -> None:
    """5. Whoever handles an open flag sees it, whatever consent was taken back; never the person it is about.

    Only the product can say what somebody sees; it is asked again for what changed since `asked`.
    """
    agreed = frozenset(agreeing())
    columns = ("id", "status", "version", "climbs", "owner", "acknowledged_by", "handed_to", "about_user")
    for pk, status, *row in look(RedFlag, *columns):
        now = (status, *row, agreed)
        if asked.get(pk) == now:
            continue
        asked[pk] = now
        *_changes, owner, has, handed, about = row
        for user in {owner, has, handed} - {None}:
            if status != "resolved":
                assert _sees(user, pk), "whoever handles an open flag does not see it"
        assert about is None or not _sees(about, pk), "somebody sees a flag about themselves"


def _sees(user: int, flag: int) -> bool:
    return RedFlag.objects.visible_to(User._base_manager.get(pk=user)).filter(pk=flag).exists()


def conduct_is_kept_from_whom_it_is_about() -> None:
    """3. A worry about somebody's conduct tells them nothing and asks them nothing; the mentor's sight ends with it."""
    flags = look(RedFlag, "id", "ref", "about_user", "owner", "handed_to", where="about_user_id IS NOT NULL")
    if not flags:
        return
    refs, told = _refs(), set(look(Message, "subject", "recipient"))
    stand = set(look(Rung, "flag", "user"))
    for pk, ref, about, owner, handed in flags:
        assert (ref, f"user:{refs[about]}") not in told, "somebody was written to about their own conduct"
        assert (pk, about) not in stand and about not in (owner, handed), "asked to answer a worry about themselves"
    blind = dict(look(Match, "id", "sight_ended_at"))
    status = dict(look(Match, "id", "status"))
    for match, stands in look(RedFlag, "match", "status", where=f"status <> 'resolved' AND {ABOUT_MENTOR}"):
        assert blind[match] or status[match] not in LIVE, f"a mentor keeps sight, a worry about them is {stands}"


def withdrawn_means_over() -> None:
    """5. Withdrawn consent ends access in the same transaction."""
    live = [(referral, status) for referral, status in look(Match, "referral", "status") if status in LIVE]
    agreed = agreeing() if live else set()
    for referral, status in live:
        assert referral in agreed, f"a match is {status} without consent"


def escalations_never_cancel() -> None:
    """6. At least once where silence would harm: such a message is never cancelled."""
    assert not look(Message, "id", where="status IN ('cancelled', 'unknown') AND delivery = 'at-least-once'")


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
