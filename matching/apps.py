from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"

    def ready(self):
        from clinics import sections
        from matching import (  # noqa: F401
            actions,
            care,
            notices,
            notices_choice,
            notices_pause,
            notices_rest,
            receivers,
            telling,
        )
        from matching.actions import pausing, solving
        from messaging import rounds
        from referrals import progress
        from training import care as looking_after
        from training import panels

        progress.register(telling.progress)
        progress.register_steps(telling.steps)
        progress.register_hold(telling.hold)
        looking_after.register_paired(care.paired)
        looking_after.register_last_match(care.last_match)
        rounds.register("caseload", care.over_caseload, 3600)
        panels.register(telling.people_of)
        panels.register_taken(telling.taken)
        panels.register_holding(telling.holding)
        sections.register(
            "weights", _("What counts in matching"), _("How much topics, age, work and the rest count, and every version"),
            "matching:weights", icon="scale",
        )  # fmt: skip
        rounds.register("requests", actions.expire_unanswered, 60, always=True)
        rounds.register("pauses", pausing.resume_due, 900, always=True)
        rounds.register("waiting lists", solving.begin_waiting, 10, always=True)
