"""What the pages about choosing a mentor show, worked out from facts already read."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.roles import Perm, can
from common import words
from common.vocabulary import Channel, Language, Slot
from referrals.labels import labels
from training import anchors, rules, rules_selecting, selection
from training.models import Mentor, Rating, Sponsorship
from training.models.policy import PaperKind
from training.selection import Facts
from training.steps_selecting import CURES, STEPS
from training.workflow import Status

ALWAYS = ("rung", "release", "remove", "known")


def selection_context(mentor: Mentor, user, form) -> dict[str, Any]:
    """Return everything the page about choosing one applicant shows to a reader."""
    facts = Facts(mentor)
    shown = selection.ratings_shown(user, facts)
    asked = selection.items(facts)
    choosing = mentor.status in selection.CHOOSING
    may_decide = choosing and rules.decide.allows(user, mentor)
    lacking = selection.why_not_accept(mentor) if may_decide else []
    return {
        "mentor": mentor, "person": mentor.person, "clinic": mentor.person.clinic, "facts": facts, "policy": facts.policy,
        "age": facts.today.year - mentor.person.birth_year, "lede": lede(facts, asked), "stages": stages(facts),
        "ratings": shown, "table": table(shown, facts), "quotes": [r for r in shown if r.words],
        "why_hidden": why_hidden(user, facts, shown), "own": own_open(user, facts), "form": form,
        "checks": [check(item, facts, user) for item in asked], "may_decide": may_decide, "lacking": lacking,
        "steps": other_steps(facts, user), "brings": brings(mentor), "over": list_link(user, mentor),
        "keeps": can(user, Perm.MANAGE_MENTORS, mentor.person.clinic_id), "again": again_link(facts, user),
    }  # fmt: skip


def lede(facts: Facts, asked: list[selection.Item]) -> str:
    """Say in one sentence how it stands."""
    status = facts.mentor.status
    if status == Status.LATER and facts.mentor.ask_again_on:
        return _("Not now. To be asked again around %(day)s.") % {
            "day": selection.day(facts.mentor.ask_again_on, facts)
        }
    if status not in selection.CHOOSING:
        return _("It was decided: %(how)s.") % {"how": facts.mentor.get_status_display()}
    lacking = [item for item in asked if not item.ok]
    if not lacking:
        return _("Everything the rules ask is here. It is up to you.")
    names = words.listed([item.title[:1].lower() + item.title[1:] for item in lacking])
    return _("Still to come: %(things)s.") % {"things": names}


def stages(facts: Facts) -> list[dict]:
    """Return the road of an applicant, with its days."""
    history = list(facts.mentor.history.all())
    applied = next((row.at for row in reversed(history) if row.to_status == Status.APPLIED), facts.mentor.created_at)
    talked = facts.interviews[-1].on if facts.interviews else None
    rated = max((r.saved_at for r in facts.saved), default=None) if facts.all_saved else None
    road = [
        (_("Applied"), _local(applied, facts)), (_("Talked"), talked),
        (_("Rated"), _local(rated, facts) if rated else None),
        (_("Decision"), facts.mentor.vetted_on), (_("Training"), None),
    ]  # fmt: skip
    now = next((n for n, (_title, day) in enumerate(road) if day is None), len(road) - 1)
    if facts.mentor.status not in selection.CHOOSING:
        now = 4 if facts.mentor.vetted_on else 3
    return [
        {
            "title": title, "text": selection.day(day, facts) if day else (_("now") if n == now else ""),
            "state": "now" if n == now else "done" if day or n < now else "to-come",
        }
        for n, (title, day) in enumerate(road)
    ]  # fmt: skip


def _local(moment, facts: Facts):
    return words.local(moment, facts.mentor.person.clinic.time_zone).date()


def table(shown: list[Rating], facts: Facts) -> list[dict]:
    """Return a row for each thing two people looked at: what each chose, and whether they differ."""
    rule = facts.policy.functioning if facts.policy else ""
    return [
        {
            "title": anchors.TITLES[about], "cells": _cells(about, shown),
            "differ": anchors.differ(about, [getattr(r, about) for r in shown]),
            "unfit": about == "functioning" and not anchors.fits_rule(rule, [r.functioning for r in shown]),
        }
        for about in anchors.ABOUT if shown
    ]  # fmt: skip


def _cells(about: str, shown: list[Rating]) -> list[tuple[str, str]]:
    first = getattr(shown[0], about)
    same = [n > 0 and getattr(r, about) == first for n, r in enumerate(shown)]
    return [
        (r.assessor.full_name, _("The same sentence") if again else anchors.sentence(about, getattr(r, about)))
        for r, again in zip(shown, same, strict=True)
    ]


def why_hidden(user, facts: Facts, shown: list[Rating]) -> str:
    """Say why no ratings are shown, or nothing when they are."""
    if shown:
        return ""
    if not facts.ratings:
        return _("Nobody is asked to rate yet.")
    if own_open(user, facts):
        return _("You see what the others saw when yours is saved.")
    waits = words.listed([r.assessor.full_name for r in facts.ratings if not r.saved_at])
    if waits:
        return _("Still to rate: %(names)s. You read all of them when the last one is saved.") % {"names": waits}
    lacking = facts.asked_for - len(facts.ratings)
    text = ngettext("One more person is to rate.", "%(n)d more people are to rate.", lacking)
    return text % {"n": lacking}


def own_open(user, facts: Facts) -> Rating | None:
    """Return the rating this reader is asked for and has not saved."""
    return next((r for r in facts.ratings if r.assessor_id == user.pk and not r.saved_at), None)


def check(item: selection.Item, facts: Facts, user) -> dict:
    """Return one line of what the rules ask, with the step that puts it right when this reader may do it."""
    row: dict[str, Any] = {
        "title": item.title,
        "kind": "ok" if item.ok else "soon",
        "text": item.text,
        "url": "",
        "action": "",
    }
    key = CURES.get(item.key, "paper")
    to_ring = item.key == "references" and any(not r.outcome for r in facts.references)
    key = "rung" if to_ring else key
    step = STEPS[key]
    if (
        facts.mentor.status not in selection.CHOOSING
        or not step.rule.allows(user, facts.mentor)
        or _asked_all(item, facts)
    ):
        return row
    if item.ok and item.key not in ("insurance", "conflicts"):
        return row
    address = reverse("training:selection-step", args=[facts.mentor.ref, key])
    kind = item.key.removeprefix("paper-") if item.key.startswith("paper-") else ""
    kind = PaperKind.BACKGROUND.value if item.key == "check" else kind
    return row | {
        "url": f"{address}?kind={kind}" if kind else address,
        "action": _("Look again") if item.ok else step.button,
    }


def _asked_all(item: selection.Item, facts: Facts) -> bool:
    return item.key == "ratings" and len(facts.ratings) >= facts.asked_for


def other_steps(facts: Facts, user) -> list[dict]:
    """Return the lesser steps that make sense now and that this reader may take."""
    fits = {
        "talk": bool(facts.interviews), "reference": bool(facts.references), "rung": bool(facts.references),
        "sponsor": bool(facts.sponsorships), "release": any(not r.saved_at for r in facts.ratings), "paper": True,
        "remove": bool(facts.papers), "known": True,
    }  # fmt: skip
    if facts.mentor.status not in selection.CHOOSING:
        fits = {"paper": True, "remove": bool(facts.papers)}
    return [
        {
            "url": reverse("training:selection-step", args=[facts.mentor.ref, key]),
            "title": STEPS[key].button,
            "icon": "pencil",
        }
        for key, sense in fits.items()
        if sense and STEPS[key].rule.allows(user, facts.mentor)
    ]


def again_link(facts: Facts, user) -> str:
    """Return the address of the way back for somebody to be asked again later; empty when it does not fit."""
    if facts.mentor.status != Status.LATER or not rules.decide.allows(user, facts.mentor):
        return ""
    return reverse("training:selection-step", args=[facts.mentor.ref, "again"])


def brings(mentor: Mentor) -> list[tuple]:
    """Return what an applicant would bring, in a few lines."""
    return [
        (_("Speaks"), labels(Language, mentor.languages)), (_("By"), labels(Channel, mentor.channels)),
        (_("Free"), labels(Slot, mentor.availability)),
    ]  # fmt: skip


def list_link(user, mentor: Mentor) -> tuple[str, str]:
    """Return the one link up: the record for who keeps it, else what is asked of the reader."""
    if can(user, Perm.MANAGE_MENTORS, mentor.person.clinic_id):
        return reverse("training:mentor", args=[mentor.ref]), mentor.person.full_name
    return reverse("training:asked"), _("Asked of you")


def open_ratings(user) -> list[Rating]:
    """Return what a reader is asked to rate, oldest first."""
    rows = Rating.objects.visible_to(user).open().filter(mentor__status__in=selection.UNDER_WAY)
    return list(rows.select_related("mentor__person", "asked_by"))


def open_statements(user) -> list[Sponsorship]:
    """Return whom a reader is asked to vouch for, oldest first."""
    rows = Sponsorship.objects.visible_to(user).open().filter(mentor__status__in=selection.UNDER_WAY)
    return list(rows.select_related("mentor__person", "asked_by"))


def asked_rows(user) -> list[dict]:
    """Return a row of work for each thing asked of a reader."""
    ratings = [
        {
            "since": r.asked_at, "title": _("%(name)s would like to be a mentor") % {"name": r.mentor.person.full_name},
            "text": _("%(who)s asks what you saw.") % {"who": r.asked_by.full_name}, "action": _("Rate"),
            "action_url": reverse("training:rate", args=[r.ref]), "action_about": r.mentor.person.full_name,
        }
        for r in open_ratings(user)
    ]  # fmt: skip
    statements = [
        {
            "since": s.asked_at, "title": _("%(name)s would like to be a mentor") % {"name": s.mentor.person.full_name},
            "text": _("%(who)s asks whether you vouch for them.") % {"who": s.asked_by.full_name}, "action": _("Give a word"),
            "action_url": reverse("training:sponsor", args=[s.ref]), "action_about": s.mentor.person.full_name,
        }
        for s in open_statements(user)
    ]  # fmt: skip
    return sorted([*ratings, *statements], key=lambda row: row["since"])


def to_record(user) -> list[dict]:
    """Return the applicants for whom the clinic's rules let a reader write something down, who keeps no records."""
    rows = selection.visible_to(user).filter(status__in=selection.CHOOSING).select_related("person__clinic", "policy")
    others = [m for m in rows[:50] if not can(user, Perm.MANAGE_MENTORS, m.person.clinic_id)]
    return [
        {
            "title": m.person.full_name, "url": reverse("training:selection", args=[m.ref]), "when": m.get_status_display(),
            "text": _("By the clinic’s rules you may write down a part."),
        }
        for m in others
        if any(rules_selecting.step(step).allows(user, m) for step in selection.RECORDED)
    ]  # fmt: skip


def count_asked(user) -> int:
    """Count the ratings and statements that wait for somebody's word; one query."""
    rows = [
        model.objects.visible_to(user).open().filter(mentor__status__in=selection.UNDER_WAY).order_by().values("pk")
        for model in (Rating, Sponsorship)
    ]
    return rows[0].union(rows[1], all=True).count()


def rate_context(rating: Rating, user, form) -> dict[str, Any]:
    """Return what the page of one rating shows: before saving the question, afterwards what each saw."""
    facts = Facts(rating.mentor)
    shown = selection.ratings_shown(user, facts) if rating.saved_at else []
    others = [r.assessor.full_name for r in facts.saved if r.pk != rating.pk]
    return {
        "rating": rating, "mentor": rating.mentor, "person": rating.mentor.person, "form": form, "ratings": shown,
        "table": table(shown, facts), "quotes": [r for r in shown if r.words], "others": others,
        "waiting": [r.assessor.full_name for r in facts.ratings if not r.saved_at],
        "decided": rating.mentor.status not in selection.UNDER_WAY, "brings": brings(rating.mentor),
        "may_open": selection.visible_to(user).filter(pk=rating.mentor_id).exists(),
    }  # fmt: skip
