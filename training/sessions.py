"""Training days as questions: which modules have them, who teaches, which days somebody can choose, in words."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from clinics.models import Clinic
from clinics.roles import Role
from common import words
from training import learning
from training.models import LiveSession, Mentor, Module, ModuleProgress

TEACHERS = (Role.TRAINER, Role.COORDINATOR, Role.CLINICIAN)
LINK_FROM = dt.timedelta(hours=1)  # the video link is shown from one hour before, to who has a place
MARK_FROM = dt.timedelta(minutes=30)  # people come in before it starts
AHEAD = dt.timedelta(days=3)  # a day without anybody is named this long before [D]
TOGETHER = (Module.Passing.ROLE_PLAY, Module.Passing.PRESENCE)
ILLNESS = re.compile(r"r(h)?eum|rhum|arthr|artri|lupus|jicht|gout|clini|klini|hosp|ziekenh|h[oô]pital", re.IGNORECASE)


def together() -> Q:
    """Return the condition for a module that people do on a day: taught live, watched, or passed by being there."""
    return Q(is_live=True) | Q(passing__in=TOGETHER)


def modules_of(clinic: Clinic, keep: int | None = None) -> QuerySet[Module]:
    """Return the modules of the published training for which a day can be planned; `keep` is one a day has already."""
    curriculum = learning.published(clinic)
    wanted = Q(together(), curriculum=curriculum) if curriculum else Q(pk__in=[])
    return Module.objects.filter(wanted | Q(pk=keep)) if keep else Module.objects.filter(wanted)


def trainers_of(clinic: Clinic) -> QuerySet[User]:
    """Return who may teach at a clinic, by name."""
    held = {"memberships__clinic": clinic, "memberships__role__in": TEACHERS, "memberships__ended_at": None}
    return User.objects.filter(is_active=True, **held).distinct().order_by("first_name", "last_name", "pk")


def to_do(mentor: Mentor) -> QuerySet[ModuleProgress]:
    """Return the parts a mentor still has to do on a day, in their order."""
    live = Q(module__is_live=True) | Q(module__passing__in=TOGETHER)
    rows = ModuleProgress.objects.filter(live, learning__mentor=mentor, passed_at=None)
    return rows.select_related("module", "learning__mentor__person__clinic")


def days_for(clinic: Clinic, keys, now: dt.datetime) -> QuerySet[LiveSession]:
    """Return the days to come for modules with these keys, with the places in use. Also of another version of them."""
    rows = LiveSession.objects.of_clinic(clinic).to_come(now).filter(module__key__in=keys)
    return rows.with_taken().select_related("module", "trainer", "clinic")


def another_day(session: LiveSession, now: dt.datetime) -> str:
    """Name one other day for the same module that has a place, in a sentence; say who looks on when there is none."""
    rows: Any = days_for(session.clinic, [session.module.key], now).exclude(pk=session.pk)
    free = rows.filter(taken__lt=F("places")).first()
    if free is None:
        return _("There is no other day yet. Choose “None of these suits me”, and we look for one with you.")
    return _("There is still a place on %(day)s.") % {"day": begins(free, now)}


def begins(session: LiveSession, now: dt.datetime) -> str:
    """Write out when a day begins, as clocks at the clinic show it."""
    return words.when(session.starts_at, session.clinic.time_zone, now=now)


def span(session: LiveSession, now: dt.datetime) -> str:
    """Write out from when until when: "Thursday 3 December, 19:00 to 21:00"."""
    ends = words.local(session.ends_at, session.clinic.time_zone)
    return _("%(begins)s to %(ends)s") % {"begins": begins(session, now), "ends": f"{ends:%H:%M}"}


def where(session: LiveSession) -> str:
    """Say where, inside a sentence: "by video", or "in" a place."""
    if session.how == LiveSession.How.VIDEO:
        return _("by video")
    return _("at %(place)s") % {"place": session.place}


def places_left(session: Any) -> str:
    """Say how many places are left; needs `taken`."""
    left = max(session.places - session.taken, 0)
    if not left:
        return _("No place left.")
    return ngettext("%(n)d place left.", "%(n)d places left.", left) % {"n": left}


def lasts(session: LiveSession) -> str:
    """Say how long it lasts: "90 minutes", "2 hours"."""
    return words.length((session.ends_at - session.starts_at).total_seconds())


def link_shown(session: LiveSession, now: dt.datetime) -> bool:
    """Tell whether the video link may be seen now: from an hour before until it is over."""
    is_on = session.starts_at - LINK_FROM <= now < session.ends_at
    return bool(session.link) and is_on and session.cancelled_at is None


def may_mark(session: LiveSession, now: dt.datetime) -> bool:
    """Tell whether it can be said now who came."""
    return session.cancelled_at is None and now >= session.starts_at - MARK_FROM


def names_illness(text: str) -> bool:
    """Tell whether words say more than a stranger who sees a calendar should read."""
    return bool(ILLNESS.search(text))
