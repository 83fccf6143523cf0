"""The own account, and where one-time links arrive. Signing in is in entrance.py."""

from django.urls import path

from accounts import again, views

app_name = "accounts"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/reminders/", views.reminding, name="reminding"),
    path("account/phone/", views.phone, name="phone"),
    path("account/phone/code/", views.phone_code, name="phone-code"),
    path("account/language/", views.language, name="language"),
    path("account/password/", views.choose_password, name="choose-password"),
    path("l/", again.link_again, name="link-again"),
    path("l/<str:token>/", views.arrive, name="link"),
]
