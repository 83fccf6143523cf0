"""The steps of choosing a mentor that have a small page of their own: what is asked, what is done, who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.rules import Rule
from training import rules, rules_selecting, selection
from training.actions import apply_again, selecting, selecting_decision, selecting_papers
from training.forms import selecting as forms
from training.models import Mentor
from training.models.policy import SelectionStep


@dataclass(frozen=True)
class Step:
    """One step: its heading with %(name)s, its words on a button, its form, what it does, who may, and a word of help."""

    key: str
    heading: Any
    button: Any
    form: type
    do: Callable[[Mentor, Any, dict], Any]
    rule: Rule
    done: Any
    lede: Any = ""


def _talk(m, by, a):
    return selecting.record_interview(mentor=m.pk, by=by, on=a["on"], channel=a["channel"], notes=a["notes"])


def _ring(m, by, a):
    return selecting_papers.ring_reference(
        reference=a["reference"], by=by, outcome=a["outcome"], words=a["words"], on=a["on"]
    )


def _paper(m, by, a):
    return selecting_papers.add_paper(mentor=m.pk, by=by, kind=a["kind"], file=a["file"], valid_until=a["valid_until"])


def _insurance(m, by, a):
    answers = {item: a[field] for field, item in forms.InsuranceForm.items()}
    said = {item: a.get(f"{field}_words", "") for field, item in forms.InsuranceForm.items()}
    return selecting_papers.go_through(mentor=m.pk, by=by, answers=answers, words=said)


def _conflicts(m, by, a):
    said = {selection.CONFLICTS: a["words"]}
    return selecting_papers.go_through(mentor=m.pk, by=by, answers={selection.CONFLICTS: a["conflicts"]}, words=said)


CHECK = rules_selecting.step(SelectionStep.CHECK)
REFERENCES = rules_selecting.step(SelectionStep.REFERENCES)
STEPS = {
    step.key: step
    for step in (
        Step(
            "talk", _("The talk with %(name)s"), _("Write down a talk"), forms.TalkForm, _talk,
            rules_selecting.step(SelectionStep.INTERVIEW), _("The talk is saved."),
        ),
        Step(
            "raters", _("Who rates %(name)s?"), _("Ask people to rate"), forms.RatersForm,
            lambda m, by, a: selecting.ask_raters(mentor=m.pk, by=by, assessors=a["assessors"]),
            rules_selecting.ask, _("They are asked, each apart from the other."),
            _("They get a message. Nobody sees what the other saw before saving their own."),
        ),
        Step(
            "release", _("Somebody cannot rate %(name)s"), _("Somebody cannot rate"), forms.ReleaseForm,
            lambda m, by, a: selecting.release_rater(rating=a["rating"], by=by),
            rules_selecting.ask, _("They are asked no longer. You can ask somebody else."),
        ),
        Step(
            "reference", _("Who can say something about %(name)s?"), _("Add a reference"), forms.ReferenceForm,
            lambda m, by, a: selecting_papers.add_reference(
                mentor=m.pk, by=by, name=a["name"], relation=a["relation"], phone=a["phone"]
            ),
            REFERENCES, _("The reference is saved. Ring them next."),
            _("Somebody who is no family. Ask %(name)s first whether you may ring."),
        ),
        Step(
            "rung", _("What was said about %(name)s?"), _("Write down a call"), forms.RungForm, _ring,
            REFERENCES, _("What they said is saved."),
        ),
        Step(
            "sponsor", _("Who vouches for %(name)s?"), _("Ask a clinician"), forms.SponsorForm,
            lambda m, by, a: selecting_papers.ask_sponsor(mentor=m.pk, by=by, sponsor=a["sponsor"]),
            rules_selecting.ask, _("They are asked for a word."), _("Somebody of the team who has known %(name)s for a while."),
        ),
        Step(
            "paper", _("A paper of %(name)s"), _("Add a paper"), forms.PaperForm, _paper, CHECK, _("The paper is saved."),
            _("Only who keeps the mentors’ records and %(name)s can open it."),
        ),
        Step(
            "remove", _("Take out a paper of %(name)s"), _("Take out a paper"), forms.RemovePaperForm,
            lambda m, by, a: selecting_papers.remove_paper(paper=a["paper"], by=by),
            CHECK, _("The paper is taken out. The record keeps that it was there."),
        ),
        Step(
            "insurance", _("Benefit and insurance of %(name)s"), _("Go through it"), forms.InsuranceForm, _insurance,
            rules_selecting.step(SelectionStep.INSURANCE), _("What you went through is saved."),
            _("Go through it together. %(name)s asks the fund or the office, not you."),
        ),
        Step(
            "conflicts", _("Conflict of interests of %(name)s"), _("Ask about it"), forms.ConflictsForm, _conflicts,
            rules_selecting.step(SelectionStep.CONFLICTS), _("The answer is saved."),
        ),
        Step(
            "known", _("%(name)s was chosen before"), _("They were chosen before, in another way"), forms.KnownForm,
            lambda m, by, a: selecting_decision.accept_known(mentor=m.pk, by=by, why=a["why"], on=a["on"]),
            rules.decide, _("They are accepted, and the training begins."),
            _("Only for somebody who was a mentor before the clinic worked with these rules. No letter goes."),
        ),
        Step(
            "again", _("Does %(name)s begin again as an applicant?"), _("Open the way back"), forms.AgainForm,
            lambda m, by, a: apply_again(mentor=m.pk, by=by), rules.decide, _("The way back is open."),
            _("They are chosen anew, by the rules of this day. The talk and the ratings are asked again."),
        ),
    )
}  # fmt: skip

# Which step puts right what the rules ask.
CURES = {
    "interview": "talk", "ratings": "raters", "references": "reference", "check": "paper", "sponsor": "sponsor",
    "insurance": "insurance", "conflicts": "conflicts",
}  # fmt: skip
