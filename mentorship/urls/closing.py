"""Addresses of goals and endings."""

from django.urls import path

from mentorship.views import closing, closing_mentee

urlpatterns: list = [
    path("closing/answer/", closing_mentee.by_one_time_link, name="closing-link"),
    path("my/closing/", closing_mentee.on_own_page, name="own-closing"),
    path("my/goals/", closing_mentee.own_goals, name="own-goals"),
    path("my/goals/<slug:ref>/remove/", closing_mentee.remove_goal, name="own-goal-remove"),
    path("my/next/", closing_mentee.what_next, name="own-next"),
    path("my/invitations/", closing_mentee.invitations, name="own-invitations"),
    path("rounding-off/<slug:ref>/", closing.own, name="closing-own"),
    path("rounding-off/<slug:ref>/goal/", closing.goal, name="closing-goal"),
    path("rounding-off/<slug:ref>/stop/", closing.stop, name="closing-stop"),
    path("rounding-off/<slug:ref>/leave/", closing.leave, name="closing-leave"),
    path("invitations/", closing.invitations, name="closing-invitations"),
    path("pairs/<slug:ref>/closing/noted/", closing.noted, name="closing-noted"),
    path("debriefs/", closing.debriefs, name="debriefs"),
    path("debriefs/<slug:ref>/done/", closing.debrief_done, name="debrief-done"),
    path("former/", closing.former, name="former"),
]
