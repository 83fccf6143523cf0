"""Signing in, the own account, and where one-time links arrive."""

from django.urls import path

app_name = "accounts"
urlpatterns = []
