"""The addresses of this floor."""

from django.urls import path

from training.views import records as views

urlpatterns = [
    path("mentors/", views.mentors, name="mentors"),
    path("mentors/new/", views.new, name="new"),
    path("mentors/<slug:ref>/", views.mentor, name="mentor"),
    path("mentors/<slug:ref>/profile/", views.edit, name="edit"),
    path("mentors/<slug:ref>/steps/<slug:key>/", views.step, name="step"),
    path("other-clinics/", views.share, name="share"),
    path("rest/", views.rest, name="rest"),
    path("rest/back/", views.back, name="back"),
]
