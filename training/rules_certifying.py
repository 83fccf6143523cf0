"""Who may publish words, sign them, and decide about a certificate taken back. Nobody decides about themselves."""

from django.utils.translation import gettext_lazy as _

from clinics.roles import Perm, can
from common.rules import rule


def _is_self(user, mentor) -> bool:
    return mentor.person.user_id == user.pk and can(user, Perm.MENTOR, mentor.person.clinic_id)


@rule(_("Only who sets things for the clinic may publish words to sign."))
def publish_words(user, clinic) -> bool:
    """Tell whether the user sets things for the clinic."""
    return can(user, Perm.SETTINGS, clinic)


@rule(_("Only the mentor can sign for themselves."))
def sign(user, mentor) -> bool:
    """Tell whether the user is this mentor."""
    return _is_self(user, mentor)


@rule(_("Only the mentor, or who keeps the mentors' records, may take this paper."))
def take_certificate(user, mentor) -> bool:
    """Tell whether the user is this mentor or keeps their record."""
    return _is_self(user, mentor) or can(user, Perm.MANAGE_MENTORS, mentor.person.clinic_id)


@rule(_("Only the one whose certificate was taken back can ask to look at it again."))
def appeal(user, mentor) -> bool:
    """Tell whether the user is this mentor."""
    return _is_self(user, mentor)


@rule(
    _(
        "Somebody else must decide this: not the one who took the certificate back, not the mentor, and somebody who may decide appeals."
    )
)
def decide_appeal(user, appeal) -> bool:
    """Tell whether the user decides appeals here and stands apart from both sides."""
    mentor = appeal.mentor
    apart = user.pk not in (appeal.against.by_id, mentor.person.user_id)
    return apart and can(user, Perm.OVERSEE, mentor.person.clinic_id)
