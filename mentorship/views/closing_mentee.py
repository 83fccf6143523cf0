"""Goals and endings on the mentee's side: by one-time link, or on their own page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import links
from accounts.models import User
from accounts.views import no_longer
from common.errors import Refused
from common.policy import by_link
from matching.models import Match
from mentorship import closing_cards
from mentorship.actions import closing as actions
from mentorship.actions import goals
from mentorship.forms.closing import BackForm, GoalForm, NextForm, QuestionsForm
from mentorship.mentee_session import KIND
from mentorship.models import Side
from mentorship.rules.pairs import PRESENT
from mentorship.views.closing import questions_form
from mentorship.views.own_page import HOME, WRITE, with_page
from referrals.actions.consent import words_read
from referrals.data import ConsentData
from referrals.models import Consent, Referral, Scope
from referrals.workflow import Status as ReferralStatus

Pair = Match | None


def _asked(match: Pair) -> bool:
    """Tell whether the closing questions are open to the mentee of a pair."""
    closing = getattr(match, "closing", None) if match else None
    return closing is not None and bool(closing.future) and actions.may_answer(match, Side.MENTEE)


def _pair_of_link(request: HttpRequest) -> Pair:
    """Return the pair a link is about while its mentee agrees; the link itself is the permission to see it."""
    link = links.current(request, actions.ASK)
    if link is None:
        return None
    return closing_cards.match_of_link(link.subject)


@by_link(actions.ASK)
@require_http_methods(WRITE)
def by_one_time_link(request: HttpRequest) -> HttpResponse:
    """Two questions and a line, by the link in the message."""
    match = _pair_of_link(request)
    if not _asked(match):
        return no_longer(request)
    return _questions(
        request, match, lambda: links.consume(request, links.current(request, actions.ASK)), "mentorship:closing-link"
    )


@by_link(KIND)
@require_http_methods(WRITE)
@with_page
def on_own_page(request: HttpRequest, referral: Referral) -> HttpResponse:
    """The same on the mentee's own page."""
    match = closing_cards.last_match(referral)
    if not _asked(match):
        return redirect(HOME)
    match.referral = referral
    return _questions(request, match, lambda: True, HOME)


def _questions(request: HttpRequest, match: Match, consume: Callable[[], bool], after: str) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = questions_form(match, match.closing, Side.MENTEE, data)
    if data is not None and form.is_valid():
        try:
            if not _save(match, form, consume):
                return no_longer(request)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved, thank you. You can still change it."))
            return redirect(after)
    context = {
        "form": form, "name": match.mentor.person.first_name, "clinic": match.referral.clinic,
        "on_own_page": after == HOME,
    }  # fmt: skip
    return render(request, "mentorship/closing/questions.html", context)


def _save(match: Match, form: QuestionsForm, consume: Callable[[], bool]) -> bool:
    """Use the link up and store the answers, both or neither; False when another browser was first."""
    with transaction.atomic():
        if not consume():
            return False
        actions.answer(match=match.pk, by=User.objects.system(), side=Side.MENTEE, **form.values())
    return True


# Goals ------------------------------------------------------------------------------------


@by_link(KIND)
@require_http_methods(WRITE)
@with_page
def own_goals(request: HttpRequest, referral: Referral) -> HttpResponse:
    """What they would like, in their own words; nobody asks after it."""
    match = closing_cards.last_match(referral)
    if match is None or match.status not in PRESENT:
        return redirect(HOME)
    form = GoalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            goals.write(match=match.pk, by=User.objects.system(), text=form.cleaned_data["text"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("It is written down."))
            return redirect("mentorship:own-goals")
    kept = closing_cards.goals_of(referral)
    context = {"form": form, "goals": kept, "name": match.mentor.person.first_name, "clinic": referral.clinic}
    return render(request, "mentorship/closing/goals.html", context)


@by_link(KIND)
@require_POST
@with_page
def remove_goal(request: HttpRequest, referral: Referral, ref: str) -> HttpResponse:
    """Take a goal away."""
    goal = closing_cards.goals_of(referral).filter(ref=ref).first()
    if goal is not None:
        goals.remove(goal=goal.pk, by=User.objects.system())
        messages.success(request, _("It is gone."))
    return redirect("mentorship:own-goals")


# What comes after --------------------------------------------------------------------------


@by_link(KIND)
@require_http_methods(WRITE)
@with_page
def what_next(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Another mentor, a group, or nothing for now; or back again after everything was closed."""
    if referral.status == ReferralStatus.CLOSED:
        return come_back(request, referral)
    if closing_cards.what_next(referral, request) is None:
        return redirect(HOME)
    form = NextForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.say_next(referral=referral.pk, by=User.objects.system(), wish=form.cleaned_data["wish"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Thank you. The coordinator knows, and you can change your mind any time."))
            return redirect(HOME)
    return render(request, "mentorship/closing/next.html", {"form": form, "clinic": referral.clinic})


def come_back(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Ask every consent anew, and open the referral again."""
    if referral.close_reason in actions.SETTLED:
        return redirect(HOME)
    texts = {scope: words_read(referral.clinic, scope.value, (), referral.mentee.language) for scope in Scope}
    words = {scope.value: (scope.label, text.text) for scope, text in texts.items()}
    form = BackForm(request.POST if request.method == "POST" else None, words=words)
    if request.method == "POST" and form.is_valid():
        shown = tuple(text.pk for text in texts.values())
        consent = ConsentData(answers=form.answers(), how=Consent.How.LINK, texts=shown)
        try:
            actions.come_back(referral=referral.pk, by=User.objects.system(), consent=consent)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Welcome back. We look for a mentor for you, and you hear from us."))
            return redirect(HOME)
    return render(request, "mentorship/closing/back.html", {"form": form, "clinic": referral.clinic})


@by_link(KIND)
@require_POST
@with_page
def invitations(request: HttpRequest, referral: Referral) -> HttpResponse:
    """May the programme invite them now and then? Changed any day."""
    agrees = request.POST.get("agrees") == "yes"
    actions.agree_to_invitations(referral=referral.pk, by=User.objects.system(), agrees=agrees)
    messages.success(request, _("Saved, thank you."))
    return redirect(HOME)
