"""Addresses of people who would like to be a mentor, and of letters."""

from django.urls import URLPattern, path

from training.views import applicants, applying, letters

urlpatterns: list[URLPattern] = [
    path("become-a-mentor/<slug:ref>/", applying.apply, name="apply"),
    path("become-a-mentor/<slug:ref>/sent/", applying.sent, name="apply-sent"),
    path("become-a-mentor/<slug:ref>/my-link/", applying.my_link, name="apply-link"),
    path("become-a-mentor/<slug:ref>/code.svg", applicants.qr, name="apply-code"),
    path("my-application/", applying.status, name="application-status"),
    path("my-application/take-back/", applying.take_back, name="application-take-back"),
    path("my-application/answer/", applying.fill, name="application-fill"),
    path("applicants/", applicants.applicants, name="applicants"),
    path("applicants/new/", applicants.write_down, name="write-down"),
    path("applicants/leaflet/", applicants.leaflet, name="leaflet"),
    path("applicants/<slug:ref>/", applicants.applicant, name="applicant"),
    path("applicants/<slug:ref>/close/", applicants.close, name="applicant-close"),
    path("applicants/<slug:ref>/open/", applicants.reopen, name="applicant-reopen"),
    path("put-forward/", applicants.nominate, name="nominate"),
    path("letter/", letters.letter_link, name="letter-link"),
    path("letters/<slug:ref>/", letters.letter, name="letter"),
]
