"""Addresses of the ways to meet, and of what a clinic chose for its programme."""

from django.urls import path

from mentorship.views import formats, programme

urlpatterns: list = [
    path("pairs/formats/", formats.formats, name="formats"),
    path("pairs/formats/<slug:ref>/", formats.format, name="format"),
    path("pairs/formats/<slug:ref>/copy/", formats.copy, name="format-copy"),
    path("pairs/formats/<slug:ref>/edit/", formats.edit, name="format-edit"),
    path("pairs/formats/<slug:ref>/retire/", formats.retire, name="format-retire"),
    path("settings/programme/", programme.programme, name="programme-settings"),
]
