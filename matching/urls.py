"""The addresses of this floor."""

from django.urls import path

from matching.views import choosing, coordinators, details, gaps, mentees, mentors, overrides, solving, weights

app_name = "matching"
urlpatterns = [
    path("waiting/", solving.waiting, name="waiting"),
    path("waiting/work-out/", solving.work_out, name="work-out"),
    path("waiting/progress/", solving.progress, name="progress"),
    path("waiting/<slug:ref>/with/<slug:mentor>/take-back/", solving.take_back, name="take-pair-back"),
    path("waiting/<slug:ref>/", coordinators.find, name="find"),
    path("whom-to-look-for/", gaps.whom_to_look_for, name="gaps"),
    path("matches/<slug:ref>/", coordinators.match, name="match"),
    path("matches/<slug:ref>/answer/", coordinators.record, name="record"),
    path("matches/<slug:ref>/cancel/", coordinators.cancel, name="cancel"),
    path("matches/<slug:ref>/steps/<slug:do>/", coordinators.step, name="step"),
    path("requests/<slug:ref>/", mentors.request, name="request"),
    path("requests/<slug:ref>/details/", details.details, name="details"),
    path("requests/<slug:ref>/not-this-time/", mentors.decline, name="decline"),
    path("waiting/<slug:ref>/let-choose/", choosing.offer, name="offer-choice"),
    path("choices/<slug:ref>/answer/", choosing.heard, name="choice-heard"),
    path("choices/<slug:ref>/take-back/", choosing.take_back, name="choice-take-back"),
    path("choose-a-mentor/", choosing.choose, name="choose"),
    path("meet-your-mentor/", mentees.mentee, name="mentee"),
    path("settings/matching/", weights.weights, name="weights"),
    path("settings/matching/not-the-first/", overrides.overrides, name="overrides"),
]
