"""What this floor does when the matching floor has news, inside the same transaction."""

from django.dispatch import receiver

from matching import signals
from mentorship.actions import own_page, pairs, planning
from referrals import signals as referrals
from referrals.data import CloseReason
from training import signals as training


@receiver(signals.introduced, dispatch_uid="mentorship.begin_plan")
def begin_plan(sender, match, by, **kwargs) -> None:
    planning.begin_plan(match=match, by=by)


@receiver(signals.introduced, dispatch_uid="mentorship.welcome")
def welcome(sender, match, by, **kwargs) -> None:
    own_page.welcome(referral=match.referral)


@receiver(referrals.referral_closed, dispatch_uid="mentorship.close_page")
def close_page(sender, referral, by, reason="", **kwargs) -> None:
    """After a death nobody opens the page, whoever holds its link."""
    if reason == CloseReason.DIED:
        own_page.close_page(referral=referral)


@receiver(signals.paused, dispatch_uid="mentorship.hold")
def hold(sender, match, by, **kwargs) -> None:
    pairs.hold(match=match, by=by)


@receiver(signals.resumed, dispatch_uid="mentorship.go_on")
def go_on(sender, match, by, **kwargs) -> None:
    pairs.go_on(match=match, by=by)


@receiver(signals.ended, dispatch_uid="mentorship.stop")
def stop(sender, match, by, **kwargs) -> None:
    pairs.stop(match=match, by=by)


@receiver(training.decertified, dispatch_uid="mentorship.tell_of_gone_mentor")
def tell_of_gone_mentor(sender, mentor, by, **kwargs) -> None:
    """The matching floor has stopped their pairs already: its receivers were connected before."""
    pairs.tell_of_gone_mentor(mentor=mentor)
