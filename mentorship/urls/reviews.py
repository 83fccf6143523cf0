"""Addresses of pairs that were drawn to look at."""

from django.urls import path

from mentorship.views import reviews as views

urlpatterns: list = [
    path("pair-reviews/", views.reviews, name="reviews"),
    path("pair-reviews/<slug:ref>/", views.review, name="review"),
]
