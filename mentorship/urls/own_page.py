"""Addresses of a mentee's own page, and of its link for coordinators."""

from django.urls import path

from mentorship.views import own_consents, own_data, own_link, own_page, own_reminders, own_worry

urlpatterns: list = [
    path("my/", own_page.home, name="own-page"),
    path("my/close/", own_page.close, name="own-close"),
    path("my/choose/", own_page.choose, name="own-choose"),
    path("my/another/", own_page.another, name="own-another"),
    path("my/pause/", own_page.pause, name="own-pause"),
    path("my/pause/end/", own_page.go_on, name="own-go-on"),
    path("my/stop/", own_page.stop, name="own-stop"),
    path("my/agreed/<slug:scope>/", own_consents.consent, name="own-consent"),
    path("my/worry/", own_worry.worry, name="own-worry"),
    path("my/worry/<slug:ref>/", own_worry.sent, name="own-worry-sent"),
    path("my/data/", own_data.data, name="own-data"),
    path("my/data/file/", own_data.file, name="own-data-file"),
    path("my/reminders/", own_reminders.reminders, name="own-reminders"),
    path("own-pages/<slug:ref>/send/", own_link.send, name="own-page-send"),
    path("own-pages/<slug:ref>/print/", own_link.by_hand, name="own-page-print"),
]
