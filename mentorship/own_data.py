"""Everything the programme holds on a mentee, for themselves: the same for the page and for the file. Reads only.

Of a mentor it gives the first name; nothing of what others noted about anybody, and no flag but their own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from common import clock, words
from common.vocabulary import Topic
from matching.models import Match
from mentorship import checks, worries
from mentorship.models import (
    Attendance,
    ClosingAnswer,
    Contact,
    FollowUpCheck,
    Goal,
    GroupPlace,
    Question,
    RedFlag,
    Thanks,
)
from mentorship.models import Side as WhichSide
from messaging import kinds, outbox
from messaging.models import Message
from messaging.models import Status as MessageStatus
from referrals.labels import labels
from referrals.models import Consent, Offer, Person, Referral
from referrals.views.facts import asked_for

OF_THE_PATIENT = {"diagnosis", "told-in", "now", "treatment"}  # theirs to ask for, not of whoever cares for them


@dataclass(frozen=True)
class Item:
    """One thing that is held: its key in the file, its name on the page, and what it is."""

    key: str
    label: str
    value: Any


@dataclass(frozen=True)
class Part:
    """One kind of things, each an entry of items."""

    key: str
    title: str
    entries: list[list[Item]] = field(default_factory=list)


def parts(referral: Referral) -> list[Part]:
    """Return every part with the words of the page. About as many queries as parts, whatever they hold."""
    tz = referral.clinic.time_zone
    return [
        Part(
            part.key,
            part.title,
            [[Item(i.key, i.label, in_words(i.value, tz)) for i in entry] for entry in part.entries],
        )
        for part in gathered(referral)
    ]


def as_file(referral: Referral) -> dict[str, Any]:
    """Return the same for other programs: dates as ISO 8601, UTC."""
    found = {
        part.key: [{i.key: _plain(i.value) for i in entry} for entry in part.entries] for part in gathered(referral)
    }
    return {"made_at": _plain(clock.now()), "clinic": referral.clinic.name, **found}


def in_words(value: Any, tz: str) -> str:
    """Write out one value for a reader."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return words.when(value, tz, now=clock.now())
    if isinstance(value, dt.date):
        return words.day(value, today=clock.today(tz))
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="seconds")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def gathered(referral: Referral) -> list[Part]:
    """Return every part with its values as they are stored. All the person asked for at this clinic, not only this once."""
    person = referral.mentee
    mine = list(Referral.objects.sent().filter(mentee=person).select_related("clinic", "about__person", "clinician"))
    return [
        _about(person),
        Part("requests", _("What you asked for"), [_request(row) for row in mine]),
        _offers(person), _consents(mine), _mentors(mine), _talks(mine), _checks(mine), _questions(mine), _goals(mine),
        _groups(mine), _closings(mine), _thanks(mine), _worries(person), _messages(person),
    ]  # fmt: skip


def _about(person: Person) -> Part:
    entry = [
        Item("first_name", _("Given name"), person.first_name), Item("last_name", _("Family name"), person.last_name),
        Item("birth_year", _("Year of birth"), person.birth_year), Item("birth_date", _("Date of birth"), person.birth_date),
        Item("gender", _("Gender"), person.get_gender_display()),
        Item("clinic_number", _("Number at the clinic"), person.clinic_number),
        Item("email", _("E-mail"), person.email), Item("email_read_back", _("E-mail read back"), person.email_verified_at),
        Item("phone", _("Phone"), person.phone), Item("phone_read_back", _("Phone read back"), person.phone_verified_at),
        Item("language", _("Language"), person.get_language_display()),
        Item("time_zone", _("Time zone"), person.time_zone or person.clinic.time_zone),
        Item("reminders", _("Reminders"), person.get_reminders_display()),
        Item("quiet_from", _("No reminders from"), person.quiet_from),
        Item("quiet_until", _("No reminders until"), person.quiet_until),
        Item("known_since", _("Known to us since"), person.created_at),
    ]  # fmt: skip
    return Part("about_you", _("About you"), [entry])


def _request(row: Referral) -> list[Item]:
    """Return what they asked for; of a patient somebody cares for, nothing."""
    with translation.override("en"):
        keys = [slugify(label) for label, _words in asked_for(row)]
    said = [Item(key, label, text) for key, (label, text) in zip(keys, asked_for(row), strict=True)]
    if row.relation == "caregiver":
        said = [
            Item("relation", _("You are"), row.get_relation_display()),
            *(i for i in said[1:] if i.key not in OF_THE_PATIENT),
        ]
    return [Item("sent", _("Sent"), row.submitted_at), Item("state", _("State"), row.get_status_display()), *said]


def _offers(person: Person) -> Part:
    rows = Offer.objects.filter(person=person).order_by("at", "pk")
    entries = [
        [Item("asked", _("Asked"), row.at), Item("answer", _("Your answer"), row.get_answer_display())] for row in rows
    ]
    return Part("offers", _("When you were asked whether you want a mentor"), entries)


def _consents(mine: list[Referral]) -> Part:
    rows = Consent.objects.filter(referral__in=mine).select_related("text").order_by("at", "pk")
    entries = [
        [
            Item("about", _("About"), row.get_scope_display()), Item("yes", _("You agreed"), row.given),
            Item("on", _("On"), row.at), Item("how", _("How"), row.get_how_display()),
            Item("words", _("The words you read"), row.text.text), Item("version", _("Version of the words"), row.text.version),
            Item("ended", _("Taken back, or answered anew"), row.withdrawn_at),
        ]
        for row in rows
    ]  # fmt: skip
    return Part("agreed", _("What you agreed to"), entries)


def _mentors(mine: list[Referral]) -> Part:
    rows = Match.objects.filter(referral__in=mine, introduced_at__isnull=False).select_related("mentor__person")
    entries = [
        [
            Item("mentor", _("Mentor"), row.mentor.person.first_name), Item("introduced", _("Introduced"), row.introduced_at),
            Item("you_said_yes", _("You said yes"), row.mentee_answered_at),
            Item("you_share_your_details", _("You share how to reach you"), row.mentee_shares_at is not None),
            Item("paused_until", _("Paused until"), row.pause_until), Item("ended", _("Ended"), row.ended_at),
        ]
        for row in rows.order_by("introduced_at", "pk")
    ]  # fmt: skip
    return Part("mentors", _("Your mentors"), entries)


def _talks(mine: list[Referral]) -> Part:
    rows = Contact.objects.filter(match__referral__in=mine).select_related("match__mentor__person")
    entries = [
        [
            Item("mentor", _("Mentor"), row.match.mentor.person.first_name), Item("planned", _("Planned"), row.planned_at),
            Item("happened", _("When it was"), row.happened_at), Item("outcome", _("What came of it"), row.get_status_display()),
            Item("how", _("How"), row.get_channel_display()), Item("minutes", _("Minutes"), row.minutes),
            Item("you_said", _("What you told us"), row.get_mentee_says_display()),
            Item("you_said_on", _("Told on"), row.mentee_said_at),
        ]
        for row in rows.order_by("planned_at", "happened_at", "pk")
    ]  # fmt: skip
    return Part("talks", _("Your talks"), entries)


def _checks(mine: list[Referral]) -> Part:
    rows = FollowUpCheck.objects.filter(match__referral__in=mine, to=checks.MENTEE).exclude(answered_at=None)
    entries = []
    for row in rows.select_related("match__mentor__person").order_by("answered_at", "pk"):
        given = checks.in_words(row.day, row.to, row.answer, row.more, row.match.mentor.person.first_name)
        said = [Item(f"answer_{n}", str(text), str(answer.label)) for n, (text, answer) in enumerate(given, 1)]
        entries.append(
            [
                Item("answered", _("Answered"), row.answered_at),
                *said,
                Item("comment", _("In your own words"), row.comment),
            ]
        )
    return Part("follow_up", _("Your answers to our questions"), entries)


def _questions(mine: list[Referral]) -> Part:
    rows = Question.objects.filter(referral__in=mine).order_by("asked_at", "pk")
    entries = [
        [
            Item("asked", _("Asked"), row.asked_at), Item("topic", _("About"), labels(Topic, [row.topic])),
            Item("question", _("Question"), row.text), Item("answered", _("Answered"), row.answered_at),
            Item("answer", _("Answer"), row.answer),
        ]
        for row in rows
    ]  # fmt: skip
    return Part("questions", _("Questions for the care team"), entries)


def _goals(mine: list[Referral]) -> Part:
    rows = Goal.objects.filter(referral__in=mine).order_by("at", "pk")
    entries = [
        [
            Item("goal", _("What you would like"), row.text), Item("written", _("Written down"), row.at),
            Item("outcome", _("How it went"), row.get_outcome_display()), Item("removed", _("Taken away"), row.removed_at),
        ]
        for row in rows
    ]  # fmt: skip
    return Part("goals", _("What you would like"), entries)


def _groups(mine: list[Referral]) -> Part:
    rows = GroupPlace.objects.filter(referral__in=mine).select_related("group").order_by("invited_at", "pk")
    there: dict[int, list[str]] = {}
    for seen in (
        Attendance.objects.filter(place__referral__in=mine).select_related("session").order_by("session__planned_at")
    ):
        there.setdefault(seen.place_id, []).append(f"{seen.session.planned_at:%Y-%m-%d}: {seen.get_came_display()}")
    entries = [
        [
            Item("group", _("Group"), row.group.name), Item("invited", _("Invited"), row.invited_at),
            Item("state", _("State"), row.get_status_display()), Item("companion", _("Who comes with you"), row.companion),
            Item("ground_rules", _("Ground rules agreed to"), row.ground_rules_at),
            Item("meetings", _("Meetings"), "; ".join(there.get(row.pk, []))),
        ]
        for row in rows
    ]  # fmt: skip
    return Part("groups", _("Groups"), entries)


def _closings(mine: list[Referral]) -> Part:
    rows = ClosingAnswer.objects.filter(match__referral__in=mine, side=WhichSide.MENTEE).order_by("at", "pk")
    entries = [
        [
            Item("answered", _("Answered"), row.at), Item("question", _("Question"), row.question),
            Item("answer", _("Answer"), row.answer), Item("comment", _("In your own words"), row.comment),
        ]
        for row in rows
    ]  # fmt: skip
    return Part("closing", _("Your answers at the end"), entries)


def _thanks(mine: list[Referral]) -> Part:
    rows = Thanks.objects.filter(match__referral__in=mine).order_by("given_at", "pk")
    entries = [
        [
            Item("words", _("Words of thanks"), row.words), Item("given", _("Given"), row.given_at),
            Item("taken_back", _("Taken back"), row.taken_back_at),
        ]
        for row in rows
    ]  # fmt: skip
    return Part("thanks", _("Words of thanks"), entries)


def _worries(person: Person) -> Part:
    """Return the flags they raised themselves, in their own words; who handles them and how is not theirs to read here."""
    rows = RedFlag.objects.filter(raised_by_person=person).select_related("category").order_by("raised_at", "pk")
    entries = [
        [
            Item("sent", _("Sent"), row.raised_at), Item("worry", _("What worried you"), str(worries.said(row.category, own=True))),
            Item("details", _("What you wrote"), row.details), Item("settled", _("Settled"), row.resolved_at),
        ]
        for row in rows
    ]  # fmt: skip
    return Part("worries", _("What worried you"), entries)


def _messages(person: Person) -> Part:
    """Return which messages went to them; their words are not kept."""
    rows = Message.objects.filter(recipient=outbox.address(person), status=MessageStatus.SENT).order_by("sent_at", "pk")
    entries = [
        [Item("sent", _("Sent"), row.sent_at), Item("what", _("What it was"), kinds.label(row.kind))] for row in rows
    ]
    return Part("messages", _("Messages we sent you"), entries)
