"""The steps on a referral's page: which rule, in which states, with which form, and the action behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.rules import Rule
from referrals import actions, rules
from referrals.forms import steps as forms
from referrals.models import Referral
from referrals.workflow import Status

S = Status


@dataclass(frozen=True)
class Step:
    """One thing somebody may do on the page: which rule, in which states, with which form and words."""

    name: str
    rule: Rule
    states: frozenset[str]
    form: type
    run: Callable[[Referral, Any, Any], Any]  # referral, form, user
    title: Any
    button: Any
    done: Any


def _step(name, rule, states, form, run, title, button, done) -> Step:
    return Step(name, rule, frozenset(states), form, run, title, button, done)


STEPS = {
    step.name: step
    for step in (
        _step(
            "answer", rules.answer, {S.RETURNED}, forms.AnswerForm,
            lambda r, f, by: actions.answer_return(referral=r.pk, by=by, text=f.cleaned_data["text"]),
            _("Answer the question"), _("Send the answer"), _("Your answer is sent. The coordinators go on from here."),
        ),
        _step(
            "accept", rules.triage, {S.SUBMITTED}, forms.NothingForm,
            lambda r, f, by: actions.accept(referral=r.pk, by=by),
            "", _("Accept the referral"), _("Accepted. They are on the waiting list now."),
        ),
        _step(
            "return", rules.triage, {S.SUBMITTED, S.OPEN}, forms.QuestionForm,
            lambda r, f, by: actions.return_with_question(referral=r.pk, by=by, question=f.cleaned_data["question"]),
            _("Ask something first"), _("Send the question"), _("Your question is sent to whoever referred them."),
        ),
        _step(
            "defer", rules.triage, {S.SUBMITTED, S.OPEN}, forms.DeferForm,
            lambda r, f, by: actions.defer(referral=r.pk, by=by, on=f.cleaned_data["ask_again_on"]),
            _("Put it off"), _("Put it off until then"), _("Put off. It comes back by itself on that day."),
        ),
        _step(
            "resume", rules.look_after, {S.DEFERRED}, forms.NothingForm,
            lambda r, f, by: actions.resume(referral=r.pk, by=by),
            "", _("Take it up now"), _("Taken up again. The coordinators read it as a new referral."),
        ),
        _step(
            "only-group", rules.triage, {S.OPEN}, forms.NothingForm,
            lambda r, f, by: actions.set_only_group(referral=r.pk, by=by, only=True),
            _("A group instead of a mentor"), _("They want a group, no mentor"),
            _("Saved. Nobody looks for a mentor now. You can ask them for a group."),
        ),
        _step(
            "mentor-too", rules.triage, {S.OPEN}, forms.NothingForm,
            lambda r, f, by: actions.set_only_group(referral=r.pk, by=by, only=False),
            _("A mentor after all"), _("They want a mentor"), _("Saved. They are on the waiting list for a mentor again."),
        ),
        _step(
            "close", rules.close, {S.SUBMITTED, S.RETURNED, S.DEFERRED, S.OPEN}, forms.CloseForm,
            lambda r, f, by: actions.close(
                referral=r.pk, by=by, reason=f.cleaned_data["reason"], note=f.cleaned_data["note"]
            ),
            _("Close it"), _("Close the referral"), _("The referral is closed."),
        ),
        _step(
            "reopen", rules.triage, {S.CLOSED}, forms.ReopenForm,
            lambda r, f, by: actions.reopen(referral=r.pk, by=by, consent=f.consent()),
            _("Open it again"), _("Open it again"), _("Opened again, with new answers about consent."),
        ),
        _step(
            "consent", rules.look_after, set(S) - {S.DRAFT}, forms.ConsentForm,
            lambda r, f, by: actions.give_consent(
                referral=r.pk, by=by, scope=f.cleaned_data["scope"], how=f.cleaned_data["how"],
                given=f.cleaned_data["given"] == "yes",
            ),
            _("They changed their mind"), _("Save the answer"), _("Saved. It counts from this moment."),
        ),
        _step(
            "phase", rules.look_after, set(S) - {S.DRAFT}, forms.PhaseForm,
            lambda r, f, by: actions.add_phase(patient=r.about_id, phase=f.cleaned_data["phase"], by=by),
            _("Something has changed"), _("Save"), _("Saved. A new phase may be a good moment to ask what they need."),
        ),
        _step(
            "reach", rules.look_after, set(S) - {S.DRAFT}, forms.ReachForm,
            lambda r, f, by: actions.change_addresses(
                person=r.mentee_id, by=by, email=f.cleaned_data["email"], phone=str(f.cleaned_data["phone"] or ""),
                email_read_back=f.cleaned_data["email_read_back"], phone_read_back=f.cleaned_data["phone_read_back"],
                version=f.cleaned_data["version"],
            ),
            _("Change how to reach them"), _("Save"), _("Saved."),
        ),
    )
}  # fmt: skip
