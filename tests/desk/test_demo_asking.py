"""The demo has somebody who asked for a mentor themselves, and answers the team approved."""

from types import SimpleNamespace

import pytest

from common import clock
from desk.demo.asking import ANSWERS, add_asking
from desk.demo.stage import Stage, nothing_leaves
from mentorship.models import ApprovedAnswer
from messaging.models import LocalMail
from referrals.models import SelfReferral

pytestmark = pytest.mark.django_db


def test_somebody_waits_and_the_answers_are_in_use(team):
    stage = Stage(clock.now(), 1)
    cast = SimpleNamespace(clinic=team.clinic, admin=team.admin, clinician=team.clinician, backup=team.backup)
    with nothing_leaves():
        add_asking(stage, cast)
        stage.play()
    assert SelfReferral.objects.waiting().get().full_name == "Nadia Haddad"
    assert ApprovedAnswer.objects.in_use(team.clinic.today).count() == len(ANSWERS)
    assert LocalMail.objects.get().to == "nadia.haddad@example.org"
