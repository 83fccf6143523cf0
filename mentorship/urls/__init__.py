"""The addresses of a match, lived: pairs in one module, flags and questions in the other."""

from mentorship.urls import flags, pairs

app_name = "mentorship"
urlpatterns = [*pairs.urlpatterns, *flags.urlpatterns]
