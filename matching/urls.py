"""The addresses of this floor."""

from django.urls import path

from matching import views

app_name = "matching"
urlpatterns = [
    path("waiting/", views.waiting, name="waiting"),
    path("waiting/<slug:ref>/", views.find, name="find"),
    path("matches/<slug:ref>/", views.match, name="match"),
    path("matches/<slug:ref>/answer/", views.record, name="record"),
    path("matches/<slug:ref>/cancel/", views.cancel, name="cancel"),
    path("matches/<slug:ref>/steps/<slug:do>/", views.step, name="step"),
    path("requests/<slug:ref>/", views.request, name="request"),
    path("requests/<slug:ref>/not-this-time/", views.decline, name="decline"),
    path("meet-your-mentor/", views.mentee, name="mentee"),
]
