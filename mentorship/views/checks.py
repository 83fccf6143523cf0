"""Pages of follow-up questions: a mentee's by link, a mentor's, and the coordinator's look at an answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
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
from mentorship.actions import thanks as saying
from mentorship.forms.pairs import CommentForm, HandleForm, TeamForm
from mentorship.forms.thanks import ThanksForm
from mentorship.models import FollowUpCheck
from mentorship.people import check_of_link, thanks_of
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
        if "thanks" in request.POST:
            return thank(request, row)
        if "ask_team" in request.POST:
            return ask_team(request, row)
        form, refusal = save(request, row, User.objects.system())
        if refusal is None and form.is_valid():
            return redirect("mentorship:check-link")
    return link_page(request, row, refusal, thanks_form(row))


def link_page(
    request: HttpRequest, row: FollowUpCheck, refusal: Refused | None, form: ThanksForm, team_form: TeamForm | None = None
) -> HttpResponse:  # fmt: skip
    """Show a mentee's question, a way to the team, and room for a word of thanks once they have answered."""
    said = thanks_of(row)
    ended_badly = row.match.end_reason in ("died", "consent")
    context = answer_page(request, row, refusal) | {
        "clinic": row.match.referral.clinic, "thanks_form": form, "thanks": said,
        "may_thank": bool(row.answered_at) and not ended_badly,
        "team_form": (team_form or TeamForm()) if row.more.get(questions.MEDICAL.code) == "open" else None,
    }  # fmt: skip
    return render(request, "mentorship/check_link.html", context)


def ask_team(request: HttpRequest, row: FollowUpCheck) -> HttpResponse:
    """Put the mentee's open question to the care team."""
    form = TeamForm(request.POST)
    if form.is_valid():
        try:
            actions.ask_team(check=row.pk, by=User.objects.system(), text=form.cleaned_data["question_text"])
        except Refused as refusal:
            form.add_error("question_text", str(refusal))
        else:
            messages.success(request, _("Asked. The team answers you in plain words, by a link or by phone."))
            return redirect("mentorship:check-link")
    return link_page(request, row, None, thanks_form(row), team_form=form)


def thanks_form(row: FollowUpCheck, data=None) -> ThanksForm:
    """Return the form of a word of thanks, with what they wrote before."""
    said = next((word for word in thanks_of(row) if word.follow_up_id == row.pk), None)
    before = {"thanks_words": said.words, "with_name": said.with_name, "may_read": True} if said else {}
    return ThanksForm(data, initial=before, mentor=row.match.mentor.person.first_name)


def thank(request: HttpRequest, row: FollowUpCheck) -> HttpResponse:
    """Keep a word of thanks, or take one back."""
    system = User.objects.system()
    if request.POST["thanks"] != "give":
        found = next((word for word in thanks_of(row) if word.ref == request.POST["thanks"]), None)
        if found is None:
            raise Http404
        saying.take_back(thanks=found.pk, by=system)
        messages.success(request, _("Taken back. Nobody reads it any more."))
        return redirect("mentorship:check-link")
    form = thanks_form(row, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            saying.give_thanks(
                check=row.pk, by=system, words=said["thanks_words"], may_read=said["may_read"],
                with_name=said["with_name"],
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Thank you. Your mentor reads it the next time they look."))
            return redirect("mentorship:check-link")
    return link_page(request, row, None, form)


@needs(Perm.MENTOR, Perm.COORDINATE)
def check(request: HttpRequest, ref: str) -> HttpResponse:
    """A mentor answers; a coordinator sees the answer and notes what was done."""
    rows = FollowUpCheck.objects.visible_to(request.user).with_what_was().select_related(
        "match__referral__mentee", "match__referral__clinic", "match__mentor__person", "handled_by"
    )  # fmt: skip
    row = get_object_or_404(rows, ref=ref)
    if row.to == questions.TEAM:
        return look_after(request, row)
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
    form, done = handled(request, row)
    if done:
        return done
    context = answer_page(request, row, None)
    context |= {
        "form": form, "match": row.match, "answer": questions.question(row.day, row.to).find(row.answer),
        "was": questions.earlier(row.day, row.to, row.was, context["other"].first_name),
        "history": answers.history(row, context["other"].first_name), "clinic": row.match.referral.clinic,
    }  # fmt: skip
    return render(request, "mentorship/check_handle.html", context)


def handled(request: HttpRequest, row: FollowUpCheck) -> tuple[HandleForm, HttpResponse | None]:
    """Note what the coordinator did; return the form, and where to go on once it is stored."""
    form = HandleForm(request.POST or None, initial={"note": row.handled_note})
    if request.method == "POST" and form.is_valid():
        try:
            actions.handle_check(check=row.pk, by=request.user, note=form.cleaned_data["note"])
            messages.success(request, _("Noted. It is off today's list."))
            return form, redirect(reverse("mentorship:pair", args=[row.match.ref]))
        except Refused as refusal:
            form.refuse(refusal)
    if request.method == "GET":
        access_log.record(request, page="follow-up answer", people=[row.match.referral.mentee])
    return form, None


def look_after(request: HttpRequest, row: FollowUpCheck) -> HttpResponse:
    """What the format of a pair asks of the coordinator, and what they did about it."""
    form, done = handled(request, row)
    if done:
        return done
    context = {
        "check": row, "form": form, "match": row.match, "mentee": row.match.referral.mentee,
        "mentor": row.match.mentor.person, "clinic": row.match.referral.clinic, "until": row.more.get("until"),
    }  # fmt: skip
    return render(request, "mentorship/check_team.html", context)
