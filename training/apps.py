from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self):
        from messaging import rounds
        from training.actions import follow_rests

        rounds.register("rests", follow_rests, 3600)
