"""People to look after: answers to follow-up questions, mentors, and whoever stays behind after a death."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from desk.today import certifying
from desk.today.rows import MOST, SHOWN, Action, Desk, Group, Row, call, first_of, group, named
from mentorship import checks as questions
from mentorship.lent import is_lent, says
from mentorship.models import Aftercare, FollowUpCheck, RedFlag
from mentorship.workflow import UNRESOLVED

OF_CHECKS = (
    "ref", "day", "to", "answer", "more", "comment", "asked_at", "answered_at", "due_on", "match__ref",
    *named("match__referral__mentee", "match__mentor__person"),
)  # fmt: skip
OF_TASKS = (
    "kind", "created_at", "match__ref", "match__referral__clinic", *named("match__referral__mentee", "match__mentor__person"),
)  # fmt: skip


def checks(desk: Desk) -> list[Group]:
    """Return follow-up answers that ask for somebody, questions nobody answered, and what formats ask of the team."""
    seen = FollowUpCheck.objects.visible_to(desk.user).filter(match__referral__clinic=desk.clinic)
    rows = FollowUpCheck.objects.order_by()
    asked = (rows.worrying(), rows.once_worrying(), rows.unanswered(desk.now), rows.of_formats())
    parts = [part.values("pk") for part in asked]
    few = parts[0].union(*parts[1:])  # found first, then looked at
    both = seen.filter(pk__in=few).with_what_was().select_related("match__referral__mentee", "match__mentor__person")
    found = list(both.only(*OF_CHECKS).order_by("answered_at", "due_on", "pk")[:MOST])
    of_team = [c for c in found if c.to == questions.TEAM]
    answered = [c for c in found if c.answered_at]
    silent = [c for c in found if not c.answered_at and c.to != questions.TEAM]
    url = reverse("mentorship:pairs")
    return [
        group(
            "checks", _("Something is not right"), [answer_row(desk, check) for check in answered[:SHOWN]],
            total=len(answered), text=_("Answers to the follow-up questions."), all_url=url,
        ),
        group(
            "silence", _("Follow-up questions without an answer"), [silence_row(desk, check) for check in silent[:SHOWN]],
            total=len(silent), text=_("Asked five days ago or more."), all_url=url,
        ),
        group(
            "look-at", _("Pairs to look at"), [team_row(desk, check) for check in of_team[:SHOWN]],
            total=len(of_team), text=_("Their way to meet asks it of you."), all_url=url,
        ),
    ]  # fmt: skip


def sides(check: FollowUpCheck):
    """Return the person who was asked, and the person it is about."""
    mentee, mentor = check.match.referral.mentee, check.match.mentor.person
    return (mentee, mentor) if check.to == questions.MENTEE else (mentor, mentee)


def answer_row(desk: Desk, check: FollowUpCheck) -> Row:
    """Say what was asked and answered, in the words they saw."""
    asked, other = sides(check)
    url = reverse("mentorship:check", args=[check.ref])
    given = questions.in_words(check.day, check.to, check.answer, check.more, other.first_name)
    told = [pair for pair in given if pair[1].calls] or given[:1]
    sentence = _("“%(question)s” %(name)s answered: “%(answer)s”.")
    text = " ".join(
        sentence % {"question": question, "name": asked.first_name, "answer": answer.label} for question, answer in told
    )
    was = questions.earlier(check.day, check.to, check.was, other.first_name)
    if was:
        first = _("To “%(question)s” they had answered first: “%(answer)s”.")
        text = f"{text} {first % {'question': was[0], 'answer': was[1].label}}"
    title = _("%(name)s, about %(other)s") % {"name": asked, "other": other}
    return Row(
        title, url, text, call(asked.first_name, asked.phone, url), since=check.answered_at, people=(asked, other)
    )


def silence_row(desk: Desk, check: FollowUpCheck) -> Row:
    """Say who did not answer which question."""
    asked, other = sides(check)
    url = reverse("mentorship:check", args=[check.ref])
    text = questions.question(check.day, check.to).asks(other.first_name)
    title = _("%(name)s, about %(other)s") % {"name": asked, "other": other}
    about = _("about %(name)s") % {"name": other.first_name}
    return Row(
        title, url, text, call(asked.first_name, asked.phone, url, about), since=check.asked_at, people=(asked, other)
    )


def team_row(desk: Desk, check: FollowUpCheck) -> Row:
    """Say what a format asks the team to look at, in its own words, and by when."""
    mentor, mentee = sides(check)
    url = reverse("mentorship:check", args=[check.ref])
    last = check.due_on + dt.timedelta(days=check.more.get("until", check.day) - check.day)
    when, on = desk.ahead(last)
    title = _("%(mentee)s and %(mentor)s") % {"mentee": mentee, "mentor": mentor}
    step = Action(_("Open"), url, about=mentee.first_name)
    return Row(title, url, f"“{check.comment}”", step, when=when, when_more=on, people=(mentee, mentor))


def after_a_death(desk: Desk) -> Group:
    """Return the tasks a death leaves for people: ring who stays behind. Nothing is sent by itself."""
    rows = (
        Aftercare.objects.visible_to(desk.user)
        .open()
        .of_clinic(desk.clinic)
        .filter(Q(user=None) | Q(user=desk.user))
        .select_related("match__referral__mentee", "match__mentor__person")
        .only(*OF_TASKS)
        .order_by("created_at", "pk")
    )
    found, total = first_of(rows)
    return group(
        "aftercare", _("After a death"), [aftercare_row(desk, task) for task in found], total=total,
        text=_("Nothing is sent by itself. People ring."), all_url=reverse("mentorship:pairs"),
    )  # fmt: skip


def aftercare_row(desk: Desk, task: Aftercare) -> Row:
    """Say what to do for whom."""
    mentee, mentor = task.match.referral.mentee, task.match.mentor.person
    if is_lent(task.match) and task.kind == Aftercare.Kind.LOOK_AFTER:  # the mentee is another clinic's
        url = reverse("mentorship:aftercare-list")
        step = Action(_("Open"), url, about=mentor.first_name)
        return Row(str(mentor), url, f"{task.get_kind_display()}.", step, since=task.created_at, people=(mentor,))
    url = reverse("mentorship:pair", args=[task.match.ref])
    title = _("%(mentee)s and %(mentor)s") % {"mentee": mentee, "mentor": mentor}
    return Row(
        title, url, f"{task.get_kind_display()}.", Action(_("Open"), url, about=mentor.first_name),
        since=task.created_at, people=(mentee, mentor),
    )  # fmt: skip


def mentors(desk: Desk) -> Group:
    """Return worries elsewhere about mentors of this clinic, and papers that end."""
    found = flags_of_mentors(desk)
    rows = [elsewhere_row(desk, flag) for flag in found]
    ending, total = first_of(certifying.papers_ending(desk))
    return group(
        "care", _("Looking after mentors"), rows + [certifying.paper_row(desk, m) for m in ending],
        total=len(rows) + total, text=_("Papers, and how they are."), all_url=reverse("training:mentors"),
    )  # fmt: skip


def flags_of_mentors(desk: Desk) -> list[RedFlag]:
    """Return open worries of other clinics about mentors of this one. Found first, then looked at; one query."""
    elsewhere = RedFlag.objects.order_by().seen_from_home(desk.user).filter(status__in=UNRESOLVED)
    few = elsewhere.filter(match__mentor__person__clinic=desk.clinic).values("pk")
    found = RedFlag.objects.filter(pk__in=few)
    found = found.select_related("match__mentor__person", "clinic", "owner", "acknowledged_by")
    return list(found.order_by("raised_at", "pk")[:MOST])


def elsewhere_row(desk: Desk, flag: RedFlag) -> Row:
    """Say who handles a worry about a mentor of this clinic; the mentee is the other clinic's and stays unnamed."""
    person, url = flag.match.mentor.person, reverse("mentorship:flag", args=[flag.ref])
    text = _("A worry about how they act as a mentor. %(who)s") % {"who": says(flag)}
    return Row(
        str(person), url, text, Action(_("Open"), url, about=person.first_name), since=flag.raised_at, people=(person,)
    )
