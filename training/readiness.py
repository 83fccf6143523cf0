"""Ready to mentor: what a mentor still lacks on a day, in words, and the same as a question to the database.

Everything about a mentor except places, which are the matching floor's. The two answers are held together
by a test over every fact. Order of the checks is the order in which somebody puts them right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import words
from common.errors import NotReady
from referrals.models import Person, Referral
from training.models import Certificate, Mentor
from training.workflow import Status

SOON = dt.timedelta(days=42)  # what ends within six weeks is named beforehand [D]
WAITING_FOR_A_MENTOR = ("submitted", "returned", "deferred", "open")


@dataclass(frozen=True)
class Account:
    """Whether somebody can sign in, as far as the checks look at it."""

    is_active: bool


@dataclass(frozen=True)
class Owner:
    """Whose record it is, as far as the checks look at it."""

    user: Account | None


@dataclass(frozen=True, slots=True)
class Record:
    """The facts of a mentor the checks look at, for reading thousands without the rest of a Mentor."""

    status: str
    vetted_on: dt.date | None
    code_signed_on: dt.date | None
    secrecy_briefing_on: dt.date | None
    checks_valid_until: dt.date | None
    met_team_on: dt.date | None
    rest_from: dt.date | None
    rest_until: dt.date | None
    person: Owner
    valid_certificates: list[Any]
    is_waiting: bool


@dataclass(frozen=True)
class Check:
    """One thing that must be in order: a name, what to say when it is, what to say when it is not."""

    key: str
    title: Any
    test: Callable[[Any, dt.date], bool]
    missing: Callable[[Any, dt.date], str]
    fine: Callable[[Any, dt.date], str]


def missing(mentor: Mentor | Record, on: dt.date) -> list[str]:
    """Return each thing this mentor lacks on a day to take somebody new, in words; empty when ready."""
    return [check.missing(mentor, on) for check in CHECKS if not check.test(mentor, on)]


def missing_keys(mentor: Mentor | Record, on: dt.date) -> list[str]:
    """Return the keys of what is missing, as in CHECKS."""
    return [check.key for check in CHECKS if not check.test(mentor, on)]


def require(mentor: Mentor | Record, on: dt.date) -> None:
    """Raise NotReady, naming each missing thing, unless the mentor is ready on this day."""
    lacking = missing(mentor, on)
    if lacking:
        message = _("%(name)s cannot take someone new: %(missing)s.")
        raise NotReady(
            [_sentence(item) for item in lacking],
            message % {"name": mentor.person.first_name, "missing": words.listed(lacking)},
        )


def with_facts(mentors: QuerySet) -> QuerySet:
    """Fetch with the mentors what the checks look at, in a fixed number of queries."""
    waiting = Referral.objects.filter(mentee=OuterRef("person"), status__in=WAITING_FOR_A_MENTOR)
    return mentors.select_related("person__clinic", "person__user", "supervisor").prefetch_related(
        Prefetch("certificates", queryset=Certificate.objects.filter(revoked_at=None), to_attr="valid_certificates")
    ).annotate(is_waiting=Exists(waiting))  # fmt: skip


def ready(on: dt.date) -> QuerySet:
    """Return the mentors who are ready on a day: the same answer as `missing`, from the database."""
    return only_ready(Mentor.objects.all(), on)


def only_ready(mentors: QuerySet, on: dt.date) -> QuerySet:
    """Return those of these mentors who are ready on a day.

    The conditions stand in the question itself: as a list to look into, thousands of mentors took seconds.
    """
    certificate = Certificate.objects.filter(
        mentor=OuterRef("pk"), revoked_at=None, valid_from__lte=on, valid_until__gte=on
    )
    waiting = Referral.objects.filter(mentee=OuterRef("person"), status__in=WAITING_FOR_A_MENTOR)
    return mentors.filter(
        Exists(certificate), ~Exists(waiting), ~resting(on), Q(status=Status.ACTIVE) | rest_is_over(on),
        vetted_on__lte=on, code_signed_on__lte=on, secrecy_briefing_on__lte=on, met_team_on__lte=on,
        checks_valid_until__gte=on, person__user__is_active=True,
    )  # fmt: skip


def resting(on: dt.date) -> Q:
    """Return the condition for a rest that covers the day."""
    return Q(rest_from__lte=on) & (Q(rest_until=None) | Q(rest_until__gte=on))


def rest_is_over(on: dt.date) -> Q:
    """Return the condition for a rest that had a last day, now past."""
    return Q(status=Status.RESTING, rest_until__lt=on)


def is_resting(mentor: Mentor | Record, on: dt.date) -> bool:
    """Tell whether a rest covers the day."""
    begun = mentor.rest_from is not None and mentor.rest_from <= on
    return begun and (mentor.rest_until is None or mentor.rest_until >= on)


def certificates(mentor: Any) -> list[Certificate]:
    """Return what was issued and not taken back, longest valid first."""
    if not hasattr(mentor, "valid_certificates"):
        mentor.valid_certificates = list(mentor.certificates.filter(revoked_at=None))
    return mentor.valid_certificates


def certificate_on(mentor: Mentor | Record, on: dt.date) -> Certificate | None:
    """Return the certificate valid on a day, the longest of several."""
    return next((c for c in certificates(mentor) if c.valid_from <= on <= c.valid_until), None)


def ends_soon(mentor: Mentor | Record, on: dt.date) -> list[tuple[str, dt.date]]:
    """Return what ends within six weeks, as (key, last day); what has ended is not here but missing."""
    found = []
    certificate = certificate_on(mentor, on)
    if certificate and certificate.valid_until - on <= SOON:
        found.append(("certificate", certificate.valid_until))
    if mentor.checks_valid_until and on <= mentor.checks_valid_until <= on + SOON:
        found.append(("checks", mentor.checks_valid_until))
    return found


def _is_waiting(mentor: Any) -> bool:
    if not hasattr(mentor, "is_waiting"):
        mentor.is_waiting = mentor.person.referrals.filter(status__in=WAITING_FOR_A_MENTOR).exists()
    return mentor.is_waiting


def why_no_mentee(person: Person) -> str:
    """Return why a person cannot be a mentee now: they are a mentor, also while they rest."""
    if not Mentor.objects.filter(person=person, status__in=[Status.ACTIVE, Status.RESTING]).exists():
        return ""
    words_ = _("%(name)s is a mentor now, and nobody is both at once. The coordinator can let them stop first")
    return words_ % {"name": person.first_name}


def _is_active(mentor: Mentor | Record, on: dt.date) -> bool:
    if mentor.status == Status.RESTING:  # the rest itself is another check
        return mentor.rest_until is not None and mentor.rest_until < on
    return mentor.status == Status.ACTIVE


def _is_active_or_resting(mentor: Mentor | Record, on: dt.date) -> bool:
    stays = mentor.status in (Status.ACTIVE, Status.RESTING) and is_resting(mentor, on)
    return stays or _is_active(mentor, on)


def _has_account(mentor: Mentor | Record, on: dt.date) -> bool:
    return mentor.person.user is not None and mentor.person.user.is_active


def _not_active_words(mentor: Mentor | Record, on: dt.date) -> str:
    if mentor.status == Status.RESTING:
        return _rest_words(mentor, on)
    return {
        Status.READY: _("not started as a mentor yet"),
        Status.RETIRED: _("stopped as a mentor"),
        Status.DECERTIFIED: _("the certificate was taken back"),
        Status.DECLINED: _("was not accepted as a mentor"),
        Status.REDIRECTED: _("has another role"),
    }.get(mentor.status, _("not a mentor yet"))


def _rest_words(mentor: Mentor | Record, on: dt.date) -> str:
    if mentor.rest_until and mentor.rest_until >= on:
        return _("resting until %(day)s") % {"day": _day(mentor.rest_until, on)}
    return _("resting until they say so")


def _certificate_words(mentor: Mentor | Record, on: dt.date) -> str:
    past = [c.valid_until for c in certificates(mentor) if c.valid_until < on]
    coming = [c.valid_from for c in certificates(mentor) if c.valid_from > on]
    if coming:
        return _("the certificate begins on %(day)s") % {"day": _day(min(coming), on)}
    if past:
        return _("the certificate ended on %(day)s") % {"day": _day(max(past), on)}
    return _("no certificate")


def _checks_words(mentor: Mentor | Record, on: dt.date) -> str:
    if mentor.checks_valid_until:
        return _("the background check ended on %(day)s") % {"day": _day(mentor.checks_valid_until, on)}
    return _("no background check")


def _since(date: dt.date | None, on: dt.date) -> bool:
    return date is not None and date <= on


def _day(date: dt.date, on: dt.date) -> str:
    return words.day(date, today=on, weekday=False)


def _on(date: dt.date | None, on: dt.date) -> str:
    return _("On %(day)s.") % {"day": _day(date, on)} if date else ""


def _until(date: dt.date | None, on: dt.date) -> str:
    return _("Valid until %(day)s.") % {"day": _day(date, on)} if date else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _certificate_fine(mentor: Mentor | Record, on: dt.date) -> str:
    certificate = certificate_on(mentor, on)
    return _until(certificate.valid_until if certificate else None, on)


CHECKS = (
    Check(
        "vetting", gettext_lazy("Accepted as a mentor"), lambda m, on: _since(m.vetted_on, on),
        lambda m, on: _("not accepted yet"), lambda m, on: _on(m.vetted_on, on),
    ),
    Check(
        "code", gettext_lazy("Code of conduct signed"), lambda m, on: _since(m.code_signed_on, on),
        lambda m, on: _("the code of conduct is not signed"), lambda m, on: _on(m.code_signed_on, on),
    ),
    Check(
        "secrecy", gettext_lazy("Secrecy briefing"), lambda m, on: _since(m.secrecy_briefing_on, on),
        lambda m, on: _("no secrecy briefing"), lambda m, on: _on(m.secrecy_briefing_on, on),
    ),
    Check(
        "checks", gettext_lazy("Background check"),
        lambda m, on: m.checks_valid_until is not None and m.checks_valid_until >= on,
        _checks_words, lambda m, on: _until(m.checks_valid_until, on),
    ),
    Check(
        "team", gettext_lazy("Met the team"), lambda m, on: _since(m.met_team_on, on),
        lambda m, on: _("has not met the team"), lambda m, on: _on(m.met_team_on, on),
    ),
    Check(
        "certificate", gettext_lazy("Certificate"), lambda m, on: certificate_on(m, on) is not None,
        _certificate_words, _certificate_fine,
    ),
    Check(
        "account", gettext_lazy("Account to sign in with"), _has_account,
        lambda m, on: _("no account to sign in with"), lambda m, on: "",
    ),
    Check("active", gettext_lazy("Active"), _is_active_or_resting, _not_active_words,
          lambda m, on: ""),
    Check("rest", gettext_lazy("Not resting"), lambda m, on: not is_resting(m, on), _rest_words, lambda m, on: ""),
    Check(
        "mentee", gettext_lazy("Not looking for a mentor"), lambda m, on: not _is_waiting(m),
        lambda m, on: _("is looking for a mentor too"), lambda m, on: "",
    ),
)  # fmt: skip
