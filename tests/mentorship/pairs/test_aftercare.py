"""After a death the supervisor finds whom to look after, and says when it is done."""

import pytest
from django.urls import reverse

from clinics.models import AccessLog
from matching import actions as matching
from mentorship.models import Aftercare
from tests import factories


@pytest.fixture
def died(match, team):
    """The pair, after one of them died; the clinician supervises the mentor."""
    match.mentor.supervisor = team.clinician
    match.mentor.save()
    matching.end(match=match.pk, by=team.coordinator, reason="died", note="")
    return match


def test_the_supervisor_finds_the_task_where_they_begin(died, team, sign_in):
    client, person = sign_in(team.clinician), died.mentor.person
    page = client.get(reverse("mentorship:flags")).content.decode()
    assert "A mentor you supervise has lost somebody" in page
    assert person.last_name not in page
    page = client.get(reverse("mentorship:aftercare-list")).content.decode()
    assert person.full_name in page
    assert died.referral.mentee.last_name not in page
    assert AccessLog.objects.filter(page="after a death").about(died.referral.mentee.ref).count() == 1
    task = Aftercare.objects.get(kind="look-after")
    done = client.post(reverse("mentorship:aftercare", args=[task.ref]), {f"{task.ref}-note": "Rang her"}, follow=True)
    task.refresh_from_db()
    assert (task.done_by, task.note) == (team.clinician, "Rang her")
    assert "lost somebody" not in done.content.decode()
    assert "Nobody waits for you." in client.get(reverse("mentorship:aftercare-list")).content.decode()


def test_nobody_else_reads_of_it(died, team, other_team, sign_in):
    colleague = factories.make_user(team.clinic, "clinician")
    for user in (colleague, other_team.clinician):
        client = sign_in(user)
        assert "lost somebody" not in client.get(reverse("mentorship:flags")).content.decode()
        assert died.mentor.person.full_name not in client.get(reverse("mentorship:aftercare-list")).content.decode()


@pytest.mark.parametrize("gone", [True, False])
def test_without_a_supervisor_any_coordinator_looks_after_the_mentor(match, team, sign_in, gone):
    if gone:
        match.mentor.supervisor = factories.make_user(team.clinic, "clinician", is_active=False)
    else:
        match.mentor.supervisor = None
    match.mentor.save()
    matching.end(match=match.pk, by=team.coordinator, reason="died", note="")
    assert Aftercare.objects.get(kind="look-after").user is None
    page = sign_in(team.coordinator).get(reverse("desk:today")).content.decode()
    assert "Look after the mentor in supervision" in page
