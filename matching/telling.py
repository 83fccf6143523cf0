"""What this floor tells the floors below: how a referral gets on, and the people of a mentor."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import clock, words
from matching.models import Choice, Match
from matching.workflow import LIVE, EndReason, Status
from referrals.models import Referral
from referrals.progress import FINISHED, HAS, LOOKING, Progress, Step
from training.models import Mentor
from training.panels import Panel

# A referral's page, for whoever referred: never what was talked about ------------------------


def progress(referrals: list[Referral]) -> dict[int, Progress]:
    """Return one line for each open referral; one query. The nurse reads this."""
    rows = Match.objects.filter(referral__in=referrals, status__in=[*LIVE, Status.ENDED])
    rows = rows.select_related("mentor__person", "referral__clinic").order_by("proposed_at", "pk")
    latest: dict[int, Match] = {}
    for match in rows:
        if match.status in LIVE or match.referral_id not in latest or latest[match.referral_id].status not in LIVE:
            latest[match.referral_id] = match
    # Of who wants only a group the floor above tells.
    return {
        r.pk: _line(r, latest.get(r.pk))
        for r in referrals
        if r.status == "open" and (not r.only_group or r.pk in latest)
    }


def _line(referral: Referral, match: Match | None) -> Progress:
    find = {"url": reverse("matching:find", args=[referral.ref]), "action": _("Find a mentor")}
    if match is None:
        return Progress(LOOKING, _("We are looking for a mentor"), referral.opened_at, **find)
    mentor = match.mentor.person.first_name
    see = {"url": reverse("matching:match", args=[match.ref]), "action": _("See how it stands")}
    pair = {"url": reverse("mentorship:pair", args=[match.ref]), "action": _("See the pair")}
    if match.status == Status.APPROVED:
        return Progress(LOOKING, _("A mentor was asked"), match.approved_at, **see)
    if match.status == Status.ACCEPTED:
        said = _("A mentor said yes, and the introduction is being prepared")
        return Progress(LOOKING, said, match.accepted_at, **see)
    if match.status == Status.INTRODUCED:
        said = _("Introduced on %(day)s") % {"day": _day(match, match.introduced_at)}
        return Progress(HAS, said, match.introduced_at, mentor, **pair)
    if match.status == Status.PAUSED:
        return Progress(HAS, _("Their talks are paused"), match.paused_at, mentor, **pair)
    if match.end_reason == EndReason.PLANNED:
        said = _("Rounded off on %(day)s") % {"day": _day(match, match.ended_at)}
        return Progress(FINISHED, said, match.ended_at, mentor, **pair)
    return Progress(LOOKING, _("We are looking for another mentor"), match.ended_at, **find)


def _day(match: Match, moment) -> str:
    tz = match.referral.clinic.time_zone
    return words.day(words.local(moment, tz).date(), today=clock.today(tz))


CHOSE = {
    Choice.Answer.MENTOR: gettext_lazy("Chose somebody"), Choice.Answer.NONE: gettext_lazy("Wanted none of these"),
    Choice.Answer.YOU: gettext_lazy("Left the choice to us"),
}  # fmt: skip


def steps(referral: Referral) -> Iterable[Step]:
    """Return the lines about matches in a referral's timeline. Who said no is nobody's business."""
    for match in referral.matches.select_related("mentor__person").order_by("proposed_at", "pk"):
        if match.approved_at:
            yield Step(match.approved_at, _("A mentor was asked"))
        if match.accepted_at:
            yield Step(match.accepted_at, _("A mentor said yes"))
        if match.introduced_at:
            yield Step(match.introduced_at, _("Introduced to %(name)s") % {"name": match.mentor.person.first_name})
        if match.ended_at:
            yield Step(match.ended_at, _("Their talks ended"))
    for choice in referral.choices.all():
        yield Step(choice.sent_at, _("Was sent profiles without names to choose from"))
        if choice.answer:
            yield Step(choice.closed_at, str(CHOSE[choice.answer]))


def hold(referral: Referral) -> str:
    """Return why a referral cannot be put back or put off now, or nothing."""
    if referral.matches.live().exists():
        return _("A mentor was asked or introduced already. Stop that first.")
    return ""


# A mentor's page -----------------------------------------------------------------------------


def taken(mentors: Iterable[int]) -> dict[int, int]:
    """Return how many places each mentor has in use; one query."""
    rows = Match.objects.live().filter(mentor__in=list(mentors)).order_by().values("mentor").annotate(n=Count("pk"))
    return {row["mentor"]: row["n"] for row in rows}


def holding(mentor: Mentor) -> list[str]:
    """Return why a mentor cannot stop yet: people who count on them."""
    n = mentor.matches.pairs().count()
    if not n:
        return []
    form = ngettext(
        "%(n)d person counts on them. Round that off, or find another mentor first.",
        "%(n)d people count on them. Round that off, or find other mentors first.", n,
    )  # fmt: skip
    return [form % {"n": n}]


def people_of(mentor: Mentor, user) -> Panel | None:
    """Return the people a mentor talks with or was asked for, as far as the reader may see them."""
    rows = Match.objects.visible_to(user).live().filter(mentor=mentor)
    rows = list(rows.select_related("referral__mentee").order_by("introduced_at", "approved_at", "pk"))
    if not rows and mentor.matches.live().exists():  # all of them are people of other clinics
        return None
    return Panel(
        _("The people they talk with"), [_person_row(match) for match in rows], [m.referral.mentee for m in rows],
        _("Nobody now."),
    )  # fmt: skip


def _person_row(match: Match) -> dict:
    pair = match.status in (Status.INTRODUCED, Status.PAUSED)
    url = reverse("mentorship:pair" if pair else "matching:match", args=[match.ref])
    return {
        "title": match.referral.mentee.full_name, "url": url, "text": str(match.get_status_display()),
        "since": match.introduced_at or match.accepted_at or match.approved_at, "action": _("Open"), "action_url": url,
        "action_about": match.referral.mentee.first_name,
    }  # fmt: skip
