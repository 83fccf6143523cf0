"""The addresses of this floor."""

from django.urls import path

from desk import views, views_health, views_pipeline

app_name = "desk"
urlpatterns = [
    path("today/", views.today, name="today"),
    path("search/", views.search, name="search"),
    path("health/", views_health.page, name="health"),
    path("pipeline/", views_pipeline.pipeline, name="pipeline"),
]
