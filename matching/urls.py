"""The addresses of this floor."""

app_name = "matching"
urlpatterns: list = []
