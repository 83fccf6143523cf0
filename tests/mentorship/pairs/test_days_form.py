"""The page of the follow-up days takes what was forged or lost on the way for an old copy, never for a fault."""

import pytest
from django.urls import reverse

from mentorship.models import CheckDay


@pytest.mark.parametrize(
    "before", ["-1", "NaN", "null", "[]", "{}", '"x"', '{"mentee": 1}', "", "[1", "\x00", "9" * 5000, "[" * 99_999]
)
def test_a_forged_copy_of_what_was_shown_is_an_old_page(team, sign_in, before):
    client, url = sign_in(team.admin), reverse("mentorship:check-days")
    form = {"mentee": "10, 30", "mentor": "3", "before": before}
    assert client.post(url, form).status_code == 200
    page = client.post(url, form | {"save": "1"}).content.decode()
    assert "Somebody changed these days" in page and "10, 30" in page
    assert not CheckDay.objects.filter(clinic=team.clinic).exists()
