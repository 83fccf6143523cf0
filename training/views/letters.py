"""A letter, read behind sign-in or by a one-time link. Only a button says that it was read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts import links
from accounts.views import no_longer
from common.policy import by_link, signed_in
from training.actions.letters import clinic_of, say_read
from training.by_link_applying import asks_who, letter_of
from training.models import Letter
from training.notices.letters import READ
from training.views.applying import ask_who


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def letter(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a letter to its reader, who may say that it was read, and to who keeps the mentors' records."""
    row = get_object_or_404(Letter.objects.visible_to(request.user).with_reader(), ref=ref)
    mine = row.mentor is not None and row.mentor.person.user_id == request.user.pk
    if request.method == "POST" and mine:
        say_read(letter=row.pk)
        return redirect("training:letter", ref=row.ref)
    return render(request, "training/applying/letter.html", {"letter": row, "mine": mine, "clinic": clinic_of(row)})


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(READ)
def letter_link(request: HttpRequest) -> HttpResponse:
    """Show a letter to somebody without an account. The link goes on working: a letter may be read again."""
    row = letter_of(links.current(request, READ))
    if row is None:
        return no_longer(request)
    applied = asks_who(row)
    if applied:
        return ask_who(request, applied, "training:letter-link")
    if request.method == "POST":
        say_read(letter=row.pk)
        return redirect("training:letter-link")
    return render(
        request, "training/applying/letter_link.html", {"letter": row, "mine": True, "clinic": clinic_of(row)}
    )
