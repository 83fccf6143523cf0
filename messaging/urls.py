"""The addresses of this floor."""

from django.urls import path

from messaging import metrics, views, webhooks

app_name = "messaging"
urlpatterns = [
    path("live", views.live, name="live"),
    path("ready", views.ready, name="ready"),
    path("metrics", metrics.page, name="metrics"),
    path("webhooks/sms/", webhooks.sms_reports, name="sms-reports"),
    path("webhooks/mail/", webhooks.mail_reports, name="mail-reports"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/undelivered/", views.undelivered, name="undelivered"),
    path("outbox/mail/", views.mails, name="mails"),
    path("outbox/mail/<int:pk>/", views.mail, name="mail"),
    path("outbox/message/<slug:ref>/", views.message, name="message"),
    path("outbox/message/<slug:ref>/again/", views.again, name="again"),
    path("outbox/message/<slug:ref>/settle/", views.settle, name="settle"),
]
