"""What red flags and questions make known to the lower floors when the process starts."""

from django.utils.translation import gettext_lazy as _


def connect() -> None:
    """Register message kinds, the round, the settings sections, and what follows when somebody leaves."""
    from clinics import guards, sections, signals
    from mentorship.actions import climbing, flag_settings
    from mentorship.actions import questions as asking
    from mentorship.notices import flags, questions  # noqa: F401
    from messaging import rounds
    from messaging import signals as news_of_messages

    rounds.register("flags", climbing.climb_due, 10, always=True)
    guards.register(flag_settings.ladder_guard)
    signals.role_ended.connect(climbing.hurry_flags_of, dispatch_uid="flags.role_ended")
    signals.role_ended.connect(asking.pass_over, dispatch_uid="questions.role_ended")
    signals.account_closed.connect(asking.pass_over, dispatch_uid="questions.account_closed")
    signals.account_closed.connect(climbing.hurry_flags_of, dispatch_uid="flags.account_closed")
    news_of_messages.gave_up.connect(climbing.go_another_way, dispatch_uid="flags.gave_up")
    sections.register(
        "worries", _("Worries to pick from"), _("Their words, how urgent each is, what to do and whom to call"),
        "mentorship:worry-settings", icon="flag",
    )  # fmt: skip
    sections.register(
        "deadlines", _("Deadlines for flags"), _("How long there is to answer, to pass on and to resolve"),
        "mentorship:deadline-settings", icon="timer",
    )  # fmt: skip
    sections.register(
        "ladder", _("Who is told, in order"), _("The ladder of people until somebody answers"),
        "mentorship:ladder-settings", icon="list-ordered",
    )  # fmt: skip
