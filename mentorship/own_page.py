"""What a mentee sees on their own page: their mentor, what was agreed, what they may ask for. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock, words
from common.vocabulary import Channel
from matching import expectations
from matching.actions import pausing
from matching.actions.choosing import still_open
from matching.models import Choice, Match
from matching.workflow import Status
from mentorship import mentee_cards
from mentorship.models import Contact
from referrals.models import NEEDED_SCOPES, Consent, Referral, Scope
from referrals.workflow import Status as ReferralStatus

HOW = {
    Channel.PHONE: gettext_lazy("By phone"), Channel.VIDEO: gettext_lazy("By video"),
    Channel.IN_PERSON: gettext_lazy("You meet in person"), Channel.MESSAGES: gettext_lazy("By messages"),
}  # fmt: skip
AHEAD = 12  # planned talks that tell how often


@dataclass(frozen=True)
class Answer:
    """What somebody said about one scope: the row that stands, or none."""

    scope: Scope
    row: Consent | None

    @property
    def is_given(self) -> bool:
        return self.row is not None and self.row.given and self.row.withdrawn_at is None

    @property
    def is_needed(self) -> bool:
        return self.scope in NEEDED_SCOPES


@dataclass(frozen=True)
class OwnPage:
    """The page of one mentee, now."""

    referral: Referral
    pair: Match | None
    choice: Choice | None
    talks: list[Contact]
    answers: list[Answer]
    pause_is_own: bool = False
    agreed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_paused(self) -> bool:
        return self.pair is not None and self.pair.status == Status.PAUSED

    @property
    def has_agreed(self) -> bool:
        """Tell whether the two answers stand without which nothing goes on."""
        return all(answer.is_given for answer in self.answers if answer.is_needed)

    @property
    def is_running(self) -> bool:
        """Tell whether the programme still does something for them."""
        return self.referral.status != ReferralStatus.CLOSED and self.has_agreed

    @property
    def may_stop(self) -> bool:
        return self.referral.status != ReferralStatus.CLOSED

    @property
    def mentor(self) -> str:
        """Return the mentor's given name: all a mentee sees of them here."""
        return self.pair.mentor.person.first_name if self.pair else ""


def of(referral: Referral) -> OwnPage:
    """Return the page of a referral with its mentee and clinic. The same few queries whatever there is to show."""
    pair = pair_of(referral)
    talks = talks_ahead(pair)
    return OwnPage(
        referral, pair, open_choice(referral), talks, answers_of(referral),
        pause_is_own=pair is not None and pair.status == Status.PAUSED and pausing.is_own(pair),
        agreed=agreed(referral, talks) if pair else [],
    )  # fmt: skip


def pair_of(referral: Referral) -> Match | None:
    """Return the pair a mentee is in now, with the mentor's given name."""
    return Match.objects.pairs().filter(referral=referral).select_related("mentor__person", "referral__clinic").first()


def open_choice(referral: Referral) -> Choice | None:
    """Return the question that waits for them to choose somebody, if it is still of use."""
    choice = referral.choices.open().first()
    if choice is None:
        return None
    choice.referral = referral
    return choice if still_open(choice) else None


def talks_ahead(pair: Match | None) -> list[Contact]:
    """Return the next planned talks."""
    if pair is None or pair.status != Status.INTRODUCED:
        return []
    return list(Contact.objects.planned().filter(match=pair, planned_at__gt=clock.now()).order_by("planned_at")[:AHEAD])


def answers_of(referral: Referral) -> list[Answer]:
    """Return the newest answer to each scope, in order, with the words they read. One query."""
    newest = {row.scope: row for row in referral.consents.select_related("text").order_by("at", "pk")}
    return [Answer(scope, newest.get(scope.value)) for scope in Scope]


def agreed(referral: Referral, talks: list[Contact]) -> list[tuple[str, str]]:
    """Return (label, words) of what the two agreed: how they talk, and how often."""
    channel = talks[0].channel if talks else next(iter(referral.channels), "")
    return [
        (_("How"), str(HOW[channel]) if channel in HOW else ""),
        (_("How often"), how_often(talks)),
    ]


def how_often(talks: list[Contact]) -> str:
    """Say in words how often talks are planned; nothing where it cannot be told."""
    moments = [talk.planned_at for talk in talks]
    gaps = sorted((after - before).days for before, after in zip(moments, moments[1:], strict=False))
    if not gaps:
        return ""
    days = gaps[len(gaps) // 2]
    if days <= 4:
        return _("More than once a week")
    if days <= 10:
        return _("About every week")
    if days <= 20:
        return _("About every two weeks")
    return _("About every month") if days <= 45 else _("Now and then")


def lede(page: OwnPage) -> str:
    """Say it all in one sentence."""
    clinic = page.referral.clinic
    if page.is_paused:
        until = page.pair.pause_until if page.pause_is_own else None
        if until is None:
            return _("Your talks are paused.")
        return _("Your talks are paused until %(day)s.") % {"day": words.day(until, today=clinic.today)}
    if page.pair and page.talks:
        there = words.local(page.talks[0].planned_at, clinic.time_zone).date()
        return _talk_words(page.mentor, (there - clinic.today).days, words.day(there, today=clinic.today))
    if page.pair:
        return _("You talk with %(name)s. No talk is planned yet.") % {"name": page.mentor}
    if page.choice:
        return _("You can choose who you would like to talk with.")
    if not page.is_running:
        return _("You do not talk with a mentor now. What you agreed to and your data stay here.")
    if page.referral.only_group:
        return _("This is your own page.")
    return _("We look for a mentor for you. You hear from us.")


def _talk_words(name: str, days: int, day: str) -> str:
    if days == 0:
        return _("You talk with %(name)s today.") % {"name": name}
    if days == 1:
        return _("You talk with %(name)s tomorrow.") % {"name": name}
    return _("You talk with %(name)s on %(day)s.") % {"name": name, "day": day}


def context(request: HttpRequest, referral: Referral) -> dict[str, Any]:
    """Return everything the page shows, with the cards of the other parts drawn."""
    page = of(referral)
    return {
        "page": page, "person": referral.mentee, "clinic": referral.clinic, "lede": lede(page),
        "expectations": expectations.FOR_MENTEE, "cards": drawn_cards(referral, request),
    }  # fmt: skip


def drawn_cards(referral: Referral, request: HttpRequest) -> list[SafeString]:
    """Return the cards of the other parts of a match, lived, as they look."""
    return [
        render_to_string(card["template"], {"clinic": referral.clinic, "card": card, **card}, request)
        for card in mentee_cards.cards(referral, request)
    ]
