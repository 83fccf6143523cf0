"""The addresses of this floor."""

from django.urls import path

from referrals.views import asking, consent_texts, detail, mine, refer

app_name = "referrals"
urlpatterns = [
    path("referrals/", mine.mine, name="mine"),
    path("referrals/new/", refer.new, name="new"),
    path("referrals/draft/<slug:ref>/", refer.draft, name="draft"),
    path("referrals/asked/", asking.wishes, name="wishes"),
    path("referrals/asked/leaflet/", asking.leaflet, name="ask-leaflet"),
    path("referrals/asked/<slug:ref>/", asking.wish, name="wish"),
    path("ask-for-a-mentor/where-it-stands/", asking.status, name="ask-status"),
    path("ask-for-a-mentor/<slug:ref>/", asking.ask, name="ask"),
    path("ask-for-a-mentor/<slug:ref>/sent/", asking.sent, name="ask-sent"),
    path("ask-for-a-mentor/<slug:ref>/code.svg", asking.code, name="ask-code"),
    path("settings/asking/", asking.settings_page, name="ask-settings"),
    path("referrals/<slug:ref>/", detail.detail, name="detail"),
    path("what-a-mentor-does/", mine.about, name="about"),
    path("settings/consent/", consent_texts.consent_texts, name="consent-texts"),
]
