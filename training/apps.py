from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self):
        from messaging import rounds
        from referrals import conflicts
        from training import readiness
        from training.actions import follow_rests

        conflicts.register(readiness.why_no_mentee)
        rounds.register("rests", follow_rests, 3600)
