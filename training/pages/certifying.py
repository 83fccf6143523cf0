"""What the pages about papers show: words to sign, what a mentor still needs, certificates, appeals."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import Clinic
from clinics.roles import Perm, clinic_for
from common import clock, words
from training import agreements, certification, learning, readiness
from training.actions.certifying_appeals import last_day
from training.models import AgreementText, Appeal, Certificate, Decertification, Mentor, Signature
from training.workflow import Status

Kind = AgreementText.Kind
COUNTING = (Status.IN_TRAINING, Status.READY, Status.ACTIVE, Status.RESTING)


def blocks(body: str) -> list[dict[str, Any]]:
    """Return words part by part: a heading (a line above a list), its list, and plain paragraphs."""
    found = []
    for part in body.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        items = [line[2:] for line in lines if line.startswith("- ")]
        plain = [line for line in lines if not line.startswith("- ")]
        heading = plain.pop(0) if items and plain else ""
        if lines:
            found.append({"heading": heading, "plain": plain, "items": items})
    return found


# Settings ---------------------------------------------------------------------------------


def settings_clinic(request: HttpRequest) -> Clinic:
    """Return the clinic whose words somebody sets."""
    return clinic_for(request, Perm.SETTINGS)


def kinds_of(clinic: Clinic) -> list[dict]:
    """Return each kind of words: what counts now, what is to come, what was before; signed by how many."""
    rows = AgreementText.objects.of_clinic(clinic).select_related("published_by").annotate(n=Count("signatures"))
    versions: dict[str, list[AgreementText]] = {}
    for text in rows.order_by("-version"):
        versions.setdefault(text.kind, []).append(text)
    return [_kind(kind, versions.get(kind, []), clinic.today) for kind in Kind]


def _kind(kind: Kind, texts: list[AgreementText], today: dt.date) -> dict:
    begun = [text for text in texts if text.in_force_from <= today]
    return {
        "key": kind.value, "label": kind.label, "now": begun[0] if begun else None, "older": begun[1:],
        "coming": [text for text in texts if text.in_force_from > today],
        "blocks": blocks(begun[0].body) if begun else [],
    }  # fmt: skip


def newest(clinic: Clinic, kind: str) -> AgreementText | None:
    """Return the last version of a kind, also one that is still to come."""
    return AgreementText.objects.of_clinic(clinic).filter(kind=kind).order_by("-version").first()


def usual_text(clinic: Clinic, last: AgreementText | None) -> dict:
    """Return what a form for new words begins with."""
    first = max(clinic.today + dt.timedelta(days=1), last.in_force_from) if last else clinic.today
    return {
        "body": last.body if last else "", "in_force_from": first, "sign_by": first + agreements.TIME_TO_SIGN,
        "version": last.version if last else 0,
    }  # fmt: skip


def preview_words(seen: agreements.Preview, in_force_from: dt.date, sign_by: dt.date, today: dt.date) -> list[str]:
    """Say what publishing would ask of whom, and when."""
    days = {
        "from": words.day(in_force_from, today=today),
        "by": words.day(sign_by, today=today),
    }  # fmt: skip
    if not seen.people:
        return [_("There is no mentor who would have to sign now. Whoever comes later signs these words.")]
    found = []
    if seen.again:
        found.append(
            ngettext(
                "%(n)d mentor who signed before signs again, and gets a message on %(day)s.",
                "%(n)d mentors who signed before sign again, and get a message on %(day)s.",
                seen.again,
            )
            % {"n": seen.again, "day": days["from"]}
        )
    if seen.first:
        found.append(
            ngettext(
                "%(n)d mentor who has not signed anything yet signs these words at once.",
                "%(n)d mentors who have not signed anything yet sign these words at once.",
                seen.first,
            )
            % {"n": seen.first}
        )
    found.append(
        _("Nobody is late today. They have until %(day)s, and are reminded a week before.") % {"day": days["by"]}
    )
    found.append(_("Who has not signed then keeps their present people and is not asked for somebody new."))
    return found


# The mentor's own papers ------------------------------------------------------------------


def own(request: HttpRequest) -> Mentor | None:
    """Return the mentor somebody is, at the clinic of their hat when they are one there."""
    rows = readiness.with_facts(Mentor.objects.visible_to(request.user)).filter(person__user=request.user)
    found = list(rows.select_related("policy").order_by("pk"))
    here = [row for row in found if request.clinic and row.person.clinic_id == request.clinic.pk]
    return (here or found or [None])[0]


def own_taken_back(request: HttpRequest) -> Mentor | None:
    """Return the mentor somebody is or was whose certificate was taken back; None when that never happened."""
    rows = Mentor.objects.visible_to(request.user).filter(person__user=request.user)
    rows = rows.filter(Q(status=Status.DECERTIFIED) | Q(decertifications__isnull=False)).distinct()
    found = list(rows.select_related("person__clinic", "person__user").order_by("pk"))
    return (sorted(found, key=lambda row: row.status != Status.DECERTIFIED) or [None])[0]


def sign_context(mentor: Mentor, form: Any) -> dict:
    """Return the texts to sign and those that were signed."""
    today = mentor.person.clinic.today
    texts = agreements.in_force(mentor.person.clinic, today)
    wanted = agreements.to_sign(mentor, today, texts)
    last = agreements.sign_by(wanted)
    return {
        "form": form, "mentor": mentor, "clinic": mentor.person.clinic, "texts": texts, "sign_by": last,
        "is_late": bool(last and last < today and mentor.code_signed_on),
        "again": mentor.code_signed_on is not None,
        "signed": [(text, blocks(text.body)) for text in texts if text not in wanted],
        "ticks": [(text, blocks(text.body), field) for text, field in form.rows()] if form else [],
    }  # fmt: skip


def my_papers(mentor: Mentor) -> dict:
    """Return everything a mentor sees of their papers: what is missing first, each with a step."""
    today = mentor.person.clinic.today
    rows = [make(mentor, today) for make in (_signing, _training, _certificate, _background, _briefing, _team)]
    found = [row for row in rows if row]
    certificates = sorted(readiness.certificates(mentor), key=lambda c: c.valid_from, reverse=True)
    return {
        "mentor": mentor, "clinic": mentor.person.clinic, "checks": sorted(found, key=lambda row: row["kind"] == "ok"),
        "lacking": sum(row["kind"] != "ok" for row in found), "grace": _grace(mentor, today),
        "certificates": [(c, certification.in_words(c, today)) for c in certificates],
    }  # fmt: skip


def _check(key: str) -> readiness.Check:
    return next(check for check in readiness.CHECKS if check.key == key)


def _row(mentor: Mentor, today: dt.date, key: str, title: str, missing: str, step: dict) -> dict:
    """Return one line of a check that readiness knows, in words for the mentor."""
    check = _check(key)
    if check.test(mentor, today):
        ends = dict(readiness.ends_soon(mentor, today)).get(key)
        line = {"title": title, "text": check.fine(mentor, today), "kind": "soon" if ends else "ok"}
        return line | step if ends else line
    return {"title": missing, "text": _because(mentor, today, check), "kind": "soon"} | step


def _because(mentor: Mentor, today: dt.date, check: readiness.Check) -> str:
    """Return when something ended, where that is the matter."""
    said = check.missing(mentor, today)
    dated = (check.key == "checks" and mentor.checks_valid_until) or (
        check.key == "certificate" and readiness.certificates(mentor)
    )
    return certification.sentence(said) if dated else ""


def _ring(mentor: Mentor) -> dict:
    phone = mentor.person.clinic.phone
    return {"url": f"tel:{phone}", "action": _("Ring us")} if phone else {}


def _signing(mentor: Mentor, today: dt.date) -> dict:
    wanted = agreements.to_sign(mentor, today)
    step = {"url": reverse("training:sign"), "action": _("Read and sign")}
    if not wanted and _check("code").test(mentor, today):
        return {"title": _("You signed what there is to sign"), "text": _check("code").fine(mentor, today), "kind": "ok"} | (
            {"url": step["url"], "action": _("Read it")}
        )  # fmt: skip
    if not wanted:  # no words of this clinic are in Halfword: they sign on paper
        return {"title": _("You have not signed the code of conduct yet"), "text": "", "kind": "soon"} | _ring(mentor)
    last = agreements.sign_by(wanted)
    title = _("There are new words to sign") if mentor.code_signed_on else _("There are words to read and sign")
    text = _("Before %(day)s is over.") % {"day": words.day(last, today=today)} if last and last >= today else ""
    return {"title": title, "text": text, "kind": "soon"} | step


def _training(mentor: Mentor, today: dt.date) -> dict | None:
    """Return how the training stands; nothing where none is taught in Halfword."""
    if learning.current(mentor) is None and not certification.missing(mentor):
        return None
    step = {"url": reverse("training:my-training"), "action": _("Go on")}
    before = certification.former(mentor)
    ends = certification.covered_until(certification.spans(mentor), today)
    if before is not None and ends and ends - today > learning.REFRESH_BEFORE:
        return {"title": _("Training"), "text": _("You have followed it. Refreshers come before your next certificate."), "kind": "ok"}  # fmt: skip
    lacking = certification.missing(mentor)
    if not lacking:
        return {"title": _("Training"), "text": _("Every part is passed."), "kind": "ok"}
    title = _("A refresher is still to do") if before else _("The training is not finished yet")
    return {"title": title, "text": certification.sentence(words.listed(lacking)), "kind": "soon"} | step


def _certificate(mentor: Mentor, today: dt.date) -> dict:
    return _row(mentor, today, "certificate", _("Certificate"), _("You have no certificate that counts today"), _ring(mentor))  # fmt: skip


def _background(mentor: Mentor, today: dt.date) -> dict | None:
    if not mentor.checks_valid_until and _check("checks").test(mentor, today):
        return None  # the rules they were accepted under ask none
    return _row(mentor, today, "checks", _("Background check"), _("There is no background check that counts today"), _ring(mentor))  # fmt: skip


def _briefing(mentor: Mentor, today: dt.date) -> dict | None:
    if not mentor.secrecy_briefing_on and _check("secrecy").test(mentor, today):
        return None
    return _row(mentor, today, "secrecy", _("Secrecy briefing"), _("You have had no secrecy briefing yet"), _ring(mentor))  # fmt: skip


def _team(mentor: Mentor, today: dt.date) -> dict | None:
    if not mentor.met_team_on and _check("team").test(mentor, today):
        return None
    return _row(mentor, today, "team", _("You met the team"), _("You have not met the team yet"), _ring(mentor))


def _grace(mentor: Mentor, today: dt.date) -> str:
    """Say kindly what a certificate that ended means for the people they talk with."""
    grace = certification.grace(mentor, today)
    if grace is None:
        return ""
    days = {"end": words.day(grace.ended_on, today=today, weekday=False), "day": words.day(grace.until, today=today, weekday=False)}  # fmt: skip
    if grace.is_over(today):
        return _("Your certificate ended on %(end)s. We go through with you who takes over for the people you talk with, until you have a new one. You did nothing wrong.") % days  # fmt: skip
    return _("Your certificate ended on %(end)s. You go on talking with the people you know, until %(day)s. We ask you for nobody new until you have a new one.") % days  # fmt: skip


def record_line(mentor: Mentor, today: dt.date, may: bool) -> dict:
    """Return what the mentor's record adds to the line of the certificate: number and paper, or how long the grace goes on."""
    row = readiness.certificate_on(mentor, today)
    if row is not None:
        valid = _("Valid until %(day)s.") % {"day": words.day(row.valid_until, today=today, weekday=False)}
        line = {"text": f"{valid} {_('Number %(number)s.') % {'number': row.number}}"}
        return line | ({"url": reverse("training:certificate", args=[row.ref]), "action": _("Take the paper")} if may else {})  # fmt: skip
    grace = certification.grace(mentor, today)
    if grace is None:
        return {}
    day = {"day": words.day(grace.until, today=today, weekday=False)}
    if grace.is_over(today):
        return {"text": _("The extra time for present people ended on %(day)s: somebody else takes over.") % day}
    return {"text": _("Present people keep them until %(day)s; nobody new.") % day}


def door(mentor: Mentor) -> dict:
    """Return what the way in to their papers says: what is missing, or that all is in order."""
    found = my_papers(mentor)
    if found["grace"]:
        return {"text": _("Your certificate has ended. See what it means and what to do."), "soon": True}
    if found["lacking"]:
        return {"text": next(row["title"] for row in found["checks"]), "soon": True}
    return {"text": _("All in order."), "soon": False}


# Anybody: does a certificate count? -------------------------------------------------------


def normal(number: str) -> str:
    """Return a number as it is kept, however it was typed; empty for what cannot be one."""
    letters = "".join(letter for letter in number.upper() if letter.isalnum()).removeprefix("HW")
    if len(letters) != 12 or not letters.isascii():
        return ""
    return f"HW-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def verified(number: str) -> dict | None:
    """Return what anybody may know of a certificate: whether it counts today, where it was given, two initials."""
    row = Certificate.objects.filter(number=number).select_related("mentor__person__clinic").first()
    if row is None:
        return None
    person, today = row.mentor.person, clock.today(row.mentor.person.clinic.time_zone)
    if row.revoked_at is not None or row.valid_until < today or row.mentor.status not in COUNTING:
        state = "over"
    else:
        state = "to-come" if row.valid_from > today else "counts"
    return {
        "state": state, "clinic": person.clinic, "initials": f"{person.first_name[:1]}. {person.last_name[:1]}.",
        "from": words.day(row.valid_from, today=today, weekday=False),
        "until": words.day(row.valid_until, today=today, weekday=False), "number": row.number,
    }  # fmt: skip


# A certificate taken back -----------------------------------------------------------------


def taken_back_context(mentor: Mentor, form: Any) -> dict:
    """Return the letters, until when they may ask to look again, and what they asked."""
    row = mentor.decertifications.select_related("appeal").first()
    appeal = getattr(row, "appeal", None) if row else None
    last = last_day(row) if row else None
    return {
        "mentor": mentor, "clinic": mentor.person.clinic, "form": form, "decertification": row, "appeal": appeal,
        "last": last, "open": bool(row and appeal is None and last and mentor.person.clinic.today <= last),
        "letters": mentor.letters.filter(kind__in=["decertified", "appeal"]),
    }  # fmt: skip


def appeal_rows(appeals) -> list[dict]:
    """Return appeals as rows: since when, whose, about what."""
    return [
        {
            "since": row.at, "title": row.mentor.person.full_name, "url": reverse("training:appeal", args=[row.ref]),
            "text": reasons_of(row.against), "action": _("Look at it"), "action_url": reverse("training:appeal", args=[row.ref]),
            "action_about": _("for %(name)s") % {"name": row.mentor.person.first_name},
        }
        for row in appeals
    ]  # fmt: skip


def decided_rows(appeals) -> list[dict]:
    """Return decided appeals, to read only."""
    return [
        {
            "since": row.decided_at, "title": row.mentor.person.full_name, "url": reverse("training:appeal", args=[row.ref]),
            "text": _("%(outcome)s. By %(name)s.") % {"outcome": row.get_outcome_display(), "name": row.decided_by.full_name},
        }
        for row in appeals
    ]  # fmt: skip


def reasons_of(row: Decertification) -> str:
    """Return the chosen reasons in words."""
    labels = dict(Decertification.Reason.choices)
    return ", ".join(str(labels[code]) for code in row.reasons if code in labels)


def appeal_context(appeal: Appeal, user: Any) -> dict:
    """Return both sides of an appeal."""
    return {
        "appeal": appeal, "mentor": appeal.mentor, "against": appeal.against, "reasons": reasons_of(appeal.against),
        "apart": user.pk not in (appeal.against.by_id, appeal.mentor.person.user_id),
        "letters": appeal.mentor.letters.filter(kind__in=["decertified", "appeal"]).order_by("sent_at"),
    }  # fmt: skip


def signed_rows(mentor: Mentor) -> list[Signature]:
    """Return what somebody signed, newest first."""
    return list(mentor.signatures.select_related("text").order_by("-signed_on", "-pk"))
