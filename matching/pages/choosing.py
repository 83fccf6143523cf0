"""Letting a mentee choose: profiles without anything that finds anybody, and what the coordinator sees of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import OneTimeLink
from common import words
from common.vocabulary import Channel, Language, LifeStage, Relation, Slot, Topic, Work
from matching import facts, forms
from matching.actions.choosing import FEWEST, can_be_reached, still_open
from matching.models import Choice
from matching.notices import LINK_DAYS
from matching.pages.sides import about
from referrals.labels import labels, small
from referrals.models import Referral
from training.models import Mentor

Answer = Choice.Answer

# The stage of life and the kind of work, in words so general that nobody is known by them.
STAGES = {
    LifeStage.STUDYING: gettext_lazy("Is studying."), LifeStage.STARTING_WORK: gettext_lazy("Has just started working."),
    LifeStage.WORKING: gettext_lazy("Is working."), LifeStage.RAISING_CHILDREN: gettext_lazy("Has children at home."),
    LifeStage.CARING: gettext_lazy("Cares for others."), LifeStage.RETIRED: gettext_lazy("Is retired."),
}  # fmt: skip
WORKS = {
    Work.OFFICE: gettext_lazy("Kind of work: at a desk."), Work.CARE: gettext_lazy("Kind of work: caring for people."),
    Work.TEACHING: gettext_lazy("Kind of work: teaching."), Work.SHOP: gettext_lazy("Kind of work: in a shop, bar or kitchen."),
    Work.HANDS: gettext_lazy("Kind of work: with the hands."),
    Work.OUTDOORS: gettext_lazy("Kind of work: outdoors or on the road."),
    Work.OWN_BUSINESS: gettext_lazy("Has an own business."), Work.STUDY: gettext_lazy("Is studying."),
    Work.HOME: gettext_lazy("Is at home."), Work.NOT_WORKING: gettext_lazy("Is not working now."),
}  # fmt: skip
# Where the kind of work says the stage of life as well, or the other way round.
SAID_BY_WORK = {
    LifeStage.WORKING: set(Work) - {Work.STUDY}, LifeStage.STARTING_WORK: {Work.HOME, Work.NOT_WORKING},
    LifeStage.STUDYING: {Work.STUDY},
}  # fmt: skip
SAID_BY_STAGE = {LifeStage.RETIRED: {Work.HOME, Work.NOT_WORKING}}
HOW = {
    Channel.PHONE: gettext_lazy("by phone"), Channel.VIDEO: gettext_lazy("by video"),
    Channel.IN_PERSON: gettext_lazy("in person"), Channel.MESSAGES: gettext_lazy("by messages"),
}  # fmt: skip
WHEN = {
    Slot.WEEKDAY_MORNING: gettext_lazy("on weekday mornings"), Slot.WEEKDAY_AFTERNOON: gettext_lazy("on weekday afternoons"),
    Slot.WEEKDAY_EVENING: gettext_lazy("on weekday evenings"), Slot.WEEKEND_DAY: gettext_lazy("by day in the weekend"),
    Slot.WEEKEND_EVENING: gettext_lazy("on weekend evenings"),
}  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """One mentor as a mentee reads of them before choosing: no name, place or employer (VdE21)."""

    key: str  # stands for the mentor in the form, for this choice only
    mentor: int
    who: str
    life: str
    topics: list[str]
    talks: str


def profiles(choice: Choice) -> list[Profile]:
    """Return the profiles of a choice with its mentors and their persons, in an order that tells nothing of ours."""
    year = facts.today_of(choice.referral.clinic).year
    return sorted((_profile(choice, mentor, year) for mentor in choice.mentors.all()), key=lambda p: p.key)


def _profile(choice: Choice, mentor: Mentor, year: int) -> Profile:
    shared = [code for code in choice.referral.topics if code in mentor.topics] or mentor.topics
    topics = [small(str(label)) for code, label in Topic.choices if code in shared]
    return Profile(
        key_of(choice, mentor),
        mentor.pk,
        about(mentor.person, year),
        _life(mentor, year, choice.referral),
        topics,
        _talks(mentor),
    )


def key_of(choice: Choice, mentor: Mentor) -> str:
    """Return what stands for a mentor in this one choice, which nobody else can work out."""
    return salted_hmac("matching.choosing", f"{choice.ref}:{mentor.ref}").hexdigest()[:16]


def _life(mentor: Mentor, year: int, referral: Referral) -> str:
    said = []
    if mentor.diagnosed_year and year > mentor.diagnosed_year:
        years = year - mentor.diagnosed_year
        lived = ngettext("Has lived with it for %(n)d year.", "Has lived with it for %(n)d years.", years)
        if referral.relation == Relation.CAREGIVER:
            lived = ngettext("Has cared for somebody with it for %(n)d year.",
                             "Has cared for somebody with it for %(n)d years.", years)  # fmt: skip
        said.append(lived % {"n": years})
    if mentor.work not in SAID_BY_WORK.get(mentor.life_stage, ()):
        said.append(STAGES.get(mentor.life_stage, ""))
    if mentor.work not in SAID_BY_STAGE.get(mentor.life_stage, ()):
        said.append(WORKS.get(mentor.work, ""))
    return " ".join(str(part) for part in said if part)


def _talks(mentor: Mentor) -> str:
    said = [_("Speaks %(languages)s.") % {"languages": labels(Language, mentor.languages)}]
    how = words.listed(HOW[code] for code in Channel.values if code in mentor.channels)
    if how:
        said.append(f"{how[:1].upper()}{how[1:]}.")
    if set(mentor.availability) == set(Slot.values):
        said.append(_("Free at most times."))
    elif mentor.availability:
        when = words.listed(WHEN[code] for code in Slot.values if code in mentor.availability)
        said.append(_("Free %(when)s.") % {"when": when})
    return " ".join(said)


def answer_in(pick: str, found: Sequence[Profile]) -> dict[str, Any]:
    """Return what was picked as the action takes it: an answer, and a mentor if it is one."""
    mentor = next((p.mentor for p in found if p.key == pick), None)
    return {"answer": Answer.MENTOR if mentor else pick, "mentor": mentor}


def choose_context(choice: Choice, link: OneTimeLink, form: forms.ChooseForm, found: Sequence[Profile]) -> dict:
    """Return the page on which a mentee chooses; after the answer, and when it is too late, it shows nobody."""
    is_open = still_open(choice)
    described = {p.key: p for p in found}
    return {
        "clinic": choice.referral.clinic, "cares": choice.referral.relation == Relation.CAREGIVER, "form": form, "link": link, "open": is_open, "n": len(found),
        "answer": choice.answer if link.used_at else "",
        "options": [(option, described.get(str(option.data["value"]))) for option in form["pick"]] if is_open else [],
    }  # fmt: skip


# The coordinator's side ----------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """What the page that finds a mentor shows of choosing: whether it can be offered, and what came of it."""

    may_offer: bool  # two or three of those on the page can be ticked
    unreachable: bool
    offer: forms.OfferForm
    ticked: list[str]
    choice: Choice | None  # the last one, while it is open or its answer waits for a step
    mentors: list[Mentor]
    heard: forms.HeardForm | None
    link_until: Any

    @property
    def is_open(self) -> bool:
        return self.choice is not None and self.choice.closed_at is None

    @property
    def chosen(self) -> bool:
        """Tell whether somebody was chosen and is proposed."""
        return self.choice is not None and self.choice.match is not None


def part(referral: Referral, candidates: Sequence[dict], offer=None, heard=None) -> Part:
    """Return the part about choosing for a referral and the rows of its candidates; refused forms come back.

    One query. Mentors who only fit when a must is given up are not among the profiles: the mentee was
    asked about no must yet.
    """
    choice, mentors = last_choice(referral)
    fit = tickable(candidates)
    can_ask = referral.status == "open" and not referral.live_matches and len(fit) >= FEWEST
    can_ask = can_ask and (choice is None or (choice.closed_at is not None and choice.match is None))
    reachable = can_be_reached(referral)
    offer = offer or forms.OfferForm(choices=fit, auto_id="show-%s")
    is_open = choice is not None and choice.closed_at is None
    return Part(
        can_ask and reachable, can_ask and not reachable, offer, [str(ref) for ref in offer["mentors"].value() or []],
        choice, mentors, (heard or forms.HeardForm(mentors=mentors)) if is_open else None,
        choice.sent_at + dt.timedelta(days=LINK_DAYS) if choice else None,
    )  # fmt: skip


def last_choice(referral: Referral) -> tuple[Choice | None, list[Mentor]]:
    """Return the last choice while it is open or its answer waits for a step, and its mentors by name; one query."""
    rows = Choice.mentors.through._default_manager.filter(choice__in=referral.choices.to_act_on())
    rows = rows.select_related("choice__chosen__person", "choice__match", "choice__closed_by", "mentor__person")
    found = sorted(rows, key=lambda row: row.mentor.person.full_name)
    return (found[0].choice, [row.mentor for row in found]) if found else (None, [])


def tickable(candidates: Sequence[dict]) -> list[tuple[str, str]]:
    """Return ref and name of the candidates whose profile may be shown."""
    return [(row["c"].mentor.ref, row["c"].mentor.full_name) for row in candidates if not row["c"].relaxed]


def by_name(choice: Choice) -> list[Mentor]:
    """Return the mentors of a choice for the coordinator, by name."""
    return sorted(choice.mentors.all(), key=lambda m: m.person.full_name)


def heard_answer(choice: Choice, form: forms.HeardForm) -> dict[str, Any]:
    """Return what a coordinator heard as the action takes it."""
    pick = form.cleaned_data["pick"]
    mentor = next((m.pk for m in choice.mentors.all() if m.ref == pick), None)
    return {"answer": Answer.MENTOR if mentor else pick, "mentor": mentor}
