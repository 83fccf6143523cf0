"""The own account, and where one-time links arrive. Signing in is in entrance.py."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/language/", views.language, name="language"),
    path("account/password/", views.choose_password, name="choose-password"),
    path("l/<str:token>/", views.arrive, name="link"),
]
