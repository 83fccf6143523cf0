"""Ready to mentor: what a mentor still lacks on a day, in words, and the same as a question to the database.

Everything about a mentor except places, which are the matching floor's. The two answers are held together
by a test over every fact. Order of the checks is the order in which somebody puts them right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import words
from common.errors import NotReady
from referrals.models import Person, Referral
from training.models import AgreementText, Certificate, Mentor
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
    supervise_by: dt.date | None
    new_from: dt.date | None
    flare_since: dt.date | None
    rest_from: dt.date | None
    rest_until: dt.date | None
    person: Owner
    valid_certificates: list[Any]
    is_waiting: bool
    sign_again_by: dt.date | None
    asks_check: bool
    asks_briefing: bool
    asks_team: bool
    late_stops: bool


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
    return mentors.select_related("person__clinic", "person__user", "supervisor").prefetch_related(
        Prefetch("certificates", queryset=Certificate.objects.filter(revoked_at=None), to_attr="valid_certificates")
    ).annotate(**facts())  # fmt: skip


def facts() -> dict[str, Any]:
    """Return what the checks ask beyond the record itself, as annotations of mentors.

    `sign_again_by` is the day by which newer words must be signed; `asks_…` what the rules they were accepted
    under ask (everything, where there are none); `late_stops` whether late supervision stops new people.
    """
    waiting = Referral.objects.filter(mentee=OuterRef("person"), status__in=WAITING_FOR_A_MENTOR)
    return {
        "is_waiting": Exists(waiting),
        "sign_again_by": Subquery(_newer_words().order_by("sign_by").values("sign_by")[:1]),
        "asks_check": Coalesce(F("policy__needs_check"), True),
        "asks_briefing": Coalesce(F("policy__needs_briefing"), True),
        "asks_team": Coalesce(F("policy__needs_team"), True),
        "late_stops": Coalesce(F("person__clinic__care_rules__late_supervision_stops"), True),
    }


def _newer_words() -> QuerySet:
    return AgreementText.objects.filter(clinic=OuterRef("person__clinic"), in_force_from__gt=OuterRef("code_signed_on"))


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
        Exists(certificate), ~Exists(waiting), ~Exists(_newer_words().filter(sign_by__lt=on)),
        ~resting(on), Q(status=Status.ACTIVE) | rest_is_over(on),
        Q(secrecy_briefing_on__lte=on) | Q(policy__needs_briefing=False),
        Q(met_team_on__lte=on) | Q(policy__needs_team=False),
        Q(checks_valid_until__gte=on) | Q(policy__needs_check=False),
        Q(supervise_by__gte=on) | Q(person__clinic__care_rules__late_supervision_stops=False),
        Q(new_from=None) | Q(new_from__lte=on), Q(flare_since=None) | Q(flare_since__gt=on),
        vetted_on__lte=on, code_signed_on__lte=on, person__user__is_active=True,
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


def _fact(mentor: Any, name: str) -> Any:
    """Return one of the facts; of a mentor fetched without them, all are asked at once."""
    if not hasattr(mentor, name):
        for key, value in Mentor.objects.filter(pk=mentor.pk).annotate(**facts()).values(*facts()).get().items():
            setattr(mentor, key, value)
    return getattr(mentor, name)


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


def _late_words(mentor: Mentor | Record, on: dt.date) -> str:
    if mentor.supervise_by is None:
        return _("no supervision is agreed")
    days = (on - mentor.supervise_by).days
    return ngettext("supervision is %(n)d day late", "supervision is %(n)d days late", days) % {"n": days}


def _code_words(mentor: Mentor | Record, on: dt.date) -> str:
    if not _since(mentor.code_signed_on, on):
        return _("the code of conduct is not signed")
    return _("the new words are not signed")


def _is_signed(mentor: Mentor | Record, on: dt.date) -> bool:
    if not _since(mentor.code_signed_on, on):
        return False
    again = _fact(mentor, "sign_again_by")
    return again is None or again >= on


def _signed_words(mentor: Mentor | Record, on: dt.date) -> str:
    again = _fact(mentor, "sign_again_by")
    if again is None:
        return _on(mentor.code_signed_on, on)
    return _("There are new words to sign, before %(day)s is over.") % {"day": _day(again, on)}


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
        "code", gettext_lazy("Code of conduct signed"), _is_signed, _code_words, _signed_words,
    ),
    Check(
        "secrecy", gettext_lazy("Secrecy briefing"),
        lambda m, on: _since(m.secrecy_briefing_on, on) or not _fact(m, "asks_briefing"),
        lambda m, on: _("no secrecy briefing"), lambda m, on: _on(m.secrecy_briefing_on, on),
    ),
    Check(
        "checks", gettext_lazy("Background check"),
        lambda m, on: (m.checks_valid_until or dt.date.min) >= on or not _fact(m, "asks_check"),
        _checks_words, lambda m, on: _until(m.checks_valid_until, on),
    ),
    Check(
        "team", gettext_lazy("Met the team"),
        lambda m, on: _since(m.met_team_on, on) or not _fact(m, "asks_team"),
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
        "flare", gettext_lazy("No flare now"), lambda m, on: not _since(m.flare_since, on),
        lambda m, on: _("has a flare now"), lambda m, on: "",
    ),
    Check(
        "supervision", gettext_lazy("Supervision in time"),
        lambda m, on: (m.supervise_by or dt.date.min) >= on or not _fact(m, "late_stops"), _late_words,
        lambda m, on: _("The next talk is before %(day)s is over.") % {"day": _day(m.supervise_by, on)} if m.supervise_by else "",
    ),
    Check(
        "new-from", gettext_lazy("Free for somebody new"), lambda m, on: m.new_from is None or m.new_from <= on,
        lambda m, on: _("agreed to take nobody new before %(day)s") % {"day": _day(m.new_from, on)}, lambda m, on: "",
    ),
    Check(
        "mentee", gettext_lazy("Not looking for a mentor"), lambda m, on: not _fact(m, "is_waiting"),
        lambda m, on: _("is looking for a mentor too"), lambda m, on: "",
    ),
)  # fmt: skip
