"""Addresses of training days and role-plays."""

from django.urls import URLPattern, path

from training.views import sessions as views
from training.views import sessions_own as own

urlpatterns: list[URLPattern] = [
    path("training-days/", views.sessions, name="sessions"),
    path("training-days/new/", views.new, name="session-new"),
    path("training-days/mine/", views.my_sessions, name="my-sessions"),
    path("training-days/choose/", own.choose, name="session-choose"),
    path("training-days/<slug:ref>/", views.session, name="session"),
    path("training-days/<slug:ref>/change/", views.change, name="session-change"),
    path("training-days/<slug:ref>/cancel/", views.cancel, name="session-cancel"),
    path("training-days/<slug:ref>/calendar.ics", views.calendar, name="session-calendar"),
    path("places/<slug:ref>/give-back/", own.give_back, name="session-give-back"),
    path("no-day/<slug:ref>/spoken/", views.spoken, name="session-spoken"),
    path("role-plays/<slug:ref>/", own.role_play, name="role-play"),
]
