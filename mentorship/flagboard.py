"""What the pages of red flags show: who it is about, whom to call, and the whole timeline. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery, TextField, Value, prefetch_related_objects
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _

from accounts.models import User
from clinics.roles import Perm, clinics_where
from common import clock, words
from common.vocabulary import Treatment
from matching.workflow import LIVE
from mentorship.lent import mentors_no_more
from mentorship.models import About, Attempt, FlagEvent, RedFlag, Route, Rung, Severity
from mentorship.rules import flags as rules
from mentorship.undelivered import HANDED, TO_ACCOUNT, marked, not_reached
from mentorship.workflow import UNANSWERED, FlagStatus
from messaging.models import SMS, Message
from messaging.workflow import Status as MessageStatus
from referrals.models import Person

RELATED = (
    "clinic", "category", "owner", "raised_by", "raised_by_person", "acknowledged_by", "resolved_by", "about_user", "rules", "handed_to",
    "referral__mentee", "match__mentor__person__user", "match__mentor__person__clinic", "match__referral__mentee",
)  # fmt: skip
RECENT = dt.timedelta(days=14)
FEWEST = 5  # a share of fewer is hidden
CAP = 200
TO_RAISER = ("flag.next", "flag.settled", "flag.again")
FLAG_ROW = ("flag__ref", "at")


def with_related(rows):
    """Return the flags with everything a page shows of each, in one query; the ladder comes by `with_ladders`."""
    return rows.select_related(*RELATED)


def with_ladders(flags: list[RedFlag]) -> list[RedFlag]:
    """Read the ladders of all these flags, with the people on them, in one query."""
    prefetch_related_objects(flags, Prefetch("rungs", queryset=Rung.objects.select_related("user")))
    return flags


@dataclass
class Card:
    """One flag as one reader may see it."""

    flag: RedFlag
    details: bool  # may they read what it is about?
    may_answer: bool
    person: Person | None
    name: str
    severity: str
    mine: bool = False
    unreached: list[User] = field(default_factory=list)  # whom no message reached: somebody has to phone

    @property
    def is_unanswered(self) -> bool:
        return self.flag.status in UNANSWERED

    @property
    def is_overdue(self) -> bool:
        """Tell whether somebody has it, but has not resolved it in time."""
        return self.flag.status == FlagStatus.ACKNOWLEDGED and self.flag.resolve_by < clock.now()

    @property
    def is_late(self) -> bool:
        return is_late(self.flag)


def card(flag: RedFlag, user: User) -> Card:
    """Return a flag as this reader may see it."""
    person = subject(flag)
    return Card(
        flag=flag,
        details=rules.sees_details(user, flag),
        may_answer=rules.answer.allows(user, flag),
        person=person,
        name=person.full_name if person else flag.raised_by.full_name,
        severity=severity_words(flag.severity),
        mine=flag.acknowledged_by_id == user.pk,
    )


def subject(flag: RedFlag) -> Person | None:
    """Return the person who may need help: the mentee; None when somebody raised it about themselves or the team."""
    return flag.referral.mentee if flag.referral_id else flag.raised_by_person


def severity_words(severity: str) -> str:
    """Write how urgent it is: "Level 2, today"."""
    names = {Severity.S1: _("at once"), Severity.S2: _("today"), Severity.S3: _("soon"), Severity.S4: _("this week")}
    return _("Level %(n)s, %(words)s") % {"n": severity[1:], "words": names[Severity(severity)]}


def is_late(flag: RedFlag) -> bool:
    """Tell whether it was, or is, answered after its deadline."""
    return (flag.acknowledged_at or clock.now()) > flag.answer_by


def people_shown(cards: Iterable[Card]) -> list[Person]:
    """Return the people the access log names."""
    return [c.person for c in cards if c.person is not None]


# Whom to call ------------------------------------------------------------------------------


def calls(flag: RedFlag) -> list[tuple[str, Any]]:
    """Return (who, number) of those who can be rung about a flag; never the person a conduct flag is about."""
    found: list[tuple[str, Any]] = []
    person = subject(flag)
    if person is not None and person.phone:
        found.append((person.first_name, person.phone))
    for raiser in (flag.raised_by, _mentor(flag)):
        if raiser is None or raiser.is_system or raiser.pk == flag.about_user_id or not raiser.phone:
            continue
        if flag.category.about == About.MENTOR and raiser == _mentor(flag) and raiser != flag.raised_by:
            continue
        found.append((raiser.first_name, raiser.phone))
    return list(dict.fromkeys(found))


def _mentor(flag: RedFlag) -> User | None:
    return flag.match.mentor.person.user if flag.match_id else None


def stopped(flag: RedFlag, user: User) -> str:
    """Return what is to be decided about a pair that a worry about conduct stopped; empty when there is nothing.

    "open" while the worry is, "decide" for a coordinator once it is settled, "wait" for anybody else; "gone" when
    the mentor is none any more, so that only an ending is left.
    """
    match = flag.match if flag.route == Route.CONDUCT and flag.match_id else None
    if match is None or match.sight_ended_at is None or match.status not in LIVE:
        return ""
    if flag.status != FlagStatus.RESOLVED:
        return "open"
    if mentors_no_more(match):
        return "gone"
    return "decide" if rules.give_back.allows(user, flag) else "wait"


def to_phone(flag: RedFlag, reader: User) -> list[tuple[User, Any]]:
    """Return (who, number or empty) of those who should answer but could not be told by message; the reader knows by now."""
    lost = not_reached([flag]).get(flag.ref, [])
    return [(user, user.phone) for user in lost if user.pk not in (flag.about_user_id, reader.pk)]


# The timeline ------------------------------------------------------------------------------


def timelines(flags: Iterable[RedFlag], readers: dict[int, bool]) -> dict[int, list[dict]]:
    """Return per flag who did what and who was told when, in order, and what comes next. One query for any number.

    `readers` says per flag whether its details may be read: notes are left out otherwise.
    """
    flags = list(flags)
    by_ref = {flag.ref: flag for flag in flags}
    items: dict[int, list[dict]] = {flag.pk: [] for flag in flags}
    tell = {"event": _event, "attempt": _attempt, "message": _told}
    for ref, at, source, first, second, note, given, family, channel in _happened(flags):
        flag = by_ref[ref]
        name = f"{given or ''} {family or ''}".strip()
        row = Happened(flag, first, second, note, name, channel, readers[flag.pk])
        item = tell[source](row)
        if item:
            items[flag.pk].append({"at": at, **item})
    for flag in flags:
        items[flag.pk] += _to_come(flag)
    return items


@dataclass(frozen=True)
class Happened:
    """One thing that happened to a flag: a step of its history, an attempt, or a message."""

    flag: RedFlag
    first: str  # from status; a message's status
    second: str  # to status; kind of attempt; kind of message
    note: str  # note; words; recipient
    name: str  # of who did it; of the account a message goes to
    channel: str  # of a message
    reads: bool


def _happened(flags: list[RedFlag]):
    """Return (flag's ref, at, source, first, second, note, given name, family name, channel) of everything, in order."""
    empty = Value("", output_field=TextField())
    reader = User.objects.filter(ref=Substr(OuterRef("recipient"), len(TO_ACCOUNT) + 1)).order_by()
    sources = [
        (FlagEvent.objects.filter(flag__in=flags), *FLAG_ROW, "event", "from_status", "to_status", "note", True),
        (Attempt.objects.filter(flag__in=flags), *FLAG_ROW, "attempt", None, "kind", "text", True),
        (
            Message.objects.filter(subject__in=[flag.ref for flag in flags], kind__startswith="flag."),
            "subject", "created_at", "message", "status", "kind", "recipient", False,
        ),
    ]  # fmt: skip
    parts = [
        rows.order_by().values_list(
            _text(ref), F(at), Value(source, output_field=TextField()), _text(first) if first else empty, _text(second),
            _text(note), *(_text(f"by__{name}") if named else _part(reader, name) for name in ("first_name", "last_name")),
            empty if named else _text("channel"),
        )
        for rows, ref, at, source, first, second, note, named in sources
    ]  # fmt: skip
    return sorted(parts[0].union(*parts[1:], all=True), key=_in_time)


def _in_time(row) -> tuple:
    """Order what happened; of one moment, raising comes first and what answering causes last."""
    _ref, at, source, first, second, *_rest = row
    if source == "event":
        return at, 3 if first else 0
    return at, 4 if second in ("flag.answered", *TO_RAISER) else {"message": 1, "attempt": 2}[source]


def several_days(items: list[dict], tz: str) -> bool:
    """Tell whether a timeline runs over midnight, so that it must show dates."""
    return len({words.local(item["at"], tz).date() for item in items}) > 1


def _text(name: str) -> Cast:
    return Cast(name, TextField())


def _part(readers, name: str) -> Cast:
    return Cast(Subquery(readers.values(name)[:1]), TextField())


def _told(row: Happened) -> dict:
    sentences = {
        "flag.raised": _("%(name)s was asked to answer"), "flag.told": _("%(name)s was told at once"),
        "flag.half": _("%(name)s was told again, at half time"), "flag.climb": _("It climbed: %(name)s was asked"),
        "flag.answered": _("%(name)s heard that somebody has it"), "flag.home": _("%(name)s was told"),
        "flag.handed": _("%(name)s was asked to take it over"), "flag.settled": _("%(name)s heard that it is settled"),
        "flag.next": _("%(name)s heard that the next one is asked"),
        "flag.again": _("%(name)s heard that the team looks at it again"),
    }  # fmt: skip
    people = [r.user for r in row.flag.rungs.all()] + [row.flag.owner, row.flag.raised_by]
    names = {f"{TO_ACCOUNT}{user.ref}": user.full_name for user in people}
    stranger = _("Somebody of the mentor's own clinic") if row.second == "flag.home" else _("The person who raised it")
    name = names.get(row.note) or (row.name if row.second == HANDED else "") or stranger
    status = MessageStatus(row.first)
    if status in (MessageStatus.DEAD, MessageStatus.CANCELLED):  # nobody heard anything
        return {"title": _("%(name)s was not told") % {"name": name}, "text": status.label}
    if row.second == "flag.answered" and status != MessageStatus.SENT:
        return {"title": _("%(name)s is to hear that somebody has it") % {"name": name}, "text": status.label}
    if row.second in TO_RAISER and status != MessageStatus.SENT:
        return {"title": _("%(name)s is to hear how it goes") % {"name": name}, "text": status.label}
    title = sentences[row.second] % {"name": name}
    if row.channel == SMS:
        title = _("%(what)s, by text message") % {"what": title}
    return {"title": title, "text": status.label}


def _event(row: Happened) -> dict | None:
    if row.first == row.second:
        sentences = {
            "details": _("%(name)s added what they saw"), "taken over": _("%(name)s took it over"),
            "handed": _("%(name)s hands it over, and has it until it is taken"), "kept": _("%(name)s keeps it"),
        }  # fmt: skip
        words = sentences.get(row.note)
        return {"title": words % {"name": row.name}, "text": ""} if words else None
    name = row.name
    if row.second == FlagStatus.RAISED and row.flag.raised_by_person_id:
        name = row.flag.raised_by_person.full_name
    sentence = {
        FlagStatus.RAISED: _("%(name)s raised the flag"), FlagStatus.ACKNOWLEDGED: _("%(name)s: I have this"),
        FlagStatus.RESOLVED: _("%(name)s resolved it"), FlagStatus.REOPENED: _("%(name)s opened it again"),
    }[FlagStatus(row.second)]  # fmt: skip
    return {"title": sentence % {"name": name}, "text": _note(row) if row.reads else ""}


def _note(row: Happened) -> str:
    if row.second != FlagStatus.RESOLVED:
        return row.note
    outcome, _sep, done = row.note.partition("\n")
    label = str(dict(RedFlag.Outcome.choices).get(outcome, outcome))
    return f"{label}. {done}" if done else label


def _attempt(row: Happened) -> dict:
    return {"title": f"{row.name}: {Attempt.Kind(row.second).label}", "text": row.note if row.reads else ""}


def _to_come(flag: RedFlag) -> list[dict]:
    if flag.status == FlagStatus.RESOLVED:
        return []
    above = [r for r in flag.rungs.all() if r.position > flag.rung] or [
        r for r in flag.rungs.all() if r.position == flag.rung
    ]
    nearest = [r.user.full_name for r in above if r.position == above[0].position]
    text = _("If it is not resolved.") if flag.status == FlagStatus.ACKNOWLEDGED else _("If nobody has answered.")
    items = []
    if flag.half_time_at:
        items.append(
            {"at": flag.half_time_at, "title": _("Then: %(name)s again") % {"name": flag.owner.full_name}, "text": text}
        )
    if nearest:
        title = _("Next: %(name)s") % {"name": ", ".join(nearest)}
        if not all(r.named for r in above if r.position == above[0].position):
            title = _("Next: who is on call then; now that is %(name)s") % {"name": ", ".join(nearest)}
        items.append({"at": flag.next_climb_at, "title": title, "text": text})
    return [item | {"to_come": True} for item in sorted(items, key=lambda item: item["at"])]


# Figures -----------------------------------------------------------------------------------


def on_time(rows, now: dt.datetime) -> tuple[int, list[dict]]:
    """Return how many flags there are, and how many were answered in time: of all levels first, then of each. One query.

    Counted are those answered or late; a share of fewer than five is hidden (evidence E), with the next smallest
    where the hidden one could be worked out from the whole. A small clinic reads its whole share long before the others.
    """
    counted = Q(acknowledged_at__isnull=False) | Q(answer_by__lte=now)
    groups = (
        rows.order_by()
        .values("severity")
        .annotate(
            all=Count("pk"),
            of=Count("pk", filter=counted),
            on_time=Count("pk", filter=Q(acknowledged_at__lte=F("answer_by"))),
        )
    )
    found = {row["severity"]: row for row in groups}
    none = {"of": 0, "on_time": 0}
    levels = [_share(severity_words(severity), [found.get(severity, none)]) for severity in Severity]
    whole = _share(_("All levels"), list(found.values()))
    _hide_what_can_be_worked_out(whole, levels)
    return sum(row["all"] for row in found.values()), [whole, *levels]


def _share(title: str, rows: list[dict]) -> dict:
    of, on_time = (sum(row[name] for row in rows) for name in ("of", "on_time"))
    return {
        "severity": title,
        "of": of,
        "on_time": on_time,
        "hidden": _("Hidden: fewer than 5") if 0 < of < FEWEST else "",
    }


def _hide_what_can_be_worked_out(whole: dict, levels: list[dict]) -> None:
    """Hide more levels, the smallest first, until what is hidden together is no small number any more."""
    if whole["hidden"]:
        return
    for share in sorted((s for s in levels if not s["hidden"] and s["of"]), key=lambda s: s["of"]):
        hidden = [s["of"] for s in levels if s["hidden"]]
        if not hidden or (len(hidden) > 1 and sum(hidden) >= FEWEST):
            return
        share["hidden"] = _("Hidden too, so that the small number is not told")


def treatments(flag: RedFlag) -> str:
    """Return the treatments by the referral, in words: for those who read what it is about."""
    labels = dict(Treatment.choices)
    return words.listed(labels.get(code, code) for code in flag.referral.treatments) if flag.referral_id else ""


def reviewed_by(user: User):
    """Return the flags of the clinics whose escalations the user reviews; never one about themselves."""
    return RedFlag.objects.visible_to(user).filter(clinic__in=clinics_where(user, Perm.REVIEW_FLAGS))


def chosen(rows, filters: dict, now: dt.datetime):
    """Return the flags that pass the filters of the escalations page, newest first."""
    if "severity" in filters:
        rows = rows.filter(severity=filters["severity"])
    if "route" in filters:
        rows = rows.filter(route=filters["route"])
    if "period" in filters:
        rows = rows.filter(raised_at__gte=now - dt.timedelta(days=int(filters["period"])))
    if filters.get("status") == "late":
        return rows.filter(Q(acknowledged_at__gt=F("answer_by")) | Q(acknowledged_at=None, answer_by__lt=now))
    return rows.filter(status=filters["status"]) if "status" in filters else rows


def open_now(user: User) -> list[Card]:
    """Return the flags nobody has answered yet, the nearest deadline first."""
    rows = marked(with_related(reviewed_by(user).unanswered())).order_by("answer_by", "pk")
    return with_unreached([card(row, user) for row in rows[:CAP]])


def with_unreached(cards: list[Card]) -> list[Card]:
    """Give each card those who should answer and whom no message reached.

    The flags are `marked`: two queries for any number where something was lost, none otherwise.
    """
    flags = [c.flag for c in cards if c.flag.lost]
    lost = not_reached(flags) if flags else {}
    for c in cards:
        c.unreached = [user for user in lost.get(c.flag.ref, []) if user.pk != c.flag.about_user_id]
    return cards
