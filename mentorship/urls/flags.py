"""Addresses of worries, flags, questions and their settings."""

from django.urls import path

from mentorship.views import flag_settings, flags, ladder_settings, questions, worry

urlpatterns: list = [
    path("worry/", worry.worry, name="worry"),
    path("worry/myself/", worry.worry_myself, name="worry-myself"),
    path("worry/sent/<slug:ref>/", worry.worry_sent, name="worry-sent"),
    path("worry/referral/<slug:ref>/", worry.worry_referral, name="worry-referral"),
    path("worry/<slug:ref>/", worry.worry_about, name="worry-about"),
    path("check/worry/", worry.worry_link, name="worry-link"),
    path("check/worry/<slug:ref>/", worry.worry_link_sent, name="worry-link-sent"),
    path("flags/", flags.flags, name="flags"),
    path("flags/<slug:ref>/", flags.flag, name="flag"),
    path("escalations/", flags.escalations, name="escalations"),
    path("questions/", questions.questions, name="questions"),
    path("questions/<slug:ref>/", questions.question, name="question"),
    path("answer/", questions.answer_link, name="answer-link"),
    path("settings/worries/", flag_settings.worries, name="worry-settings"),
    path("settings/worries/<slug:ref>/", flag_settings.worry, name="worry-setting"),
    path("settings/deadlines/", flag_settings.deadlines, name="deadline-settings"),
    path("settings/deadlines/versions/", flag_settings.versions, name="deadline-versions"),
    path("settings/ladder/", ladder_settings.ladder, name="ladder-settings"),
]
