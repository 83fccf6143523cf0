"""What every page needs: who, which hat, which menu, whether the sweeper is late."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from clinics.roles import Role, memberships_of
from training.pages import selecting as pages

MENUS = {
    Role.NURSE: [("referrals:mine", _("My referrals")), ("referrals:about", _("What a mentor does"))],
    Role.COORDINATOR: [
        ("desk:today", _("Today")), ("matching:waiting", _("Waiting list")), ("mentorship:pairs", _("Pairs")),
        ("training:mentors", _("Mentors")), ("mentorship:flags", _("Flags")),
    ],
    Role.CLINICIAN: [("mentorship:flags", _("Flags")), ("mentorship:questions", _("Questions")), ("training:supervision", _("Mentors"))],
    Role.ADMIN: [
        ("mentorship:escalations", _("Escalations")), ("clinics:people", _("People and roles")),
        ("training:concerns", _("Concerns")), ("training:appeals", _("Appeals")), ("clinics:settings", _("Settings")),
        ("clinics:access-log", _("Access log")), ("messaging:outbox", _("Outbox")),
    ],
    Role.MENTOR: [],
    Role.TRAINER: [("training:my-sessions", _("Days I teach"))],
}  # fmt: skip


def page(request: HttpRequest) -> dict:
    """Return the context of the page frame.

    hat (Membership or None), hats (all of them), menu (entries with url, label, current), asked_of_you (a number), clinic_name,
    is_mentor, home_url, languages (the other ones), sweeper_late (asked only when a page shows it).
    """
    hat = getattr(request, "hat", None)
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "hat": hat,
        "hats": memberships_of(user) if signed_in else [],
        "menu": menu_of(hat, request.path),
        "is_mentor": bool(hat and hat.role == Role.MENTOR),
        "signed_in": signed_in,
        "clinic_name": hat.clinic.name if hat else "",
        "home_url": address("home") or "/",
        "account_url": address("accounts:account"),
        "asked_of_you": asked_of_you(request, hat),
        "sweeper_late": SimpleLazyObject(sweeper_late) if signed_in else False,
        "debug_pages": settings.DEBUG,
    }


def address(name: str) -> str | None:
    """Return the address of a page, or None where it does not exist."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def menu_of(hat, path: str) -> list[dict]:
    """Return the menu of somebody's hat; the entry with the longest address that fits is the current one."""
    entries = [{"url": address(name), "label": label} for name, label in MENUS.get(hat.role if hat else None, [])]
    entries = [entry for entry in entries if entry["url"]]
    fits = [entry["url"] for entry in entries if path.startswith(entry["url"])]
    for entry in entries:
        entry["current"] = bool(fits) and entry["url"] == max(fits, key=len)
    return entries


def asked_of_you(request: HttpRequest, hat) -> int:
    """Count what is asked of somebody about applicants, where a nurse or clinician begins their day; elsewhere nothing."""
    begins = {Role.NURSE: "referrals:mine", Role.CLINICIAN: "mentorship:flags"}.get(hat.role if hat else None)
    if not begins or request.path != address(begins):
        return 0
    return pages.count_asked(request.user)


def sweeper_late() -> bool:
    """Tell whether what sends the messages has stopped."""
    try:
        from messaging import health
    except ImportError:  # not part of this installation
        return False
    return bool(health.sweeper_late())
