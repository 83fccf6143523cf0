"""The addresses of this floor."""

app_name = "referrals"
urlpatterns: list = []
