"""What red flags and questions make known to the lower floors when the process starts."""


def connect() -> None:
    """Register message kinds, the round that lets flags climb, and the settings sections."""
    from mentorship.actions.climbing import climb_due
    from mentorship.notices import flags, questions  # noqa: F401
    from messaging import rounds

    rounds.register("flags", climb_due, 10, always=True)
