"""The addresses of this floor."""

app_name = "desk"
urlpatterns: list = []
