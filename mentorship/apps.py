from django.apps import AppConfig


class MentorshipConfig(AppConfig):
    name = "mentorship"

    def ready(self) -> None:
        from mentorship import receivers, wiring_flags  # noqa: F401
        from mentorship.actions import checks
        from mentorship.notices import pairs  # noqa: F401
        from messaging import rounds

        rounds.register("follow-up", checks.send_due, 60)
        wiring_flags.connect()
