"""One referral: where it stands, what happened, and the steps the reader may take. Never what was talked about."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from clinics import access_log
from clinics.roles import Perm, can
from common.errors import Denied, Refused
from common.policy import needs
from referrals import again, asides, progress
from referrals.models import NEEDED_SCOPES, Referral
from referrals.views.facts import agreed, asked_for, reach
from referrals.views.mine import status_words
from referrals.views.steps import STEPS, Step
from referrals.views.timeline import stages, timeline
from referrals.workflow import Status

DECIDING = ("accept", "return", "defer", "resume", "only-group", "mentor-too", "close", "reopen")


@needs(Perm.REFER, Perm.COORDINATE, Perm.ANSWER_QUESTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a referral; a POST takes one step and comes back to the page."""
    rows = Referral.objects.visible_to(request.user)
    rows = rows.select_related("mentee", "about__person", "clinic", "created_by", "clinician")
    referral = get_object_or_404(rows, ref=ref)
    if referral.status == Status.DRAFT:
        return redirect("referrals:draft", ref=ref)
    if request.method == "POST":
        return take_step(request, referral)
    return show(request, referral)


def take_step(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Run the step that was sent. A refusal shows at its field with everything typed; nobody's step is 403."""
    step = STEPS.get(request.POST.get("step", ""))
    if step is None or (step.name == "phase" and referral.about_id is None):
        return redirect("referrals:detail", ref=referral.ref)
    step.rule.require(request.user, referral)
    form = step.form(request.POST, prefix=step.name)
    if form.is_valid():
        try:
            step.run(referral, form, request.user)
        except Denied:
            raise
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, step.done)
            return after(referral, step)
    referral.refresh_from_db(fields=["status", "version", "ask_again_on", "close_reason", "changed_at"])
    return show(request, referral, step, form)


def after(referral: Referral, step: Step) -> HttpResponse:
    """Go back to the page; a new phase without a running referral asks the nurse to offer again (VdE21)."""
    return redirect("referrals:detail", ref=referral.ref)


def show(request: HttpRequest, referral: Referral, tried: Step | None = None, form=None) -> HttpResponse:
    """Render the page for this reader, with the steps open to them, and the one just tried with its answers."""
    people = [referral.mentee] + ([referral.about.person] if referral.about else [])
    access_log.record(request, "referral", people)
    said = progress.of([referral]).get(referral.pk)
    consents = list(referral.consents.select_related("text", "by").order_by("at", "pk"))
    open_steps = steps_for(referral, request.user, tried, form)
    context = {
        "referral": referral, "mentee": referral.mentee, "age": age(referral), "said": said,
        "lede": status_words(referral, said, consented=not lacks_consent(consents)),
        "form": form, "tried": tried.name if tried else "",
        "stages": stages(referral, said), "timeline": timeline(referral, consents, request.user),
        "agreed": agreed(consents), "asked_for": asked_for(referral), "reach": reach(referral.mentee),
        "decide": [s for s in open_steps if s["step"].name in DECIDING], "clinic": referral.clinic,
        "lesser": [s for s in open_steps if s["step"].name not in (*DECIDING, "answer")],
        "answer": next((s for s in open_steps if s["step"].name == "answer"), None),
        "question": referral.triage_notes.select_related("by").last(), "no_consent": lacks_consent(consents),
        "coordinates": can(request.user, Perm.COORDINATE, referral.clinic_id),
        "refers": can(request.user, Perm.REFER, referral.clinic_id), "offer_again": offer_again(referral, request.user),
        "asides": asides.of(referral, request.user),
    }  # fmt: skip
    return render(request, "referrals/detail.html", context)


def steps_for(referral: Referral, user, tried: Step | None, form) -> list[dict]:
    """Return the steps open to this reader now, each with its form; the one just tried stays whatever happened."""
    found = []
    for step in STEPS.values():
        if step.name == "phase" and referral.about_id is None:
            continue
        if step.name == ("only-group" if referral.only_group else "mentor-too"):
            continue
        is_tried = tried is not None and step.name == tried.name
        if is_tried or (referral.status in step.states and step.rule.allows(user, referral)):
            shown = form if is_tried else step.form(prefix=step.name, initial=initial(step, referral))
            found.append({"step": step, "form": shown, "open": is_tried})
    return found


def initial(step: Step, referral: Referral) -> dict:
    """Return what a step's form begins with: addresses as they are, nothing chosen for anybody."""
    if step.name != "reach":
        return {}
    person = referral.mentee
    return {
        "phone": person.phone, "email": person.email, "version": person.version,
        "phone_read_back": bool(person.phone_verified_at), "email_read_back": bool(person.email_verified_at),
    }  # fmt: skip


def age(referral: Referral) -> int:
    """Return the age somebody reaches this year."""
    return referral.clinic.today.year - referral.mentee.birth_year


def lacks_consent(consents) -> bool:
    """Tell whether a consent without which there is no mentor is missing or was taken back."""
    live = {c.scope for c in consents if c.given and c.withdrawn_at is None}
    return not set(NEEDED_SCOPES) <= live


def offer_again(referral: Referral, user) -> bool:
    """Tell whether the patient entered a new phase and was not asked since (VdE21: needs vary by phase)."""
    if referral.status != Status.CLOSED or referral.about is None or referral.about.person_id != referral.mentee_id:
        return False
    return can(user, Perm.REFER, referral.clinic_id) and again.is_due(referral.mentee)
