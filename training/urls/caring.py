"""Addresses."""

from django.urls import URLPattern, path

from training.views import caring as views

urlpatterns: list[URLPattern] = [
    path("wellbeing/", views.wellbeing, name="wellbeing"),
    path("wellbeing/gifts/", views.gifts, name="gifts"),
    path("flare/", views.flare, name="flare"),
    path("flare/better/", views.better, name="better"),
    path("look-after/", views.tasks, name="care-tasks"),
    path("look-after/<slug:ref>/", views.done, name="care-done"),
]
