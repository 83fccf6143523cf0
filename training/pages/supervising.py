"""What the pages about supervision show. It only reads."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, F, Prefetch, Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.roles import Perm, can
from common import clock, words
from training import agenda, supervisors
from training.doors import Door
from training.models import Mentor, SupervisionPart, SupervisionTalk, WellbeingCheck
from training.panels import Panel
from training.querysets_supervising import works_at

MOST_TALKS = 50


def cared_for(user, clinic):
    """Return the mentors of a clinic whom a user looks after now, with their next talk; two queries."""
    return with_next(Mentor.objects.visible_to(user).of_clinic(clinic).filter(supervisor=user))


def with_next(mentors):
    """Fetch with mentors at work who looks after them and their talks to come, the latest one first."""
    to_come = SupervisionPart.objects.to_come().select_related("talk").order_by("talk__planned_at", "pk")
    rows = mentors.filter(status__in=supervisors.AT_WORK).select_related("person__clinic", "supervisor")
    rows = rows.prefetch_related(Prefetch("supervision", to_come, to_attr="parts_to_come"))
    return rows.order_by(F("supervise_by").asc(nulls_first=True), "person__first_name", "pk")


def list_row(mentor: Mentor, user, *, names: bool = False) -> dict[str, Any]:
    """Return a line of the list: until when, who, when the next talk is, one step."""
    clinic, name = mentor.person.clinic, mentor.person.first_name
    part = next(iter(mentor.parts_to_come), None)
    when, more = due(mentor)
    text = _("No talk is planned.")
    if part:
        text = _("A talk on %(when)s.") % {"when": words.when(part.talk.planned_at, clinic.time_zone, now=clock.now())}
    if names:
        text = f"{_who(mentor)} {text}"
    url = (
        reverse("training:talk", args=[part.talk.ref])
        if part
        else f"{reverse('training:plan-talk')}?mentor={mentor.ref}"
    )
    return {
        "when": when, "when_more": more, "title": mentor.person.full_name, "text": text,
        "url": reverse("training:mentor", args=[mentor.ref]), "action_url": url,
        "action": _("Open the talk") if part else _("Plan a talk"), "action_about": _("with %(name)s") % {"name": name},
    }  # fmt: skip


def _who(mentor: Mentor) -> str:
    if mentor.supervisor is None:
        return _("Nobody looks after them yet.")
    return _("%(name)s looks after them.") % {"name": mentor.supervisor.full_name}


def due(mentor: Mentor) -> tuple[str, str]:
    """Say how long there is until the next talk is due, or how late it is, and the day."""
    if mentor.supervise_by is None:
        return _("Not agreed"), ""
    today = mentor.person.clinic.today
    days = (mentor.supervise_by - today).days
    on = words.day(mentor.supervise_by, today=today, weekday=False)
    if days < 0:
        return ngettext("%(n)d day late", "%(n)d days late", -days) % {"n": -days}, on
    if days == 0:
        return _("Today"), on
    return ngettext("In %(n)d day", "In %(n)d days", days) % {"n": days}, on


def late(mentors, today: dt.date) -> int:
    """Count whose talk is late."""
    return sum(1 for m in mentors if m.supervise_by is None or m.supervise_by < today)


def lede(own: list[Mentor], today: dt.date) -> str:
    """Say it all in one sentence."""
    if not own:
        return _("You look after no mentors now.")
    n, over = len(own), late(own, today)
    text = ngettext("You look after %(n)d mentor.", "You look after %(n)d mentors.", n) % {"n": n}
    if not over:
        return f"{text} {_('Every talk is in time.')}"
    return f"{text} {ngettext('%(n)d talk is late.', '%(n)d talks are late.', over) % {'n': over}}"


# The talk ---------------------------------------------------------------------------------


def parts_of(talk: SupervisionTalk, user) -> list[SupervisionPart]:
    """Return the parts of a talk its supervisor reads, with their mentors."""
    rows = SupervisionPart.objects.visible_to(user).filter(talk=talk, talk__supervisor=user)
    return list(rows.select_related("talk", "mentor__person__clinic", "mentor__supervisor").order_by("pk"))


def since(part: SupervisionPart) -> dt.datetime:
    """Return from when on something belongs to this talk: the last one that was held, else the mentor's start."""
    clinic, talk = part.mentor.person.clinic, part.talk
    before = SupervisionPart.objects.held().filter(mentor=part.mentor, talk__planned_at__lt=talk.planned_at)
    held = before.order_by("-talk__held_on").values_list("talk__held_on", flat=True).first()
    if held is None:
        return part.mentor.created_at
    return clock.at_local(held, dt.time(0), clinic.time_zone)


def items(part: SupervisionPart) -> list[agenda.Item]:
    """Return what to talk about; of a talk that is over, as it was then."""
    return agenda.of(part.mentor, since(part), part.talk.saved_at or clock.now())


def beside(part: SupervisionPart) -> dict[str, Any]:
    """Return what stands beside the agenda of one mentor: how they are, and what happened, in counts."""
    begin = since(part)
    today = part.mentor.person.clinic.today
    answers = part.mentor.wellbeing.filter(answered_at__isnull=False).order_by("-answered_at", "-pk").first()
    return {
        "part": part, "mentor": part.mentor, "wellbeing": answers, "answers": answers_in_words(answers),
        "since": words.day(words.local(begin, part.mentor.person.clinic.time_zone).date(), today=today, weekday=False),
        "facts": [(fact.label, fact.value) for fact in agenda.facts(part.mentor, begin, clock.now())],
    }  # fmt: skip


def answers_in_words(check: WellbeingCheck | None) -> list[tuple[str, str]]:
    """Return what a mentor said about themselves, question and answer."""
    if check is None:
        return []
    names = [name for name in ("drain", "sleep", "memories", "illness", "worth") if getattr(check, name)]
    found = [
        (capfirst(str(check._meta.get_field(name).verbose_name)), str(getattr(check, f"get_{name}_display")()))
        for name in names
    ]
    return [*found, (_("In their words"), check.words)] if check.words else found


def heading(parts: list[SupervisionPart], talk: SupervisionTalk) -> str:
    """Name a talk by whom it is with."""
    names = words.listed([p.mentor.person.first_name for p in parts])
    if talk.kind == SupervisionTalk.Kind.GROUP:
        return _("Supervision in a group: %(names)s") % {"names": names}
    return _("Supervision with %(name)s") % {"name": names}


def over(talk: SupervisionTalk) -> str:
    """Say when and where a talk is."""
    text = words.when(talk.planned_at, talk.clinic.time_zone, now=clock.now())
    return f"{text}, {talk.where}" if talk.where and not is_link(talk.where) else text


def is_link(where: str) -> bool:
    """Tell whether the place is the address of a video call."""
    return where.startswith("https://") and " " not in where


def is_early(talk: SupervisionTalk) -> bool:
    """Tell whether a talk is planned for a later day than today: what is saved now counts as held today."""
    return words.local(talk.planned_at, talk.clinic.time_zone).date() > talk.clinic.today


def talk_lede(talk: SupervisionTalk, found: list) -> str:
    """Say in one sentence where a talk stands."""
    if talk.cancelled_at:
        return _("This talk was called off.")
    if talk.saved_at and talk.held_on is None:
        return _("This talk did not take place.")
    if talk.saved_at:
        day = words.day(talk.held_on, today=talk.clinic.today)
        return _("You talked on %(day)s. What was agreed is kept here.") % {"day": day}
    n = sum(len(rows) for rows in found)
    if not n:
        return _("Nothing stands out since the last talk. Ask how they are.")
    return ngettext("%(n)d thing to talk about.", "%(n)d things to talk about.", n) % {"n": n}


# Ways in ----------------------------------------------------------------------------------


def own_door(mentor: Mentor) -> Door | None:
    """Return the door on a mentor's own page."""
    if mentor.status not in supervisors.AT_WORK:
        return None
    part = SupervisionPart.objects.to_come().filter(mentor=mentor).select_related("talk")
    found = part.order_by("talk__planned_at", "pk").first()
    text = _("No talk is planned yet.")
    if found:
        zone = mentor.person.clinic.time_zone
        text = _("Next talk: %(when)s.") % {"when": words.when(found.talk.planned_at, zone, now=clock.now())}
    return Door(reverse("training:my-supervision"), "messages-square", _("Talks with my supervisor"), text)


def staff_door(user, clinic) -> Door | None:
    """Return the door above the list of mentors: how many talks are late; one query."""
    if clinic is None or clinic.pk not in works_at(user):
        return None
    today = clinic.today
    rows = Mentor.objects.visible_to(user).of_clinic(clinic).filter(supervisor=user, status__in=supervisors.AT_WORK)
    late_ones = Q(supervise_by__lt=today) | Q(supervise_by=None)
    found = rows.order_by().aggregate(n=Count("pk"), late=Count("pk", filter=late_ones))
    text = ngettext("%(n)d mentor.", "%(n)d mentors.", found["n"]) % {"n": found["n"]}
    if found["late"]:
        over_ = ngettext("%(n)d talk is late.", "%(n)d talks are late.", found["late"]) % {"n": found["late"]}
        text = f"{text} {over_}"
    return Door(
        reverse("training:supervision"), "heart-handshake", _("Mentors I look after"), text, soon=bool(found["late"])
    )


def panel(mentor: Mentor, user) -> Panel | None:
    """Return who looks after a mentor and when they talk, for a mentor's record."""
    if mentor.person.user_id == user.pk:
        return None
    keeps = can(user, Perm.MANAGE_MENTORS, mentor.person.clinic_id)
    fine = supervisors.fits(mentor.supervisor, mentor.person.clinic_id)
    who = {
        "when": _("Supervisor"), "title": mentor.supervisor.full_name if mentor.supervisor else _("Nobody yet"),
        "text": "" if fine or mentor.supervisor is None else _("No longer works here. Choose somebody else."), "url": "",
        "action": (_("Change") if fine else _("Choose somebody")) if keeps else "",
        "action_url": reverse("training:name-supervisor", args=[mentor.ref]) if keeps else "",
        "action_about": _("who looks after %(name)s") % {"name": mentor.person.first_name},
    }  # fmt: skip
    rows = [who]
    if fine and mentor.status in supervisors.AT_WORK and (keeps or mentor.supervisor_id == user.pk):
        row = list_row(with_next(Mentor.objects.filter(pk=mentor.pk)).get(), user)
        rows.append(row | {"title": _("Next talk"), "url": ""})
    return Panel(_("Supervision"), rows)


def own_context(mentor: Mentor, user, form=None, part=None) -> dict[str, Any]:
    """Return what a mentor sees of their talks: those to come with a topic of their own, and former ones with notes."""
    rows = SupervisionPart.objects.visible_to(user).filter(mentor=mentor, talk__cancelled_at=None)
    found = list(
        rows.select_related("talk__supervisor", "talk__clinic").order_by("-talk__planned_at", "-pk")[:MOST_TALKS]
    )
    return {
        "mentor": mentor, "clinic": mentor.person.clinic, "former": [p for p in found if p.came],
        "to_come": [p for p in reversed(found) if p.talk.saved_at is None], "form": form, "wrong": part,
    }  # fmt: skip
