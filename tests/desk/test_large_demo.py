"""The large programme, scaled down: true in every rule."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.models import F, Q

from clinics.models import Clinic
from common import clock
from desk.demo.large import plans, programme
from desk.demo.large.programme import Size
from matching.models import Match
from matching.workflow import workflow as match_workflow
from mentorship.models import Contact, FollowUpCheck, Question, RedFlag
from mentorship.workflow import UNRESOLVED, contact_workflow, flag_workflow, question_workflow
from messaging.models import Message
from referrals.models import Consent, Person, Referral
from referrals.workflow import workflow as referral_workflow
from training import readiness
from training.models import Mentor
from training.workflow import workflow as mentor_workflow

SIZE = Size(referrals=200, mentors=40, contacts=2000)
NOW = dt.datetime(2026, 10, 14, 9, 30, tzinfo=dt.UTC)
TZ = ZoneInfo("Europe/Brussels")
PAIRS = Q(introduced_at__isnull=False)


@pytest.fixture(scope="module")
def casts(django_db_setup, django_db_blocker):
    """Build it once for all tests here, and leave nothing."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield programme.live(now=NOW, seed=3, size=SIZE)
        transaction.set_rollback(True)


@pytest.fixture
def large(casts, db):
    with clock.at(NOW):
        yield casts


def test_it_has_the_rows_that_were_asked_for(large):
    connection.check_constraints()
    assert (Referral.objects.count(), Mentor.objects.count(), Contact.objects.count()) == (200, 40, 2000)
    assert Clinic.objects.count() == 3
    by_clinic = [Referral.objects.filter(clinic=cast.clinic).count() for cast in large]
    assert by_clinic == [140, 40, 20]
    assert {"open", "closed", "submitted", "deferred", "returned"} <= set(
        Referral.objects.values_list("status", flat=True)
    )
    assert {"introduced", "ended", "approved"} <= set(Match.objects.values_list("status", flat=True))


def test_a_live_match_has_one_of_the_mentors_places(large):
    assert Match.objects.live().exists()
    assert not Match.objects.live().filter(slot__gt=F("mentor__places")).exists()
    assert not Match.objects.exclude(referral__clinic=F("mentor__person__clinic")).exists()


def test_no_mentor_ever_had_more_pairs_than_places(large):
    moments = {}
    for match in Match.objects.all():
        rows = moments.setdefault(match.mentor_id, [])
        rows.append((match.approved_at, 1))
        rows += [(match.ended_at, -1)] if match.ended_at else []
    places = dict(Mentor.objects.values_list("pk", "places"))
    for mentor, rows in moments.items():
        held = 0
        for _at, change in sorted(rows):
            held += change
            assert held <= places[mentor]


def test_whoever_is_looked_for_or_in_a_pair_has_agreed(large):
    running = Referral.objects.exclude(status__in=["draft", "closed"])
    consented = Referral.objects.with_live_consent().values("pk")
    assert not running.exclude(pk__in=consented).filter(matches__end_reason="").exists()
    assert not Match.objects.live().exclude(referral__in=consented).exists()
    withdrawn = Consent.objects.filter(withdrawn_at__isnull=False)
    assert not withdrawn.exclude(referral__matches__ended_at=F("withdrawn_at")).exists()


def test_the_mentor_was_ready_on_the_day_of_the_introduction(large):
    for match in Match.objects.filter(PAIRS):
        on = match.introduced_at.astimezone(TZ).date()
        mentor = readiness.with_facts(Mentor.objects.filter(pk=match.mentor_id)).get()
        mentor.status, mentor.rest_from, mentor.rest_until = "active", None, None  # as they stood that day
        assert readiness.missing(mentor, on) == []
        assert mentor.history.filter(to_status="active", at__lte=match.approved_at).exists()


def test_steps_come_in_their_order(large):
    order = ["approved_at", "accepted_at", "mentee_answered_at", "introduced_at", "ended_at"]
    for match in Match.objects.select_related("referral"):
        moments = [getattr(match, name) for name in order if getattr(match, name)]
        assert moments == sorted(moments)
        assert match.referral.submitted_at < match.referral.opened_at <= match.approved_at
        assert moments[-1] <= NOW


def test_talks_lie_within_the_life_of_their_pair(large):
    tried = Contact.objects.outcomes()
    assert tried.filter(match__status="introduced").exists()
    assert not tried.filter(happened_at__lt=F("match__introduced_at")).exists()
    assert not tried.filter(happened_at__gt=F("match__ended_at")).exists()
    assert not tried.filter(happened_at__gt=NOW).exists()
    assert not Contact.objects.filter(status="planned").exclude(match__status__in=["introduced", "paused"]).exists()


def test_nobody_is_mentee_and_mentor_at_once(large):
    assert not Person.objects.filter(mentor__isnull=False, referrals__isnull=False).exists()


def test_the_last_phase_of_a_patient_is_that_of_the_referral(large):
    rows = Referral.objects.filter(about__isnull=False)
    assert rows.exists()
    assert all(row.about.phases.last().phase == row.phase for row in rows)


@pytest.mark.parametrize(
    ("model", "workflow"),
    [
        (Referral, referral_workflow), (Match, match_workflow), (Mentor, mentor_workflow), (Contact, contact_workflow),
        (Question, question_workflow), (RedFlag, flag_workflow),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_every_history_follows_the_table_and_ends_where_it_stands(large, model, workflow):
    for row in model._base_manager.exclude(status="draft").prefetch_related("history"):
        steps = list(row.history.all())
        assert steps and steps[-1].to_status == row.status
        assert [s.at for s in steps] == sorted(s.at for s in steps)
        for before, step in zip(steps, steps[1:], strict=False):
            assert step.from_status == before.to_status
        assert all(workflow.allows(s.from_status, s.to_status) for s in steps if s.from_status)


def test_a_flag_has_its_owner_its_ladder_and_its_first_message(large):
    assert RedFlag.objects.exists()
    for flag in RedFlag.objects.all():
        assert flag.rungs.filter(user=flag.owner, told_at=flag.raised_at).exists()
        assert Message.objects.filter(subject=flag.ref, kind="flag.raised").exists()
    assert not RedFlag.objects.filter(status__in=UNRESOLVED, match__end_reason="planned").exists()


def test_a_planned_ending_was_planned(large):
    for match in Match.objects.filter(end_reason="planned").select_related("enrolment"):
        assert match.enrolment.bridge
        assert match.enrolment.last_contact_on <= match.ended_at.astimezone(TZ).date()


def test_nothing_waits_to_be_sent_and_nothing_is_asked_after_the_end(large):
    assert not Message.objects.waiting().exists()
    asked = FollowUpCheck.objects.filter(asked_at__gt=F("match__ended_at"))
    assert not asked.exclude(day=180, match__end_reason="planned").exists()


def test_parts_sum_to_the_whole():
    assert plans.share_out(10, [7, 2, 1]) == [7, 2, 1]
    assert plans.share_out(7, [0.0, 1.0, 1.0]) in ([0, 3, 4], [0, 4, 3])
    assert plans.share_out(5, []) == []
