"""Addresses of choosing mentors: selection, ratings, papers, and the clinic's own rules for it."""

from django.urls import URLPattern, path

from training.views import files, selecting, selecting_policy

urlpatterns: list[URLPattern] = [
    path("mentors/<slug:ref>/selection/", selecting.choose, name="selection"),
    path("mentors/<slug:ref>/selection/<slug:key>/", selecting.step, name="selection-step"),
    path("ratings/<slug:ref>/", selecting.rate, name="rate"),
    path("sponsors/<slug:ref>/", selecting.sponsor, name="sponsor"),
    path("asked/", selecting.asked, name="asked"),
    path("files/<slug:ref>/", files.file, name="file"),
    path("settings/choosing/", selecting_policy.admission, name="admission"),
    path("settings/choosing/new/", selecting_policy.new, name="admission-new"),
]
