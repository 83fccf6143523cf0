from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"

    def ready(self):
        from clinics import sections
        from matching import actions, notices, notices_choice, receivers, telling  # noqa: F401
        from matching.actions import solving
        from messaging import rounds
        from referrals import progress
        from training import panels

        progress.register(telling.progress)
        progress.register_steps(telling.steps)
        progress.register_hold(telling.hold)
        panels.register(telling.people_of)
        panels.register_taken(telling.taken)
        panels.register_holding(telling.holding)
        sections.register(
            "weights", _("What counts in matching"), _("How much topics, age, work and the rest count, and every version"),
            "matching:weights", icon="scale",
        )  # fmt: skip
        rounds.register("requests", actions.expire_unanswered, 60, always=True)
        rounds.register("waiting lists", solving.begin_waiting, 10, always=True)
