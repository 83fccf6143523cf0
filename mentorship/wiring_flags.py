"""What red flags and questions make known to the lower floors when the process starts."""

from django.utils.translation import gettext_lazy as _


def worries_about(user):
    """Return the refs of flags about a user's own conduct, as a query."""
    from mentorship.models import RedFlag

    return RedFlag.objects.kept_from(user).values("ref")


def connect() -> None:
    """Register message kinds, the round, the settings sections, and what follows when somebody leaves."""
    from clinics import guards, sections, signals, switching
    from mentorship import last_rungs, mentee_cards, questionboard
    from mentorship.actions import climbing, flag_settings
    from mentorship.actions import questions as asking
    from mentorship.notices import flags, questions, rota  # noqa: F401
    from messaging import kinds, rounds
    from messaging import signals as news_of_messages

    rounds.register("flags", climbing.climb_due, 10, always=True)
    guards.register(flag_settings.ladder_guard)
    switching.register(last_rungs.empty_ends)
    signals.role_ended.connect(climbing.hurry_flags_of, dispatch_uid="flags.role_ended")
    signals.role_ended.connect(asking.pass_over, dispatch_uid="questions.role_ended")
    signals.account_closed.connect(asking.pass_over, dispatch_uid="questions.account_closed")
    signals.account_closed.connect(climbing.hurry_flags_of, dispatch_uid="flags.account_closed")
    kinds.keep_from(worries_about)
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
    sections.register(
        "on-call", _("Who is on call"), _("The rota of those who are asked when the clinic is closed"),
        "mentorship:on-call", icon="phone-call",
    )  # fmt: skip
    mentee_cards.register(40, questionboard.card)
    sections.register(
        "question-routes", _("Who answers what"), _("Which questions go to whom of the care team"),
        "mentorship:question-routes", icon="message-circle-question-mark",
    )  # fmt: skip
