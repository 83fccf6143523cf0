"""Whether every ladder of a clinic ends with somebody today: asked before the clinic is switched on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clinics.models import Clinic
from clinics.switching import Missing
from mentorship import ladder, staffing
from mentorship.models import FlagCategory, Route
from messaging import backends
from messaging.people import reader_of

NOBODY = _("Nobody stands on the last rung for “%(what)s” today: such a worry could go unheard.")
UNREACHED = _(
    "No message reaches the last rung for “%(what)s”: whoever stands there has to open their invitation first."
)


def empty_ends(clinic: Clinic) -> list[Missing]:
    """Return what is missing: each route, and each worry with a ladder of its own, on whose last rung nobody stands.

    Somebody whom no message reaches, such as one who never opened their invitation, does not count.
    """
    team = staffing.of(clinic)
    reached = [member for member in team.roster if _is_reached(team.users[member.user_id])]
    own = team.own_ladders()
    names = (
        dict(FlagCategory.objects.filter(pk__in=[pk for _route, pk in own]).values_list("pk", "name")) if own else {}
    )
    ladders = [(str(Route(route).label), team.settings_of(route)) for route in Route.values]
    ladders += [(names[pk], team.settings_of(route, pk)) for route, pk in own]
    found = [(name, _what_is_wrong(rungs, team.roster, reached)) for name, rungs in ladders]
    return [Missing(str(said) % {"what": name}, "mentorship:ladder-settings") for name, said in found if said]


def _what_is_wrong(rungs, roster, reached):
    if not ladder.has_reachable_end(rungs, roster):
        return NOBODY
    return "" if ladder.has_reachable_end(rungs, reached) else UNREACHED


def _is_reached(user: User) -> bool:
    """Tell whether a message reaches somebody: an address is verified, as messages go to no other."""
    return backends.reaches(reader_of(user))
