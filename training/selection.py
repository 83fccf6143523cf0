"""What is known of an applicant, what the clinic's rules ask before a yes, and who may see which rating."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from clinics.roles import Perm, clinics_where, memberships_of
from common import words
from training import policy as policies
from training import readiness
from training.models import AdmissionPolicy, Interview, Mentor, Paper, Rating, Reference
from training.models.policy import PaperKind, SelectionStep
from training.workflow import Status

CHOOSING = (Status.APPLIED, Status.INTERVIEWED)
UNDER_WAY = (*CHOOSING, Status.LATER)
RECORDED = ("interview", "references", "check", "insurance", "conflicts")  # the steps that are written down
INSURANCE = ("liability", "public-body", "incapacity", "unemployed", "expenses")
CONFLICTS = "conflicts"


@dataclass(frozen=True)
class Item:
    """One thing the rules ask: whether it is in order, how it stands, and what is missing in a sentence."""

    key: str
    title: str
    ok: bool
    text: str
    missing: str


class Facts:
    """Everything written down about one applicant in this round, read once."""

    def __init__(self, mentor: Mentor):
        self.mentor = mentor
        self.today: dt.date = mentor.person.clinic.today
        self.policy: AdmissionPolicy | None = policies.of(mentor)
        applied = list(mentor.history.filter(to_status=Status.APPLIED))
        self.round = max(len(applied), 1)
        since = applied[-1].at if applied else None
        self.interviews: list[Interview] = [i for i in mentor.interviews.all() if since is None or i.at >= since]
        self.ratings: list[Rating] = list(mentor.ratings.filter(round=self.round).select_related("assessor"))
        self.references: list[Reference] = list(mentor.references.select_related("by"))
        self.sponsorships = list(mentor.sponsorships.select_related("sponsor"))
        self.notes = {note.item: note for note in mentor.selection_notes.select_related("by")}
        self.papers: list[Paper] = list(mentor.papers.present().select_related("upload").defer("upload__content"))

    @property
    def saved(self) -> list[Rating]:
        return [rating for rating in self.ratings if rating.saved_at]

    @property
    def asked_for(self) -> int:
        """Return how many people rate by the rules; two where there are none."""
        return self.policy.assessors if self.policy else 2

    @property
    def all_saved(self) -> bool:
        return len(self.saved) >= self.asked_for and len(self.saved) == len(self.ratings)

    def paper(self, kind: str) -> Paper | None:
        """Return the newest paper of a kind: it takes the place of those before."""
        return next((paper for paper in self.papers if paper.kind == kind), None)


def visible_to(user: User) -> QuerySet:
    """Return the mentors whose choosing somebody may look into: never their own."""
    recorders = {clinic for clinic, _role in _recording(user)}
    keeps = Mentor.objects.filter(person__clinic__in=clinics_where(user, Perm.MANAGE_MENTORS))
    others = Mentor.objects.filter(person__clinic__in=recorders, status__in=UNDER_WAY)
    return (keeps | others).exclude(person__user=user)


def _recording(user: User) -> list[tuple[int, str]]:
    """Return (clinic, role) where the clinic's rules let a role of this person write something down."""
    held = {(m.clinic_id, m.role) for m in memberships_of(user)}
    rows = AdmissionPolicy.objects.filter(clinic__in={clinic for clinic, _role in held}).values_list("clinic", "who")
    return [
        (clinic, role)
        for clinic, who in rows
        for role in {role for step in RECORDED for role in who.get(step, [])}
        if (clinic, role) in held
    ]


def ratings_shown(user: User, facts: Facts) -> list[Rating]:
    """Return the saved ratings somebody may read. Who rates reads the others' only after saving their own."""
    own = [rating for rating in facts.ratings if rating.assessor_id == user.pk]
    if facts.mentor.person.user_id == user.pk:
        return []
    if own:
        return facts.saved if own[0].saved_at else []
    keeps = facts.mentor.person.clinic_id in clinics_where(user, Perm.MANAGE_MENTORS)
    return facts.saved if keeps and facts.all_saved else []


def items(facts: Facts) -> list[Item]:
    """Return what the rules ask before a yes, in their order; nothing where a clinic has no rules."""
    rules = facts.policy
    if rules is None:
        return []
    asked = [LOOK[step](facts) for step in SelectionStep.values if step in rules.needed]
    papers = [_paper(facts, kind) for kind in PaperKind.values if kind in rules.papers]
    open_check = any(item.key == "check" and not item.ok for item in asked)  # its step asks for the paper
    return asked + [p for p in papers if not (open_check and p.key == f"paper-{PaperKind.BACKGROUND.value}")]


def missing(facts: Facts) -> list[str]:
    """Return a sentence for each thing the rules ask and that is not in order."""
    return [item.missing for item in items(facts) if not item.ok]


def why_not_accept(mentor: Mentor) -> list[str]:
    """Return in sentences why an applicant cannot be accepted now: the clinic's rules are followed, and no mentee."""
    return why_mentee(mentor) + missing(Facts(mentor))


def why_mentee(mentor: Mentor) -> list[str]:
    """Return the sentence that nobody is mentor and mentee at once, when they have or look for a mentor now."""
    if not mentor.person.referrals.filter(status__in=readiness.WAITING_FOR_A_MENTOR).exists():
        return []
    text = _("%(name)s has a mentor or is looking for one now, and nobody is both at once. Round that off first.")
    return [text % {"name": mentor.person.first_name}]


def _interview(facts: Facts) -> Item:
    last = facts.interviews[-1] if facts.interviews else None
    text = _("On %(day)s.") % {"day": day(last.on, facts)} if last else _("Still to come.")
    return Item("interview", _("A talk"), last is not None, text, _("There was no talk with them yet."))


def _ratings(facts: Facts) -> Item:
    lacking = facts.asked_for - len(facts.saved)
    text = _("%(n)d of %(all)d saved.") % {"n": len(facts.saved), "all": max(facts.asked_for, len(facts.ratings))}
    needed = ngettext("One rating is still to come.", "%(n)d ratings are still to come.", lacking) % {"n": lacking}
    waits = [rating.assessor.full_name for rating in facts.ratings if not rating.saved_at]
    if lacking <= 0 and waits:
        needed = _("%(names)s was asked to rate and has not yet.") % {"names": words.listed(waits)}
    return Item("ratings", _("Ratings"), facts.all_saved, text, needed)


def _references(facts: Facts) -> Item:
    asked, rung = facts.policy.references, len([r for r in facts.references if r.outcome])
    lacking = asked - rung
    text = _("%(n)d of %(all)d rung.") % {"n": rung, "all": max(asked, len(facts.references))}
    needed = ngettext("One reference is still to be rung.", "%(n)d references are still to be rung.", lacking)
    return Item("references", _("References"), lacking <= 0, text, needed % {"n": lacking})


def _check(facts: Facts) -> Item:
    until = facts.mentor.checks_valid_until
    ok = until is not None and until >= facts.today
    if until is None:
        return Item("check", _("Background check"), False, _("Still to come."), _("There is no background check yet."))
    ended = _("The background check ended on %(day)s.") % {"day": day(until, facts)}
    return Item(
        "check",
        _("Background check"),
        ok,
        _("Valid until %(day)s.") % {"day": day(until, facts)} if ok else ended,
        ended,
    )


def _sponsor(facts: Facts) -> Item:
    stated = [s for s in facts.sponsorships if s.stated_at]
    yes = next((s for s in stated if s.vouches), None)
    years = (yes.known_years or 0) if yes else 0
    title = _("A clinician who knows them")
    if yes:
        text = ngettext("%(name)s has known them for %(n)d year.", "%(name)s has known them for %(n)d years.", years)
        return Item("sponsor", title, True, text % {"name": yes.sponsor.full_name, "n": years}, "")
    if stated:
        no = _("%(name)s does not vouch for them.") % {"name": stated[-1].sponsor.full_name}
        return Item("sponsor", title, False, no, no)
    asked = facts.sponsorships[-1].sponsor.full_name if facts.sponsorships else ""
    text = _("%(name)s is asked.") % {"name": asked} if asked else _("Nobody is asked yet.")
    return Item("sponsor", title, False, text, _("No clinician vouches for them yet."))


def _insurance(facts: Facts) -> Item:
    done = [key for key in INSURANCE if key in facts.notes and facts.notes[key].answer != "open"]
    ok = len(done) == len(INSURANCE)
    text = (
        _("Gone through together.")
        if ok
        else _("%(n)d of %(all)d gone through.") % {"n": len(done), "all": len(INSURANCE)}
    )
    title = _("Benefit and insurance")
    return Item("insurance", title, ok, text, _("Benefit and insurance are not gone through to the end."))


def _conflicts(facts: Facts) -> Item:
    note = facts.notes.get(CONFLICTS)
    ok = note is not None and note.answer != "open"
    text = _("Still to ask.")
    if note and ok:
        text = note.words or _("None named.")
    return Item("conflicts", _("Conflict of interests"), ok, text, _("Nobody asked about a conflict of interests yet."))


def _paper(facts: Facts, kind: str) -> Item:
    title, paper = str(PaperKind(kind).label), facts.paper(kind)
    if paper is None:
        lacks = _("This paper is not here yet: %(paper)s.") % {"paper": title}
        return Item(f"paper-{kind}", _("Paper: %(paper)s") % {"paper": title}, False, _("Not here yet."), lacks)
    over = paper.valid_until is not None and paper.valid_until < facts.today
    text = paper.upload.name
    ended = _("This paper has ended: %(paper)s.") % {"paper": title}
    return Item(f"paper-{kind}", _("Paper: %(paper)s") % {"paper": title}, not over, ended if over else text, ended)


LOOK: dict[str, Callable[[Facts], Item]] = {
    SelectionStep.INTERVIEW.value: _interview,
    SelectionStep.RATINGS.value: _ratings,
    SelectionStep.REFERENCES.value: _references,
    SelectionStep.CHECK.value: _check,
    SelectionStep.SPONSOR.value: _sponsor,
    SelectionStep.INSURANCE.value: _insurance,
    SelectionStep.CONFLICTS.value: _conflicts,
}


def day(date: dt.date, facts: Facts) -> str:
    """Return a date in words."""
    return words.day(date, today=facts.today, weekday=False)
