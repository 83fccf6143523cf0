"""My referrals: who waits for me, and how everybody is getting on."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from clinics import access_log
from clinics.roles import Perm
from common import words
from common.policy import needs, signed_in
from referrals import again, asking, progress
from referrals.actions import due_offers
from referrals.data import CloseReason
from referrals.models import Person, Referral
from referrals.views.refer import home_clinic
from referrals.workflow import Status

A_PAGE = 50
WAITING = (Status.DRAFT, Status.RETURNED)
# One's own that came back with a question stand above the list; a colleague's stand in it, so that none is lost.
SHOW = {
    "running": (Status.SUBMITTED, Status.RETURNED, Status.OPEN, Status.DEFERRED),
    "finished": (Status.CLOSED,),
    "all": (Status.SUBMITTED, Status.RETURNED, Status.OPEN, Status.DEFERRED, Status.CLOSED),
}
GROUPS = (progress.LOOKING, progress.HAS, progress.IN_GROUP, progress.FINISHED)


@needs(Perm.REFER)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show what waits for me first, then how my referrals (or my team's) are getting on."""
    show = request.GET.get("show") if request.GET.get("show") in SHOW else "running"
    whose = "team" if request.GET.get("whose") == "team" else "mine"
    rows = Referral.objects.visible_to(request.user).select_related("mentee", "clinic")
    mine_only = rows.filter(created_by=request.user)
    asked = mine_only.filter(status__in=WAITING).with_last_question().with_known_person()
    waiting = list(asked.order_by("changed_at", "pk")[:A_PAGE])
    offers = list(due_offers(by=request.user, on=home_clinic(request).today)[:A_PAGE])
    listed = (rows if whose == "team" else mine_only).filter(status__in=SHOW[show]).order_by("-submitted_at", "-pk")
    listed = listed.exclude(status=Status.RETURNED, created_by=request.user)
    page = Paginator(listed, A_PAGE).get_page(request.GET.get("page"))
    # Consent is asked for those on the page only, not for everybody on the pages before.
    page.object_list = referrals = list(listed.filter(pk__in=page.object_list.values("pk")).with_consent_known())
    known = known_in(waiting)
    changed = list(again.to_offer(request.user, home_clinic(request))[:A_PAGE])
    people = changed + [r.mentee for r in waiting + referrals if r.mentee] + [o.person for o in offers if o.person]
    access_log.record(request, "my-referrals", [*people, *known.values()])
    todo = waiting_rows(waiting, offers, known, [again_row(p, home_clinic(request)) for p in changed])
    context = {
        "asked_themselves": asking.count(request.user, home_clinic(request)),
        "waiting": todo, "lede": waiting_words(len(todo)), "groups": grouped(referrals), "page_obj": page, "show": show,
        "whose": whose, "choices": [("running", _("Under way")), ("finished", _("Finished")), ("all", _("All"))],
    }  # fmt: skip
    return render(request, "referrals/mine.html", context)


def known_in(waiting: list[Referral]) -> dict[int, Person]:
    """Return the known people whom drafts carry along, by pk of the draft; from `with_known_person`."""
    return {
        row.pk: Person(
            ref=row.known_ref, clinic_id=row.clinic_id, first_name=row.known_first, last_name=row.known_last
        )
        for row in waiting if row.known_ref
    }  # fmt: skip


def waiting_rows(waiting: list[Referral], offers: list, known: dict[int, Person], changed: list[dict]) -> list[dict]:
    """Return the rows of what waits for the nurse: questions, offers to make again, people in a new phase, drafts."""
    questions = [_question_row(r) for r in waiting if r.status == Status.RETURNED]
    drafts = [_draft_row(r, known.get(r.pk)) for r in waiting if r.status == Status.DRAFT]
    return questions + [_offer_row(o) for o in offers] + changed + drafts


def again_row(person: Person, clinic) -> dict:
    """Say who entered a new phase, and lead to the offer. `phase` and `phase_at` come from `again.to_offer`."""
    day = words.day(words.local(person.phase_at, clinic.time_zone).date(), today=clinic.today)
    return {
        "since": person.phase_at, "title": person.full_name,
        "text": _("Something changed for them on %(day)s: a good moment to offer a mentor again.") % {"day": day},
        "action": _("Offer again"), "action_about": person.full_name,
        "action_url": f"{reverse('referrals:new')}?person={person.ref}",
    }  # fmt: skip


def _question_row(referral: Referral) -> dict:
    url = reverse("referrals:detail", args=[referral.ref])
    names = {"name": referral.asker or "", "question": referral.question or ""}
    return {
        "since": referral.changed_at, "title": referral.mentee.full_name, "url": url,
        "text": _("%(name)s asks: “%(question)s”") % names if referral.question else _("There is a question for you."),
        "action": _("Answer %(name)s") % names, "action_url": f"{url}#answer",
        "action_about": _("about %(name)s") % {"name": referral.mentee.full_name},
    }  # fmt: skip


def _offer_row(offer) -> dict:
    name = offer.person.full_name if offer.person else offer.label or _("Somebody you offered a mentor")
    day = words.day(words.local(offer.at, offer.clinic.time_zone).date(), today=offer.clinic.today)
    chosen = words.day(offer.ask_again_on, today=offer.clinic.today, weekday=False)
    return {
        "when": chosen, "when_more": _("the day you chose"),
        "title": name, "text": _("They said “later” on %(day)s, and that you could ask again now.") % {"day": day},
        "action": _("Ask again"), "action_about": name, "action_url": f"{reverse('referrals:new')}?offer={offer.ref}",
    }  # fmt: skip


def _draft_row(referral: Referral, known: Person | None) -> dict:
    name = known.full_name if known else _name_typed(referral)
    url = reverse("referrals:draft", args=[referral.ref])
    return {
        "since": referral.changed_at, "title": name or _("Somebody without a name yet"), "url": url,
        "text": _("Your draft. It is kept for 14 days after the last change."), "action": _("Finish the form"),
        "action_url": url, "action_about": name,
    }  # fmt: skip


def _name_typed(referral: Referral) -> str:
    typed = referral.draft.get("typed", {})
    return " ".join((typed.get(part) or [""])[-1] for part in ("first_name", "last_name")).strip()[:80]


def grouped(referrals: list[Referral]) -> list[dict]:
    """Return the groups of a list with their rows: looking, has a mentor, finished."""
    told = progress.of(referrals)
    heads = {
        progress.LOOKING: (_("Looking for a mentor"), _("The coordinators do the looking. You need not do anything.")),
        progress.HAS: (_("Has a mentor"), _("You see that they talk, never what about.")),
        progress.IN_GROUP: (_("A group, no mentor"), _("They meet others in a group, or wait for one that fits.")),
        progress.FINISHED: (_("Finished"), ""),
    }
    by_group: dict[str, list] = {name: [] for name in GROUPS}
    for referral in referrals:
        said = told.get(referral.pk)
        group = progress.FINISHED if referral.status == Status.CLOSED else said.group if said else progress.LOOKING
        by_group[group].append(_row(referral, said))
    return [
        {"id": name, "title": heads[name][0], "text": heads[name][1], "rows": rows}
        for name, rows in by_group.items() if rows
    ]  # fmt: skip


def _row(referral: Referral, said: progress.Progress | None) -> dict:
    name = referral.mentee.full_name
    with_whom = _("%(name)s, with %(mentor)s") % {"name": name, "mentor": said.mentor} if said and said.mentor else name
    return {
        "since": (said and said.since) or referral.submitted_at or referral.created_at,
        "title": with_whom, "url": reverse("referrals:detail", args=[referral.ref]),
        "text": status_words(referral, said, consented=referral.consented),
    }  # fmt: skip


def status_words(referral: Referral, said: progress.Progress | None, *, consented: bool = True) -> str:
    """Say in one plain sentence how a referral is getting on."""
    if not consented and referral.status != Status.CLOSED and not (said and said.group == progress.HAS):
        return _("A yes is missing or was taken back, so nobody looks for a mentor now.")
    if referral.status == Status.OPEN and said:
        return said.words if said.words.endswith((".", "?")) else f"{said.words}."
    date = referral.ask_again_on and words.day(referral.ask_again_on, today=referral.clinic.today)
    reason = dict(CloseReason.choices).get(referral.close_reason, "")
    return {
        Status.DRAFT: _("A draft."),
        Status.SUBMITTED: _("Sent, and waiting to be read by a coordinator."),
        Status.RETURNED: _("The coordinators have a question first."),
        Status.DEFERRED: _("Put off until %(day)s.") % {"day": date} if date else _("Put off until later."),
        Status.OPEN: _("Accepted. The coordinators are looking for a mentor."),
        Status.CLOSED: _("Closed. %(reason)s.") % {"reason": reason} if reason else _("Closed."),
    }[Status(referral.status)]


def waiting_words(n: int) -> str:
    """Say how many things wait for the reader."""
    if not n:
        return _("Nothing waits for you.")
    return ngettext("One thing waits for you.", "%(n)d things wait for you.", n) % {"n": n}


@signed_in
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Show what a mentor does and does not do, beside what others do (VdE21: the added value is unclear)."""
    return render(request, "referrals/about.html", {"comparison": comparison()})


def comparison() -> list[tuple[str, str, str, str]]:
    """Return who helps with what: what they want, then mentor, care team, patient association."""
    return [
        (_("To feel understood"), _("Yes, first of all"), _("Yes, in the time there is"), _("Yes, in a group")),
        (_("To know how others manage at home or at work"), _("Yes"), _("Some"), _("Yes")),
        (_("Advice on medicines, results or a new pain"), _("No: it is passed on"), _("Yes"), _("No")),
        (_("Facts about the illness"), _("Only how it is to live with it"), _("Yes"), _("Yes, in general")),
        (_("Rights, benefits and services"), _("Where to ask"), _("Social worker"), _("Yes")),
        (_("To meet many others"), _("No: one person at a time"), _("No"), _("Yes")),
        (_("Help in danger"), _("No: call 112"), _("Call 112 or the team"), _("No")),
    ]
