"""What this floor does when the floors below have news, inside the same transaction."""

from django.dispatch import receiver

from matching import actions
from matching.actions import resting
from referrals import signals as referrals
from training import signals as training


@receiver(referrals.consent_withdrawn, dispatch_uid="matching.stop_for_consent")
def stop_for_consent(sender, referral, by, **kwargs) -> None:
    actions.stop_for_consent(referral=referral, by=by)


@receiver(referrals.referral_closed, dispatch_uid="matching.stop_for_closed_referral")
def stop_for_closed_referral(sender, referral, by, reason="", **kwargs) -> None:
    actions.stop_for_closed_referral(referral=referral, by=by, reason=reason)


@receiver(training.stopped, dispatch_uid="matching.stop_for_stopped_mentor")
def stop_for_stopped_mentor(sender, mentor, by, **kwargs) -> None:
    actions.stop_for_mentor(mentor=mentor, by=by, at_once=False)


@receiver(training.decertified, dispatch_uid="matching.stop_for_decertified_mentor")
def stop_for_decertified_mentor(sender, mentor, by, **kwargs) -> None:
    actions.stop_for_mentor(mentor=mentor, by=by, at_once=True)


@receiver(training.resting, dispatch_uid="matching.follow_rest")
def follow_rest(sender, mentor, plan, by, **kwargs) -> None:
    resting.follow_plan(mentor=mentor, plan=plan, by=by)


@receiver(training.back, dispatch_uid="matching.end_rest")
def end_rest(sender, mentor, by, **kwargs) -> None:
    resting.end_pauses(mentor=mentor, by=by)
