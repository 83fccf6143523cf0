"""Mentors who could use a word, and the people of those who rest and hand over, or whose certificate was taken back."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common import words
from desk.today.rows import Action, Desk, Group, Row, call, first_of, group, named
from matching.models import Match
from training.models import CareTask, Decertification, RestPlan
from training.pages.caring import reason
from training.workflow import Status as MentorStatus

OF_TASKS = (
    "trigger", "due_at", "raised_at", "mentor__ref", "mentor__supervisor", *named("mentor__person"),
)  # fmt: skip
OF_PAIRS = ("ref", "referral__clinic", *named("referral__mentee", "mentor__person"))


def tasks(desk: Desk) -> Group:
    """Return who could use a word, the most urgent first; late supervision has its own row elsewhere. One query."""
    rows = CareTask.objects.visible_to(desk.user).open().of_clinic(desk.clinic)
    rows = rows.exclude(trigger=CareTask.Trigger.NO_SUPERVISION).select_related("mentor__person", "mentor__supervisor")
    found, total = first_of(
        rows.only(*OF_TASKS, "mentor__supervisor__first_name", "mentor__supervisor__phone").order_by("due_at", "pk")
    )
    return group(
        "words", _("Mentors who could use a word"), [task_row(desk, task) for task in found], total=total,
        text=_("Their supervisor was asked to ring."), all_url=reverse("training:care-tasks"),
    )  # fmt: skip


def task_row(desk: Desk, task: CareTask) -> Row:
    """Say why, and whom to ring: the supervisor first, the mentor where there is none."""
    person, supervisor, url = task.mentor.person, task.mentor.supervisor, reverse("training:care-tasks")
    about = _("about %(name)s") % {"name": person.first_name}
    ring = (
        call(supervisor.first_name, supervisor.phone, url, about)
        if supervisor is not None and supervisor != desk.user
        else call(person.first_name, person.phone, url)
    )
    return Row(
        str(person), reverse("training:mentor", args=[task.mentor.ref]), reason(task, desk.user), ring,
        when=words.left(task.due_at, now=desk.now), when_more=desk.at(task.due_at), people=(person,),
    )  # fmt: skip


def to_hand_over(desk: Desk) -> Group:
    """Return the pairs whose mentor rests and chose that somebody else takes over, or whose certificate was taken back.

    They stay until somebody went on with them or ended them: also after an appeal that was right. One query.
    """
    today = words.local(desk.now, desk.clinic.time_zone).date()
    resting = Q(mentor__rest_from__lte=today) & (Q(mentor__rest_until=None) | Q(mentor__rest_until__gte=today))
    handing_over = resting & Q(mentor__rest_plan=RestPlan.HAND_OVER, mentor__status=MentorStatus.RESTING)
    taken_back = Q(Exists(Decertification.objects.filter(mentor=OuterRef("mentor"))), sight_ended_at__isnull=False)
    rows = Match.objects.visible_to(desk.user).pairs().filter(handing_over | taken_back, referral__clinic=desk.clinic)
    found, total = first_of(
        rows.select_related("referral__mentee", "mentor__person")
        .only(*OF_PAIRS, "mentor__rest_from", "mentor__status", "sight_ended_at")
        .order_by(F("sight_ended_at").asc(nulls_last=True), "mentor__rest_from", "pk")
    )
    return group(
        "hand-over", _("Somebody else takes over"), [pair_row(match) for match in found], total=total,
        text=_("Their mentor cannot go on now."), all_url=reverse("mentorship:pairs"),
    )  # fmt: skip


def why_not_on(match: Match) -> str:
    """Say why the mentor of a pair does not go on, and what comes next."""
    if match.sight_ended_at is None:
        return _(
            "%(name)s rests, and would like somebody else to take over. Round it off with both, then find another mentor."
        )
    if match.mentor.status == MentorStatus.DECERTIFIED:
        return _("%(name)s is no longer a mentor. Ring them, round it off, then find another mentor.")
    return _("%(name)s may mentor again. Ask both whether they go on together, or end it and find another mentor.")


def pair_row(match: Match) -> Row:
    """Say who needs somebody else."""
    mentee, mentor = match.referral.mentee, match.mentor.person
    url = reverse("mentorship:pair", args=[match.ref])
    text = why_not_on(match)
    return Row(
        str(mentee), url, text % {"name": mentor.first_name}, Action(_("Open"), url, about=mentee.first_name),
        people=(mentee, mentor),
    )  # fmt: skip
