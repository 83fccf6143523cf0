"""The addresses of signing in, with allauth's names: only those that are used."""

from allauth.account import views as allauth
from django.urls import path

from accounts import views
from common.policy import public, signed_in

urlpatterns = [
    path("login/", public(allauth.login), name="account_login"),
    path("logout/", views.sign_out, name="account_logout"),
    path("password/change/", signed_in(views.change_password), name="account_change_password"),
    path("password/reset/", public(allauth.password_reset), name="account_reset_password"),
    path("password/reset/done/", public(allauth.password_reset_done), name="account_reset_password_done"),
]
