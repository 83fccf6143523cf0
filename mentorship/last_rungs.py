"""Whether every ladder of a clinic ends with somebody today: asked before the clinic is switched on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from clinics.models import Clinic
from clinics.switching import Missing
from mentorship import ladder, staffing
from mentorship.models import FlagCategory, Route


def empty_ends(clinic: Clinic) -> list[Missing]:
    """Return what is missing: each route, and each worry with a ladder of its own, on whose last rung nobody stands."""
    team = staffing.of(clinic)
    own = team.own_ladders()
    names = (
        dict(FlagCategory.objects.filter(pk__in=[pk for _route, pk in own]).values_list("pk", "name")) if own else {}
    )
    ladders = [(str(Route(route).label), team.settings_of(route)) for route in Route.values]
    ladders += [(names[pk], team.settings_of(route, pk)) for route, pk in own]
    return [_missing(name) for name, rungs in ladders if not ladder.has_reachable_end(rungs, team.roster)]


def _missing(name: str) -> Missing:
    said = _("Nobody stands on the last rung for “%(what)s” today: such a worry could go unheard.")
    return Missing(said % {"what": name}, "mentorship:ladder-settings")
