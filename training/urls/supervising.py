"""Addresses of supervision and of concerns told in confidence."""

from django.urls import URLPattern, path

from training.views import care_settings, concerns
from training.views import supervising as views

urlpatterns: list[URLPattern] = [
    path("supervision/", views.supervision, name="supervision"),
    path("supervision/plan/", views.plan, name="plan-talk"),
    path("supervision/mine/", views.mine, name="my-supervision"),
    path("supervision/topics/<slug:ref>/", views.topic, name="supervision-topic"),
    path("supervision/talks/<slug:ref>/", views.talk, name="talk"),
    path("supervision/talks/<slug:ref>/move/", views.move, name="move-talk"),
    path("supervision/talks/<slug:ref>/cancel/", views.cancel, name="cancel-talk"),
    path("mentors/<slug:ref>/supervisor/", views.name_supervisor, name="name-supervisor"),
    path("settings/looking-after/", care_settings.care, name="care-settings"),
    path("concern/", concerns.tell, name="tell-concern"),
    path("concern/sent/", concerns.sent, name="concern-sent"),
    path("concern/<slug:ref>/", concerns.tell_clinic, name="tell-clinic-concern"),
    path("concerns/", concerns.concerns, name="concerns"),
    path("concerns/<slug:ref>/", concerns.concern, name="concern"),
]
