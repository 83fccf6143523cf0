"""What groups make known when the process starts, and what they do when other floors have news."""

from __future__ import annotations

from django.dispatch import receiver

from matching import signals
from matching.workflow import EndReason
from mentorship.actions import groups_places
from referrals import signals as referrals


@receiver(referrals.consent_withdrawn, dispatch_uid="mentorship.groups_without_consent")
def stop_without_consent(sender, referral, by, **kwargs) -> None:
    """End the places of who took back a yes, in the same transaction."""
    groups_places.stop_for_referral(referral=referral, by=by, note="consent")


@receiver(referrals.referral_closed, dispatch_uid="mentorship.groups_of_closed")
def stop_closed(sender, referral, by, reason="", **kwargs) -> None:
    """End the places of a referral that is closed."""
    groups_places.stop_for_referral(referral=referral, by=by, note="closed")


@receiver(signals.ended, dispatch_uid="mentorship.groups_after_death")
def stop_after_death(sender, match, by, **kwargs) -> None:
    """End every place of a mentee who died; nothing is sent to them."""
    if match.end_reason == EndReason.DIED:
        groups_places.stop_for_person(referral=match.referral, by=by)


def connect() -> None:
    """Register message kinds, the round that passes free places on, and the ways in from other pages."""
    from mentorship import groups_telling, mentee_cards
    from mentorship.notices import groups as notices
    from messaging import rounds
    from referrals import asides, progress
    from training import doors, panels

    notices.connect()
    rounds.register("group places", groups_places.pass_on_offers, 600)
    progress.register(groups_telling.progress)
    progress.register_steps(groups_telling.steps)
    asides.register(groups_telling.aside)
    mentee_cards.register(40, groups_telling.card)
    doors.register_own(12, groups_telling.door)
    panels.register_holding(groups_telling.holding)
    doors.register_staff(62, groups_telling.staff_door)
