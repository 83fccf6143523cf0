"""The addresses of a match, lived: pairs in one module, flags and questions in the other."""

from mentorship.urls import closing, flags, formats, groups, own_page, pairs, plan, questions, reviews, rota

app_name = "mentorship"
urlpatterns = [
    *formats.urlpatterns,
    *pairs.urlpatterns,
    *plan.urlpatterns,
    *closing.urlpatterns,
    *flags.urlpatterns,
    *groups.urlpatterns,
    *questions.urlpatterns,
    *reviews.urlpatterns,
    *own_page.urlpatterns,
    *rota.urlpatterns,
]
