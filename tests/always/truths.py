"""What must always be true, worked out from the tables alone: none of the product's querysets or rules is asked."""

import datetime as dt
from collections import Counter

from matching.models import Match
from mentorship.models import RedFlag
from messaging.models import Message
from referrals.models import Consent, Referral
from training.models import Certificate, Mentor

LIVE = ("approved", "accepted", "introduced", "paused")
PAIR = ("introduced", "paused")
SEEN = ("accepted", "introduced", "paused")


def rows(model, **only):
    """Return every row, past any manager of the product."""
    return model._base_manager.filter(**only)


def agreeing() -> set[int]:
    """Return the referrals with both needed consents, given and not withdrawn."""
    given = rows(Consent, given=True, withdrawn_at=None).values_list("referral_id", "scope")
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
    live = list(rows(Match, status__in=LIVE).values_list("referral_id", "mentor_id"))
    assert max(Counter(r for r, _m in live).values(), default=0) <= 1, "two live matches for one referral"
    places = dict(rows(Mentor).values_list("pk", "places"))
    for mentor, n in Counter(m for _r, m in live).items():
        assert n <= places[mentor], f"{n} live matches on {places[mentor]} places"


def sight_as_agreed() -> None:
    """3. A mentor sees a profile only in accepted, introduced and paused, contact details only from introduction."""
    matches = list(rows(Match).select_related("mentor__person__user"))
    users = {match.mentor.person.user for match in matches}
    seen = {user.pk: set(Match.objects.visible_to(user).values_list("pk", flat=True)) for user in users}
    for match in matches:
        if match.status not in (*SEEN, "approved") or match.sight_ended_at:  # approved: the de-identified request
            assert match.pk not in seen[match.mentor.person.user_id], f"seen while {match.status}"
        if match.details_shared:
            assert match.status in PAIR and match.sight_ended_at is None, f"contact details while {match.status}"


def flags_have_owner_deadline_messages(now: dt.datetime) -> None:
    """4. A red flag and its first messages are stored together; each has an owner and a deadline until resolved."""
    urgent = Counter(rows(Message, delivery="at-least-once").values_list("subject", flat=True))
    for flag in rows(RedFlag):
        assert urgent[flag.ref], "a flag without messages"
        if flag.status == "resolved":
            assert flag.outcome and flag.resolved_by_id and flag.resolved_at, "closed without an outcome"
            last = flag.history.order_by("-pk").first()
            assert last.by.is_system is False, "closed by itself"
        else:
            assert flag.owner_id and flag.answer_by and flag.next_climb_at, "an open flag without owner or deadline"


def withdrawn_means_over() -> None:
    """5. Withdrawn consent ends access in the same transaction."""
    for match in rows(Match, status__in=LIVE).exclude(referral_id__in=agreeing()):
        raise AssertionError(f"a match is {match.status} without consent")


def escalations_never_cancel() -> None:
    """6. At least once where silence would harm: such a message is never cancelled."""
    assert not rows(Message, status="cancelled", delivery="at-least-once").exists()


def every_change_has_who_and_when(now: dt.datetime) -> None:
    """9. Every change has a who and a when."""
    for model in (Match, Referral, Mentor, RedFlag):
        last = {}
        field = model._meta.get_field("history").field.name
        changes = model._meta.get_field("history").related_model._base_manager
        for owner, to, by, at in changes.order_by("pk").values_list(f"{field}_id", "to_status", "by_id", "at"):
            assert by and at and at <= now, f"a change of {model.__name__} without who or when"
            last[owner] = to
        for pk, status in rows(model).values_list("pk", "status"):
            assert last.get(pk) == status, f"{model.__name__} is {status}, its history says {last.get(pk)}"
