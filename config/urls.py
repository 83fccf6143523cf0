"""Every address. Each app declares its own; the names are the field's words."""

from django.urls import include, path

from desk.views import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("desk.urls")),
    path("", include("accounts.urls")),
    path("accounts/", include("accounts.entrance")),
    path("", include("clinics.urls")),
    path("", include("messaging.urls")),
    path("", include("referrals.urls")),
    path("", include("training.urls")),
    path("", include("matching.urls")),
    path("", include("mentorship.urls")),
    path("_gallery/", include("common.urls")),
]

handler500 = "common.pages.server_error"
