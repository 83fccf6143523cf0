"""What this floor does when the matching floor has news, inside the same transaction."""

from django.dispatch import receiver

from matching import signals
from mentorship.actions import pairs


@receiver(signals.introduced, dispatch_uid="mentorship.begin_plan")
def begin_plan(sender, match, by, **kwargs) -> None:
    pairs.begin_plan(match=match, by=by)


@receiver(signals.paused, dispatch_uid="mentorship.hold")
def hold(sender, match, by, **kwargs) -> None:
    pairs.hold(match=match, by=by)


@receiver(signals.resumed, dispatch_uid="mentorship.go_on")
def go_on(sender, match, by, **kwargs) -> None:
    pairs.go_on(match=match, by=by)


@receiver(signals.ended, dispatch_uid="mentorship.stop")
def stop(sender, match, by, **kwargs) -> None:
    pairs.stop(match=match, by=by)
