"""Roles and the named permissions they give. Roles are held per clinic and are not ranked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    NURSE = "nurse", _("Nurse")
    COORDINATOR = "coordinator", _("Coordinator")
    MENTOR = "mentor", _("Mentor")
    CLINICIAN = "clinician", _("Clinician")
    ADMIN = "admin", _("Admin")
    TRAINER = "trainer", _("Trainer")


class Perm(models.TextChoices):
    TRAIN = "train", _("teach sessions: see their own ones, mark who came, watch role-plays")
    OVERSEE = "oversee", _("decide appeals, read concerns that go past the coordinator")
    REFER = "refer", _("refer people and follow their referral")
    COORDINATE = "coordinate", _("run the programme: triage, match, introduce, follow up")
    MANAGE_MENTORS = "manage-mentors", _("keep the mentors' records")
    MENTOR = "mentor", _("be a mentor: answer requests, log contacts, raise flags")
    ANSWER_FLAGS = "answer-flags", _("answer red flags routed to them")
    ANSWER_QUESTIONS = "answer-questions", _("answer questions for the care team")
    REVIEW_FLAGS = "review-flags", _("review every red flag of the clinic")
    MANAGE_PEOPLE = "manage-people", _("invite people, give and take roles")
    SETTINGS = "settings", _("change the clinic's settings")
    ACCESS_LOG = "access-log", _("read who looked at whom")
    OUTBOX = "outbox", _("see the state of every message")


PERMISSIONS: dict[str, frozenset[str]] = {
    Role.NURSE: frozenset({Perm.REFER}),
    Role.COORDINATOR: frozenset({Perm.COORDINATE, Perm.MANAGE_MENTORS, Perm.ANSWER_FLAGS}),
    Role.MENTOR: frozenset({Perm.MENTOR}),
    Role.CLINICIAN: frozenset({Perm.ANSWER_FLAGS, Perm.ANSWER_QUESTIONS}),
    Role.ADMIN: frozenset(
        {
            Perm.REVIEW_FLAGS,
            Perm.ANSWER_FLAGS,
            Perm.MANAGE_PEOPLE,
            Perm.SETTINGS,
            Perm.ACCESS_LOG,
            Perm.OUTBOX,
            Perm.OVERSEE,
        }
    ),
    Role.TRAINER: frozenset({Perm.TRAIN}),
}


def memberships_of(user) -> list:
    """Return the user's live memberships with their clinics, read once per user object."""
    if not hasattr(user, "_memberships"):
        if not user.is_authenticated:
            user._memberships = []
        else:
            user._memberships = list(
                user.memberships.filter(ended_at=None).select_related("clinic").order_by("clinic__name", "pk")
            )
    return user._memberships


def permissions_of(user) -> set[str]:
    """Return every permission the user holds in some clinic."""
    return {perm for m in memberships_of(user) for perm in PERMISSIONS[m.role]}


def can(user, permission: str, clinic) -> bool:
    """Tell whether the user holds the permission in this clinic (a Clinic or its pk)."""
    return getattr(clinic, "pk", clinic) in clinics_where(user, permission)


def clinics_where(user, permission: str) -> set[int]:
    """Return the pks of the clinics in which the user holds the permission."""
    return {m.clinic_id for m in memberships_of(user) if permission in PERMISSIONS[m.role]}


def clinic_for(request, permission: str):
    """Return the clinic a page is about: the one of the hat if it gives the permission, else the first that does.

    None when the user holds the permission nowhere.
    """
    allowed = [m.clinic for m in memberships_of(request.user) if permission in PERMISSIONS[m.role]]
    return next((clinic for clinic in allowed if clinic == request.clinic), allowed[0] if allowed else None)
