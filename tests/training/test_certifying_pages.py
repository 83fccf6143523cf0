"""Pages about papers: the right words, bad input keeps what was typed, and nothing about anybody to the world."""

import pytest
from django.urls import reverse

from clinics.roles import Role
from common import clock
from tests import factories
from tests.factories import DAY
from training import actions, agreements, certificate_pdf
from training.models import AgreementText, Appeal, Certificate, Mentor, Signature
from training.pages import certifying as pages
from training.starter_agreements import start_clinic
from training.workflow import Status


@pytest.fixture
def texts(team):
    start_clinic(team.clinic, team.admin)
    return agreements.in_force(team.clinic, team.clinic.today)


@pytest.fixture
def mentor(team):
    return factories.make_mentor(team)


@pytest.fixture
def own(sign_in, mentor):
    return sign_in(mentor.person.user)


def body(response):
    return response.content.decode()


# Settings ---------------------------------------------------------------------------------


def words_for(team, **changes):
    first = team.clinic.today + DAY
    values = {"body": "Be kind.", "in_force_from": first, "sign_by": first + 30 * DAY, "version": 1} | changes
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def test_the_settings_show_every_version_and_who_signed(sign_in, team, texts, mentor):
    actions.sign_code(mentor=mentor.pk, by=team.coordinator)
    page = body(sign_in(team.admin).get(reverse("training:agreements")))
    assert "Signed by one mentor." in page and "I listen first" in page


def test_a_clinic_without_words_says_so(sign_in, team):
    assert "There are no words yet." in body(sign_in(team.admin).get(reverse("training:agreements")))


def test_new_words_are_seen_before_they_are_published(sign_in, team, texts, mentor):
    client, url = sign_in(team.admin), reverse("training:agreement", args=["code"])
    assert "What this asks" not in body(client.get(url))
    seen = client.post(url, words_for(team))
    page = body(seen)
    assert "1 mentor who signed before signs again" in page and "Nobody is late today." in page
    assert AgreementText.objects.count() == 3
    answers = words_for(team) | {"save": seen.context["digest"]}
    changed = client.post(url, answers | {"body": "Be kinder."})
    assert changed.status_code == 200 and AgreementText.objects.count() == 3
    assert client.post(url, answers).status_code == 302
    assert AgreementText.objects.get(version=2).body == "Be kind."


def test_somebody_else_published_meanwhile_and_nothing_typed_is_lost(sign_in, team, texts):
    client, url = sign_in(team.admin), reverse("training:agreement", args=["code"])
    digest = client.post(url, words_for(team)).context["digest"]
    client.post(url, words_for(team, body="Other words") | {"save": "x"})
    first = team.clinic.today + DAY
    actions.publish_agreement(
        clinic=team.clinic, by=team.admin, kind="code", body="Other", in_force_from=first, sign_by=first, version=1
    )
    response = client.post(url, words_for(team) | {"save": digest})
    assert response.status_code == 409 and "Be kind." in body(response)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"in_force_from": "2020-01-01"}, "Choose tomorrow"), ({"in_force_from": "soon"}, "Write the date"),
     ({"body": ""}, "This still needs an answer"), ({"version": "x"}, "Write a number")],
)  # fmt: skip
def test_words_that_make_no_sense_are_explained_and_kept(sign_in, team, texts, changes, sentence):
    client, url = sign_in(team.admin), reverse("training:agreement", args=["code"])
    answers = words_for(team, **({"body": "Be kind and fair."} | changes))
    response = client.post(url, answers)
    if response.context["seen"]:
        response = client.post(url, answers | {"save": response.context["digest"]})
    assert response.status_code == 200 and sentence in body(response)
    assert "body" in changes or "Be kind and fair." in body(response)
    assert AgreementText.objects.count() == 3


def test_a_kind_nobody_knows_is_not_there(sign_in, team):
    assert sign_in(team.admin).get(reverse("training:agreement", args=["poem"])).status_code == 404


# The mentor -------------------------------------------------------------------------------


def test_a_mentor_ticks_each_text_and_signs(own, mentor, texts):
    Mentor.objects.filter(pk=mentor.pk).update(code_signed_on=None)
    url = reverse("training:sign")
    assert body(own.get(url)).count('type="checkbox"') == 3
    missed = own.post(url, {"code-1": "on"})
    assert "Read this and tick it, to sign" in body(missed) and "checked" in body(missed)
    assert not Signature.objects.exists()
    answers = {agreements.key_of(text): "on" for text in texts}
    for _again in range(2):
        assert own.post(url, answers).url == reverse("training:my-papers")
    assert Signature.objects.count() == 3
    assert "There is nothing to sign now." in body(own.get(url))


def test_ticks_for_words_of_yesterday_show_the_new_ones(own, team, mentor, texts):
    Mentor.objects.filter(pk=mentor.pk).update(code_signed_on=None)
    AgreementText.objects.create(
        clinic=team.clinic, kind="code", version=2, body="Newest", in_force_from=team.clinic.today,
        sign_by=team.clinic.today, published_by=team.admin,
    )  # fmt: skip
    page = body(own.post(reverse("training:sign"), {agreements.key_of(text): "on" for text in texts}))
    assert "Newest" in page and "Read this and tick it, to sign" in page
    assert not Signature.objects.exists()


def test_without_words_there_is_nothing_to_sign(own):
    assert "You sign on paper" in body(own.get(reverse("training:sign")))


def test_my_papers_say_what_is_in_order(own):
    page = body(own.get(reverse("training:my-papers")))
    assert "All in order." in page and "HW-" in page


def test_my_papers_name_what_is_missing_with_a_step(own, team, mentor, texts):
    Mentor.objects.filter(pk=mentor.pk).update(
        code_signed_on=None, checks_valid_until=team.clinic.today - DAY, met_team_on=None, secrecy_briefing_on=None
    )
    page = body(own.get(reverse("training:my-papers")))
    assert "4 things need you." in page
    assert f'href="{reverse("training:sign")}"' in page and f"tel:{team.clinic.phone}" in page
    assert "The background check ended on" in page and "You have not met the team yet" in page


@pytest.mark.parametrize(
    ("ago", "sentence"), [(5, "You go on talking with the people you know"), (80, "who takes over")]
)
def test_my_papers_say_kindly_what_an_ended_certificate_means(own, team, mentor, ago, sentence):
    end = team.clinic.today - ago * DAY
    mentor.certificates.update(valid_from=end - 100 * DAY, valid_until=end)
    assert sentence in body(own.get(reverse("training:my-papers")))
    assert "Your certificate has ended" in body(own.get(reverse("mentorship:home")))


def test_the_record_shows_number_paper_and_grace(sign_in, team, mentor):
    client, url = sign_in(team.coordinator), reverse("training:mentor", args=[mentor.ref])
    row = mentor.certificates.get()
    assert row.number in body(client.get(url)) and reverse("training:certificate", args=[row.ref]) in body(
        client.get(url)
    )
    end = team.clinic.today - DAY
    mentor.certificates.update(valid_from=end - 100 * DAY, valid_until=end)
    assert "Present people keep them until" in body(client.get(url))


# The paper, and whether it counts ---------------------------------------------------------


def test_the_paper_is_made_for_the_mentor_and_who_keeps_the_records(sign_in, team, other_team, mentor):
    row = mentor.certificates.get()
    url = reverse("training:certificate", args=[row.ref])
    for user in (mentor.person.user, team.coordinator):
        response = sign_in(user).get(url)
        assert response["Content-Type"] == "application/pdf" and response.content.startswith(b"%PDF")
        assert row.number in response["Content-Disposition"]
    assert sign_in(other_team.coordinator).get(url).status_code == 404
    actions.revoke_certificate(certificate=row.pk, by=team.coordinator)
    assert sign_in(mentor.person.user).get(url).status_code == 404


def test_the_paper_takes_long_and_unusual_names(team, mentor):
    mentor.person.first_name, mentor.person.last_name = "Zoë-Ştefania " * 5, "O’Connor-Łukasiewicz"
    row = Certificate.objects.select_related("mentor__person__clinic", "issued_by").get(mentor=mentor)
    row.mentor.person = mentor.person
    assert certificate_pdf.render(row, today=team.clinic.today).startswith(b"%PDF")
    assert certificate_pdf.address_of(row).endswith(f"/verify/{row.number}/")


@pytest.mark.parametrize("typed", ["hw-abcd-efgh-jkmn", "HW ABCD EFGH JKMN", "abcdefghjkmn", " hw abcd-efghjkmn "])
def test_a_number_is_understood_however_it_is_typed(typed):
    assert pages.normal(typed) == "HW-ABCD-EFGH-JKMN"


@pytest.mark.parametrize("typed", ["", "HW", "HW-ABCD-EFGH-JKM", "é" * 12, "x" * 500])
def test_what_cannot_be_a_number_is_none(typed):
    assert pages.normal(typed) == ""


def verify(client, number):
    return client.get(reverse("training:verify", args=[number]))


def test_anybody_sees_whether_it_counts_where_and_two_initials_only(client, team, mentor):
    row = mentor.certificates.get()
    response = verify(client, row.number)
    assert "Yes, this certificate counts" in body(response) and team.clinic.name in body(response)
    assert f"R. {mentor.person.last_name[0]}." in body(response)
    assert "Rita" not in body(response) and mentor.person.last_name not in body(response)
    assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.parametrize("how", ["ended", "revoked", "stopped"])
def test_one_that_ended_or_was_taken_back_no_longer_counts(client, team, mentor, how):
    row, today = mentor.certificates.get(), team.clinic.today
    if how == "ended":
        mentor.certificates.update(valid_from=today - 99 * DAY, valid_until=today - DAY)
    elif how == "revoked":
        mentor.certificates.update(revoked_at=clock.now(), revoked_by=team.coordinator)
    else:
        Mentor.objects.filter(pk=mentor.pk).update(status=Status.RETIRED)
    assert "no longer counts" in body(verify(client, row.number))


def test_one_still_to_come_does_not_count_yet(client, team, mentor):
    today = team.clinic.today
    mentor.certificates.update(valid_from=today + DAY, valid_until=today + 9 * DAY)
    assert "does not count yet" in body(verify(client, mentor.certificates.get().number))


def test_an_unknown_number_says_so_and_many_of_them_have_to_wait(client, mentor):
    for _try in range(20):
        response = verify(client, "HW-AAAA-AAAA-AAAA")
        assert response.status_code == 404 and "We do not know this number" in body(response)
    assert verify(client, mentor.certificates.get().number).status_code == 429


def test_the_form_leads_to_the_number_and_explains_one_that_cannot_be(client):
    url = reverse("training:verify-form")
    assert client.get(url, {"number": "hw abcd efgh jkmn"}).url == reverse(
        "training:verify", args=["HW-ABCD-EFGH-JKMN"]
    )
    response = client.get(url, {"number": "123"})
    assert "Write the whole number" in body(response) and 'value="123"' in body(response)


# Taken back -------------------------------------------------------------------------------


def test_taking_back_goes_by_two_steps_and_the_letter_may_be_changed(sign_in, team, mentor):
    client, url = sign_in(team.coordinator), reverse("training:decertify", args=[mentor.ref])
    assert client.get(reverse("training:step", args=[mentor.ref, "decertify"])).url == url
    empty = client.post(url, {"note": "Sold creams."})
    assert "Choose at least one" in body(empty) and "Sold creams." in body(empty)
    answers = {"reasons": ["money", "advice"], "note": "Sold creams."}
    second = client.post(url, answers)
    assert "Step 2 of 2" in body(second) and "Dear Rita" in body(second)
    assert Mentor.objects.get(pk=mentor.pk).status == Status.ACTIVE
    assert "This still needs an answer" in body(client.post(url, answers | {"letter": " "}))
    for _again in range(2):
        assert client.post(url, answers | {"letter": "Dear Rita, no."}).status_code == 302
    assert mentor.letters.get().body == "Dear Rita, no."


@pytest.fixture
def gone(team, mentor):
    actions.decertify(mentor=mentor.pk, by=team.coordinator, note="Sold creams.", reasons=["money"])
    return mentor


def test_whose_certificate_was_taken_back_finds_the_letter_and_the_appeal_only(own, gone):
    assert own.get(reverse("mentorship:home")).url == reverse("training:taken-back")
    page = body(own.get(reverse("training:taken-back")))
    assert "Dear Rita" in page and "Do you not agree?" in page


def test_an_appeal_is_sent_once_and_shown_back(own, gone):
    url = reverse("training:taken-back")
    assert "This still needs an answer" in body(own.post(url, {"text": ""}))
    for _again in range(2):
        assert own.post(url, {"text": "It was a gift."}).url == url
    page = body(own.get(url))
    assert "It was a gift." in page and "Do you not agree?" not in page
    assert Appeal.objects.count() == 1


def test_an_appeal_in_other_words_from_an_old_page_is_not_thanked_for_and_stays_typed(own, gone):
    url = reverse("training:taken-back")
    own.post(url, {"text": "It was a gift."})
    page = own.post(url, {"text": "Ask my daughter."})
    assert page.status_code == 200
    assert "this is not sent" in body(page) and "Ask my daughter." in body(page) and "It was a gift." in body(page)


def test_after_thirty_days_the_page_says_that_it_is_too_late(own, team, gone):
    with clock.at(clock.now() + 40 * DAY):
        assert own.post(reverse("training:taken-back"), {"text": "Late"}).status_code in (200, 302)
    assert not Appeal.objects.exists()


@pytest.fixture
def appealed(gone):
    return actions.appeal(mentor=gone.pk, by=gone.person.user, text="It was a gift.")


def test_who_decides_sees_both_sides_and_decides_by_two_steps(sign_in, team, gone, appealed):
    client, url = sign_in(team.admin), reverse("training:appeal", args=[appealed.ref])
    assert "One person asks" in body(client.get(reverse("training:appeals")))
    page = body(client.get(url))
    assert "It was a gift." in page and "Sold creams." in page
    assert "Choose an answer" in body(client.post(url, {"answer": "Fair."}))
    answers = {"outcome": "overturned", "answer": "A gift is no sale."}
    assert "we are sorry" in body(client.post(url, answers))
    assert Appeal.objects.get().decided_at is None
    assert client.post(url, answers | {"letter": "Dear Rita, sorry."}).status_code == 302
    assert Mentor.objects.get(pk=gone.pk).status == Status.ACTIVE
    assert "A gift is no sale." in body(client.get(url))
    assert "The decision is taken back" in body(client.get(reverse("training:appeals")))
    own = sign_in(gone.person.user)
    assert "Dear Rita, sorry." in body(own.get(reverse("training:taken-back")))
    assert own.get(reverse("mentorship:home")).status_code == 200


def test_who_took_it_back_reads_but_does_not_decide(sign_in, team, mentor):
    both = factories.make_user(team.clinic, Role.COORDINATOR, Role.ADMIN)
    actions.decertify(mentor=mentor.pk, by=both, note="x")
    row = actions.appeal(mentor=mentor.pk, by=mentor.person.user, text="No")
    client, url = sign_in(both), reverse("training:appeal", args=[row.ref])
    assert "Somebody else who decides appeals" in body(client.get(url))
    assert client.post(url, {"outcome": "upheld", "answer": "x", "letter": "x"}).status_code == 403


def test_no_appeals_is_fine(sign_in, team):
    assert "Nobody asks to look at a decision again." in body(sign_in(team.admin).get(reverse("training:appeals")))


def test_the_list_of_appeals_asks_as_much_for_two_as_for_twelve(sign_in, team, django_assert_max_num_queries):
    client = sign_in(team.admin)
    counts = []
    for n in (2, 10):
        for _new in range(n):
            m = factories.make_mentor(team)
            actions.decertify(mentor=m.pk, by=team.coordinator, note="x")
            actions.appeal(mentor=m.pk, by=m.person.user, text="No")
        with django_assert_max_num_queries(30) as seen:
            client.get(reverse("training:appeals"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


# Today ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ago", "sentence"),
    [(-20, "The certificate ends."), (5, "Present people keep them until"), (80, "somebody else takes over")],
)
def test_today_names_the_extra_time_and_its_end(sign_in, team, mentor, ago, sentence):
    factories.make_match(team, mentor=mentor)
    end = team.clinic.today - ago * DAY
    mentor.certificates.update(valid_from=end - 100 * DAY, valid_until=end)
    assert sentence in body(sign_in(team.coordinator).get(reverse("desk:today")))


def test_today_names_a_background_check_that_ends(sign_in, team, mentor):
    Mentor.objects.filter(pk=mentor.pk).update(checks_valid_until=team.clinic.today + 9 * DAY)
    assert "The background check ends on" in body(sign_in(team.coordinator).get(reverse("desk:today")))
