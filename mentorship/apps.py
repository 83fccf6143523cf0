from django.apps import AppConfig


class MentorshipConfig(AppConfig):
    name = "mentorship"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from mentorship import (  # noqa: F401
            hours,
            metrics,
            receivers,
            wiring_closing,
            wiring_flags,
            wiring_formats,
            wiring_groups,
            wiring_own_page,
            wiring_pairs,
            wiring_plan,
            wiring_reviews,
        )
        from mentorship.formats import presets

        post_migrate.connect(presets.store, sender=self, dispatch_uid="mentorship.presets")
        hours.connect()
        wiring_pairs.connect()
        wiring_flags.connect()
        wiring_groups.connect()
        wiring_formats.connect()
        wiring_reviews.connect()
        wiring_plan.connect()
        wiring_own_page.connect()
        wiring_closing.connect()
        metrics.connect()
