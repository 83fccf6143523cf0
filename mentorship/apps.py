from django.apps import AppConfig


class MentorshipConfig(AppConfig):
    name = "mentorship"

    def ready(self) -> None:
        from mentorship import receivers, wiring_flags, wiring_pairs  # noqa: F401

        wiring_pairs.connect()
        wiring_flags.connect()
