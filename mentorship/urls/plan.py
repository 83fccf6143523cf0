"""Addresses of a pair's plan, of a mentee's talks by link, and of a mentor's private calendar."""

from django.urls import path

from mentorship.views import plan, plan_calendar, plan_mentee

urlpatterns: list = [
    path("talks/<slug:ref>/", plan.talks_page, name="talks"),
    path("talks/<slug:ref>/to/", plan.move_to, name="move-to"),
    path("talks/<slug:ref>/talk.ics", plan.talk_file, name="talk-file"),
    path("pairs/<slug:ref>/format/", plan.change_format, name="change-format"),
    path("pairs/<slug:ref>/from/<slug:name>/", plan.anchor, name="anchor"),
    path("pairs/<slug:ref>/relatives/", plan.relatives, name="relatives"),
    path("my-talks/", plan_mentee.mentee_talks_page, name="mentee-talks"),
    path("my-talks/<slug:ref>/talk.ics", plan_mentee.mentee_talk_file, name="mentee-talk-file"),
    path("my-calendar/", plan_calendar.my_calendar, name="my-calendar"),
    path("calendar/<str:token>.ics", plan_calendar.calendar_feed, name="calendar-feed"),
]
