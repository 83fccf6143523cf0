"""What the pages of this floor show, worked out from rows already fetched."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.vocabulary import (
    AgeWish,
    Channel,
    Interest,
    Language,
    Matters,
    Must,
    Relation,
    Slot,
    Topic,
    Treatment,
    Value,
)
from matching import facts, forms, ranking
from matching.actions import missing_for_introduction
from matching.criteria import label_of
from matching.models import Match
from matching.ranking import Found
from matching.workflow import Status
from referrals.labels import labels, life
from referrals.models import Referral

PER_PAGE = 50


# Waiting list ----------------------------------------------------------------------------------


def waiting_context(user, clinic, page_number) -> dict:
    """Return who waits, longest first, with how many mentors fit today; and who is on the way."""
    rows = facts.with_needs(facts.waiting(Referral.objects.visible_to(user).filter(clinic=clinic)))
    page = Paginator(rows, PER_PAGE).get_page(page_number)
    referrals = list(page.object_list)
    fits = ranking.fit_counts(clinic, referrals) if referrals else {}
    matches = Match.objects.visible_to(user).filter(
        referral__clinic=clinic, status__in=[Status.APPROVED, Status.ACCEPTED]
    )
    asked = list(matches.select_related("referral__mentee", "mentor__person").order_by("approved_at", "pk")[:PER_PAGE])
    return {
        "page_obj": page, "rows": [_waiting_row(r, fits[r.pk]) for r in referrals],
        "on_the_way": [_asked_row(m) for m in asked], "lede": _waiting_lede(page.paginator.count, fits),
        "people": [r.mentee for r in referrals] + [m.referral.mentee for m in asked],
    }  # fmt: skip


def _waiting_lede(count: int, fits: dict[int, int]) -> str:
    if not count:
        return _("Nobody waits for a mentor now.")
    could = sum(n > 0 for n in fits.values())
    form = ngettext(
        "%(n)d person waits. A mentor fits for %(could)d today.",
        "%(n)d people wait. A mentor fits for %(could)d of them today.",
        count,
    )
    return form % {"n": count, "could": could}


def _waiting_row(referral: Referral, fit: int) -> dict:
    mentee, url = referral.mentee, reverse("matching:find", args=[referral.ref])
    wishes = ". ".join(filter(None, [_wish_line(referral), _fit_words(fit)]))
    return {
        "since": referral.submitted_at, "title": _titled(referral), "url": url, "text": f"{wishes}.",
        "action": _("Find a mentor"), "action_url": url, "action_about": _("for %(name)s") % {"name": mentee.first_name},
    }  # fmt: skip


def _titled(referral: Referral) -> str:
    if referral.relation == Relation.CAREGIVER:
        return _("%(name)s, partner or relative") % {"name": referral.mentee.full_name}
    return referral.mentee.full_name


def _wish_line(referral: Referral) -> str:
    parts = [labels(Language, referral.languages), labels(Channel, referral.channels).lower()]
    if referral.topics:
        parts.append(_("about %(topics)s") % {"topics": labels(Topic, referral.topics[:2]).lower()})
    return ", ".join(filter(None, parts))


def _fit_words(n: int) -> str:
    if not n:
        return _("No mentor fits today")
    return ngettext("%(n)d mentor fits", "%(n)d mentors fit", n) % {"n": n}


def _asked_row(match: Match) -> dict:
    names = {"mentee": match.referral.mentee.full_name, "mentor": match.mentor.person.full_name}
    said_yes = match.status == Status.ACCEPTED
    form = _("%(mentor)s said yes.") if said_yes else _("%(mentor)s was asked and has not answered yet.")
    url = reverse("matching:match", args=[match.ref])
    return {
        "since": match.accepted_at if said_yes else match.approved_at, "title": names["mentee"], "url": url,
        "text": form % names, "action": _("Open"), "action_url": url,
        "action_about": match.referral.mentee.first_name,
    }  # fmt: skip


# Find a mentor ---------------------------------------------------------------------------------


def referrals_for_finding(user):
    """Return the referrals a coordinator may find a mentor for, with everything a ranking needs."""
    live = Prefetch("matches", queryset=Match.objects.live().select_related("mentor__person"), to_attr="live_matches")
    return facts.with_needs(Referral.objects.visible_to(user).sent()).prefetch_related(live)


def find_context(referral: Referral, bound=None) -> dict:
    """Return the page on which a mentor is found; `bound` is a form that was refused."""
    found = ranking.find(referral)
    today = facts.today_of(referral.clinic)
    candidates = [
        {
            "c": c, "age": today.year - c.mentor.birth_year, "form": _ask_form(c, bound), "room": _room(c.mentor.free) if c.mentor.free > 1 else "",
            "crits": [(line.label, line.points, line.out_of) for line in c.lines if line.out_of],
            "since": _since(c, today), "mistaken": bound is not None and bound.data.get("mentor") == c.mentor.ref,
        }
        for c in found.candidates
    ]  # fmt: skip
    return {
        "referral": referral, "mentee": referral.mentee, "clinic": referral.clinic, "found": found,
        "candidates": candidates, "lede": _find_lede(found), "facts": needs_facts(referral, today),
        "live": referral.live_matches[0] if referral.live_matches else None,
        "may_ask": referral.status == "open" and not referral.live_matches, "age": today.year - referral.mentee.birth_year,
        "bound": bound, "out": sum(len(r.mentors) for r in found.ruled_out),
        "stray": bound is not None and not any(row["mistaken"] for row in candidates),
        "first": found.candidates[0].mentor.first_name if found.candidates else "",
    }  # fmt: skip


def _ask_form(candidate, bound):
    auto_id = f"id_{candidate.mentor.ref}_%s"
    if bound is not None and bound.data.get("mentor") == candidate.mentor.ref:
        bound.auto_id = auto_id
        return bound
    return forms.AskForm(initial={"mentor": candidate.mentor.ref}, auto_id=auto_id)


def _room(free: int) -> str:
    return ngettext("Room for %(n)d more.", "Room for %(n)d more.", free) % {"n": free}


def _since(candidate, today) -> str:
    since = candidate.mentor.mentor_since
    years = (today - since).days // 365 if since else 0
    if years < 1:
        return _("Mentor for less than a year.")
    return ngettext("Mentor for %(n)d year.", "Mentor for %(n)d years.", years) % {"n": years}


def _find_lede(found: Found) -> str:
    if not found.fits:
        return _("No mentor fits today. Below is why, and what would open it.")
    form = ngettext(
        "%(fits)d of %(n)d mentors fits. You decide, and the mentor may say no.",
        "%(fits)d of %(n)d mentors fit. You decide, and the mentor may say no.", found.fits,
    )  # fmt: skip
    return form % {"fits": found.fits, "n": found.total}


def needs_facts(referral: Referral, today) -> list[tuple]:
    """Return what the mentee asked for, as label and value."""
    whom = referral.get_gender_wish_display()
    rows = [
        (_("They are"), referral.get_relation_display()), (_("Now"), _now(referral)),
        (_("Treatment"), labels(Treatment, referral.treatments)), (_("Topics"), labels(Topic, referral.topics)),
        (_("Language"), _must(referral, Must.LANGUAGE, labels(Language, referral.languages))),
        (_("How"), _must(referral, Must.CHANNEL, labels(Channel, referral.channels))),
        (_("When"), _must(referral, Must.AVAILABILITY, labels(Slot, referral.availability))),
        (_("Mentor"), _must(referral, Must.GENDER, str(whom))), (_("Life"), life(referral)),
        (_("Interests"), labels(Interest, referral.interests)), (_("What counts"), labels(Value, referral.values)),
        (_("Area"), referral.get_area_display()),
    ]  # fmt: skip
    if referral.age_wish == AgeWish.NEAR:
        rows.append((_("Age"), referral.get_age_wish_display()))
    if referral.matters_most:
        rows.append((_("Most of all"), Matters(referral.matters_most).label))
    return rows


def _now(referral: Referral) -> str:
    parts = [
        str(referral.get_phase_display()),
        str(referral.get_diagnosis_display()).lower() if referral.diagnosis else "",
    ]
    if referral.diagnosed_year:
        parts.append(_("told in %(year)s") % {"year": referral.diagnosed_year})
    return ", ".join(filter(None, parts))


def _must(referral: Referral, must: str, text: str) -> str:
    return _("%(wish)s (must)") % {"wish": text} if text and must in referral.musts else text


# One match -------------------------------------------------------------------------------------


def matches_for(user):
    """Return the matches a coordinator runs, with the people and the history."""
    rows = Match.objects.visible_to(user).select_related(
        "referral__mentee", "referral__clinic", "mentor__person__user", "mentee_answer_by", "proposed_by"
    )
    return rows.prefetch_related("history__by")


def match_context(match: Match, record=None, cancel=None) -> dict:
    """Return where a match stands and what comes next; bound forms come back with their mistakes."""
    accepted = match.status == Status.ACCEPTED
    missing = missing_for_introduction(match) if accepted else []
    return {
        "match": match, "mentee": match.referral.mentee, "mentor": match.mentor, "clinic": match.referral.clinic,
        "person": match.mentor.person, "stages": stages(match), "missing": missing, "next": next_step(match),
        "record": record or forms.RecordForm(initial={"answer": match.mentee_answer or None}),
        "cancel": cancel or forms.CancelForm(), "is_pair": match.status in (Status.INTRODUCED, Status.PAUSED, Status.ENDED),
        "is_over": match.status in (
            Status.REJECTED, Status.DECLINED, Status.EXPIRED, Status.REFUSED, Status.CANCELLED, Status.ENDED
        ),
        "crits": [
            (label_of(key), _("%(points)d of %(most)d") % {"points": points, "most": most})
            for key, (points, most) in match.contributions.items() if most
        ],
        "history": history(match), "accepted": accepted,
        "before": match.status in (Status.PROPOSED, Status.APPROVED, Status.ACCEPTED),
    }  # fmt: skip


def stages(match: Match) -> list[dict]:
    """Return the road to an introduction: done, now, to come."""
    mentor, mentee = match.mentor.person.first_name, match.referral.mentee.first_name
    said_yes = match.mentee_answer == Match.Answer.YES
    read = bool(match.mentee_expectations_at and match.mentor_expectations_at)
    steps = [
        (_("Proposed"), True), (_("%(name)s is asked") % {"name": mentor}, match.approved_at is not None),
        (_("%(name)s says yes") % {"name": mentor}, match.accepted_at is not None),
        (_("%(name)s says yes") % {"name": mentee}, said_yes), (_("Both know what to expect"), said_yes and read),
        (_("Introduced"), match.introduced_at is not None),
    ]  # fmt: skip
    first = next((i for i, (_title, done) in enumerate(steps) if not done), len(steps))
    return [
        {"title": title, "state": "done" if i < first else "now" if i == first else "to-come", "text": ""}
        for i, (title, _done) in enumerate(steps)
    ]


def next_step(match: Match) -> str:
    """Say in one sentence where it stands."""
    names = {"mentor": match.mentor.person.first_name, "mentee": match.referral.mentee.first_name}
    said = {
        Status.PROPOSED: _("%(mentor)s is proposed. Nobody has been asked yet."),
        Status.APPROVED: _("%(mentor)s was asked. Now it is their turn; they may say no."),
        Status.ACCEPTED: _("%(mentor)s said yes. Now it is up to %(mentee)s."),
        Status.INTRODUCED: _("They are introduced."), Status.PAUSED: _("Their talks are paused."),
        Status.REJECTED: _("This proposal was put aside."),
        Status.DECLINED: _("%(mentor)s said: not this time. That is fine. %(mentee)s waits again."),
        Status.EXPIRED: _("%(mentor)s did not answer in time. %(mentee)s waits again."),
        Status.REFUSED: _("%(mentee)s said no to this mentor. That is fine. They wait for another one, if they want."),
        Status.CANCELLED: _("This was stopped before the introduction."), Status.ENDED: _("Their talks have ended."),
    }  # fmt: skip
    if match.status == Status.ACCEPTED and match.mentee_answer == Match.Answer.CALL:
        return _("%(mentee)s asked to be called first.") % names
    if match.status == Status.ACCEPTED and match.mentee_answer == Match.Answer.YES:
        return _("Both said yes. You can introduce them when nothing is missing.")
    return said[match.status] % names


def history(match: Match) -> list[dict]:
    """Return what happened, one line each."""
    names = dict(Status.choices)
    return [
        {"at": row.at, "title": names.get(row.to_status, row.to_status), "text": _("By %(by)s.") % {"by": row.by}}
        for row in match.history.all()
    ]


def was_asked(user, ref: str) -> bool:
    """Tell whether this is an old request to this mentor that is over: an old mail leads to words, not to nowhere."""
    return Match.objects.once_asked(user).filter(ref=ref).exists()


# What the other side sees --------------------------------------------------------------------


def summary_for_mentor(match: Match) -> list[tuple]:
    """Return the de-identified summary: phase, topics, language, how, age band, when free. Nothing else."""
    referral = match.referral
    year = facts.today_of(referral.clinic).year
    return [
        (_("Who"), _("A partner or relative") if referral.relation == Relation.CAREGIVER else _("A patient")),
        (_("Where they are"), referral.get_phase_display()), (_("Wants to talk about"), labels(Topic, referral.topics)),
        (_("Speaks"), labels(Language, referral.languages)), (_("How"), labels(Channel, referral.channels)),
        (_("Age"), age_band(year - referral.mentee.birth_year)), (_("Free"), labels(Slot, referral.availability)),
    ]  # fmt: skip


def age_band(age: int) -> str:
    """Return an age as a band of ten years, so that nobody is known by it."""
    if age < 30:
        return _("Under 30")
    if age >= 80:
        return _("80 or over")
    return _("%(low)d to %(high)d") % {"low": age // 10 * 10, "high": age // 10 * 10 + 9}


def profile_for_mentee(match: Match) -> list[tuple]:
    """Return what a mentee reads of a mentor before saying yes: nothing that finds them."""
    mentor, person = match.mentor, match.mentor.person
    year = facts.today_of(match.referral.clinic).year
    told = ""
    if mentor.diagnosed_year and year > mentor.diagnosed_year:
        years = year - mentor.diagnosed_year
        told = ngettext("For %(n)d year", "For %(n)d years", years) % {"n": years}
    shared = [code for code in match.referral.topics if code in mentor.topics] or mentor.topics
    return [
        (_("Who"), _about(person, year)), (_("Lives with it"), told), (_("Talks about"), labels(Topic, shared)),
        (_("Speaks"), labels(Language, mentor.languages)), (_("How"), labels(Channel, mentor.channels)),
        (_("Free"), labels(Slot, mentor.availability)),
    ]  # fmt: skip


def _about(person, year: int) -> str:
    age = round((year - person.birth_year) / 5) * 5
    names = {"woman": _("A woman, about %(age)d"), "man": _("A man, about %(age)d")}
    return names.get(person.gender, _("Somebody of about %(age)d")) % {"age": age}
