"""The addresses of this floor."""

app_name = "clinics"
urlpatterns: list = []
