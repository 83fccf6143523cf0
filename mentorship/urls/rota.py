"""Addresses of the rota."""

from django.urls import path

from mentorship.views import rota

urlpatterns: list = [
    path("on-call/", rota.on_call, name="on-call"),
    path("on-call/plan/", rota.plan, name="plan-on-call"),
    path("on-call/<slug:ref>/", rota.shift, name="shift"),
]
