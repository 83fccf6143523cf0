"""Addresses of a mentee's own questions, of the library of answers, and of who answers what."""

from django.urls import path

from mentorship.views import library, mentee_questions

urlpatterns: list = [
    path("my-questions/", mentee_questions.mentee_questions, name="mentee-questions"),
    path("answers/", library.answers, name="answers"),
    path("answers/new/", library.new_answer, name="new-answer"),
    path("answers/<slug:ref>/", library.approved_answer, name="approved-answer"),
    path("settings/questions/", library.routes, name="question-routes"),
]
