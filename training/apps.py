from importlib import import_module

from django.apps import AppConfig

# Each part of this floor registers its messages, rounds, doors, panels and settings in `connect()`.
PARTS = ("applying", "selecting", "learning", "sessions", "certifying", "supervising", "caring", "costs")


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self):
        from messaging import rounds
        from referrals import conflicts
        from training import readiness
        from training.actions import follow_rests

        conflicts.register(readiness.why_no_mentee)
        rounds.register("rests", follow_rests, 3600)
        for part in PARTS:
            import_module(f"training.wiring.{part}").connect()
