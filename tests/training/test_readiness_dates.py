"""Ready to mentor at every date boundary: the words, the facts and the database say the same, whatever the dates."""

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import pool
from tests import factories
from training import readiness
from training.models import AdmissionPolicy, AgreementText, CareRules, Certificate, Mentor
from training.workflow import Status

DAY = dt.timedelta(days=1)
ON = dt.date(2026, 11, 28)
# Days at, just before and just after the day that is asked about.
near = st.integers(-2, 2).map(lambda days: ON + days * DAY)
spans = st.tuples(near, st.integers(1, 3)).map(lambda pair: (pair[0] - DAY, pair[0] + (pair[1] - 1) * DAY))
DATES = (
    "vetted_on", "code_signed_on", "secrecy_briefing_on", "checks_valid_until", "met_team_on", "supervise_by", "new_from",
    "flare_since",
)  # fmt: skip
# A mentor in order the whole time, with one to three things changed: among wholly random ones hardly anybody is ready.
FINE: dict = dict.fromkeys(DATES[:5], ON - 9 * DAY) | {
    "checks_valid_until": ON + 9 * DAY, "supervise_by": ON + 9 * DAY, "new_from": None, "flare_since": None,
    "status": Status.ACTIVE, "rest": (None, None), "days": [(ON - 9 * DAY, ON + 9 * DAY)], "words": None, "asks": None,
    "stops": None,
}  # fmt: skip
change = st.one_of(
    *[st.tuples(st.just(name), st.none() | near) for name in DATES],
    st.tuples(st.just("status"), st.sampled_from([Status.READY, Status.RESTING])),
    st.tuples(st.just("rest"), st.tuples(near, st.none()) | spans),
    st.tuples(st.just("days"), st.lists(spans, max_size=2)),
    st.tuples(st.just("words"), spans),
    st.tuples(st.just("asks"), st.tuples(st.booleans(), st.booleans(), st.booleans())),
    st.tuples(st.just("stops"), st.booleans()),
)


@given(changes=st.lists(change, min_size=1, max_size=3))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_words_facts_and_database_agree_on_every_day(team, changes):
    values = FINE | dict(changes)
    rest, days, words = values.pop("rest"), values.pop("days"), values.pop("words")
    asks, stops = values.pop("asks"), values.pop("stops")
    clinic, admin = team.clinic, team.admin
    for model in (Certificate, Mentor, AgreementText, AdmissionPolicy, CareRules):
        model._base_manager.all().delete()
    policy = None
    if asks is not None:
        fields = dict(zip(("needs_check", "needs_briefing", "needs_team"), asks, strict=True))
        policy = AdmissionPolicy.objects.create(
            clinic=clinic, version=1, in_force_from=ON, published_by=admin, **fields
        )
    if stops is not None:
        CareRules.objects.create(clinic=clinic, late_supervision_stops=stops)
    if words is not None:
        AgreementText.objects.create(
            clinic=clinic,
            kind="code",
            version=2,
            body=".",
            in_force_from=words[0],
            sign_by=words[1],
            published_by=admin,
        )
    mentor = factories.make_mentor(
        team, policy=policy, rest_from=rest[0], rest_until=rest[1], person=team.clinic.persons.first(), **values
    )
    mentor.certificates.all().delete()
    for first, last in days:
        Certificate.objects.create(mentor=mentor, valid_from=first, valid_until=last, issued_by=admin)
    for step in range(-3, 4):
        on = ON + step * DAY
        [row] = readiness.with_facts(Mentor.objects.all())
        lacking = readiness.missing(row, on)
        assert readiness.ready(on).exists() == (lacking == []), (on, lacking)
        found = pool.one_of_clinic(clinic, mentor.pk, on)
        assert found is not None and list(found.missing) == lacking
        assert len(readiness.missing_keys(row, on)) == len(lacking)
