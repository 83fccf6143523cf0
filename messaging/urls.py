"""The addresses of this floor."""

app_name = "messaging"
urlpatterns: list = []
