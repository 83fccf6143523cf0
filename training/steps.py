"""The steps of a mentor's record that have a small page of their own: what is asked, what is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from training import actions, readiness
from training.forms import records as forms
from training.models import Mentor
from training.workflow import LEAVING, Status

GONE = {*LEAVING, Status.DECERTIFIED}
BEFORE = {Status.APPLIED, Status.INTERVIEWED}
TRAINED = {Status.IN_TRAINING, Status.READY, Status.ACTIVE, Status.RESTING}
PRESENT = {Status.ACTIVE, Status.RESTING}
ANY = {*BEFORE, *TRAINED}


@dataclass(frozen=True)
class Step:
    """One step: its heading with %(name)s, its words on a button, its form, what it does and in which states."""

    key: str
    heading: Any
    button: Any
    form: type
    do: Callable[[Mentor, Any, dict], Any]
    states: set
    done: Any
    icon: str = "pencil"
    lede: Any = ""
    page: str = ""  # the name of a page of its own, for a step that asks more than one form


def _dated(action) -> Callable[[Mentor, Any, dict], Any]:
    return lambda mentor, by, answers: action(mentor=mentor.pk, by=by, on=answers["on"])


def _noted(action) -> Callable[[Mentor, Any, dict], Any]:
    return lambda mentor, by, answers: action(mentor=mentor.pk, by=by, note=answers["note"])


def _plain(action) -> Callable[[Mentor, Any, dict], Any]:
    return lambda mentor, by, answers: action(mentor=mentor.pk, by=by)


def _revoke(mentor: Mentor, by, answers: dict) -> None:
    for certificate in readiness.certificates(mentor):
        actions.revoke_certificate(certificate=certificate.pk, by=by)


STEPS = {
    step.key: step
    for step in (
        Step(
            "decision", _("What is decided about %(name)s?"), _("Decide"), forms.VetForm,
            lambda m, by, a: actions.vet(mentor=m.pk, by=by, decision=a["decision"], on=a["on"], note=a["note"]),
            BEFORE, _("The decision is saved."),
        ),
        Step(
            "code", _("When did %(name)s sign the code of conduct?"), _("Record the signature"), forms.OnForm,
            _dated(actions.sign_code), ANY, _("The code of conduct is signed."),
        ),
        Step(
            "checks", _("Until when does the background check of %(name)s count?"), _("Record the background check"), forms.UntilForm,
            lambda m, by, a: actions.record_checks(mentor=m.pk, by=by, valid_until=a["valid_until"]),
            ANY, _("The background check is saved."),
        ),
        Step(
            "secrecy", _("When was the secrecy briefing of %(name)s?"), _("Record the briefing"), forms.OnForm,
            _dated(actions.brief_on_secrecy), ANY, _("The secrecy briefing is saved."),
        ),
        Step(
            "team", _("When did %(name)s meet the team?"), _("Record the meeting"), forms.OnForm,
            _dated(actions.meet_team), ANY, _("Saved: they met the team."),
        ),
        Step(
            "certificate", _("A certificate for %(name)s"), _("Give a certificate"), forms.CertificateForm,
            lambda m, by, a: actions.issue_certificate(
                mentor=m.pk, by=by, valid_from=a["valid_from"], valid_until=a["valid_until"]
            ),
            TRAINED, _("The certificate is given."),
        ),
        Step(
            "active", _("Does %(name)s start as a mentor?"), _("Let them start"), forms.SureForm,
            _plain(actions.activate), {Status.READY}, _("They are a mentor from now on."), "circle-check",
            _("From now on people who look for a mentor can be brought to %(name)s."),
        ),
        Step(
            "rest", _("A rest for %(name)s"), _("Give a rest"), forms.GiveRestForm,
            lambda m, by, a: actions.rest(
                mentor=m.pk, by=by, from_=a["rest_from"], until=a["rest_until"], plan=a["plan"]
            ),
            PRESENT, _("The rest is saved. No requests meanwhile."), "circle-pause",
            _("No new requests meanwhile."),
        ),
        Step(
            "back", _("Is %(name)s back?"), _("Back from the rest"), forms.SureForm,
            _plain(actions.back_from_rest), PRESENT, _("The rest is over."), "circle-play",
            _("New requests may come again."),
        ),
        Step(
            "revoke", _("Take the certificates of %(name)s back?"), _("Take the certificates back"), forms.SureForm,
            _revoke, TRAINED, _("The certificates are taken back."), "circle-x",
            _("For a slip of the pen. Nobody new is brought to them until there is another certificate."),
        ),
        Step(
            "stop", _("Does %(name)s stop as a mentor?"), _("Stop as a mentor"), forms.NoteForm,
            _noted(actions.retire), ANY, _("They have stopped as a mentor."), "log-out",
            _("Their pairs must be rounded off or handed over first."),
        ),
        Step(
            "decertify", _("May %(name)s mentor nobody any more?"), _("End at once, after a worry"), forms.ReasonForm,
            _noted(actions.decertify), PRESENT, _("They are no longer a mentor. Their access to people has ended."),
            "octagon-alert",
            _("Their certificates are taken back and they see none of their people from this moment on."),
            "training:decertify",
        ),
        Step(
            "willing", _("Would %(name)s help people of other clinics?"), _("Say what they told you about other clinics"),
            forms.WillingForm, lambda m, by, a: actions.wish_to_share(mentor=m.pk, by=by, yes=a["willing"] == "yes"),
            PRESENT, _("Saved. Nobody of another clinic is brought to them before you share them."), "handshake",
            _("By phone or video only. %(name)s can say no, and change their mind, on their own page."),
        ),
        Step(
            "share", _("Share %(name)s with other clinics?"), _("Share with other clinics"), forms.SureForm,
            _plain(actions.share), PRESENT, _("Other clinics may ask for them now, by phone or video."), "share-2",
            _("They see the profile, free places and until when the certificate counts; no papers. You keep looking after %(name)s."),
        ),
        Step(
            "keep", _("Keep %(name)s for this clinic again?"), _("Share no longer"), forms.SureForm,
            _plain(actions.stop_sharing), PRESENT, _("No other clinic can ask for them now. Present pairs stay."), "house",
        ),
        Step(
            "again", _("Does %(name)s come back?"), _("Open the way back"), forms.SureForm,
            _plain(actions.apply_again), GONE, _("The way back is open."), "undo-2",
            _("They begin again as an applicant, or with the training after a certificate was taken back."),
        ),
    )
}  # fmt: skip

# Which step puts right what is missing.
CURES = {
    "vetting": "decision", "code": "code", "secrecy": "secrecy", "checks": "checks", "team": "team",
    "certificate": "certificate", "active": "active", "rest": "back",
}  # fmt: skip
ASIDE = (
    "rest", "back", "willing", "share", "keep", "certificate", "checks", "revoke", "stop", "decertify", "again",
)  # fmt: skip


def fits(step: Step, mentor: Mentor) -> bool:
    """Tell whether a step makes sense for a mentor as they are."""
    if step.key == "back":
        return mentor.status in PRESENT and mentor.rest_from is not None
    if step.key in ("share", "keep") and (mentor.shared_on is None) != (step.key == "share"):
        return False
    if step.key == "share":
        return mentor.status in PRESENT and mentor.share_wish_on is not None
    if step.key == "revoke":
        return mentor.status in TRAINED and bool(readiness.certificates(mentor))
    return mentor.status in step.states
