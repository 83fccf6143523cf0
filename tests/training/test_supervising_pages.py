"""Pages of supervision: the right people see the right part, nothing typed is lost, lists cost the same."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinics.roles import Role
from common import clock
from desk.today import today
from tests import factories
from tests.training.supervising_world import DAY, past, planned
from training.models import CareRules, Concern, Mentor, SupervisionPart, SupervisionTalk

pytestmark = pytest.mark.django_db


def address(name, obj=None):
    return reverse(f"training:{name}", args=[obj.ref] if obj else [])


def typed(talk, **more):
    """Return what a supervisor sends for a talk."""
    fields = {"version": talk.version, "do": "save"}
    for part in talk.parts.all():
        fields |= {f"{part.ref}-came": "yes", f"{part.ref}-notes": "Rest on Sundays.", f"{part.ref}-new": "yes"}
    return fields | more


def test_the_list_puts_late_talks_first_and_says_when_nobody_is_there(team, sign_in):
    client = sign_in(team.clinician)
    assert "You look after no mentors now." in client.get(address("supervision")).content.decode()
    on = team.clinic.today
    factories.make_mentor(
        team, person=factories.make_person(team.clinic, first_name="Later"), supervise_by=on + 9 * DAY
    )
    factories.make_mentor(team, person=factories.make_person(team.clinic, first_name="Late"), supervise_by=on - 8 * DAY)
    page = client.get(address("supervision"))
    assert [row["title"].split()[0] for row in page.context["rows"]] == ["Late", "Later"]
    assert page.context["rows"][0]["when"] == "8 days late"


@pytest.mark.parametrize("who", ["clinician", "coordinator"])
def test_the_list_costs_the_same_for_two_and_twenty(team, sign_in, who):
    client = sign_in(getattr(team, who))
    counts = []
    for n in (2, 18):
        for _mentor in range(n):
            mentor = factories.make_mentor(team)
            planned(team, mentor, days=3 + Mentor.objects.count())
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(address("supervision"))
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_a_talk_is_planned_from_the_page_and_a_mistake_keeps_what_was_typed(team, sign_in):
    mentor = factories.make_mentor(team)
    client = sign_in(team.clinician)
    wrong = client.post(
        address("plan-talk"), {"mentors": [mentor.ref], "day": "2020-01-01", "hour": "10:00", "where": "Room 7"}
    )
    body = wrong.content.decode()
    assert "This moment is past." in body
    assert "Room 7" in body
    day = (team.clinic.today + 5 * DAY).isoformat()
    client.post(address("plan-talk"), {"mentors": [mentor.ref], "day": day, "hour": "10:00"})
    assert SupervisionTalk.objects.get().parts.get().mentor == mentor


def test_nonsense_for_a_day_is_a_sentence_and_no_fault(team, sign_in):
    mentor = factories.make_mentor(team)
    page = sign_in(team.clinician).post(
        address("plan-talk"), {"mentors": [mentor.ref, "x"], "day": "31/02/2027", "hour": "25:99"}
    )
    assert page.status_code == 200
    assert not SupervisionTalk.objects.exists()


def test_a_talk_is_saved_with_the_next_one(team, sign_in):
    talk = past(planned(team))
    client = sign_in(team.clinician)
    day = (team.clinic.today + 30 * DAY).isoformat()
    for _click in range(2):
        client.post(address("talk", talk), typed(talk, next_day=day, next_hour="10:00"))
    assert SupervisionTalk.objects.to_come().count() == 1
    assert "Rest on Sundays." in client.get(address("talk", talk)).content.decode()


def test_a_talk_of_a_later_day_says_that_saving_it_is_having_talked(team, sign_in):
    client, talk = sign_in(team.clinician), planned(team)
    assert "This day is still to come." in client.get(address("talk", talk)).content.decode()
    assert "This day is still to come." not in client.get(address("talk", past(talk))).content.decode()


def test_a_talk_with_mistakes_keeps_every_word(team, sign_in):
    talk = past(planned(team))
    part = talk.parts.get()
    page = sign_in(team.clinician).post(
        address("talk", talk), typed(talk, next_day="2020-01-01", next_hour="10:00", **{f"{part.ref}-new": "later"})
    )
    body = page.content.decode()
    assert "Say from which day they may take somebody new" in body
    assert "Rest on Sundays." in body
    assert SupervisionTalk.objects.get().saved_at is None


def test_a_talk_keeps_itself_and_comes_back_as_it_was(team, sign_in):
    talk = past(planned(team))
    client = sign_in(team.clinician)
    kept = client.post(address("talk", talk), typed(talk, do="autosave"))
    assert kept.json()["saved"].startswith("Draft saved at")
    assert "Rest on Sundays." in client.get(address("talk", talk)).content.decode()
    stale = client.post(address("talk", talk), typed(talk, do="autosave", version="99"))
    assert stale.status_code == 409


def test_who_keeps_the_records_sees_when_a_talk_is_and_never_a_word_of_it(team, sign_in):
    talk = past(planned(team))
    part = talk.parts.get()
    SupervisionPart.objects.filter(pk=part.pk).update(topic="My own worry", draft={"notes": "Half a thought"})
    sign_in(team.clinician).post(address("talk", talk), typed(talk))
    for who in (team.coordinator, team.admin, team.backup):
        page = sign_in(who).get(address("talk", talk))
        body = page.content.decode()
        assert page.status_code in (200, 403, 404)
        for words in ("Rest on Sundays.", "My own worry", "Half a thought"):
            assert words not in body
    record = sign_in(team.coordinator).get(reverse("training:mentor", args=[part.mentor.ref])).content.decode()
    assert "Rest on Sundays." not in record


def test_a_mentor_reads_the_notes_and_adds_a_topic(team, sign_in):
    talk = past(planned(team))
    mentor = talk.parts.get().mentor
    sign_in(team.clinician).post(address("talk", talk), typed(talk))
    following = planned(team, mentor, days=20)
    client = sign_in(mentor.person.user)
    assert "Rest on Sundays." in client.get(address("my-supervision")).content.decode()
    part = following.parts.get()
    client.post(address("supervision-topic", part), {"topic": "How do I say no?"})
    assert "How do I say no?" in client.get(address("my-supervision")).content.decode()
    assert "How do I say no?" in sign_in(team.clinician).get(address("talk", following)).content.decode()
    wrong = sign_in(mentor.person.user).post(address("supervision-topic", part), {"topic": "x" * 301})
    assert "Make this shorter" in wrong.content.decode()
    assert "x" * 301 in wrong.content.decode()


def test_the_agenda_says_how_the_mentor_is_first(team, sign_in):
    from training.models import WellbeingCheck

    mentor = factories.make_mentor(team)
    Mentor.objects.filter(pk=mentor.pk).update(created_at=clock.now() - 90 * DAY)
    talk = past(planned(team, mentor))
    for n in (40, 10):
        moment = clock.now() - n * DAY
        WellbeingCheck.objects.create(mentor=mentor, key=f"w{n}", asked_at=moment, answered_at=moment, drain="bit")
    body = sign_in(team.clinician).get(address("talk", talk)).content.decode()
    assert "They feel drained after talks" in body
    assert "A bit drained" in body


def test_the_record_names_the_supervisor_and_a_coordinator_changes_it(team, sign_in):
    mentor = factories.make_mentor(team)
    client = sign_in(team.coordinator)
    assert team.clinician.full_name in client.get(reverse("training:mentor", args=[mentor.ref])).content.decode()
    client.post(address("name-supervisor", mentor), {"supervisor": team.backup.ref})
    mentor.refresh_from_db()
    assert mentor.supervisor == team.backup


def test_a_mentor_is_not_among_those_who_may_look_after_them(team, sign_in):
    mentor = factories.make_mentor(team)
    mentor.person.user.memberships.create(clinic=team.clinic, role=Role.CLINICIAN)
    page = sign_in(team.coordinator).get(address("name-supervisor", mentor))
    assert mentor.person.user.ref not in page.content.decode()
    edit = sign_in(team.coordinator).get(reverse("training:edit", args=[mentor.ref])).content.decode()
    assert f'<option value="{mentor.person.user.pk}"' not in edit


def test_today_names_late_talks_and_those_whom_nobody_looks_after(team):
    late = factories.make_mentor(team, supervise_by=team.clinic.today - 8 * DAY)
    alone = factories.make_mentor(team, supervisor=team.backup)
    factories.make_mentor(team)
    team.backup.memberships.update(ended_at=clock.now(), ended_by=team.admin)
    rows = next(group for group in today(team.coordinator, team.clinic).groups if group.id == "supervision").rows
    assert rows[0].title == "1 mentor has nobody who looks after them"
    assert rows[0].people == (alone.person,)
    assert [row.when for row in rows[1:]] == ["8 days over"]
    assert rows[1].people == (late.person,)


# Settings -------------------------------------------------------------------------------------


def rules(team, **more):
    fields = {
        "supervision_days": 60, "late_supervision_stops": "on", "grace_days": 60, "wellbeing_days": 30,
        "late_from": "21:00", "review_share": 10, "version": team.clinic.version,
    }  # fmt: skip
    return {key: value for key, value in (fields | more).items() if value is not None}


def test_a_change_names_whom_it_touches_today_before_it_is_saved(team, sign_in):
    CareRules.objects.create(clinic=team.clinic, late_supervision_stops=False)
    late = factories.make_mentor(team, supervise_by=team.clinic.today - DAY)
    factories.make_mentor(team)
    client = sign_in(team.admin)
    page = client.post(address("care-settings"), rules(team))
    assert page.context["preview"].stops == [late]
    assert late.person.full_name in page.content.decode()
    assert not CareRules.objects.get().late_supervision_stops
    client.post(address("care-settings"), rules(team, save="yes"))
    assert CareRules.objects.get().late_supervision_stops
    change = team.clinic.setting_changes.get()
    assert (change.section, change.by) == ("care", team.admin)


def test_switching_it_off_names_who_may_take_somebody_again(team, sign_in):
    late = factories.make_mentor(team, supervise_by=team.clinic.today - DAY)
    factories.make_mentor(team, supervise_by=team.clinic.today - DAY, met_team_on=None)  # lacks something else too
    page = sign_in(team.admin).post(address("care-settings"), rules(team, late_supervision_stops=None))
    assert page.context["preview"].starts == [late]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("supervision_days", "3"),
        ("review_share", "101"),
        ("grace_days", "-1"),
        ("late_from", "09:00"),
        ("wellbeing_days", "many"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_and_kept_in_the_form(team, sign_in, name, value):
    page = sign_in(team.admin).post(address("care-settings"), rules(team, save="yes", **{name: value}))
    assert page.context["form"].errors[name]
    assert f'value="{value}"' in page.content.decode()
    assert not team.clinic.setting_changes.exists()


def test_an_old_settings_form_is_not_saved_over_a_newer_one(team, sign_in):
    client = sign_in(team.admin)
    client.post(address("care-settings"), rules(team, save="yes", supervision_days=90))
    page = client.post(address("care-settings"), rules(team, save="yes", supervision_days=45))
    assert "Somebody changed this" in page.content.decode()
    assert CareRules.objects.get().supervision_days == 90


def test_today_names_a_concern_without_a_word_of_it_and_not_to_whom_it_is_about(client, team):
    words = "Something that nobody else should read."
    for about in (None, team.coordinator):
        Concern.objects.create(clinic=team.clinic, to="coordinator", words=words, about_user=about)
    client.force_login(team.coordinator)
    html = client.get(reverse("desk:today")).content.decode()
    assert html.count("Read it") == 1 and "Told in confidence" in html and words not in html
