"""What the pages about training days show: lists in words, one day with its people, and the days a mentor can choose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.roles import Perm, clinics_where
from common import clock, words
from training import rules_sessions as rules
from training import sessions
from training.forms.sessions import CameForm, ChooseDayForm
from training.models import LiveSession, Mentor, Module, ModuleProgress, NoDay, Observation, SignUp

PAST = dt.timedelta(days=90)


# For who plans and who teaches ----------------------------------------------------------------


def lists(rows, now: dt.datetime) -> list[dict]:
    """Return groups of days for components/group.html: to write down, to come, and the last three months."""
    found = rows.held().filter(starts_at__gt=now - PAST).with_taken()
    found = list(found.select_related("module", "trainer", "clinic").order_by("starts_at", "pk"))
    over = [s for s in found if s.ends_at <= now]
    ask = [s for s in over if s.unmarked]
    return [
        group for group in (
            _group("ask", _("Who came?"), _("Over, and not written down yet."), ask, now, _("Write down who came")),
            _group("come", _("To come"), "", [s for s in found if s.ends_at > now], now, _("Open")),
            _group("over", _("Over"), _("In the last three months."), [s for s in over if not s.unmarked][::-1], now, ""),
        ) if group["rows"]
    ]  # fmt: skip


def _group(id: str, title: str, text: str, found: list[LiveSession], now: dt.datetime, action: str) -> dict:
    return {"id": id, "title": title, "text": text, "rows": [row(session, now, action) for session in found]}


def row(session: LiveSession, now: dt.datetime, action: str) -> dict:
    """Return a day as a row: when, what, how many, one action."""
    today = words.local(now, session.clinic.time_zone).date()
    starts = words.local(session.starts_at, session.clinic.time_zone)
    url = reverse("training:session", args=[session.ref])
    name = {"trainer": session.trainer.full_name, "where": sessions.where(session)}
    text = _("With %(trainer)s, %(where)s.") % name
    return {
        "when": words.day(starts.date(), today=today, weekday=False), "when_more": f"{starts:%H:%M}",
        "title": session.module.title, "url": url, "text": f"{text} {taken_words(session)}",
        "action": action, "action_url": url if action else "", "action_about": session.module.title,
    }  # fmt: skip


def row_words(session: LiveSession) -> str:
    """Say a day in one sentence, for who changed it at the same time as somebody else."""
    now = clock.now()
    name = {"part": session.module.title, "trainer": session.trainer.full_name, "places": session.places}
    when = {"span": sessions.span(session, now), "where": sessions.where(session)}
    return _("%(part)s, %(span)s, %(where)s, with %(trainer)s, %(places)d places.") % (name | when)


def taken_words(session: LiveSession) -> str:
    """Say how many places are taken; needs `taken`."""
    if not session.taken:
        return _("Nobody has signed up yet.") if session.starts_at > clock.now() else _("Nobody signed up.")
    text = ngettext("%(n)d of %(places)d place is taken.", "%(n)d of %(places)d places are taken.", session.places)
    return text % {"n": session.taken, "places": session.places}


def without_a_day(user, clinic) -> list[dict]:
    """Return those for whom no day fits, as rows with one action: to say that somebody spoke with them."""
    rows = NoDay.objects.visible_to(user).open().filter(mentor__person__clinic=clinic)
    found = rows.select_related("mentor__person", "module").order_by("said_at", "pk")
    return [
        {
            "since": no_day.said_at, "title": no_day.mentor.person.full_name,
            "url": reverse("training:mentor", args=[no_day.mentor.ref]),
            "text": " ".join([_("%(part)s.") % {"part": no_day.module.title}, _quoted(no_day.words)]).strip(),
            "action": _("We have spoken"), "action_post": reverse("training:session-spoken", args=[no_day.ref]),
            "action_about": no_day.mentor.person.first_name,
        }
        for no_day in found
    ]  # fmt: skip


def _quoted(text: str) -> str:
    return _("They write: “%(words)s”") % {"words": text} if text else ""


def in_calendar_of(user):
    """Return the days somebody may put in a calendar: those they have a place at, teach or plan."""
    mine = LiveSession.objects.attended_by(user).values("pk")
    taught = LiveSession.objects.visible_to(user).values("pk")
    return LiveSession.objects.filter(Q(pk__in=mine) | Q(pk__in=taught))


def watched_by(user):
    """Return the parts of which somebody may write down a role-play: of mentors whose records they keep, and of
    those with a place at a day of that part which they teach. With the tries counted.
    """
    taught = LiveSession.objects.held().taught_by(user)
    there = SignUp.objects.live().filter(
        session__in=taught, mentor=OuterRef("learning__mentor"), session__module__key=OuterRef("module__key")
    )
    kept = Q(learning__mentor__person__clinic__in=clinics_where(user, Perm.MANAGE_MENTORS))
    rows = ModuleProgress.objects.with_tries().filter(kept | Exists(there), module__passing=Module.Passing.ROLE_PLAY)
    return rows.select_related("module", "learning__mentor__person__clinic")


def people_of(session: LiveSession) -> list[SignUp]:
    """Return who has a place, by name."""
    rows = session.sign_ups.live().select_related("mentor__person")
    return list(rows.order_by("mentor__person__first_name", "mentor__person__last_name", "pk"))


def came_form(seats: list[SignUp], data: Any = None) -> CameForm:
    """Return the form to tick who came; names only."""
    ticked = [seat.ref for seat in seats if seat.came]
    return CameForm(data, people=[(s.ref, s.mentor.person.full_name) for s in seats], initial={"came": ticked})


def session_context(session: LiveSession, user, form: CameForm | None = None) -> dict[str, Any]:
    """Return everything the page of one day shows to who plans or teaches it: names, no illness, no phone."""
    now, seats = clock.now(), people_of(session)
    session.taken = len(seats)
    gone = session.sign_ups.exclude(cancelled_at=None).exclude(mentor__in=[seat.mentor_id for seat in seats])
    is_open = session.cancelled_at is None and session.starts_at > now
    return {
        "session": session, "seats": seats, "now": now, "form": form or came_form(seats),
        "span": sessions.span(session, now), "where": sessions.where(session), "taken": taken_words(session),
        "lasts": sessions.lasts(session), "may_mark": sessions.may_mark(session, now), "is_open": is_open,
        "may_plan": rules.plan.allows(user, session.clinic), "marked_at": max((s.marked_at for s in seats if s.marked_at), default=None),
        "gone": list(gone.select_related("mentor__person").order_by("-cancelled_at")), "role_plays": role_plays(session, seats),
        "link_from": session.starts_at - sessions.LINK_FROM,
    }  # fmt: skip


def role_plays(session: LiveSession, seats: list[SignUp]) -> list[dict]:
    """Return a row for each person with a role-play to watch; empty for another kind of module."""
    if session.module.passing != Module.Passing.ROLE_PLAY:
        return []
    rows = ModuleProgress.objects.with_tries().filter(
        learning__mentor__in=[seat.mentor_id for seat in seats], module__key=session.module.key
    )
    found = rows.select_related("module", "learning__mentor__person").order_by(
        "learning__mentor__person__first_name", "learning__mentor__person__last_name", "pk"
    )
    return [role_play_row(progress) for progress in found]


def role_play_row(progress: ModuleProgress) -> dict:
    """Say how far somebody is with a role-play, and offer to write the next one down; needs `used`."""
    person = progress.learning.mentor.person
    can = progress.passed_at is None and progress.used < progress.module.attempts
    return {
        "when": "", "title": person.full_name, "text": try_words(progress),
        "action": _("Write down what I saw") if can else "", "action_about": _("of %(name)s") % {"name": person.first_name},
        "action_url": reverse("training:role-play", args=[progress.ref]) if can else "",
    }  # fmt: skip


def try_words(progress: ModuleProgress) -> str:
    """Say where somebody is with the tries of a round."""
    if progress.passed_at is not None:
        return _("Passed.")
    if not progress.used:
        return _("No role-play yet.")
    if progress.used >= progress.module.attempts:
        return _("Every try is used. The coordinator talks with them first.")
    return _("%(used)d of %(most)d tries used.") % {"used": progress.used, "most": progress.module.attempts}


# For who learns ---------------------------------------------------------------------------------


@dataclass
class Choice:
    """One part that is done on a day: the days to choose from, or the day somebody has."""

    progress: ModuleProgress
    days: list[LiveSession] = field(default_factory=list)
    seat: SignUp | None = None
    said: NoDay | None = None  # no day suited
    seen: dict | None = None  # what somebody saw last time
    form: ChooseDayForm | None = None
    now: dt.datetime = field(default_factory=clock.now)

    @property
    def free(self) -> list[LiveSession]:
        """Return the days with a place, and the one they have."""
        mine = self.seat.session_id if self.seat else None
        return [day for day in self.days if day.taken < day.places or day.pk == mine]

    @property
    def full(self) -> list[str]:
        """Return the days without a place left, in words."""
        chosen = {day.pk for day in self.free}
        return [sessions.begins(day, self.now) for day in self.days if day.pk not in chosen]

    @property
    def about(self) -> str:
        """Say how long it lasts and with whom; the days may differ, then the first one counts for neither."""
        told = {(f"{sessions.lasts(day)}.", with_whom(day)) for day in self.days}
        return " ".join(told.pop()) if len(told) == 1 else ""

    @property
    def mine(self) -> dict | None:
        """Return the day they have, in words; the video link only from an hour before."""
        if self.seat is None:
            return None
        session = self.seat.session
        shown = sessions.link_shown(session, self.now)
        return {
            "span": sessions.span(session, self.now), "where": sessions.where(session), "with": with_whom(session),
            "link": session.link if shown else "", "is_video": bool(session.link), "has_begun": session.starts_at <= self.now,
        }  # fmt: skip


def with_whom(session: LiveSession) -> str:
    """Say who teaches, and from where: "With Mieke Daems of the patients' association."."""
    name = {"name": session.trainer.full_name, "from": session.organisation}
    return _("With %(name)s, %(from)s.") % name if session.organisation else _("With %(name)s.") % name


def choices(mentor: Mentor) -> list[Choice]:
    """Return the parts a mentor still does on a day, each with its days and form; six queries, however many.

    For templates/training/sessions/choose.html. Empty when there is nothing to choose.
    """
    now = clock.now()
    parts = list(sessions.to_do(mentor))
    if not parts:
        return []
    keys = [part.module.key for part in parts]
    days = list(sessions.days_for(mentor.person.clinic, keys, now))
    seats = SignUp.objects.of(mentor).to_come(now).filter(session__module__key__in=keys)
    seats = list(seats.select_related("session__module", "session__trainer", "session__clinic"))
    said = NoDay.objects.open().filter(mentor=mentor).select_related("module")
    by_key = {no_day.module.key: no_day for no_day in said}
    last = _last_seen(parts)
    return [_choice(part, days, seats, by_key, last, now) for part in parts]


def _choice(part: ModuleProgress, days, seats, said: dict, last: dict, now: dt.datetime) -> Choice:
    key = part.module.key
    choice = Choice(
        part, [day for day in days if day.module.key == key], next((s for s in seats if s.session.module.key == key), None),
        said.get(key), last.get(part.pk), now=now,
    )  # fmt: skip
    choice.form = day_form(choice)
    return choice


def day_form(choice: Choice, data: Any = None) -> ChooseDayForm:
    """Return the form to choose a day for one part."""
    mine = choice.seat.session.ref if choice.seat else ("none" if choice.said else "")
    initial = {"part": choice.progress.ref, "day": mine, "words": choice.said.words if choice.said else ""}
    shown = choice.free if data is None else choice.days  # a day that filled up meanwhile is refused in words
    days = [(day.ref, day_words(choice, day)) for day in shown]
    return ChooseDayForm(data, days=days, initial=initial, auto_id=f"{choice.progress.ref}-%s")


def day_words(choice: Choice, day: LiveSession) -> str:
    """Say a day in one line: "Thursday 3 December, 19:00, by video. 4 places left."."""
    begins = {"begins": sessions.begins(day, choice.now), "where": sessions.where(day)}
    left = _("You have a place.") if choice.seat and choice.seat.session_id == day.pk else sessions.places_left(day)
    return f"{_('%(begins)s, %(where)s.') % begins} {left}"


def _last_seen(parts: list[ModuleProgress]) -> dict[int, dict]:
    """Return what was seen last in a role-play of these parts, in words, by pk of the progress; two queries."""
    watched = [part for part in parts if part.module.passing == Module.Passing.ROLE_PLAY]
    rows = Observation.objects.filter(progress__in=watched).select_related("observer").order_by("at", "pk")
    items: dict[int, list] = {}
    if rows := list(rows):
        modules = Module.objects.filter(pk__in=[part.module_id for part in watched]).prefetch_related("rubric")
        items = {module.pk: list(module.rubric.all()) for module in modules}
    of = {part.pk: part.module_id for part in watched}
    return {one.progress_id: seen_words(one, items[of[one.progress_id]]) for one in rows}


def seen_in(part: ModuleProgress) -> dict[str, Any] | None:
    """Return what was seen last in a role-play of one part, in words; it stays to be read once the part is passed."""
    return _last_seen([part]).get(part.pk)


def seen_words(observation: Observation, items: Iterable) -> dict[str, Any]:
    """Return what somebody saw, without any number: by whom, their words, and the items clearly seen and to try next."""
    seen = observation.seen
    return {
        "by": observation.observer.full_name, "on": observation.on, "words": observation.words, "passed": observation.passed,
        "well": [item.text for item in items if seen.get(item.ref) == 2],
        "next": [item.text for item in items if seen.get(item.ref, 0) < 2],
    }  # fmt: skip
