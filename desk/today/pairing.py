"""From a new referral to a first talk: whoever is held up on the way, longest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import words
from common.vocabulary import Channel, Language, Topic
from desk.today.choices import is_choosing
from desk.today.rows import SHOWN, Action, Desk, Group, Row, call, first_of, group, named
from matching.models import Match
from matching.workflow import LIVE
from matching.workflow import Status as M
from mentorship.models import Contact
from mentorship.workflow import MISSED, ContactStatus
from referrals.labels import labels
from referrals.models import Referral
from referrals.workflow import Status as R

# What the rows about two people look at: profiles and points stay where they are.
LOOKED_AT = (
    "ref", "status", "referral__clinic", "approved_at", "answer_by", "accepted_at", "introduced_at", "mentee_answer",
    "mentee_asked_at", "mentee_answered_at", "mentor_expectations_at", "mentee_expectations_at",
    "mentee_shares_at", "mentor_shares_at", "sight_ended_at",
    *named("referral__mentee", "mentor__person"),
)  # fmt: skip

TO_DECIDE = (
    "ref", "clinic", "status", "submitted_at", "languages", "channels", "topics", *named("mentee"),
    "created_by__first_name", "created_by__last_name", "created_by__phone",
)  # fmt: skip
WAITING_FOR = ("ref", "clinic", "status", "submitted_at", "languages", "channels", "topics", *named("mentee"))
SORTED_BY = (
    "pk", "status", "approved_at", "answer_by", "mentee_answer", "mentee_asked_at", "introduced_at", "talked", "last",
)  # fmt: skip
ASKED_TWICE = dt.timedelta(hours=48)  # [D] after this a mentee who was asked by link is rung
ANSWER_WITHIN = dt.timedelta(days=3)  # [D] after this whoever referred them is reminded of our question


def referrals(desk: Desk) -> Group:
    """Return referrals to decide about, and those whose question nobody has answered for days."""
    here = Referral.objects.order_by().filter(clinic=desk.clinic)
    silent = here.filter(status=R.RETURNED, changed_at__lte=desk.now - ANSWER_WITHIN)
    few = here.filter(status=R.SUBMITTED).values("pk").union(silent.values("pk"))  # found first, then looked at
    rows = (
        Referral.objects.visible_to(desk.user)
        .filter(pk__in=few)
        .with_last_question()
        .select_related("mentee", "created_by")
        .only(*TO_DECIDE)
        .order_by("submitted_at", "pk")
    )
    most = desk.most("referrals")
    found, total = first_of(rows, most)
    return group(
        "referrals", _("New referrals"), [referral_row(desk, r) for r in found], total=total, most=most,
        text=_("Accept, ask the nurse something, or close."), all_url=f"{reverse('desk:today')}?all=referrals#g-referrals",
    )  # fmt: skip


def referral_row(desk: Desk, referral: Referral) -> Row:
    """Say who referred them, and whether a question of ours was answered."""
    url, name, nurse = reverse("referrals:detail", args=[referral.ref]), referral.mentee.first_name, referral.created_by
    action = Action(_("Look at it"), url, about=name)
    if referral.status == R.RETURNED:
        text = _("%(who)s has not answered our question yet.") % {"who": nurse}
        action = call(nurse.full_name, nurse.phone, url, _("about %(name)s") % {"name": name})
    elif referral.question:
        text = _("%(who)s answered: “%(answer)s”") % {"who": referral.asker, "answer": referral.question}
    else:
        text = _("Referred by %(who)s. %(wishes)s") % {"who": nurse, "wishes": wishes(referral)}
    return Row(
        str(referral.mentee), url, text, action,
        since=referral.submitted_at, people=(referral.mentee,),
    )  # fmt: skip


def wishes(referral: Referral) -> str:
    """Say in one line in which language somebody wants to talk, how, and about what."""
    lines = [
        labels(Language, referral.languages),
        labels(Channel, referral.channels),
        labels(Topic, referral.topics[:2]),
    ]
    return " ".join(f"{line}." for line in lines if line)


def matches(desk: Desk) -> list[Group]:
    """Return whoever is held up between a mentor who is asked and the first talks. Two queries for all of them."""
    found = list(held_up(desk).values_list(*SORTED_BY, named=True))
    silent = [m for m in found if m.status == M.APPROVED and half_time(m) <= desk.now]
    accepted = [m for m in found if m.status == M.ACCEPTED]
    to_ask = [m for m in accepted if needs_asking(m, desk.now)]
    to_introduce = [m for m in accepted if m.mentee_answer == Match.Answer.YES]
    pairs = sorted((m for m in found if m.status == M.INTRODUCED), key=lambda m: (m.introduced_at, m.pk))
    never, missed = [m for m in pairs if not m.talked], [m for m in pairs if m.talked]
    rows = in_full(desk, silent, to_ask, to_introduce, never, missed)
    url, all_pairs = reverse("matching:waiting"), reverse("mentorship:pairs")
    days = _("A first talk is expected within %(length)s.")
    days %= {"length": words.length(desk.clinic.first_contact_hours * 3600)}
    groups = [
        ("silent", _("Mentors yet to answer"), silent, silent_row, _("Half of their time to answer is over."), url),
        ("ask", _("Mentees to ask"), to_ask, ask_row, _("Their mentor said yes."), url),
        ("introduce", _("Introductions to make"), to_introduce, introduce_row, _("Both said yes."), url),
        ("first", _("Introduced, no talk yet"), never, first_talk_row, days, all_pairs),
        ("missed", _("Missed each other twice"), missed, missed_row, _("It may be nothing. Ask how both are."), all_pairs),
    ]  # fmt: skip
    return [
        first_rows(desk, id, title, found, rows, row, text=text, all_url=all_url)
        for id, title, found, row, text, all_url in groups
    ]


def in_full(desk: Desk, *groups: list) -> dict[int, Match]:
    """Return the matches that these groups show, with their people and their last try, by pk; one query."""
    shown = {one.pk: one for found in groups for one in found[:SHOWN]}
    rows = Match.objects.visible_to(desk.user).select_related("referral__mentee", "mentor__person").only(*LOOKED_AT)
    full = rows.order_by().in_bulk(list(shown))
    for pk, match in full.items():
        match.last = shown[pk].last
    return full


def first_rows(desk: Desk, id: str, title: str, found: list, rows: dict, row: Callable, **more) -> Group:
    """Return a group that counts everybody found and words only those it shows."""
    shown = [row(desk, rows[one.pk]) for one in found[:SHOWN] if one.pk in rows]
    return group(id, title, shown, total=len(found), **more)


def half_time(match: Match) -> dt.datetime:
    """Return the moment at which half of the mentor's time to answer is over."""
    return match.approved_at + (match.answer_by - match.approved_at) / 2


def needs_asking(match: Match, now: dt.datetime) -> bool:
    """Tell whether the coordinator has to do something before the mentee can have answered."""
    if match.mentee_answer:
        return match.mentee_answer == Match.Answer.CALL
    return match.mentee_asked_at is None or match.mentee_asked_at + ASKED_TWICE <= now


def both(match: Match) -> tuple:
    """Return the two people of a match."""
    return (match.referral.mentee, match.mentor.person)


def for_whom(match: Match) -> str:
    """Name the mentor who was asked and for whom."""
    return _("%(mentor)s, for %(mentee)s") % {"mentor": match.mentor.person, "mentee": match.referral.mentee}


def two(match: Match) -> str:
    """Name the two people of a pair."""
    return _("%(mentee)s and %(mentor)s") % {"mentor": match.mentor.person, "mentee": match.referral.mentee}


def silent_row(desk: Desk, match: Match) -> Row:
    """Say until when the mentor can answer."""
    url, person = reverse("matching:match", args=[match.ref]), match.mentor.person
    form = (
        _("An answer is expected by %(when)s.")
        if match.answer_by > desk.now
        else _("An answer was expected by %(when)s.")
    )
    return Row(
        for_whom(match), url, form % {"when": desk.until(match.answer_by)},
        call(person.first_name, person.phone, url, _("about %(name)s") % {"name": match.referral.mentee.first_name}),
        since=match.approved_at, people=both(match),
    )  # fmt: skip


def ask_row(desk: Desk, match: Match) -> Row:
    """Say whether the mentee is still to be asked, has not answered, or wants to be rung."""
    url, mentee = reverse("matching:match", args=[match.ref]), match.referral.mentee
    if match.mentee_asked_at is None and not match.mentee_answer:
        action = Action(_("Ask %(name)s") % {"name": mentee.first_name}, url)
        text = _("%(mentor)s said yes and waits.") % {"mentor": match.mentor.person.first_name}
        since = match.accepted_at
    else:
        action = call(mentee.first_name, mentee.phone, url)
        said_call = match.mentee_answer == Match.Answer.CALL
        text = _("Asked to be called first.") if said_call else _("Was asked by a link and has not answered.")
        since = match.mentee_answered_at or match.mentee_asked_at
    return Row(str(mentee), url, text, action, since=since, people=both(match))


def introduce_row(desk: Desk, match: Match) -> Row:
    """Say what still has to be in order before the introduction."""
    url = reverse("matching:match", args=[match.ref])
    missing = [
        person.first_name
        for person, done in zip(both(match), (match.mentee_expectations_at, match.mentor_expectations_at), strict=True)
        if not done
    ]
    text = _("Nothing is missing.")
    if missing:
        text = _("The page on what to expect is still to be gone through with %(names)s.") % {
            "names": words.listed(missing)
        }
    return Row(
        two(match), url, text, Action(_("Introduce them"), url, about=match.referral.mentee.first_name),
        since=match.mentee_answered_at or match.accepted_at, people=both(match),
    )  # fmt: skip


def held_up(desk: Desk) -> QuerySet:
    """Return matches before their introduction, and pairs whose first talk is late or whose last two tries failed.

    A missed talk feels like a rejection (Emb13, Press).
    """
    contacts = Contact.objects.filter(match=OuterRef("pk"))
    tried = contacts.filter(happened_at__isnull=False).order_by("-happened_at", "-pk").values("status")
    late = desk.now - dt.timedelta(hours=desk.clinic.first_contact_hours)
    stuck = Q(talked=False, introduced_at__lte=late) | Q(last__in=MISSED, before__in=MISSED)
    return (
        Match.objects.visible_to(desk.user)
        .filter(referral__clinic=desk.clinic, status__in=[M.APPROVED, M.ACCEPTED, M.INTRODUCED])
        .annotate(
            talked=Exists(contacts.filter(status=ContactStatus.TALKED)),
            last=Subquery(tried[:1]), before=Subquery(tried[1:2]),
        )
        .filter(~Q(status=M.INTRODUCED) | stuck)
        .order_by("approved_at", "pk")
    )  # fmt: skip


def first_talk_row(desk: Desk, match: Match) -> Row:
    """Say whether the mentor tried, and whom to ring."""
    url, mentee, mentor = reverse("mentorship:pair", args=[match.ref]), match.referral.mentee, match.mentor.person
    if match.last in MISSED:
        text = _("%(name)s tried and could not reach them.") % {"name": mentor.first_name}
        action = call(mentee.first_name, mentee.phone, url)
    else:
        text = _("Nothing logged since the introduction.")
        action = call(mentor.first_name, mentor.phone, url)
    if not match.details_shared:
        text += " " + _("They have not both agreed to share a number: help them with the first talk.")
    return Row(two(match), url, text, action, since=match.introduced_at, people=both(match))


def missed_row(desk: Desk, match: Match) -> Row:
    """Say it in neutral words: a missed talk feels like a rejection (Emb13)."""
    url, mentee, mentor = reverse("mentorship:pair", args=[match.ref]), match.referral.mentee, match.mentor.person
    text = _("The last two talks did not happen. %(mentor)s may want to hear that it is not about them.") % {
        "mentor": mentor.first_name
    }
    action = call(mentee.first_name, mentee.phone, url)
    return Row(two(match), url, text, action, when=_("Twice"), when_more=_("in a row"), people=both(match))


AGAIN = (M.DECLINED, M.EXPIRED, M.REFUSED)


def waiting(desk: Desk) -> list[Group]:
    """Return people whose mentor said no or did not answer, and everybody else who waits. Two queries for both."""
    found = list(who_waits(desk).values_list("pk", "last_status", named=True))
    again, first = [r for r in found if r.last_status in AGAIN], [r for r in found if r.last_status not in AGAIN]
    rows = referrals_in_full(desk, again, first)
    url = reverse("matching:waiting")
    return [
        first_rows(desk, "again", _("Find another mentor"), again, rows, again_row,
                   text=_("The first one could not, or did not suit."), all_url=url),
        first_rows(desk, "waiting", _("Waiting for a mentor"), first, rows, waiting_row,
                   text=_("Longest first."), all_url=url),
    ]  # fmt: skip


def who_waits(desk: Desk) -> QuerySet:
    """Return whoever is looked for and has no mentor, longest first, with what became of the last match."""
    last = Match.objects.filter(referral=OuterRef("pk")).order_by("-proposed_at", "-pk")
    return (
        Referral.objects.visible_to(desk.user)
        .filter(clinic=desk.clinic, status=R.OPEN, only_group=False)
        .exclude(Exists(Match.objects.filter(referral=OuterRef("pk"), status__in=LIVE)))
        .exclude(is_choosing())
        .annotate(last_status=Subquery(last.values("status")[:1]))
        .order_by("submitted_at", "pk")
    )


def referrals_in_full(desk: Desk, *groups: list) -> dict[int, Referral]:
    """Return the referrals that these groups show, with their mentee and whether they agree, by pk; one query."""
    shown = {one.pk: one for found in groups for one in found[:SHOWN]}
    rows = Referral.objects.visible_to(desk.user).with_consent_known().select_related("mentee").only(*WAITING_FOR)
    full = rows.order_by().in_bulk(list(shown))
    for pk, referral in full.items():
        referral.last_status = shown[pk].last_status
    return full


WHY_AGAIN = {
    M.DECLINED: gettext_lazy("The mentor who was asked said no."),
    M.EXPIRED: gettext_lazy("The mentor who was asked did not answer in time."),
    M.REFUSED: gettext_lazy("Said no to the mentor who was proposed."),
}


def no_yes_row(referral: Referral) -> Row:
    """Say that nobody can be asked without their consent, whatever else is true."""
    url, name = reverse("referrals:detail", args=[referral.ref]), referral.mentee.first_name
    return Row(
        str(referral.mentee), url, _("A yes is missing or was taken back, so nobody can be asked now."),
        Action(_("Look at it"), url, about=name), since=referral.submitted_at, people=(referral.mentee,),
    )  # fmt: skip


def again_row(desk: Desk, referral: Referral) -> Row:
    """Say why another mentor is needed."""
    if not referral.consented:
        return no_yes_row(referral)
    url, name = reverse("matching:find", args=[referral.ref]), referral.mentee.first_name
    return Row(
        str(referral.mentee), url, str(WHY_AGAIN[referral.last_status]), Action(_("Find another"), url, about=name),
        since=referral.submitted_at, people=(referral.mentee,),
    )  # fmt: skip


def waiting_row(desk: Desk, referral: Referral) -> Row:
    """Say how they want to talk."""
    if not referral.consented:
        return no_yes_row(referral)
    url, name = reverse("matching:find", args=[referral.ref]), referral.mentee.first_name
    return Row(
        str(referral.mentee), url, wishes(referral), Action(_("Find a mentor"), url, about=name),
        since=referral.submitted_at, people=(referral.mentee,),
    )  # fmt: skip
