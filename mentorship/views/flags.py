"""Pages of those who answer flags, and the admin's look at every escalation."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinics import access_log
from clinics.roles import Perm
from common import clock
from common.errors import Refused
from common.policy import needs
from mentorship import flagboard, lent, worries
from mentorship.actions import conduct, flag_handing
from mentorship.actions import flags as actions
from mentorship.forms.flags import AttemptForm, EscalationsForm, HandForm, ReopenForm, ResolveForm
from mentorship.models import RedFlag, Route
from mentorship.rules import flags as rules
from mentorship.undelivered import marked
from mentorship.workflow import FlagStatus
from training.models import Mentor

PAGE = 50
TIMELINES = 25  # flags of a page that shows the whole timeline of each


@needs(Perm.ANSWER_FLAGS)
@require_safe
def flags(request: HttpRequest) -> HttpResponse:
    """Unanswered flags first, the nearest deadline on top; then those somebody has; then those resolved lately."""
    rows = flagboard.with_related(RedFlag.objects.visible_to(request.user))
    open_rows = list(marked(rows.unresolved()).order_by("answer_by", "pk")[: flagboard.CAP])
    lately = rows.filter(status=FlagStatus.RESOLVED, resolved_at__gte=clock.now() - flagboard.RECENT)
    page = Paginator(lately.order_by("-resolved_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    flagboard.with_ladders([*open_rows, *page.object_list])
    cards = flagboard.with_unreached([flagboard.card(row, request.user) for row in open_rows])
    done = [flagboard.card(row, request.user) for row in page.object_list]
    mentors = lent.waiting(request.user, clock.now(), flagboard.RECENT)
    people = [*flagboard.people_shown([*cards, *done]), *(row.mentor.person for row in mentors.flags)]
    access_log.record(request, page="flags", people=people, even_if_lost=True)
    context = {
        "mentors": mentors,
        "waiting": [c for c in cards if c.is_unanswered],
        "taken": sorted((c for c in cards if not c.is_unanswered), key=lambda c: c.flag.resolve_by),
        "done": done,
        "page_obj": page,
    }
    return render(request, "mentorship/flags.html", context)


@needs(Perm.ANSWER_FLAGS)
@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: HttpRequest, ref: str) -> HttpResponse:
    """Do I take this, and what did I do?"""
    row = flagboard.with_related(RedFlag.objects.visible_to(request.user)).filter(ref=ref).first()
    if row is None:
        return _from_home(request, get_object_or_404(lent.flags_seen_from_home(request.user), ref=ref))
    forms = _forms(request, row)
    if request.method == "POST":
        done = _do(request, row, forms)
        if done is not None:
            return done
        row = get_object_or_404(flagboard.with_related(RedFlag.objects.visible_to(request.user)), ref=ref)
    flagboard.with_ladders([row])
    card = flagboard.card(row, request.user)
    if request.method != "POST":
        access_log.record(request, page="flag", people=flagboard.people_shown([card]), even_if_lost=True)
    timeline = flagboard.timelines([row], {row.pk: card.details})[row.pk]
    context = forms | {
        "card": card,
        "flag": row,
        "clinic": row.clinic,
        "calls": flagboard.calls(row),
        "handed_to_me": row.handed_to_id == request.user.pk,
        "stopped": flagboard.stopped(row, request.user),
        "home": lent.home_of(row.match) if row.match and row.route == Route.CONDUCT else None,
        "to_phone": flagboard.to_phone(row, request.user),
        "words": worries.said(row.category),
        "steps": worries.guidance_then(row),
        "timeline": timeline,
        "treatments": flagboard.treatments(row),
        "wide_apart": flagboard.several_days(timeline, row.clinic.time_zone),
    }
    return render(request, "mentorship/flag.html", context)


def _from_home(request: HttpRequest, row: RedFlag) -> HttpResponse:
    """What must I do about my mentor? The other clinic answers the flag; the mentee is theirs and stays unnamed."""
    if request.method == "POST":
        rules.answer.require(request.user, row)
    mentor = row.match.mentor
    access_log.record(request, page="flag", people=[mentor.person], even_if_lost=True)
    context = {
        "flag": row, "lent": lent.LentFlag(row), "mentor": mentor, "person": mentor.person, "clinic": mentor.person.clinic,
        "words": worries.said(row.category), "severity": flagboard.severity_words(row.severity),
        "may_act": Mentor.objects.visible_to(request.user).filter(pk=mentor.pk).exists(),
        "at_work": mentor.status in lent.AT_WORK,
    }  # fmt: skip
    return render(request, "mentorship/flag_lent.html", context)


def _forms(request: HttpRequest, row: RedFlag) -> dict:
    """Return the forms of the page; only the one that was sent is bound."""
    sent = request.POST.get("do") if request.method == "POST" else None
    return {
        "attempt_form": AttemptForm(request.POST if sent == "attempt" else None, prefix=None),
        "resolve_form": ResolveForm(request.POST if sent == "resolve" else None, route=row.route),
        "hand_form": _hand_form(request, row, sent),
        "reopen_form": ReopenForm(request.POST if sent == "reopen" else None),
    }


def _hand_form(request: HttpRequest, row: RedFlag, sent: str | None) -> HandForm | None:
    """Return the form to hand it over, for whoever has it."""
    if row.status != FlagStatus.ACKNOWLEDGED or row.acknowledged_by_id != request.user.pk:
        return None
    people = flag_handing.candidates(row, request.user)
    refusal = flag_handing.not_to_them(row)
    return HandForm(request.POST if sent == "hand" else None, people=people, refusal=refusal)


def _do(request: HttpRequest, row: RedFlag, forms: dict) -> HttpResponse | None:
    """Carry out what was sent; return where to go, or None to show the page again with the reason."""
    do = request.POST.get("do", "")
    verbs = {
        "have": (actions.acknowledge, None, {}, _("It is yours. The ladder has stopped.")),
        "take": (actions.acknowledge, None, {"take_over": True}, _("You have taken it over.")),
        "attempt": (actions.attempt, "attempt_form", {}, _("Noted.")),
        "resolve": (actions.resolve, "resolve_form", {}, _("Resolved. It stays here, with everything that was done.")),
        "reopen": (actions.reopen, "reopen_form", {}, _("It is open again, and the first person was told.")),
    }
    verbs["hand"] = (
        flag_handing.hand_over,
        "hand_form",
        {},
        _("Your colleague is asked. Until they take it, you have it."),
    )
    verbs["go-on"] = (conduct.give_back, None, {}, _("The mentor sees the pair again, and they can go on."))
    if do not in verbs:
        return redirect("mentorship:flag", row.ref)
    action, name, more, words = verbs[do]
    form = forms.get(name)
    if name and form is None:  # the page is older than what happened since
        messages.warning(request, _("Meanwhile something changed. Look again before you go on."))
        return redirect("mentorship:flag", row.ref)
    if form is not None and not form.is_valid():
        return None
    try:
        action(flag=row.pk, by=request.user, **more, **(form.cleaned_data if form is not None else {}))
    except Refused as refusal:
        if form is None:
            messages.warning(request, str(refusal))
            return redirect("mentorship:flag", row.ref)
        form.refuse(refusal)
        return None
    messages.success(request, words)
    if not RedFlag.objects.visible_to(request.user).filter(pk=row.pk).exists():
        return redirect("mentorship:flags")  # consent was withdrawn: it closes for its handlers once it is resolved
    return redirect("mentorship:flag", row.ref)


@needs(Perm.REVIEW_FLAGS)
@require_safe
def escalations(request: HttpRequest) -> HttpResponse:
    """Every flag with its whole timeline, and how many were answered in time."""
    form = EscalationsForm(request.GET)
    rows = flagboard.chosen(flagboard.reviewed_by(request.user), form.chosen(), clock.now())
    total, shares = flagboard.on_time(rows, clock.now())
    pages = Paginator(flagboard.with_related(rows), TIMELINES)
    pages.count = total
    page = pages.get_page(request.GET.get("page"))
    cards = [flagboard.card(row, request.user) for row in flagboard.with_ladders(list(page.object_list))]
    access_log.record(request, page="escalations", people=flagboard.people_shown(cards), even_if_lost=True)
    lines = flagboard.timelines([c.flag for c in cards], {c.flag.pk: c.details for c in cards})
    context = {
        "form": form,
        "page_obj": page,
        "cards": [(card, lines[card.flag.pk]) for card in cards],
        "open_now": flagboard.open_now(request.user),
        "shares": shares,
        "clinic": request.clinic,
    }
    return render(request, "mentorship/escalations.html", context)
