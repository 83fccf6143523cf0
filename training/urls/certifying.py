"""Addresses of papers: words to sign, certificates, appeals."""

from django.urls import URLPattern, path

from training.views import certifying as views
from training.views import certifying_appeals as appeals

urlpatterns: list[URLPattern] = [
    path("settings/agreements/", views.agreement_texts, name="agreements"),
    path("settings/agreements/<slug:kind>/", views.agreement, name="agreement"),
    path("sign/", views.sign, name="sign"),
    path("my-papers/", views.my_papers, name="my-papers"),
    path("certificates/<slug:ref>/", views.certificate, name="certificate"),
    path("verify/", views.verify_form, name="verify-form"),
    path("verify/<slug:number>/", views.verify, name="verify"),
    path("mentors/<slug:ref>/take-back/", appeals.decertify, name="decertify"),
    path("certificate-taken-back/", appeals.taken_back, name="taken-back"),
    path("appeals/", appeals.appeals, name="appeals"),
    path("appeals/<slug:ref>/", appeals.appeal, name="appeal"),
]
