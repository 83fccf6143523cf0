"""The addresses of this floor."""

from django.urls import path

from referrals.views import consent_texts, detail, mine, refer

app_name = "referrals"
urlpatterns = [
    path("referrals/", mine.mine, name="mine"),
    path("referrals/new/", refer.new, name="new"),
    path("referrals/draft/<slug:ref>/", refer.draft, name="draft"),
    path("referrals/<slug:ref>/", detail.detail, name="detail"),
    path("what-a-mentor-does/", mine.about, name="about"),
    path("settings/consent/", consent_texts.consent_texts, name="consent-texts"),
]
