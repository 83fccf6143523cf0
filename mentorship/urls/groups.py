"""Addresses of groups, their meetings and places."""

from django.urls import path

from mentorship.views import groups, groups_join, groups_meetings, groups_places

urlpatterns: list = [
    path("groups/", groups.groups, name="groups"),
    path("groups/mine/", groups_meetings.mine, name="my-groups"),
    path("groups/new/", groups.choose, name="group-choose"),
    path("groups/new/<slug:ref>/<int:component>/", groups.new, name="group-new"),
    path("groups/for/<slug:ref>/", groups_places.for_referral, name="group-for"),
    path("groups/places/<slug:ref>/", groups_places.place, name="group-place"),
    path("groups/meetings/<slug:ref>/", groups_meetings.meeting, name="group-session"),
    path("groups/meetings/<slug:ref>/change/", groups_meetings.change, name="group-session-change"),
    path("groups/meetings/<slug:ref>/off/", groups_meetings.off, name="group-session-off"),
    path("groups/meetings/<slug:ref>/note/", groups_meetings.note, name="group-session-note"),
    path("groups/meetings/<slug:ref>/let-choose/", groups_meetings.let_choose, name="group-let-choose"),
    path("groups/<slug:ref>/", groups.group, name="group"),
    path("groups/<slug:ref>/change/", groups.change, name="group-change"),
    path("groups/<slug:ref>/cancel/", groups.cancel, name="group-cancel"),
    path("groups/<slug:ref>/add/", groups.add, name="group-add"),
    path("groups/<slug:ref>/invite/", groups_places.invite, name="group-invite"),
    path("group/", groups_join.join, name="group-join"),
    path("group/calendar/", groups_join.calendar, name="group-join-calendar"),
    path("my-group/<slug:ref>/", groups_join.mine, name="my-group"),
]
