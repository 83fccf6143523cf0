"""The pages of training days: for who plans, who teaches and who comes."""

import datetime as dt
import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from common import clock
from tests.training.sessions_world import DAY, HOUR, make_day, make_learner, make_seat, module, part
from training.actions import sessions_seats as seats
from training.models import LiveSession, NoDay, Observation, SignUp
from training.pages import sessions as pages


def text_of(response) -> str:
    return html.unescape(response.content.decode())


def typed(team, **fields) -> dict:
    values = {
        "module": module(team).ref, "trainer": team.trainer.ref, "organisation": "Patients' league", "day": "2999-01-01",
        "starts": "19:00", "ends": "21:00", "how": "in-person", "place": "Kerkstraat 1", "link": "", "places": "6",
    }  # fmt: skip
    values["day"] = (team.clinic.today + 9 * DAY).isoformat()
    return values | fields


# Who plans --------------------------------------------------------------------------------------


def test_a_coordinator_plans_changes_and_cancels_a_day(team, sign_in):
    client = sign_in(team.coordinator)
    made = client.post(reverse("training:session-new"), typed(team))
    day = LiveSession.objects.get()
    assert made.headers["Location"] == reverse("training:session", args=[day.ref])
    client.post(reverse("training:session-change", args=[day.ref]), typed(team, places="9", version="1"))
    day.refresh_from_db()
    assert day.places == 9
    asked = text_of(client.get(reverse("training:session-cancel", args=[day.ref])))
    assert "Cancel this day?" in asked
    client.post(reverse("training:session-cancel", args=[day.ref]))
    here = reverse("training:session", args=[day.ref])
    assert "Leen cancelled this day" in text_of(client.get(here))
    for name in ("session-change", "session-cancel"):  # an old link leads to what became of the day
        assert client.get(reverse(f"training:{name}", args=[day.ref])).headers["Location"] == here


def test_bad_input_keeps_what_was_typed_and_changes_nothing(team, sign_in):
    client = sign_in(team.coordinator)
    page = text_of(client.post(reverse("training:session-new"), typed(team, ends="18:00", place="Dorp 12")))
    assert "The end comes after the start" in page and "Dorp 12" in page and "Patients' league" in page
    assert not LiveSession.objects.exists()


@pytest.mark.parametrize(
    "odd", [{"day": "tomorrow"}, {"starts": "99"}, {"places": "many"}, {"places": "9" * 30}, {"module": "x"}, {"trainer": ""},
            {"how": "video", "link": "javascript:alert(1)"}, {"place": "\x00"}, {"day": "0001-01-01"}]
)  # fmt: skip
def test_odd_input_is_a_sentence_and_never_an_error(team, sign_in, odd):
    response = sign_in(team.coordinator).post(reverse("training:session-new"), typed(team, **odd))
    assert response.status_code == 200 and "another look" in text_of(response)
    assert not LiveSession.objects.exists()


def test_a_stale_form_shows_what_changed_and_loses_nothing(team, sign_in):
    day = make_day(team, version=4)
    client = sign_in(team.coordinator)
    page = client.post(reverse("training:session-change", args=[day.ref]), typed(team, place="Mine 3", version="1"))
    assert page.status_code == 409 and "Kerkstraat 1, Deinze" in text_of(page) and "Mine 3" in text_of(page)
    client.post(reverse("training:session-change", args=[day.ref]), typed(team, place="Mine 3", version="4"))
    day.refresh_from_db()
    assert day.place == "Mine 3"


def test_the_list_is_kind_when_there_is_nothing(team, sign_in):
    assert "no part that people do together" in text_of(sign_in(team.coordinator).get(reverse("training:sessions")))
    module(team)
    assert "Plan the first day" in text_of(sign_in(team.coordinator).get(reverse("training:sessions")))


def test_the_list_names_for_whom_no_day_fits_until_somebody_spoke_with_them(team, sign_in):
    m = make_learner(team)
    row = seats.no_day_suits(mentor=m.pk, module=module(team).pk, by=m.person.user, words="Only Sundays")
    client = sign_in(team.coordinator)
    page = text_of(client.get(reverse("training:sessions")))
    assert m.person.full_name in page and "Only Sundays" in page
    client.post(reverse("training:session-spoken", args=[row.ref]))
    assert m.person.full_name not in text_of(client.get(reverse("training:sessions")))


def queries(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.mark.parametrize("listed", ["training:sessions", "training:my-sessions"])
def test_the_lists_ask_as_much_for_two_days_as_for_twenty(team, client, listed):
    client.force_login(team.coordinator if listed == "training:sessions" else team.trainer)
    counts = []
    for n in (2, 18):
        for _day in range(n):
            make_seat(make_day(team), m := make_learner(team))
            NoDay.objects.create(mentor=m, module=module(team))
        counts.append(queries(client, reverse(listed)))
    assert counts[0] == counts[1]


def test_one_day_asks_as_much_for_two_people_as_for_ten(team, client):
    day = make_day(team, begins=clock.now() - HOUR)
    client.force_login(team.trainer)
    counts = []
    for n in (2, 8):
        for _person in range(n):
            make_seat(day, make_learner(team))
        counts.append(queries(client, reverse("training:session", args=[day.ref])))
    assert counts[0] == counts[1]


# Who teaches ------------------------------------------------------------------------------------


def test_a_trainer_sees_only_their_own_days(team, sign_in):
    mine, other = make_day(team), make_day(team, "welcome", trainer=team.clinician)
    client = sign_in(team.trainer)
    page = text_of(client.get(reverse("training:my-sessions")))
    assert "Listening" in page and "A first evening" not in page
    assert client.get(reverse("training:session", args=[mine.ref])).status_code == 200
    for name in ("session", "session-calendar"):
        assert client.get(reverse(f"training:{name}", args=[other.ref])).status_code == 404
    assert client.post(reverse("training:session", args=[other.ref])).status_code == 404


def test_a_trainer_reads_names_and_no_phone_mail_or_illness(team, sign_in):
    day, m = make_day(team), make_learner(team)
    make_seat(day, m)
    page = text_of(sign_in(team.trainer).get(reverse("training:session", args=[day.ref])))
    assert m.person.full_name in page
    for private in (str(m.person.phone), m.person.email, "arthritis", str(m.person.birth_year), m.ref):
        assert private not in page


def test_a_trainer_whose_role_ended_sees_nothing_any_more(team, sign_in):
    day = make_day(team)
    team.trainer.memberships.update(ended_at=clock.now(), ended_by=team.admin)
    assert sign_in(team.trainer).get(reverse("training:session", args=[day.ref])).status_code in (403, 404)


def test_who_came_is_ticked_and_can_be_put_right(team, sign_in):
    day = make_day(team, "welcome", begins=clock.now() - HOUR)
    rita, wim = (make_seat(day, make_learner(team)) for _n in range(2))
    client, url = sign_in(team.trainer), reverse("training:session", args=[day.ref])
    assert "Save who was there" in text_of(client.get(url))
    client.post(url, {"came": [rita.ref, wim.ref]})
    client.post(url, {"came": [rita.ref]})
    assert list(SignUp.objects.order_by("pk").values_list("came", flat=True)) == [True, False]
    assert client.post(url, {"came": ["forged"]}).status_code == 200


def test_before_it_begins_nothing_can_be_ticked(team, sign_in):
    day = make_day(team, "welcome")
    seat = make_seat(day, make_learner(team))
    url = reverse("training:session", args=[day.ref])
    assert "Save who was there" not in text_of(sign_in(team.trainer).get(url))
    page = text_of(sign_in(team.trainer).post(url, {"came": [seat.ref]}))
    seat.refresh_from_db()
    assert seat.came is None
    assert "another look" in page or "half an hour before" in page


def watched(row, **fields) -> dict:
    answers = {f"item-{ref}": "2" for ref in row.module.rubric.values_list("ref", flat=True)}
    today = row.learning.mentor.person.clinic.today
    return answers | {"number": "1", "on": today.isoformat(), "words": "You left the silence alone."} | fields


def test_a_role_play_is_written_down_and_passes(team, sign_in):
    day, m = make_day(team, begins=clock.now() - HOUR), make_learner(team)
    make_seat(day, m)
    row, client = part(m), sign_in(team.trainer)
    assert reverse("training:role-play", args=[row.ref]) in text_of(
        client.get(reverse("training:session", args=[day.ref]))
    )
    saved = client.post(reverse("training:role-play", args=[row.ref]), watched(row))
    assert saved.headers["Location"] == reverse("training:session", args=[day.ref])
    row.refresh_from_db()
    assert row.passed_how == "observed"


def test_a_role_play_with_a_gap_keeps_what_was_typed(team, sign_in):
    m = make_learner(team)
    make_seat(make_day(team, begins=clock.now() - HOUR), m)
    row = part(m)
    first = f"item-{row.module.rubric.first().ref}"
    for odd in ({first: ""}, {first: "7"}, {"on": "2999-01-01"}, {"number": "x"}, {"number": ""}):
        page = sign_in(team.trainer).post(reverse("training:role-play", args=[row.ref]), watched(row, **odd))
        assert page.status_code == 200 and "You left the silence alone." in text_of(page)
    assert not Observation.objects.exists()


def test_a_second_observer_of_the_same_try_is_told_and_loses_nothing(team, sign_in):
    m = make_learner(team)
    make_seat(make_day(team, begins=clock.now() - HOUR), m)
    row = part(m)
    url, low = (
        reverse("training:role-play", args=[row.ref]),
        {f"item-{r}": "0" for r in row.module.rubric.values_list("ref", flat=True)},
    )
    sign_in(team.coordinator).post(url, watched(row, **low))
    page = sign_in(team.trainer).post(url, watched(row, words="My own words."))
    assert page.status_code == 409 and "My own words." in text_of(page) and Observation.objects.count() == 1


def test_somebody_elsewhere_or_at_a_day_of_another_is_not_there(team, other_team, sign_in):
    stranger, foreign = make_learner(team), make_learner(other_team)
    make_seat(make_day(team, trainer=team.clinician), stranger)
    for m in (stranger, foreign):
        assert sign_in(team.trainer).get(reverse("training:role-play", args=[part(m).ref])).status_code == 404


# Who comes --------------------------------------------------------------------------------------

CHOOSE = "training:session-choose"


def test_a_mentor_chooses_a_day_changes_it_and_gives_it_back(team, sign_in):
    first, second, m = make_day(team), make_day(team, begins=clock.now() + 8 * DAY), make_learner(team)
    client, url = sign_in(m.person.user), reverse(CHOOSE)
    assert "8 places left." in text_of(client.get(url))
    client.post(url, {"part": part(m).ref, "day": first.ref})
    assert "You have a place on" in text_of(client.get(url))
    client.post(url, {"part": part(m).ref, "day": second.ref})
    seat = SignUp.objects.live().get()
    assert seat.session == second
    client.post(reverse("training:session-give-back", args=[seat.ref]))
    assert not SignUp.objects.live().exists()


def test_none_of_these_is_an_answer_like_the_others(team, sign_in):
    m = make_learner(team)
    make_day(team)
    client = sign_in(m.person.user)
    client.post(reverse(CHOOSE), {"part": part(m).ref, "day": "none", "words": "After Easter"})
    assert NoDay.objects.get().words == "After Easter"
    assert "You said that no day suits" in text_of(client.get(reverse(CHOOSE)))


def test_a_day_that_filled_up_meanwhile_is_refused_in_words_with_another(team, sign_in):
    day, _other, m = make_day(team, places=1), make_day(team, begins=clock.now() + 8 * DAY), make_learner(team)
    client = sign_in(m.person.user)
    make_seat(day, make_learner(team))
    assert "No place left:" in text_of(client.get(reverse(CHOOSE)))
    page = text_of(client.post(reverse(CHOOSE), {"part": part(m).ref, "day": day.ref, "words": "Or in June"}))
    assert "taken by now. There is still a place on" in page and "Or in June" in page
    assert not SignUp.objects.of(m).exists()


@pytest.mark.parametrize("day", ["", "forged", "none none"])
def test_an_odd_choice_is_a_sentence(team, sign_in, day):
    m = make_learner(team)
    make_day(team)
    page = sign_in(m.person.user).post(reverse(CHOOSE), {"part": part(m).ref, "day": day})
    assert page.status_code == 200 and "another look" in text_of(page)


def test_a_forged_or_finished_part_changes_nothing(team, sign_in):
    m, other = make_learner(team), make_learner(team)
    day = make_day(team)
    for ref in (part(other).ref, part(m, "basics").ref, "forged", ""):
        sign_in(m.person.user).post(reverse(CHOOSE), {"part": ref, "day": day.ref})
    assert not SignUp.objects.exists()


def test_the_page_is_kind_when_there_is_no_day_or_nothing_to_do(team, sign_in):
    m = make_learner(team)
    client = sign_in(m.person.user)
    assert "There is no day yet." in text_of(client.get(reverse(CHOOSE)))
    m.learnings.all().delete()
    assert "There is nothing to choose now." in text_of(client.get(reverse(CHOOSE)))


def test_the_video_link_stands_there_from_an_hour_before_and_only_for_who_has_a_place(team, sign_in):
    link = "https://meet.example.org/secret-room"
    day, m, other = make_day(team, how="video", link=link), make_learner(team), make_learner(team)
    make_seat(day, m)
    before, within = day.starts_at - dt.timedelta(minutes=61), day.starts_at - dt.timedelta(minutes=59)
    for moment, user, shown in ((before, m, False), (within, m, True), (within, other, False), (day.ends_at, m, False)):
        with clock.at(moment):
            assert (link in text_of(sign_in(user.person.user).get(reverse(CHOOSE)))) is shown


def test_what_was_seen_is_read_in_words_without_any_number(team, sign_in):
    m = make_learner(team)
    row = part(m)
    refs = list(row.module.rubric.values_list("ref", flat=True))
    Observation.objects.create(
        progress=row, number=1, observer=team.trainer, on=team.clinic.today, seen={ref: 2 - n % 2 for n, ref in enumerate(refs)},
        points=7, most=10, passed=False, words="Wait a little longer.",
    )  # fmt: skip
    page = text_of(sign_in(m.person.user).get(reverse(CHOOSE)))
    assert "Wait a little longer." in page and "Clearly seen" in page and "To practise" in page
    seen = page.split("Choose a day together")[1].split("</details>")[0]
    for number in ("7 of", "of 10", "70", "%", "points"):
        assert number not in seen


def test_the_choices_ask_the_same_however_many_days(team, django_assert_num_queries):
    m = make_learner(team)
    for n in (1, 12):
        for _day in range(n):
            make_day(team), make_day(team, "welcome")
        with django_assert_num_queries(5):
            assert [len(choice.days) > 0 for choice in pages.choices(m)] == [True, True]


def test_somebody_elses_place_is_not_there(team, sign_in):
    seat = make_seat(make_day(team), make_learner(team))
    page = sign_in(make_learner(team).person.user).post(reverse("training:session-give-back", args=[seat.ref]))
    seat.refresh_from_db()
    assert page.status_code == 404 and seat.cancelled_at is None


# The calendar -----------------------------------------------------------------------------------


def test_the_file_for_the_calendar_names_no_part_no_illness_and_no_video_link(team, sign_in):
    link = "https://meet.example.org/secret-room"
    day, m = make_day(team, how="video", link=link, organisation="League for rheumatism"), make_learner(team)
    make_seat(day, m)
    response = sign_in(m.person.user).get(reverse("training:session-calendar", args=[day.ref]))
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert response.headers["Content-Type"].startswith("text/calendar")
    assert (event["summary"], event.decoded("dtstart")) == (
        "A meeting in Halfword",
        day.starts_at.replace(microsecond=0),
    )
    for private in (link, "meet.example", "heum", "Listening", team.clinic.name, m.person.first_name):
        assert private not in response.content.decode()


def test_an_address_is_in_the_calendar_and_a_ward_is_not(team, sign_in):
    m = make_learner(team)
    for place, kept in (("Kerkstraat 1, Deinze", True), ("Reumatologie, route 12", False), ("Clinic, room 4", False)):
        day = make_day(team, place=place)
        make_seat(day, m)
        response = sign_in(m.person.user).get(reverse("training:session-calendar", args=[day.ref]))
        assert ("LOCATION" in response.content.decode()) is kept


def test_who_has_no_place_gets_no_file(team, other_team, sign_in):
    day = make_day(team)
    gone = make_seat(day, make_learner(team), cancelled_at=clock.now()).mentor
    for user in (make_learner(team).person.user, gone.person.user, team.clinician, other_team.coordinator):
        assert sign_in(user).get(reverse("training:session-calendar", args=[day.ref])).status_code == 404
