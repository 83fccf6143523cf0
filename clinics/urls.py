"""People and roles, settings, the access log, and changing hat."""

from django.urls import path

from clinics.views.closing import closing_days
from clinics.views.hat import hat
from clinics.views.looks import access_log
from clinics.views.people import people, person, person_do
from clinics.views.settings import basics, index, numbers, working_hours
from clinics.views.switching import switch_on

app_name = "clinics"
urlpatterns = [
    path("people/", people, name="people"),
    path("people/<slug:ref>/", person, name="person"),
    path("people/<slug:ref>/send-again/", person_do, {"verb": "again"}, name="invite-again"),
    path("people/<slug:ref>/take-back/", person_do, {"verb": "back"}, name="invite-back"),
    path("people/<slug:ref>/close/", person_do, {"verb": "close"}, name="close-account"),
    path("people/<slug:ref>/open/", person_do, {"verb": "open"}, name="open-account"),
    path("settings/", index, name="settings"),
    path("settings/on/", switch_on, name="switch-on"),
    path("settings/basics/", basics, name="basics"),
    path("settings/hours/", working_hours, name="hours"),
    path("settings/closing-days/", closing_days, name="closing-days"),
    path("settings/numbers/", numbers, name="numbers"),
    path("access-log/", access_log, name="access-log"),
    path("hat/", hat, name="hat"),
]
