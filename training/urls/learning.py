"""Addresses of the training: of who learns, and of who helps them."""

from django.urls import URLPattern, path

from training.views import learning, learning_curriculum, learning_staff

urlpatterns: list[URLPattern] = [
    path("my-training/", learning.my_training, name="my-training"),
    path("my-training/begin/", learning.begin, name="begin-training"),
    path("my-training/tries/<slug:ref>/", learning.attempt, name="try"),
    path("my-training/tries/<slug:ref>/hand-in/", learning.hand_in, name="hand-in"),
    path("my-training/<slug:ref>/", learning.module, name="module"),
    path("my-training/<slug:ref>/words/", learning.write, name="write"),
    path("my-training/<slug:ref>/try/", learning.begin_try, name="begin-try"),
    path("mentors/<slug:ref>/training/", learning_staff.progress, name="learning"),
    path("mentors/<slug:ref>/training/begin/", learning_staff.begin, name="begin-for"),
    path("mentors/<slug:ref>/training/elsewhere/", learning_staff.elsewhere, name="elsewhere"),
    path("learning/<slug:ref>/words/", learning_staff.read, name="read"),
    path("learning/<slug:ref>/again/", learning_staff.again, name="round"),
    path("settings/training/", learning_curriculum.curriculum, name="curriculum"),
    path("settings/training/new/", learning_curriculum.begin, name="curriculum-new"),
    path("settings/training/publish/", learning_curriculum.publish, name="curriculum-publish"),
    path("settings/training/parts/", learning_curriculum.add, name="curriculum-add"),
    path("settings/training/parts/<slug:ref>/", learning_curriculum.module, name="curriculum-module"),
    path("settings/training/parts/<slug:ref>/pages/<int:number>/", learning_curriculum.page, name="curriculum-page"),
    path(
        "settings/training/parts/<slug:ref>/questions/<slug:which>/",
        learning_curriculum.question,
        name="curriculum-question",
    ),
]
