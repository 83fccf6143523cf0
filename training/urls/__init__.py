"""The addresses of this floor."""

from training.urls import applying, caring, certifying, costs, learning, records, selecting, sessions, supervising

app_name = "training"
urlpatterns = [
    *records.urlpatterns,
    *applying.urlpatterns,
    *selecting.urlpatterns,
    *learning.urlpatterns,
    *sessions.urlpatterns,
    *certifying.urlpatterns,
    *supervising.urlpatterns,
    *caring.urlpatterns,
    *costs.urlpatterns,
]
