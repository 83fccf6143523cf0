"""The addresses of this floor."""

from django.urls import path

from desk import views

app_name = "desk"
urlpatterns = [
    path("today/", views.today, name="today"),
    path("search/", views.search, name="search"),
]
