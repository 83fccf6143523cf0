"""The ways a match can be refused that only this floor knows."""

from django.utils.translation import gettext_lazy as _

from common.errors import NotReady, WrongState


class NoPlace(WrongState):
    """The mentor's last free place went to somebody else."""

    default = _("This mentor has no free place any more. Choose somebody else.")


class AlreadyMatched(WrongState):
    """Another mentor was asked for this person meanwhile."""

    default = _("A mentor was asked for this person already.")


class DoesNotFit(NotReady):
    """A hard criterion keeps these two apart; the sentence says which."""
