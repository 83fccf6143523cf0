"""The gallery of components, for those who build pages."""

from django.urls import path

from common import gallery

app_name = "common"
urlpatterns = [path("", gallery.gallery, name="gallery")]
