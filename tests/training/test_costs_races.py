"""Two at the same moment: no ceiling is passed, nobody is paid twice. A control on PostgreSQL without the locks."""

import datetime as dt
import itertools

import pytest

from common.errors import Invalid, Refused
from tests import factories
from tests.matching.test_races import Together, only_with_row_locks, together
from tests.training.costs_world import make_amounts, make_claim, make_mentor
from training.actions import costs
from training.actions.costs_export import export_claims
from training.models import Claim, ClaimEvent, CostYear, Export
from training.querysets import MentorQuerySet

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10
DAY = dt.timedelta(days=1)


@pytest.fixture
def team(transactional_db):
    return factories.Team()


@pytest.fixture
def mentor(team):
    """A mentor with one flat rate left this year, whatever the day of the test."""
    today = team.clinic.today
    for year in {today.year, (today - DAY).year}:
        make_amounts(team.clinic, year, year_ceiling=4402, km_ceiling=40)
    return make_mentor(team, vetted_on=today - 90 * DAY)


def clear():
    ClaimEvent.objects.all().delete()
    Claim.objects.all().delete()


def both(at_once, mentor, costs_claimed):
    """Let a mentor send both claims at the same moment; return what was refused."""
    calls = [
        lambda cost=cost: costs.send_claim(mentor=mentor.pk, by=mentor.person.user, cost=cost) for cost in costs_claimed
    ]
    return [a for a in at_once(*calls) if isinstance(a, Exception)]


def two_days(mentor):
    """Return two days of one year on which the flat rate may be claimed."""
    today = mentor.person.clinic.today
    return (today, today - DAY) if (today - DAY).year == today.year else (today - DAY, today - 2 * DAY)


def test_two_flat_rates_at_once_do_not_pass_the_ceiling_of_the_year(mentor):
    with Together(2) as at_once:
        for _round in range(ROUNDS):
            clear()
            refused = both(at_once, mentor, [costs.Cost("flat", day) for day in two_days(mentor)])
            assert len(refused) == 1 and isinstance(refused[0], Invalid), refused
            assert Claim.objects.get().cents == 4402


def test_two_trips_at_once_do_not_pass_the_kilometres_of_the_year(mentor):
    with Together(2) as at_once:
        for _round in range(ROUNDS):
            clear()
            refused = both(at_once, mentor, [costs.Cost("km", two_days(mentor)[0], km=30, what="Trip")] * 2)
            assert len(refused) == 1 and isinstance(refused[0], Invalid), refused


def test_two_approvals_at_once_do_not_pass_a_ceiling_that_came_lower(team, mentor):
    other = factories.make_user(team.clinic, "coordinator")
    for _round in range(ROUNDS):
        clear()
        claims = [make_claim(mentor, "flat", on=day, cents=4402) for day in two_days(mentor)]
        calls = [
            lambda pk=c.pk, by=by: costs.approve_claim(claim=pk, by=by)
            for c, by in zip(claims, (team.coordinator, other), strict=True)
        ]
        refused = [a for a in together(*calls) if isinstance(a, Exception)]
        assert len(refused) == 1 and isinstance(refused[0], Invalid), refused
        assert Claim.objects.paid().count() == 1


def test_two_files_at_once_pay_each_claim_once(team, mentor):
    for _round in range(ROUNDS):
        clear()
        Export.objects.all().delete()
        make_claim(mentor, "km", on=two_days(mentor)[0], status="approved")
        calls = [lambda by=by: export_claims(clinic=team.clinic, by=by) for by in (team.coordinator, team.admin)]
        answers = together(*calls)
        assert sum(isinstance(a, Refused) for a in answers) == 1, answers
        assert Claim.objects.get().export == Export.objects.get()


@only_with_row_locks
def test_control_without_the_locks_the_ceiling_is_passed(mentor, monkeypatch):
    monkeypatch.setattr(MentorQuerySet, "lock", lambda self, pk: self.select_related("person__clinic").get(pk=pk))
    monkeypatch.setattr(costs, "_amounts", lambda m, on: CostYear.objects.get(clinic=m.person.clinic_id, year=on.year))
    with Together(2) as at_once:
        passed = False
        for _round in itertools.repeat(None, 100):
            clear()
            both(at_once, mentor, [costs.Cost("flat", day) for day in two_days(mentor)])
            passed = passed or Claim.objects.count() > 1
    assert passed  # or the tests above would prove nothing
