"""The addresses of this floor."""

app_name = "training"
urlpatterns: list = []
