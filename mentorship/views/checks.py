"""Pages of follow-up questions: a mentee's by link, a mentor's, and the coordinator's look at an answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import links
from accounts.models import User
from accounts.views import no_longer
from clinics import access_log
from clinics.roles import Perm
from common.errors import Refused
from common.policy import by_link, needs
from matching.workflow import Status as MatchStatus
from mentorship import answers
from mentorship import checks as questions
from mentorship.actions import checks as actions
from mentorship.forms.pairs import CommentForm, HandleForm
from mentorship.models import FollowUpCheck
from mentorship.people import check_of_link
from mentorship.rules import pairs as rules

KIND = "check.answer"


@by_link(KIND)
def by_one_time_link(request: HttpRequest) -> HttpResponse:
    """A mentee's question: one tap saves, a line more if they like, another tap changes the answer."""
    link = links.current(request, KIND)
    row = check_of_link(link)
    if row is None:
        return no_longer(request)
    refusal = None
    if request.method == "POST":
        if not links.consume(request, link):
            return no_longer(request)
        form, refusal = save(request, row, User.objects.system())
        if refusal is None and form.is_valid():
            return redirect("mentorship:check-link")
    context = answer_page(request, row, refusal) | {"clinic": row.match.referral.clinic}
    return render(request, "mentorship/check_link.html", context)


@needs(Perm.MENTOR, Perm.COORDINATE)
def check(request: HttpRequest, ref: str) -> HttpResponse:
    """A mentor answers; a coordinator sees the answer and notes what was done."""
    rows = FollowUpCheck.objects.visible_to(request.user).with_what_was().select_related(
        "match__referral__mentee", "match__referral__clinic", "match__mentor__person", "handled_by"
    )  # fmt: skip
    row = get_object_or_404(rows, ref=ref)
    if rules.answer_check.allows(request.user, row):
        return answer(request, row)
    return handle(request, row)


def answer(request: HttpRequest, row: FollowUpCheck) -> HttpResponse:
    """The mentor's question."""
    refusal = None
    if request.method == "POST":
        form, refusal = save(request, row, request.user)
        if refusal is None and form.is_valid():
            return redirect("mentorship:check", row.ref)
    else:
        access_log.record(request, page="follow-up question", people=[row.match.referral.mentee])
    return render(request, "mentorship/check.html", answer_page(request, row, refusal))


def save(request: HttpRequest, row: FollowUpCheck, by: User) -> tuple[CommentForm, Refused | None]:
    """Store a tap or the line after it; return the form and why it was refused, if it was."""
    form = comment_form(row, request.POST)
    if not form.is_valid():
        return form, None
    try:
        if "answer" in request.POST:
            actions.answer_check(check=row.pk, by=by, answer=request.POST["answer"])
        else:
            actions.say_more(check=row.pk, by=by, comment=form.cleaned_data["comment"], more=form.more)
    except Refused as refusal:
        return form, refusal
    return form, None


def comment_form(row: FollowUpCheck, data=None) -> CommentForm:
    """Return the form of what may follow a tap."""
    mentee, mentor = row.match.referral.mentee, row.match.mentor.person
    other = mentor if row.to == questions.MENTEE else mentee
    asked = questions.question(row.day, row.to).more
    return CommentForm(data, initial=row.more | {"comment": row.comment}, other=other.first_name, questions=asked)


def answer_page(request: HttpRequest, row: FollowUpCheck, refusal: Refused | None) -> dict:
    """Return what the page of a question shows."""
    question = questions.question(row.day, row.to)
    mentee, mentor = row.match.referral.mentee, row.match.mentor.person
    asked, other = (mentee, mentor) if row.to == questions.MENTEE else (mentor, mentee)
    chosen = question.find(row.answer)
    more = request.method == "POST" and "answer" not in request.POST
    given = questions.in_words(row.day, row.to, row.answer, row.more, other.first_name)
    form = comment_form(row, request.POST if more else None)
    form.is_valid()  # now, so that the page's title knows
    return {
        "check": row, "question": question.asks(other.first_name), "answers": question.answers, "asked": asked,
        "other": other, "calls": any(found.calls for _text, found in given),
        "is_uneasy": row.answer == questions.NOT_COMFORTABLE, "form": form, "given": given[1:] if chosen else given,
        "refusal": refusal, "is_over": row.cancelled_at is not None or ended(row),
    }  # fmt: skip


def ended(row: FollowUpCheck) -> bool:
    """Tell whether the pair is over, so that nobody is asked but for the outcome."""
    return row.match.status == MatchStatus.ENDED and row.day != questions.OUTCOME_DAY


def handle(request: HttpRequest, row: FollowUpCheck) -> HttpResponse:
    """What was answered, and what the coordinator did about it."""
    form = HandleForm(request.POST or None, initial={"note": row.handled_note})
    if request.method == "POST" and form.is_valid():
        try:
            actions.handle_check(check=row.pk, by=request.user, note=form.cleaned_data["note"])
            messages.success(request, _("Noted. It is off today's list."))
            return redirect(reverse("mentorship:pair", args=[row.match.ref]))
        except Refused as refusal:
            form.refuse(refusal)
    if request.method == "GET":
        access_log.record(request, page="follow-up answer", people=[row.match.referral.mentee])
    context = answer_page(request, row, None)
    context |= {
        "form": form, "match": row.match, "answer": questions.question(row.day, row.to).find(row.answer),
        "was": questions.earlier(row.day, row.to, row.was, context["other"].first_name),
        "history": answers.history(row, context["other"].first_name), "clinic": row.match.referral.clinic,
    }  # fmt: skip
    return render(request, "mentorship/check_handle.html", context)
