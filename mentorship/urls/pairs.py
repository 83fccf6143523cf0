"""Addresses."""

from django.urls import path

from mentorship.views import (
    aftercare,
    asking,
    check_days,
    checks,
    contacts,
    correcting,
    home,
    offline,
    own_details,
    pairs,
    saying,
)

urlpatterns: list = [
    path("me/", home.home, name="home"),
    path("log/", contacts.log, name="log"),
    path("log/worker.js", offline.worker, name="log-worker"),
    path("log/offline/", offline.shell, name="log-offline"),
    path("log/<slug:ref>/", contacts.log, name="log-with"),
    path("talks/<slug:ref>/plan/", contacts.plan, name="plan"),
    path("talks/<slug:ref>/move/", contacts.move, name="move"),
    path("talks/<slug:ref>/correct/", correcting.correct, name="correct"),
    path("ask/", asking.ask, name="ask"),
    path("ask/<slug:ref>/", asking.ask, name="ask-about"),
    path("pairs/", pairs.pairs, name="pairs"),
    path("pairs/<slug:ref>/", pairs.pair, name="pair"),
    path("pairs/<slug:ref>/closing/", pairs.closing, name="closing"),
    path("pairs/<slug:ref>/pause/", pairs.pause, name="pause"),
    path("pairs/<slug:ref>/resume/", pairs.resume, name="resume"),
    path("pairs/<slug:ref>/end/", pairs.end, name="end"),
    path("aftercare/", aftercare.mine, name="aftercare-list"),
    path("aftercare/<slug:ref>/", aftercare.done, name="aftercare"),
    path("talked/", saying.by_one_time_link, name="said-link"),
    path("talked/<slug:ref>/", saying.on_own_page, name="said"),
    path("my-page/details/", own_details.details, name="own-details"),
    path("check/", checks.by_one_time_link, name="check-link"),
    path("checks/<slug:ref>/", checks.check, name="check"),
    path("settings/checks/", check_days.check_days, name="check-days"),
]
