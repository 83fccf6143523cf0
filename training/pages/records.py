"""What the pages about mentors show, worked out from rows already fetched."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock, words
from common.vocabulary import (
    Channel,
    Diagnosis,
    GenderWish,
    Interest,
    Language,
    Phase,
    Relation,
    Slot,
    Topic,
    Treatment,
    Value,
)
from referrals.labels import labels, life, small
from training import care, certification, panels, readiness, rules, selection
from training.models import Mentor
from training.pages import certifying
from training.steps import ASIDE, CURES, STEPS, Step, fits
from training.workflow import LEAVING


def filtered(rows: QuerySet, form, today: dt.date) -> QuerySet:
    """Return the mentors the filters ask for; a filter that makes no sense shows everybody."""
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    state = asked.get("state")
    if state == "ready":
        rows = readiness.only_ready(rows, today)
    elif state == "missing":
        rows = rows.filter(~Exists(readiness.ready(today).filter(pk=OuterRef("pk"))))
    elif state:
        rows = rows.filter(status=state)
    if asked.get("language"):
        rows = rows.filter(languages__icontains=f'"{asked["language"]}"')
    for part in (asked.get("name") or "").split()[:3]:
        rows = rows.filter(person__first_name__icontains=part) | rows.filter(person__last_name__icontains=part)
    return rows


def mentor_count(rows: QuerySet) -> int:
    """Count who was accepted and has not left: people being chosen are no mentors yet."""
    return rows.exclude(status__in=[*selection.UNDER_WAY, *LEAVING]).count()


def ready_count(rows: QuerySet, today: dt.date) -> int:
    """Count who is ready today."""
    return readiness.only_ready(rows, today).count()


def list_rows(mentors, today: dt.date) -> list[dict]:
    """Return a line for each mentor: places, what is missing, what ends soon."""
    mentors = list(mentors)
    taken = panels.taken(m.pk for m in mentors)
    last = care.last_match(m.pk for m in mentors)
    return [
        {
            "mentor": m, "road": _road(m), "missing": _first_upper(words.listed(readiness.missing(m, today))),
            "soon": [_ends(key, day, today) for key, day in readiness.ends_soon(m, today)],
            "places": _("%(taken)d of %(places)d") % {"taken": taken.get(m.pk, 0), "places": m.places},
            "speaks": labels(Language, m.languages),
            "last": care.since_last_match(last.get(m.pk), today, m.person.clinic.time_zone),
        }
        for m in mentors
    ]  # fmt: skip


def _road(mentor: Mentor) -> str:
    """Say in a word where somebody is who is no mentor yet or any more: what they lack to meet people says nothing."""
    if mentor.status in selection.UNDER_WAY:
        return _("Not a mentor yet: being chosen")
    return _("Not a mentor") if mentor.status in LEAVING else ""


def _ends(key: str, day: dt.date, today: dt.date) -> str:
    names = {"certificate": _("Certificate ends %(day)s"), "checks": _("Background check ends %(day)s")}
    return names[key] % {"day": words.day(day, today=today, weekday=False)}


def _first_upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def mentor_context(mentor: Mentor, user, shown: list) -> dict:
    """Return everything the page of one mentor shows."""
    today = clock.today(mentor.person.clinic.time_zone)
    may = rules.change.allows(user, mentor)
    lacking = readiness.missing(mentor, today)
    taken = panels.taken([mentor.pk]).get(mentor.pk, 0)
    return {
        "mentor": mentor, "person": mentor.person, "clinic": mentor.person.clinic, "age": today.year - mentor.person.birth_year,
        "lede": lede(mentor, lacking, taken), "checks": checks(mentor, today, taken, may), "panels": shown,
        "chosen": mentor.status in selection.UNDER_WAY, "brings": brings(mentor), "agreements": agreements(mentor), "history": history(mentor),
        "may_change": may, "steps": aside(mentor) if may and rules.decide.allows(user, mentor) else [],
    }  # fmt: skip


def lede(mentor: Mentor, lacking: list[str], taken: int) -> str:
    """Say in one sentence whether they can take somebody new."""
    name = mentor.person.first_name
    if mentor.status in selection.UNDER_WAY:
        return _("%(name)s would like to be a mentor, and is being chosen.") % {"name": name}
    if lacking:
        return _("%(name)s cannot take someone new now: %(missing)s.") % {
            "name": name,
            "missing": words.listed(lacking),
        }
    free = mentor.places - taken
    if free <= 0:
        return _("%(name)s is in order, and has no free place.") % {"name": name}
    return ngettext(
        "%(name)s can take someone new: %(n)d place is free.",
        "%(name)s can take someone new: %(n)d places are free.",
        free,
    ) % {"name": name, "n": free}


def checks(mentor: Mentor, today: dt.date, taken: int, may: bool) -> list[dict]:
    """Return each thing that must be in order, missing ones first, then what ends soon."""
    soon = dict(readiness.ends_soon(mentor, today))
    rows = []
    for check in readiness.CHECKS:
        fine = check.test(mentor, today)
        kind = "urgent" if not fine else "soon" if check.key in soon else "ok"
        title = str(check.title) if fine else _first_upper(check.missing(mentor, today))
        row = {"title": title, "text": check.fine(mentor, today) if fine else "", "kind": kind}
        if check.key == "certificate":
            row |= certifying.record_line(mentor, today, may)
        cure = STEPS.get(CURES.get(check.key, ""))
        if may and kind != "ok" and cure and (fits(cure, mentor) or check.key in soon):
            row |= {"url": reverse("training:step", args=[mentor.ref, cure.key]), "action": cure.button}
        rows.append(row)
    places = {"taken": taken, "places": mentor.places}
    free = taken < mentor.places
    rows.append({
        "title": _("A place is free") if free else _("No place is free"), "kind": "ok" if free else "urgent",
        "text": _("%(taken)d of %(places)d in use.") % places,
    })  # fmt: skip
    return sorted(rows, key=lambda row: ["urgent", "soon", "ok"].index(row["kind"]))


def brings(mentor: Mentor) -> list[tuple]:
    """Return what a mentor brings, as label and value."""
    phases, treatments = labels(Phase, mentor.phases), labels(Treatment, mentor.treatments)
    lived = ", ".join(filter(None, [phases, small(treatments) if phases else treatments]))
    return [
        (_("Mentor for"), _whom(mentor)), (_("Speaks"), labels(Language, mentor.languages)),
        (_("By"), labels(Channel, mentor.channels)), (_("Near"), mentor.get_area_display()),
        (_("Free"), labels(Slot, mentor.availability)), (_("Lives with"), labels(Diagnosis, mentor.diagnoses)),
        (_("Told in"), mentor.diagnosed_year or ""), (_("Lived"), lived),
        (_("Life"), life(mentor)),
        (_("Talks about"), labels(Topic, mentor.topics)), (_("Not about"), labels(Topic, mentor.wont_discuss)),
        (_("Interests"), labels(Interest, mentor.interests)), (_("What counts"), labels(Value, mentor.values)),
        (_("Own words"), mentor.about_me),
    ]  # fmt: skip


def _whom(mentor: Mentor) -> str:
    names = {Relation.PATIENT: _("patients"), Relation.CAREGIVER: _("partners and relatives")}
    return _first_upper(words.listed([names[code] for code in mentor.role_types if code in names]))


def agreements(mentor: Mentor) -> list[tuple]:
    """Return who looks after them, and what was agreed."""
    only = mentor.get_mentee_gender_must_display() if mentor.mentee_gender_must != GenderWish.ANY else _("Anybody")
    last = care.last_match([mentor.pk]).get(mentor.pk)
    since = care.since_last_match(last, mentor.person.clinic.today, mentor.person.clinic.time_zone)
    return [
        (_("Supervisor"), mentor.supervisor), (_("Only mentors"), only), (_("Other clinics"), sharing(mentor)),
        (_("Last introduced to somebody"), since),
        (_("E-mail"), mentor.person.email),
    ]  # fmt: skip


def sharing(mentor: Mentor) -> str:
    """Say whether other clinics may ask this mentor."""
    if mentor.shared_on:
        return _("Shared, by phone or video")
    return _("Would like to; not shared yet") if mentor.share_wish_on else _("Own clinic only")


def history(mentor: Mentor) -> list[dict]:
    """Return the road so far, one line per step."""
    names = dict(mentor._meta.get_field("status").choices)
    return [
        {
            "at": row.at, "title": names.get(row.to_status, row.to_status),
            "text": _("%(by)s. %(note)s") % {"by": row.by, "note": row.note} if row.note else _("By %(by)s.") % {"by": row.by},
        }
        for row in mentor.history.all()
    ]  # fmt: skip


def aside(mentor: Mentor) -> list[dict]:
    """Return the lesser steps that make sense now."""
    return [
        {"url": address_of(mentor, STEPS[key]), "icon": STEPS[key].icon, "title": STEPS[key].button}
        for key in ASIDE
        if fits(STEPS[key], mentor)
    ]


def address_of(mentor: Mentor, step: Step) -> str:
    """Return the page of a step: its own, or the one all others share."""
    return reverse(step.page, args=[mentor.ref]) if step.page else reverse("training:step", args=[mentor.ref, step.key])


def initial_days(mentor: Mentor) -> dict:
    """Return what is usual: today, and for a certificate the months of the rules that count for them."""
    today = mentor.person.clinic.today
    first, last = certification.usual_days(mentor, today)
    return {
        "on": today, "valid_from": first, "valid_until": last,
        "rest_from": mentor.rest_from or today, "rest_until": mentor.rest_until,
        "plan": mentor.rest_plan if mentor.rest_from else None,
    }  # fmt: skip
